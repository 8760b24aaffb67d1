import type { Outcome } from '../errors.js';

/** How far a run is. */
export interface Progress {
  readonly total: number;
  /** References with an outcome, those of earlier runs included. */
  readonly done: number;
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
  /** Upstream calls of this run. */
  readonly calls: number;
  /** References a second, over the last minute. */
  readonly rate: number;
  /** Absent while nothing can be said. */
  readonly remainingMs?: number;
}

const WINDOW_MS = 60_000;
const SAMPLE_EVERY_MS = 500;
/** Until then the first burst makes the pace look better than it will be. */
const WARM_UP_MS = 15_000;

export interface PaceOptions {
  /** Monotonic, milliseconds. */
  readonly monotonicNow: () => number;
  readonly total: number;
  readonly doneAtStart: number;
  /** What the quota lets expect for all that is open at the start. */
  readonly expectedMs: number;
}

/** Measures how fast a run is, and how long it will take. */
export function createPace({ monotonicNow, total, doneAtStart, expectedMs }: PaceOptions) {
  const startedAtMs = monotonicNow();
  const samples = [{ atMs: startedAtMs, done: doneAtStart }];

  const measureRate = (done: number, nowMs: number): number => {
    if (nowMs - (samples.at(-1)?.atMs ?? 0) >= SAMPLE_EVERY_MS) samples.push({ atMs: nowMs, done });
    while (samples.length > 1 && nowMs - (samples[1]?.atMs ?? nowMs) > WINDOW_MS) samples.shift();
    const [first] = samples;
    return first && nowMs > first.atMs ? ((done - first.done) * 1000) / (nowMs - first.atMs) : 0;
  };

  return (done: number, calls: number): Pick<Progress, 'rate' | 'remainingMs'> => {
    const nowMs = monotonicNow();
    const rate = measureRate(done, nowMs);
    const left = total - done;
    const byQuotaMs = (expectedMs * left) / Math.max(1, total - doneAtStart);
    if (left === 0) return { rate, remainingMs: 0 };
    if (rate === 0) return { rate, remainingMs: calls > 0 ? undefined : byQuotaMs };
    const byRateMs = (left * 1000) / rate;
    const isWarm = calls === 0 || nowMs - startedAtMs > WARM_UP_MS;
    return { rate, remainingMs: isWarm ? byRateMs : Math.max(byRateMs, byQuotaMs) };
  };
}
