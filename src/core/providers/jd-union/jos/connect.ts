import { CredentialError, NotFoundError, UnsupportedError } from '../../../errors.js';
import {
  type CallOptions,
  type Connection,
  createRights,
  isNotPermitted,
  NOT_PERMITTED,
  type Probe,
  type ShopPage,
  type Toolbox,
  toGetProduct,
} from '../../../provider.js';
import { say } from '../../../words/doctor.js';
import { jd } from '../../jd/links.js';
import type { JdUnionValues } from '../settings.js';
import { createPriceCall, createQueryCall, QUERY_METHOD } from './calls.js';
import { countCalls, countIdsPerCall, createMissingError, splitIds } from './ids.js';
import { normalizeGoodsRow } from './normalize.js';
import { getPart, type Promoter, readRows } from './products.js';
import { createLinkProbe, getPromotionLink } from './promotion-link.js';
import { GoodsRow, PriceRow } from './schema.js';
import { searchGoods } from './search.js';

const MAX_SHOP_PAGE_SIZE = 30;

/** The interface as production SDKs speak it: many ids per call, no token. */
export function connectJos(toolbox: Toolbox<JdUnionValues>): Connection {
  const { settings, send, now } = toolbox;
  const gateway = { ...settings, url: settings.gatewayUrl };
  const promoter: Promoter = { gateway, send, now, rights: createRights(now) };

  const getProducts: NonNullable<Connection['getProducts']> = async (ids, detail, options) => {
    const { parts, refused } = splitIds(ids, detail);
    const answers = await Promise.all(parts.map((part) => getPart(promoter, part, detail, options)));
    return new Map([...refused, ...answers.flatMap((part) => [...part])]);
  };

  return {
    getProduct: toGetProduct(getProducts),
    getProducts,
    idsPerCall: countIdsPerCall,
    callsPerGroup: countCalls,
    cacheLevel: (detail) => detail,
    // The method for many prices names neither coupons nor group prices.
    tells: (detail) => (detail === 'price' ? ['sale', 'list'] : ['coupon', 'sale', 'group', 'list']),
    getShopPage: (shopId, page, size, options) => getShopPage(promoter, { shopId, page, size }, options),
    maxShopPageSize: MAX_SHOP_PAGE_SIZE,
    search: (query, continuation, options) => searchGoods(promoter, query, continuation, options),
    getPromotionLink: (product, options) => getPromotionLink(promoter, settings.siteId, product, options),
    probes: [
      createPriceProbe(promoter),
      createQueryProbe(promoter),
      createLinkProbe(promoter, settings.siteId),
    ],
  };
}

const SAMPLE_ID = jd.ids[0]?.example ?? '';

/** Prices by SKU, which every application may ask for. */
function createPriceProbe({ gateway, send }: Promoter): Probe {
  const run: Probe['run'] = async (options) => {
    const [row] = readRows(PriceRow, await send(createPriceCall(gateway, [SAMPLE_ID]), options));
    if (!row) throw createMissingError(SAMPLE_ID);
    return say(({ answeredWith }) => answeredWith(row.goodsName ?? SAMPLE_ID));
  };
  return { name: say(({ probes }) => probes.oneProduct), cost: 'quota', run };
}

/** Whether the right to `goods.query` is there, which JD gives to promoters of a higher level. */
function createQueryProbe({ gateway, send }: Promoter): Probe {
  const run: Probe['run'] = async (options) => {
    try {
      const { rows } = await send(createQueryCall(gateway, { skuIds: [SAMPLE_ID] }), options);
      if (rows.length === 0) throw createMissingError(SAMPLE_ID);
      return say((words) => words.permitted);
    } catch (error) {
      if (!isNotPermitted(error)) throw error;
      throw new CredentialError(
        `This application may not call ${QUERY_METHOD}: prices by SKU and the lists of what sells work, but search, coupons, stock, shops and affiliate links need it. Apply for it at union.jd.com.`,
        { code: NOT_PERMITTED, detail: error.detail, cause: error },
      );
    }
  };
  return { name: say(({ probes }) => probes.searchAndStock), cost: 'quota', isApart: true, run };
}

interface ShopQuery {
  readonly shopId: string;
  readonly page: number;
  readonly size: number;
}

async function getShopPage(
  { gateway, send, now, rights }: Promoter,
  query: ShopQuery,
  options: CallOptions,
): Promise<ShopPage> {
  try {
    const found = await rights.ask(QUERY_METHOD, options, () =>
      send(createQueryCall(gateway, query), options),
    );
    const goods = readRows(GoodsRow, found);
    const products = goods.flatMap((row) => normalizeGoodsRow(row, now()) ?? []);
    const shopName = goods.find((row) => row.shopInfo.shopName)?.shopInfo.shopName;
    return { shopName, total: found.total, products, skipped: found.rows.length - products.length };
  } catch (error) {
    if (error instanceof NotFoundError) return { products: [], skipped: 0 };
    if (error instanceof UnsupportedError && error.code === 'page_cap') {
      return { products: [], skipped: 0, beyondLast: true };
    }
    throw error;
  }
}
