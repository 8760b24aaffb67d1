import { BijiaError, toBijiaError } from '../../errors.js';
import { createOtherIdNote } from '../../product/normalizer.js';
import type { ProductFacts } from '../../product/product.js';
import {
  type CallOptions,
  isNotPermitted,
  type ManyAnswers,
  type ProductId,
  type Rights,
  type Toolbox,
} from '../../provider.js';
import { toProductId } from '../taobao/item-ids.js';
import { taobao } from '../taobao/links.js';
import {
  createMissingError,
  createNoProductError,
  createNumericIdError,
  createOtherProductError,
} from '../taobao/refusals.js';
import { createInfoCall, createParseCall } from './calls.js';
import { METHODS } from './methods.js';
import { isAbout, normalizeItem } from './normalize.js';
import type { Item } from './schema.js';
import type { TbkValues } from './settings.js';

export interface Alliance extends Pick<Toolbox<TbkValues>, 'settings' | 'send' | 'now'> {
  readonly rights: Rights;
}

/** Products by ids of either kind. */
export async function getProducts(
  alliance: Alliance,
  ids: readonly ProductId[],
  options: CallOptions,
): Promise<ManyAnswers> {
  const items = ids.filter(({ idType }) => idType !== undefined);
  const numbers = ids.filter(({ idType }) => idType === undefined);
  const [answers, opened] = await Promise.all([
    getItems(alliance, items, options),
    Promise.all(
      numbers.map(async (asked) => [asked.id, await getByNumber(alliance, asked, options)] as const),
    ),
  ]);
  return new Map([...answers, ...opened]);
}

/** Products by ids of today, with one call. */
async function getItems(
  { settings, send, now }: Alliance,
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
  const item = items.find((one) => isAbout(one, asked)) ?? (ids.length === 1 ? items[0] : undefined);
  if (!item) {
    const hasOthers = items.some((one) => !ids.some((id) => isAbout(one, id)));
    return hasOthers ? createOtherProductError(asked.id) : createMissingError(asked.id);
  }
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
  alliance: Alliance,
  asked: ProductId,
  options: CallOptions,
): Promise<ProductFacts | BijiaError> {
  try {
    const item = await openNumber(alliance, asked.id, options);
    const facts = (await getItems(alliance, [item], options)).get(item.id) ?? createMissingError(asked.id);
    if (facts instanceof BijiaError) return facts;
    return { ...facts, notes: [...(facts.notes ?? []), createOtherIdNote(asked.id, facts.id, taobao)] };
  } catch (error) {
    return toBijiaError(error);
  }
}

/** @throws UnsupportedError where the alliance knows no id of today for it, or may not be asked */
async function openNumber(alliance: Alliance, number: string, options: CallOptions): Promise<ProductId> {
  const opened = await openText(alliance, taobao.productUrl(number) ?? '', options).catch(
    (thrown: unknown) => {
      const { outcome, detail } = toBijiaError(thrown);
      if (outcome === 'not_found' || isNotPermitted(thrown)) throw createNumericIdError(detail);
      throw thrown;
    },
  );
  if (opened.idType === undefined) throw createNumericIdError(`opened as ${opened.id}`);
  return opened;
}

const MATERIAL_ITEM = 1;

/** What a share code or link leads to. @throws NotFoundError where that is not a product */
export async function openText(
  { settings, send, rights }: Alliance,
  text: string,
  options: CallOptions,
): Promise<ProductId> {
  const link = await rights.ask(METHODS.parse.name, options, () =>
    send(createParseCall(settings, text), options),
  );
  const { code, msg, link_info_dto: info } = link ?? {};
  const id = info?.material_id === undefined ? undefined : toProductId(info.material_id);
  const isItem = (info?.material_type ?? MATERIAL_ITEM) === MATERIAL_ITEM;
  if (id && isItem && !code) return id;
  throw createNoProductError(`code ${code}: ${msg}, material type ${info?.material_type}`);
}
