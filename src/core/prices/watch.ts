import type { PriceKind } from '../product/product.js';
import type { Verdict } from './verdict.js';

/** When to tell. Amounts are integer fen. */
export type WatchRule =
  | { readonly kind: 'below'; readonly fen: number }
  /** @property share 0 to 1; the least step where absent */
  | { readonly kind: 'drop'; readonly share?: number }
  | { readonly kind: 'low' }
  | { readonly kind: 'stock' };

/** A product that is watched. */
export interface WatchedProduct {
  readonly platform: string;
  /** What it goes by in the history. */
  readonly id: string;
  /** What an upstream is asked for. */
  readonly askId: string;
  readonly idType?: string;
  readonly url: string;
}

/** What to watch, when to alert, and whom. */
export interface Watch {
  /** Short, such as `w3f2a1`. */
  readonly id: string;
  /** Who may see and remove it: `local`, `telegram:<user>`, the caller of a team server. */
  readonly owner: string;
  /** Where alerts go: `stdout`, `telegram:<chat>`, `webhook:<NAME>`. */
  readonly to: string;
  /** Several: the cheapest of them counts. */
  readonly products: readonly WatchedProduct[];
  /** Provider id; absent: any that answers. */
  readonly source?: string;
  readonly title?: string;
  readonly rule: WatchRule;
  /** When it was set, or its rule changed. */
  readonly createdMs: number;
  readonly mutedUntilMs?: number;
  /** The price in the last report, or at the first look; null while it could not be bought. */
  readonly reportedFen?: number | null;
  readonly state: WatchState;
}

/** What the judge remembers of a watch between two looks. */
export interface WatchState {
  readonly looks: number;
  /** Whether the next crossing raises an alert: false while the price is below the target and that was reported. */
  readonly isArmed: boolean;
  /** What drops are measured from. */
  readonly baseFen?: number;
  /** Since when the price has been above the base. */
  readonly risenSinceMs?: number;
  readonly toldFen?: number;
  readonly toldAtMs?: number;
  /** A price too good to be true, waiting for a second look. */
  readonly doubtedFen?: number;
  readonly wasBuyable?: boolean;
  /** Whose prices these are: see `Look.from`. */
  readonly from?: string;
  readonly variant?: number;
  readonly lastFen?: number;
  readonly lastAtMs?: number;
}

export const NEW_STATE: WatchState = { looks: 0, isArmed: true };

/** What one look at the watched products brought: the cheapest that can be bought. */
export interface Look {
  readonly atMs: number;
  /** Absent while none can be bought, or where nothing is known. */
  readonly price?: { readonly fen: number; readonly kind: PriceKind };
  /** Since when the price has been what it is. */
  readonly sinceMs?: number;
  /** Undefined where nothing is known: then nothing changes. */
  readonly isBuyable: boolean | undefined;
  readonly product?: WatchedProduct;
  readonly title?: string;
  /** Which sources it came from: a drop is never measured between two sources. */
  readonly from?: string;
  /** The cheapest variant, where known: a different, cheaper variant is not a drop. */
  readonly variant?: number;
  /** The lowest price of the 90 days before the present one. */
  readonly lowestFen?: number;
  /** The median of the 90 days before the present one. */
  readonly usualFen?: number;
  readonly verdict: Verdict;
  readonly sandbox?: boolean;
}
