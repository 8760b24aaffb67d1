import { BATCH_CALLS_AT_ONCE } from '../call/limiter.js';
import { findBurstReserve } from '../permits/permit-burst.js';
import type { Quota } from '../setting-parsers.js';

/** How fast the quotas may be used. */
export interface Pace {
  /** No calls are kept for people. */
  readonly batchFirst: boolean;
  /** The quota groups in which somebody has chatted lately. */
  readonly busyGroups: ReadonlySet<string>;
}

/** The calls of one provider. */
export interface Need {
  /** Those of one group share its quota. */
  readonly group: string;
  readonly limit: Quota;
  readonly calls: number;
}

/** When calls leave that have the quota to themselves, in milliseconds after the first. */
export interface Schedule {
  /** All calls that are planned. */
  readonly calls: number;
  /** Until this many calls are answered. */
  readonly lengthMs: (calls: number) => number;
  /** When the quota lets a call leave after this many have left, of so many in all. */
  readonly dueMs: (left: number, calls: number) => number;
  /** How long calls take where no quota holds them up. */
  readonly latencyMs: (calls: number) => number;
}

/** Groups run side by side; the slowest decides. */
export function planSchedule(needs: readonly Need[], { batchFirst, busyGroups }: Pace): Schedule {
  const groups = new Map<string, Need>();
  for (const { group, limit, calls } of needs) {
    groups.set(group, { group, limit, calls: calls + (groups.get(group)?.calls ?? 0) });
  }
  const all = [...groups.values()].reduce((sum, { calls }) => sum + calls, 0);
  const parts = [...groups.values()].map(({ group, limit, calls }) => {
    const isQuiet = !busyGroups.has(group);
    const reserve = findBurstReserve({ calls: limit.calls, expectedCalls: calls, batchFirst, isQuiet });
    const part = reserve === undefined ? createSpread(limit) : createBurst(limit, reserve);
    return { part, calls, share: calls / Math.max(1, all) };
  });
  const slowest = parts.reduce<(typeof parts)[number] | undefined>(
    (slow, one) => (slow && slow.part.lengthMs(slow.calls) >= one.part.lengthMs(one.calls) ? slow : one),
    undefined,
  );
  const { part = createSpread({ calls: 1, windowMs: 0 }), share = 0 } = slowest ?? {};
  return {
    calls: all,
    lengthMs: (calls) => part.lengthMs(Math.round(calls * share)),
    dueMs: (left, calls) => part.dueMs(Math.floor(left * share), Math.round(calls * share)),
    latencyMs: (calls) => estimateLatencyMs(Math.round(calls * share)),
  };
}

type GroupSchedule = Pick<Schedule, 'lengthMs' | 'dueMs'>;

/** What an upstream takes to answer, as far as can be said before it is asked. */
const TYPICAL_CALL_MS = 300;
/** Nothing is said to take less. */
const LEAST_MS = 1000;

const estimateLatencyMs = (calls: number) => Math.ceil(calls / BATCH_CALLS_AT_ONCE) * TYPICAL_CALL_MS;

/**
 * What fits into the first burst leaves at once, in parallel. Of a larger list half the quota does, the other
 * half spreads over the first window, and the rest follows at the pace of the quota.
 */
function createSpread({ calls: quota, windowMs }: Quota): GroupSchedule {
  const dueMs = (left: number, calls: number): number => {
    if (calls <= quota * 0.9) return 0;
    return Math.max(0, ((left - quota / 2) * windowMs) / (calls > quota ? quota : quota / 2));
  };
  const lengthMs = (calls: number): number => {
    if (calls === 0) return 0;
    const windowsMs = calls <= quota * 0.9 ? 0 : (Math.ceil(calls / quota) - 1) * windowMs;
    return Math.max(LEAST_MS, estimateLatencyMs(calls), dueMs(calls, calls), windowsMs);
  };
  return { dueMs, lengthMs };
}

/** All that the reserve leaves goes out at once, and again in each further window. */
function createBurst({ calls: quota, windowMs }: Quota, reserve: number): GroupSchedule {
  const together = Math.max(1, quota - reserve);
  const dueMs = (left: number) => Math.floor(left / together) * windowMs;
  const lengthMs = (calls: number): number =>
    calls === 0 ? 0 : Math.max(LEAST_MS, estimateLatencyMs(calls), dueMs(calls - 1));
  return { dueMs, lengthMs };
}
