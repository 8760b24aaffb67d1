import * as z from 'zod/mini';
import { field, text } from '../../../product/lenient-schema.js';
import { collectSkus, noteRepeatedSkus, parseIdDigits, parseYuan } from '../../../product/normalizer.js';
import type { Attribute, Note, Sku } from '../../../product/product.js';
import type { Connection } from '../../../provider.js';
import { normalizeStockState, parseStockState } from '../stock-state.js';

/** A row of `skuList` in dialect "guide". */
export const GuideSku = z.object({
  skuId: field(parseIdDigits),
  specId: field(parseIdDigits),
  /** `颜色:黑色/内存:256GB` */
  specName: text(),
  /** Yuan. */
  price: field(parseYuan),
  stockState: field(parseStockState),
});
export type GuideSku = z.infer<typeof GuideSku>;

export interface GuideSkus {
  readonly skus: Sku[] | undefined;
  /** How many variants an answer holds without telling which, and how many it tells twice. */
  readonly notes: readonly Note[];
}

/**
 * The variants that an answer names by SKU id or at least by name; a `specId` is the id of what makes a variant, never
 * its own. The reference document calls their price `price` and no more: that it is the list price, as the product's
 * `price` is, is an assumption.
 */
export function normalizeGuideSkus<R extends GuideSku>(
  rows: readonly R[],
  complete?: (sku: Sku, row: R) => Sku,
): GuideSkus {
  const named = rows.flatMap((row) => {
    const name = row.specName ?? row.skuId;
    if (name === undefined) return [];
    const sku: Sku = {
      id: row.skuId,
      specId: row.specId,
      name,
      attributes: parseSpecName(row.specName ?? ''),
      prices: row.price === undefined ? [] : [{ kind: 'list', amountFen: row.price, isAssumed: true }],
      stock: normalizeStockState(row.stockState),
    };
    return [complete ? complete(sku, row) : sku];
  });
  const skus = collectSkus(named);
  return { skus, notes: [...noteRepeatedSkus(named, skus), ...noteNamelessSkus(rows.length - named.length)] };
}

function noteNamelessSkus(count: number): Note[] {
  if (count === 0) return [];
  return [
    {
      en: `Variants without an id and a name that are left out: ${count}`,
      zh: `有 ${count} 个规格没有编号和名称，没有列出`,
    },
  ];
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
