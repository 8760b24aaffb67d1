import { CHINA_OFFSET_MS, DAY_MS, HOUR_MS, MINUTE_MS } from '../clock.js';

/** How often products are looked at: evenly, by what the budget allows, and not by how often their prices change. */

/** Beyond this a watch is worth little: new ones are refused. */
export const LONGEST_INTERVAL_MS = DAY_MS;

/** A product that nobody could say anything about for so long is looked at once a day, and that is told. */
export const LOST_MS = 3 * DAY_MS;

export interface LookBudget {
  /** How many products of this upstream are watched. */
  readonly products: number;
  /** How many of them one call answers. */
  readonly idsPerCall: number;
  /** The upstream's quota. */
  readonly calls: number;
  readonly windowMs: number;
  /** 0 to 1: how much of it looks may take. */
  readonly share: number;
  /** For calls that cost money: how many a day; undefined for an upstream that is free. */
  readonly paidDaily?: number;
  /** The least interval of a free upstream, instead of its own. */
  readonly leastMs?: number;
}

/**
 * The time between two looks at a product, in milliseconds; infinite where no call may be made. Worked example: 1,000
 * products, 100 a call, a fifth of 100 calls a minute: 10 calls, half a minute's share, so the least interval of 30 minutes
 * holds. With one a call, 1,000 calls take 50 minutes; the least is an hour.
 */
export function getInterval({
  products,
  idsPerCall,
  calls,
  windowMs,
  share,
  paidDaily,
  ...rest
}: LookBudget): number {
  const sweep = Math.ceil(products / Math.max(1, idsPerCall));
  if (paidDaily !== undefined) return Math.max(12 * HOUR_MS, (sweep / paidDaily) * DAY_MS);
  const least = rest.leastMs ?? (idsPerCall > 1 ? 30 * MINUTE_MS : HOUR_MS);
  return Math.max(least, (sweep / (calls * share)) * windowMs);
}

/** Shops change prices on the hour; these are the hours of GMT+8 at which most offers begin, in minutes of the day. */
const ANCHORS = [5, 10 * 60 + 5, 20 * 60 + 5];
/** Looks at one anchor are spread over this, so that they do not all leave at once. */
const SPREAD_MS = 20 * MINUTE_MS;

/**
 * When a product is due again: after the interval, or a little sooner, right after one of the hours at which offers begin.
 * @param place 0 to 1, the same for a product each time
 */
export function getNextDue(nowMs: number, intervalMs: number, place: number): number {
  const latest = nowMs + intervalMs;
  const day = Math.floor((nowMs + CHINA_OFFSET_MS) / DAY_MS) * DAY_MS - CHINA_OFFSET_MS;
  const anchors = [0, 1].flatMap((days) => ANCHORS.map((minute) => day + days * DAY_MS + minute * MINUTE_MS));
  const anchor = anchors.find((at) => at + SPREAD_MS > nowMs + intervalMs / 2 && at + SPREAD_MS <= latest);
  return anchor === undefined ? latest : Math.max(nowMs + intervalMs / 2, anchor + place * SPREAD_MS);
}
