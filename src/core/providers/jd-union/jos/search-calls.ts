import { formatYuan } from '../../../product/normalizer.js';
import type { Call } from '../../../provider.js';
import type { JosGateway, RowPage } from '../../jd/jos/gateway.js';
import { createUnionCall, FIELDS, QUERY_METHOD } from './calls.js';

/** What promoted goods are searched for; what is absent does not narrow. */
export interface GoodsSearch {
  readonly keyword?: string;
  readonly fromFen?: number;
  readonly toFen?: number;
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
  const { keyword, fromFen, toFen, hasCoupon, sort, isDescending, page, size } = search;
  return createUnionCall(gateway, QUERY_METHOD, {
    goodsReqDTO: {
      keyword,
      // Written so, with a small f and t.
      pricefrom: fromFen === undefined ? undefined : Number(formatYuan(fromFen)),
      priceto: toFen === undefined ? undefined : Number(formatYuan(toFen)),
      isCoupon: hasCoupon ? 1 : undefined,
      sortName: sort,
      sort: sort && (isDescending ? 'desc' : 'asc'),
      pageIndex: page,
      pageSize: size,
      fields: FIELDS,
    },
  });
}

interface Page {
  readonly page: number;
  readonly size: number;
}

/** Of everything; JD has further ranks for some categories. */
const ALL_GOODS = 200_000;
/** In the last two hours. */
const LATEST = 1;

/** What sells best. Open to every application. */
export function createRankCall(gateway: JosGateway, { page, size }: Page): Call<RowPage<unknown>> {
  // With a small r, JD answers 400.
  return createUnionCall(gateway, 'jd.union.open.goods.rank.query', {
    RankGoodsReq: { rankId: ALL_GOODS, sortType: LATEST, pageIndex: page, pageSize: size },
  });
}

/** JD's list of what is hot. */
const HOT = 22;

/** Goods that JD recommends: what is hot. Open to every application. @param place of pages of up to 10 */
export function createMaterialCall(gateway: JosGateway, { page, size }: Page): Call<RowPage<unknown>> {
  return createUnionCall(gateway, 'jd.union.open.goods.material.query', {
    goodsReq: { eliteId: HOT, pageIndex: page, pageSize: Math.min(size, 10) },
  });
}
