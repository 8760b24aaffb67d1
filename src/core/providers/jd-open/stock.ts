import { isCutDown } from '../../product/normalizer.js';
import type { Count, Stock } from '../../product/product.js';

export interface Region {
  readonly name: string;
  readonly quantity: number;
}

/** Known from the total, or from its parts; undefined where neither is. */
export function normalizeQuantity(total: Count | undefined, regions: readonly Region[]): Stock | undefined {
  const known = regions.length > 0 ? regions : undefined;
  if (total === undefined && !known) return undefined;
  const isInStock = total === undefined ? regions.some(({ quantity }) => quantity > 0) : total.count > 0;
  return {
    status: isInStock ? 'in_stock' : 'out_of_stock',
    quantity: total?.count,
    atLeast: total && isCutDown(total),
    regions: known,
  };
}
