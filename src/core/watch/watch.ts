import type { Verdict } from '../history/verdict.js';
import type { PriceKind } from '../product/product.js';

/** When to tell. Amounts are integer fen. */
export type WatchRule =
  | { readonly kind: 'below'; readonly fen: number }
  /** @property share 0 to 1; the least step where absent */
  | { readonly kind: 'drop'; readonly share?: number }
  | { readonly kind: 'low' }
  | { readonly kind: 'stock' };

/** A product that is watched, by the id it goes by in the history and by what an upstream is asked for. */
export interface WatchedProduct {
  readonly platform: string;
  readonly id: string;
  readonly askId: string;
  readonly idType?: string;
  readonly url: string;
}

/** What somebody wants to be told. */
export interface Watch {
  /** Short, such as `w3f2a1`. */
  readonly id: string;
  /** Who may see and remove it: `local`, `telegram:<user>`, the caller of a team server. */
  readonly owner: string;
  /** Where alerts go: `stdout`, `telegram:<chat>`, `webhook:<NAME>`. */
  readonly to: string;
  /** Several: the cheapest of them counts. */
  readonly products: readonly WatchedProduct[];
  /** Provider id; absent: whoever answers. */
  readonly source?: string;
  readonly title?: string;
  readonly rule: WatchRule;
  readonly createdMs: number;
  readonly mutedUntilMs?: number;
  readonly state: WatchState;
}

/** What the judge remembers of a watch between two looks. */
export interface WatchState {
  readonly looks: number;
  /** Whether the next crossing is told: false while the price is below the target and that was said. */
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
  readonly lastFen?: number;
  readonly lastAtMs?: number;
}

export const NEW_STATE: WatchState = { looks: 0, isArmed: true };

/** What one look at the watched products brought: the cheapest that can be bought. */
export interface Look {
  readonly atMs: number;
  /** Absent while none can be bought, or where nothing is known. */
  readonly price?: { readonly fen: number; readonly kind: PriceKind };
  /** Undefined where nothing is known: then nothing changes. */
  readonly isBuyable: boolean | undefined;
  readonly product?: WatchedProduct;
  readonly title?: string;
  /** The lowest price of the last 90 days before this look. */
  readonly lowestFen?: number;
  /** The median of the last 90 days. */
  readonly usualFen?: number;
  readonly verdict: Verdict;
  readonly sandbox?: boolean;
}

/** Something to tell. */
export interface Alert {
  readonly id: string;
  readonly watchId: string;
  /** Whose watch it is. */
  readonly owner: string;
  readonly to: string;
  readonly platform: string;
  readonly productId: string;
  readonly url: string;
  readonly title?: string;
  readonly reason: WatchRule['kind'];
  readonly price: { readonly fen: number; readonly kind: PriceKind };
  readonly wasFen?: number;
  readonly targetFen?: number;
  readonly verdict: Verdict;
  readonly atMs: number;
  readonly sandbox?: boolean;
}

/** `due → sending → sent | unknown | failed`; what was cut off while it was sent is never sent again. */
export type AlertStatus = 'due' | 'sending' | 'sent' | 'unknown' | 'failed';

/** What became of an alert that was to be sent; `due`: it certainly did not arrive, and is sent later. */
export type AlertFate = Exclude<AlertStatus, 'sending'>;

/** An alert as JSON: amounts in yuan. */
export function formatAlert(alert: Alert) {
  const {
    id,
    watchId,
    platform,
    productId,
    url,
    title,
    reason,
    price,
    wasFen,
    targetFen,
    verdict,
    atMs,
    sandbox,
  } = alert;
  return {
    alert_id: id,
    watch: watchId,
    platform,
    id: productId,
    title,
    url,
    reason,
    price: { amount: price.fen / 100, kind: price.kind },
    was: wasFen === undefined ? undefined : wasFen / 100,
    target: targetFen === undefined ? undefined : targetFen / 100,
    verdict,
    at: new Date(atMs).toISOString(),
    sandbox,
  };
}
