import * as z from 'zod';
import { field, rows } from '../../../product/lenient-schema.js';
import { cleanText, parseCount, parseIdDigits, parseYuan } from '../../../product/normalizer.js';
import { GuideSku } from '../../jd/guide/skus.js';

/**
 * `result.item` of `jingdong.item.read.get`. The reference document names the method and what it offers, but gives no
 * sample of an answer: these field names are assumed. Amounts are yuan; 0, -1 or absent is no such price.
 */
export const Item = z.object({
  skuId: field(parseIdDigits),
  title: field((value) => cleanText(value)),
  price: field(parseYuan),
  memberPrice: field(parseYuan),
  costPrice: field(parseYuan),
  stockNum: field(parseCount),
  areaStock: rows(z.object({ area: field((value) => cleanText(value)), stockNum: field(parseCount) })),
  sales: field(parseCount),
  skuList: rows(GuideSku),
});
export type Item = z.infer<typeof Item>;

export const ItemResult = z.looseObject({ item: z.unknown().optional() });
