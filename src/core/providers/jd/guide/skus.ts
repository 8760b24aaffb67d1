import * as z from 'zod';
import { field } from '../../../product/lenient-schema.js';
import {
  cleanText,
  collectSkus,
  parseCount,
  parseIdDigits,
  parseYuan,
  toPrices,
} from '../../../product/normalizer.js';
import type { Attribute, Sku, Stock } from '../../../product/product.js';
import type { Connection } from '../../../provider.js';

/** A row of `skuList` in dialect "guide". */
export const GuideSku = z.object({
  skuId: field(parseIdDigits),
  specId: field(parseIdDigits),
  /** `颜色:黑色/内存:256GB` */
  specName: field((value) => cleanText(value)),
  /** Yuan. */
  price: field(parseYuan),
  stockState: field(parseCount),
});
export type GuideSku = z.infer<typeof GuideSku>;

export function normalizeGuideSkus(rows: readonly GuideSku[]): Sku[] | undefined {
  const skus = rows.flatMap((row) => {
    const id = row.skuId ?? row.specId;
    if (id === undefined) return [];
    const sku: Sku = {
      id,
      name: row.specName ?? id,
      attributes: parseSpecName(row.specName ?? ''),
      prices: toPrices('list', row.price),
      stock: normalizeStockState(row.stockState),
    };
    return [sku];
  });
  return collectSkus(skus);
}

/** 1 有货, 0 无货; undefined where nothing is said. */
export function normalizeStockState(stockState: number | undefined): Stock | undefined {
  if (stockState === undefined) return undefined;
  if (stockState === 1) return { status: 'in_stock' };
  return { status: stockState === 0 ? 'out_of_stock' : 'unknown' };
}

/** Stands between attributes (a slash in the reference document); one inside a value, as in 尺码:170/92A, separates nothing. */
const SEPARATOR = /[/;；,，|](?=[^/;；,，|:：]+[:：])/;

/** `颜色:黑色/内存:256GB` */
function parseSpecName(specName: string): Attribute[] {
  return specName.split(SEPARATOR).flatMap((part) => {
    const [, name, value] = /^([^:：]+)[:：](.+)$/.exec(part) ?? [];
    return name && value ? [{ name: name.trim(), value: value.trim() }] : [];
  });
}

/** Whether the answer, though it goes by another SKU, names the one that was asked for among its own. */
export const hasAskedSku: NonNullable<Connection['isSameProduct']> = ({ id }, { skus = [] }) =>
  skus.some((sku) => sku.id === id);
