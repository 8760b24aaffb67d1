import * as z from 'zod/mini';
import { anything, field, object, rows, text } from '../../../product/lenient-schema.js';
import {
  parseCount,
  parseCountText,
  parseDecimal,
  parseFlag,
  parseIdDigits,
  parseYuan,
} from '../../../product/normalizer.js';
import { parseGuideSales } from '../../jd/guide/sales.js';
import { GuideSku } from '../../jd/guide/skus.js';
import { parseStockState } from '../../jd/stock-state.js';

/**
 * 好评率 in percent; 0 is unknown. The reference gives no unit: without a percent sign, up to 1 is read as a fraction,
 * an assumption never checked against the live service.
 */
function parseGoodRate(value: unknown): number | undefined {
  const digits = typeof value === 'string' ? value.replace(/\s*[%％]\s*$/, '') : value;
  const rate = parseDecimal(digits);
  if (rate === undefined || rate === 0 || rate > 100) return undefined;
  const isFraction = rate <= 1 && digits === value;
  return Math.round((isFraction ? rate * 100 : rate) * 100) / 100;
}

/** `goodsInfo` of dialect "guide", and a row of its shop listing. Amounts are yuan; 0 or absent means that there is none. */
export const GoodsInfo = z.object({
  skuId: field(parseIdDigits),
  title: text(),
  /** 原价 */
  price: field(parseYuan),
  /** 到手价 */
  lowPrice: field(parseYuan),
  /** 券后价 */
  couponPrice: field(parseYuan),
  /** 月销量; 0 means that there is no figure yet. */
  monthSales: field(parseGuideSales),
  commentCount: field(parseCountText),
  /** 0 to 100. */
  goodCommentRate: field(parseGoodRate),
  /** 自营: 1 or 0. */
  isSelf: field(parseFlag),
  /** 1 有货, 0 无货; this interface has no counts. */
  stockState: field(parseStockState),
  skuList: rows(GuideSku),
  /**
   * 佣金, which the reference document offers from this interface without naming a field: read where production's names
   * stand, flat or in an object.
   */
  commission: field(parseYuan),
  commissionShare: field(parseDecimal),
  commissionInfo: object({ commission: field(parseYuan), commissionShare: field(parseDecimal) }),
});

export type GoodsInfo = z.infer<typeof GoodsInfo>;

/** `result` of the product method. */
export const DetailResult = z.looseObject({ goodsInfo: anything });

/** `result` of the shop method. */
export const SearchResult = z.looseObject({ goods_list: rows(GoodsInfo), total: field(parseCount) });
