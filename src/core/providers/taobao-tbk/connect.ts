import { BijiaError, NotFoundError, ResponseError, toBijiaError } from '../../errors.js';
import { createOtherIdNote, parseShownUrl } from '../../product/normalizer.js';
import type { ProductFacts } from '../../product/product.js';
import {
  type CallOptions,
  type Connection,
  type ManyAnswers,
  NOT_PERMITTED,
  type Probe,
  type ProductId,
  type Toolbox,
} from '../../provider.js';
import { say } from '../../words/doctor.js';
import { getStableId, toProductId } from '../taobao/item-ids.js';
import { taobao } from '../taobao/links.js';
import { createMissingError, createNoProductError, createNumericIdError } from '../taobao/refusals.js';
import { createConvertCall, createInfoCall, createParseCall, createSearchCall } from './calls.js';
import { normalizeItem } from './normalize.js';
import type { Item } from './schema.js';
import { search } from './search.js';
import type { TbkValues } from './settings.js';

const IDS_PER_CALL = 20;

/** The alliance of Taobao and Tmall (淘宝联盟). */
export function connectTbk(toolbox: Toolbox<TbkValues>): Connection {
  const getProducts: NonNullable<Connection['getProducts']> = async (ids, _detail, options) => {
    const items = ids.filter(({ idType }) => idType !== undefined);
    const numbers = ids.filter(({ idType }) => idType === undefined);
    const [answers, opened] = await Promise.all([
      getItems(toolbox, items, options),
      Promise.all(
        numbers.map(async (asked) => [asked.id, await getByNumber(toolbox, asked, options)] as const),
      ),
    ]);
    return new Map([...answers, ...opened]);
  };

  const getProduct: Connection['getProduct'] = async (asked, detail, options) => {
    const answer =
      (await getProducts([asked], detail, options)).get(asked.id) ?? createMissingError(asked.id);
    if (answer instanceof BijiaError) throw answer;
    return answer;
  };

  return {
    getProduct,
    getProducts,
    idsPerCall: (_detail, idType) => (idType === undefined ? 1 : IDS_PER_CALL),
    // A number is opened first.
    callsPerGroup: (_detail, idCount, idType) => (idType === undefined ? 2 * idCount : 1),
    accepts: (idType) => idType !== undefined,
    isSameProduct: (asked, facts) => getStableId(asked) === getStableId(facts),
    tells: () => ['coupon', 'sale', 'list'],
    search: (query, continuation, options) => search(toolbox, query, continuation, options),
    openText: async (text, options) => ({ platform: taobao.id, ...(await openText(toolbox, text, options)) }),
    getPromotionLink: (product, options) => getPromotionLink(toolbox, product, options),
    probes: createProbes(toolbox),
  };
}

async function getItems(
  { settings, send, now }: Toolbox<TbkValues>,
  ids: readonly ProductId[],
  options: CallOptions,
): Promise<ManyAnswers> {
  if (ids.length === 0) return new Map();
  const items = await send(
    createInfoCall(
      settings,
      ids.map(({ id }) => id),
    ),
    options,
  );
  return new Map(ids.map((asked) => [asked.id, getAnswer(items, ids, asked, { ...options, nowMs: now() })]));
}

/** The row about an id; a caller that asked for one alone also gets what it did not ask for, and judges. */
function getAnswer(
  items: readonly Item[],
  ids: readonly ProductId[],
  asked: ProductId,
  { nowMs, raw }: Pick<CallOptions, 'raw'> & { readonly nowMs: number },
): ProductFacts | BijiaError {
  const stable = getStableId(asked);
  const isAbout = ({ item_id = '' }: Item) => getStableId({ id: item_id, idType: 'item_id' }) === stable;
  const item = items.find(isAbout) ?? (ids.length === 1 ? items[0] : undefined);
  if (!item) return createMissingError(asked.id);
  try {
    const facts = normalizeItem(item, nowMs, asked);
    // Each keeps its own part of an answer about several.
    return raw && ids.length > 1 ? { ...facts, raw: item.raw } : facts;
  } catch (error) {
    return toBijiaError(error);
  }
}

