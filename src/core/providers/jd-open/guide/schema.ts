import * as z from 'zod/mini';
import { anything, field, rows, text } from '../../../product/lenient-schema.js';
import { parseCount, parseCountText, parseIdDigits, parseYuan } from '../../../product/normalizer.js';
import { parseGuideSales } from '../../jd/guide/sales.js';
import { GuideSku } from '../../jd/guide/skus.js';

const sales = field(parseGuideSales);
const areaStock = rows(z.object({ area: text(), stockNum: field(parseCount) }));

/** A row of `skuList`, which the reference document promises with 真实库存/区域库存; it is read by the names of the item. */
const ItemSku = z.extend(GuideSku, {
  memberPrice: field(parseYuan),
  costPrice: field(parseYuan),
  stockNum: field(parseCountText),
  areaStock,
});
export type ItemSku = z.infer<typeof ItemSku>;

/**
 * `result.item` of `jingdong.item.read.get`. The reference document names the method and what it offers, but gives no
 * sample of an answer: these field names are assumed. Amounts are yuan; 0, -1 or absent means that there is none.
 */
export const Item = z.object({
  skuId: field(parseIdDigits),
  title: text(),
  price: field(parseYuan),
  memberPrice: field(parseYuan),
  costPrice: field(parseYuan),
  stockNum: field(parseCountText),
  areaStock,
  /** The period is not known. */
  sales,
  monthSales: sales,
  totalSales: sales,
  skuList: rows(ItemSku),
});
export type Item = z.infer<typeof Item>;

export const ItemResult = z.looseObject({ item: anything });
