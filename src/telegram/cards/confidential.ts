import type { Price, Product } from '../../core/index.js';

/** What a merchant pays is nobody else's business. What members pay is shown to everybody by the marketplaces. */
const CONFIDENTIAL_KINDS: ReadonlySet<Price['kind']> = new Set(['cost']);

/** Whether somebody may see what a merchant pays: an admin, and nobody looking over the shoulder. */
export function maySeeCosts({
  isAdmin,
  isPrivate,
}: {
  readonly isAdmin: boolean;
  readonly isPrivate: boolean;
}): boolean {
  return isAdmin && isPrivate;
}

/** The product without prices that this user may not see. */
export function withoutCosts(product: Product): Product {
  const keep = (prices: readonly Price[]) => prices.filter(({ kind }) => !CONFIDENTIAL_KINDS.has(kind));
  return {
    ...product,
    prices: keep(product.prices),
    skus: product.skus?.map((sku) => ({ ...sku, prices: keep(sku.prices) })),
  };
}
