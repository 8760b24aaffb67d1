import { formatYuan } from '../../../product/normalizer.js';
import type { Call } from '../../../provider.js';
import type { JosGateway, RowPage } from '../../jd/jos/gateway.js';
import { createUnionCall, FIELDS, QUERY_METHOD } from './calls.js';

/** What promoted goods are searched for; what is absent does not narrow. */
export interface GoodsSearch {
  readonly keyword?: string;
  readonly fromFen?: number;
  readonly toFen?: number;
  readonly isSelfOperated?: boolean;
  readonly hasCoupon?: boolean;
  readonly sort?: (typeof SORTS)[number];
  readonly isDescending?: boolean;
  /** From 1; code 202 says that JD shows no further one. */
  readonly page: number;
  /** Up to 30. */
  readonly size: number;
}

export const SORTS = ['price', 'commissionShare', 'commission', 'inOrderCount30Days'] as const;

/** Goods by keyword. Needs the right to `goods.query`. */
export function createSearchCall(gateway: JosGateway, search: GoodsSearch): Call<RowPage<unknown>> {
  const { keyword, fromFen, toFen, isSelfOperated, hasCoupon, sort, isDescending, page, size } = search;
  return createUnionCall(gateway, QUERY_METHOD, {
    goodsReqDTO: {
      keyword,
      // Written so, with a small f and t.
      pricefrom: fromFen === undefined ? undefined : Number(formatYuan(fromFen)),
      priceto: toFen === undefined ? undefined : Number(formatYuan(toFen)),
      owner: isSelfOperated === undefined ? undefined : isSelfOperated ? 'g' : 'p',
      isCoupon: hasCoupon ? 1 : undefined,
      sortName: sort,
      sort: sort && (isDescending ? 'desc' : 'asc'),
      pageIndex: page,
      pageSize: size,
      fields: FIELDS,
    },
  });
}

/** Lists of what sells, by their `rankId`. */
export const RANKS = {
  all: 200_000,
  food: 200_001,
  cleaning: 200_002,
  beauty: 200_003,
  health: 200_004,
  fresh: 200_005,
  digital: 200_006,
  home: 200_007,
  fashion: 200_008,
} as const;

interface Page {
  readonly page: number;
  readonly size: number;
}

/** What sold best in the last two hours. Open to every application. */
export function createRankCall(
  gateway: JosGateway,
  rank: keyof typeof RANKS,
  { page, size }: Page,
): Call<RowPage<unknown>> {
  // With a small r, JD answers 400.
  return createUnionCall(gateway, 'jd.union.open.goods.rank.query', {
    RankGoodsReq: { rankId: RANKS[rank], sortType: 1, pageIndex: page, pageSize: size },
  });
}

/** Goods that JD recommends for an occasion; with a SKU, goods like it. Open to every application. */
export function createMaterialCall(
  gateway: JosGateway,
  { eliteId, skuId, page, size }: Page & { readonly eliteId: number; readonly skuId?: string },
): Call<RowPage<unknown>> {
  return createUnionCall(gateway, 'jd.union.open.goods.material.query', {
    goodsReq: {
      eliteId,
      skuId: skuId === undefined ? undefined : BigInt(skuId),
      pageIndex: page,
      // JD takes up to 10.
      pageSize: Math.min(size, 10),
    },
  });
}
