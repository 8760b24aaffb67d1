import type { ProductFacts } from '../product/product.js';

/** What a search can be ordered by, within one marketplace. */
export const SEARCH_SORTS = ['price', 'sales', 'commission'] as const;
/** One of {@link SEARCH_SORTS}; `price`: the cheapest first, the others the largest first. */
export type SearchSort = (typeof SEARCH_SORTS)[number];

/** What is searched for. Bounds are of the price to pay, in integer fen. */
export interface SearchQuery {
  readonly words: string;
  readonly sort?: SearchSort;
  readonly minFen?: number;
  readonly maxFen?: number;
  /** Only products with a coupon. */
  readonly hasCoupon?: boolean;
  /** How many products are wanted; an upstream may give more or fewer. */
  readonly count: number;
}

/** One upstream page of what was found. */
export interface SearchPage {
  readonly products: readonly ProductFacts[];
  /** Brings the next page; opaque, and perhaps worth nothing tomorrow. Absent on the last page. */
  readonly continuation?: string;
}
