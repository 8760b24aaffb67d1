import type { Price, Product } from './product.js';

/** What a merchant pays for goods. What members pay is shown to everybody by the marketplaces. */
const CONFIDENTIAL: ReadonlySet<Price['kind']> = new Set(['cost']);

/** A product as others than the operator may see it: without cost prices and commission. */
export function toPublicProduct({ commission: _, ...product }: Product): Product {
  const keep = (prices: readonly Price[]) => prices.filter(({ kind }) => !CONFIDENTIAL.has(kind));
  return {
    ...product,
    prices: keep(product.prices),
    skus: product.skus?.map((sku) => ({ ...sku, prices: keep(sku.prices) })),
  };
}
