import * as z from 'zod/mini';
import { anything, field, object, rows, text, withRaw } from '../../../product/lenient-schema.js';
import {
  cleanText,
  parseCount,
  parseCountText,
  parseIdDigits,
  parseYuan,
} from '../../../product/normalizer.js';

/** Rows of the Open Platform's production methods. Amounts are yuan; 0, -1 or absent means that there is none. */

const yuan = field(parseYuan);
const count = field(parseCount);
const countText = field(parseCountText);
const id = field(parseIdDigits);
const texts = field((value) =>
  (Array.isArray(value) ? value : []).flatMap((entry) => cleanText(entry) ?? []),
);

/** One variant. */
const Sku = z.object({
  skuId: id,
  wareId: id,
  skuName: text(),
  wareTitle: text(),
  jdPrice: yuan,
  stockNum: countText,
  /** 1 on sale, 2 off sale, 4 deleted. */
  status: count,
  saleAttrs: rows(z.object({ attrId: text(), attrValues: texts, attrValueAlias: texts })),
  /** The merchant's own code of the variant. */
  outerId: text(),
  logo: anything,
});
export const SkuRow = withRaw(Sku);
export type SkuRow = z.infer<typeof SkuRow>;

/** One product page with all its variants. */
const Ware = z.object({
  wareId: id,
  title: text(),
  jdPrice: yuan,
  marketPrice: yuan,
  costPrice: yuan,
  stockNum: countText,
  /** 8 on sale. */
  wareStatus: count,
  brandName: text(),
  shopId: id,
  logo: anything,
  images: field((value): readonly unknown[] => (Array.isArray(value) ? value : [])),
});
export const WareRow = withRaw(Ware);
export type WareRow = z.infer<typeof WareRow>;

export const SkuPage = object({ page: object({ data: rows(SkuRow), totalItem: count }) });
export const WarePage = object({ page: object({ data: rows(WareRow), totalItem: count }) });
export const WareAnswer = object({ ware: z.catch(z.optional(WareRow), undefined) });

/** Warehouses count from 0. */
const StockRow = withRaw(z.object({ storeId: count, stockNum: count }));
export type StockRow = z.infer<typeof StockRow>;

/** The answer of `jingdong.ware.stock.sku.query` and of `jingdong.stock.read.findSkuStock`. */
export const StockAnswer = object({
  returnType: object({ obj: object({ skuStockInfos: rows(StockRow) }) }),
  skuStocks: rows(StockRow),
});

export const ShopAnswer = object({ shop_jos_result: object({ shop_id: id, shop_name: text() }) });

/** What is not asked for by name may be left out of an answer. */
export const SKU_FIELDS = Object.keys(Sku.shape).join(',');
export const WARE_FIELDS = Object.keys(Ware.shape).join(',');
