import { NotFoundError, ResponseError } from '../../errors.js';
import { parseShownUrl } from '../../product/normalizer.js';
import {
  type CallOptions,
  type Connection,
  createRights,
  type Probe,
  type ProductId,
  type Toolbox,
  toGetProduct,
} from '../../provider.js';
import { say } from '../../words/doctor.js';
import { getStableId } from '../taobao/item-ids.js';
import { taobao } from '../taobao/links.js';
import { createMissingError } from '../taobao/refusals.js';
import { createConvertCall, createInfoCall, createParseCall, createSearchCall } from './calls.js';
import { type Alliance, getProducts, openText } from './products.js';
import { search } from './search.js';
import type { TbkValues } from './settings.js';

const IDS_PER_CALL = 20;

/** The alliance of Taobao and Tmall (淘宝联盟). */
export function connectTbk(toolbox: Toolbox<TbkValues>): Connection {
  const alliance: Alliance = { ...toolbox, rights: createRights(toolbox.now) };

  const getMany: NonNullable<Connection['getProducts']> = (ids, _detail, options) =>
    getProducts(alliance, ids, options);
  return {
    getProduct: toGetProduct(getMany),
    getProducts: getMany,
    idsPerCall: (_detail, idType) => (idType === undefined ? 1 : IDS_PER_CALL),
    // A number is opened first.
    callsPerGroup: (_detail, idCount, idType) => (idType === undefined ? 2 * idCount : 1),
    accepts: (idType) => idType !== undefined,
    isSameProduct: (asked, facts) => getStableId(asked) === getStableId(facts),
    tells: () => ['coupon', 'sale', 'list'],
    search: (query, continuation, options) => search(alliance, query, continuation, options),
    openText: async (text, options) => ({
      platform: taobao.id,
      ...(await openText(alliance, text, options)),
    }),
    getPromotionLink: (product, options) => getPromotionLink(alliance, product, options),
    probes: createProbes(alliance),
  };
}

async function getPromotionLink(
  { settings, send }: Alliance,
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
function createProbes({ settings, send }: Alliance): Probe[] {
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
