import type { Quota } from '../core/setting-parsers.js';

/** One counted call, as the upstream saw it. */
export interface Arrival {
  /** Monotonic clock, microseconds: comparable between the processes of one boot. */
  readonly atUs: number;
  readonly upstream: string;
  readonly group: string;
  readonly name: string;
  readonly ids: readonly string[];
  /** Its own trailing window already held as many calls as the quota allows. */
  readonly violation: boolean;
}

export interface GroupStats {
  readonly group: string;
  readonly calls: number;
  readonly violations: number;
  /** The most calls that any window held, judged at each arrival and including it. */
  readonly mostInWindow: number;
}

export type QuotaJudge = ReturnType<typeof createQuotaJudge>;

interface GroupLog {
  readonly timesUs: number[];
  violations: number;
  mostInWindow: number;
}

/** How many of the ascending `timesUs` lie after `sinceUs`. */
function countAfter(timesUs: readonly number[], sinceUs: number): number {
  let low = 0;
  let high = timesUs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((timesUs[middle] ?? 0) > sinceUs) high = middle;
    else low = middle + 1;
  }
  return timesUs.length - low;
}

/** An exact sliding log: a call is a violation when its own trailing window already holds the quota. */
export function createQuotaJudge(elapsedUs: () => number) {
  const groups = new Map<string, GroupLog>();
  let arrivals: Arrival[] = [];
  const logOf = (group: string): GroupLog => {
    const log = groups.get(group) ?? { timesUs: [], violations: 0, mostInWindow: 0 };
    groups.set(group, log);
    return log;
  };
  return {
    /** Judges a call that arrives now; every arrival counts, refused ones too. */
    arrive: (call: Omit<Arrival, 'atUs' | 'violation'>, limit: Quota) => {
      const atUs = elapsedUs();
      const log = logOf(call.group);
      const before = countAfter(log.timesUs, atUs - limit.windowMs * 1000);
      const violation = before >= limit.calls;
      log.timesUs.push(atUs);
      log.mostInWindow = Math.max(log.mostInWindow, before + 1);
      if (violation) log.violations += 1;
      const arrival = { atUs, ...call, violation };
      arrivals.push(arrival);
      return arrival;
    },
    arrivals: () => arrivals,
    stats: () =>
      [...groups].map(([group, { timesUs, violations, mostInWindow }]) => ({
        group,
        calls: timesUs.length,
        violations,
        mostInWindow,
      })),
    clear: () => {
      groups.clear();
      arrivals = [];
    },
  };
}
