import type { Quota } from '../../src/core/setting-parsers.js';

export interface QuotaJudge {
  /** Notes an arrival at the server; false when its own trailing window already holds the whole quota. */
  readonly arrive: (atUs: number) => boolean;
  readonly arrivals: readonly number[];
  readonly violations: () => number;
  /** The most arrivals within one window. */
  readonly busiest: () => number;
}

/** Judges as the upstream does: exactly, by arrivals, over a sliding window. */
export function createQuotaJudge({ calls, windowMs }: Quota): QuotaJudge {
  const arrivals: number[] = [];
  let violations = 0;
  let busiest = 0;
  return {
    arrivals,
    arrive: (atUs) => {
      const earlier = arrivals.filter((time) => time > atUs - windowMs * 1000).length;
      arrivals.push(atUs);
      busiest = Math.max(busiest, earlier + 1);
      if (earlier < calls) return true;
      violations += 1;
      return false;
    },
    violations: () => violations,
    busiest: () => busiest,
  };
}