/** A product by the number in an old link, which the alliance has to open first. */
async function getByNumber(
  toolbox: Toolbox<TbkValues>,
  asked: ProductId,
  options: CallOptions,
): Promise<ProductFacts | BijiaError> {
  try {
    const item = await openNumber(toolbox, asked.id, options);
    const facts = (await getItems(toolbox, [item], options)).get(item.id) ?? createMissingError(asked.id);
    if (facts instanceof BijiaError) return facts;
    return { ...facts, notes: [...(facts.notes ?? []), createOtherIdNote(asked.id, facts.id, taobao)] };
  } catch (error) {
    return toBijiaError(error);
  }
}

/** @throws UnsupportedError where the alliance knows no id of today for it, or may not be asked */
async function openNumber(
  toolbox: Toolbox<TbkValues>,
  number: string,
  options: CallOptions,
): Promise<ProductId> {
  const opened = await openText(toolbox, taobao.productUrl(number) ?? '', options).catch(
    (thrown: unknown) => {
      const { outcome, code, detail } = toBijiaError(thrown);
      if (outcome === 'not_found' || code === NOT_PERMITTED) throw createNumericIdError(detail);
      throw thrown;
    },
  );
  if (opened.idType === undefined) throw createNumericIdError(`opened as ${opened.id}`);
  return opened;
}

const MATERIAL_ITEM = 1;

async function openText(
  { settings, send }: Toolbox<TbkValues>,
  text: string,
  options: CallOptions,
): Promise<ProductId> {
  const link = await send(createParseCall(settings, text), options);
  const { code, msg, link_info_dto: info } = link ?? {};
  const id = info?.material_id === undefined ? undefined : toProductId(info.material_id);
  const isItem = (info?.material_type ?? MATERIAL_ITEM) === MATERIAL_ITEM;
  if (id && isItem && !code) return id;
  throw createNoProductError(`code ${code}: ${msg}, material type ${info?.material_type}`);
}

async function getPromotionLink(
  { settings, send }: Toolbox<TbkValues>,
  product: ProductId & { readonly url: string },
  options: CallOptions,
) {
  const link = await send(createConvertCall(settings, product), options);
  // The short ones are documented; the full ones are a guess, for accounts that are given no short ones.
  const { coupon_short_url, cps_short_url, coupon_full_url, cps_full_url } = link?.link_info_dto ?? {};
  const urls = [coupon_short_url, cps_short_url, coupon_full_url, cps_full_url];
  const url = urls.flatMap((one) => parseShownUrl(one, taobao.shownHosts) ?? [])[0];
  if (url !== undefined) return { url };
  const detail = `code ${link?.code}: ${link?.msg}`;
  if (link && !link.code) {
    throw new ResponseError('Taobao answered without a promotion link. Report it with the log.', { detail });
  }
  throw new NotFoundError("Taobao's alliance does not promote this product: no link can be made for it.", {
    code: 'not_promoted',
    detail,
  });
}

/** One for each permission package, which are granted one by one. */
function createProbes({ settings, send }: Toolbox<TbkValues>): Probe[] {
  const sample = taobao.ids.find(({ idType }) => idType !== undefined)?.example ?? '';
  const number = taobao.ids[0]?.example ?? '';
  return [
    {
      name: say(({ probes }) => probes.oneProduct),
      cost: 'quota',
      run: async (options) => {
        const [item] = await send(createInfoCall(settings, [sample]), options);
        if (!item) throw createMissingError(sample);
        return say(({ answeredWith }) => answeredWith(item.item_basic_info.title ?? item.item_id ?? ''));
      },
    },
    {
      name: say(({ probes }) => probes.search),
      cost: 'quota',
      run: async (options) => {
        const found = await send(
          createSearchCall(settings, { words: '手机' }, { page: 1, size: 1 }),
          options,
        );
        return say(({ foundCount }) => foundCount(found.total ?? found.items.length));
      },
    },
    {
      name: say(({ probes }) => probes.sharedTexts),
      cost: 'quota',
      run: async (options) => {
        const link = await send(createParseCall(settings, taobao.productUrl(number) ?? ''), options);
        return say(({ answeredAboutLink, opened }) =>
          answeredAboutLink(link?.code ? (link.msg ?? `code ${link.code}`) : opened),
        );
      },
    },
  ];
}
