import type { Quota } from '../setting-parsers.js';

/** The lengths that follow from a quota, in microseconds; a scaled quota scales them all. */
export interface Timing {
  readonly calls: number;
  readonly windowUs: number;
  /** How long a permit stays in use after its answer: the window and a guard. */
  readonly holdUs: number;
  /** How long an unanswered call may be on its way. */
  readonly leaseUs: number;
  /** A process that slept longer between deciding and sending must decide again. */
  readonly longestSleepUs: number;
  /** How often interactive callers who wait look again, for what nobody tells them. */
  readonly pollUs: number;
  /** The same for batches, which are in less of a hurry. */
  readonly batchPollUs: number;
  /** How long the batch that was served last lets the others go first. */
  readonly courtesyUs: number;
}

/** @param leastSleepMs what passes between deciding and sending where permits are far away */
export function toTiming(limit: Quota, callTimeoutMs: number, leastSleepMs = 0): Timing {
  const windowUs = limit.windowMs * 1000;
  const longestSleepUs = Math.max(windowUs / 60, leastSleepMs * 1000);
  const pollUs = Math.min(Math.max(windowUs / 240, 1000), 250_000);
  return {
    calls: limit.calls,
    windowUs,
    holdUs: Math.ceil(windowUs + windowUs / 240),
    leaseUs: Math.ceil(callTimeoutMs * 1000 + longestSleepUs),
    longestSleepUs,
    pollUs,
    batchPollUs: 4 * pollUs,
    courtesyUs: windowUs / 480,
  };
}
