import { z } from 'zod';
import { field, rows } from '../../lenient-schema.js';
import {
  cleanText,
  parseCount,
  parseCountText,
  parseDecimal,
  parseIdDigits,
  parseYuan,
} from '../../normalizer.js';

const GoodsSku = z.object({
  skuId: field(parseIdDigits),
  specId: field(parseIdDigits),
  /** `颜色:黑色/内存:256GB` */
  specName: field((value) => cleanText(value)),
  /** Yuan. */
  price: field(parseYuan),
  stockState: field(parseCount),
});

/** `goodsInfo` of dialect "guide", and a row of its shop listing. Amounts are yuan; 0 or absent is no such price. */
export const GoodsInfo = z.object({
  skuId: field(parseIdDigits),
  title: field((value) => cleanText(value)),
  /** 原价 */
  price: field(parseYuan),
  /** 到手价 */
  lowPrice: field(parseYuan),
  /** 券后价 */
  couponPrice: field(parseYuan),
  /** 月销量; 0 means that there is no figure yet. */
  monthSales: field((value) => parseCountText(typeof value === 'number' ? String(value) : value)),
  commentCount: field(parseCount),
  goodCommentRate: field(parseDecimal),
  /** 自营: 1 or 0. */
  isSelf: field(parseCount),
  /** 1 有货, 0 无货; this interface has no counts. */
  stockState: field(parseCount),
  skuList: rows(GoodsSku),
});

export type GoodsInfo = z.infer<typeof GoodsInfo>;
export type GoodsSku = z.infer<typeof GoodsSku>;

/** `result` of the product method. */
export const DetailResult = z.looseObject({ goodsInfo: z.unknown().optional() });

/** `result` of the shop method. */
export const SearchResult = z.looseObject({ goods_list: rows(GoodsInfo), total: field(parseCount) });
