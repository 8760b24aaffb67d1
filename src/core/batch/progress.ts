import type { Clock } from '../clock.js';
import type { Standing } from './work.js';

/** How far a run is. */
export interface Progress extends Standing {
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

export interface PaceOptions extends Pick<Clock, 'monotonicNow'> {
  readonly start: Standing;
  /** What the quota lets expect for all that is open at the start; absent where nobody can know. */
  readonly expectedMs?: number;
}

/** Measures how fast a run is, and how long it will take. */
export function createPace({ monotonicNow, start, expectedMs }: PaceOptions) {
  const startedAtMs = monotonicNow();
  const samples = [{ atMs: startedAtMs, done: start.done }];

  const measureRate = (done: number, nowMs: number): number => {
    if (nowMs - (samples.at(-1)?.atMs ?? 0) >= SAMPLE_EVERY_MS) samples.push({ atMs: nowMs, done });
    while (samples.length > 1 && nowMs - (samples[1]?.atMs ?? nowMs) > WINDOW_MS) samples.shift();
    const [first] = samples;
    return first && nowMs > first.atMs ? ((done - first.done) * 1000) / (nowMs - first.atMs) : 0;
  };

  const predictMs = (left: number, total: number, rate: number, calls: number): number | undefined => {
    const byQuotaMs =
      expectedMs === undefined ? undefined : (expectedMs * left) / Math.max(1, total - start.done);
    if (rate === 0) return calls > 0 ? undefined : byQuotaMs;
    const byRateMs = (left * 1000) / rate;
    const isWarm = calls === 0 || monotonicNow() - startedAtMs > WARM_UP_MS;
    return isWarm ? byRateMs : Math.max(byRateMs, byQuotaMs ?? 0);
  };

  return ({ done, total }: Standing, calls: number): Pick<Progress, 'rate' | 'remainingMs'> => {
    const rate = measureRate(done, monotonicNow());
    if (total === undefined) return { rate };
    const left = Math.max(0, total - done);
    return { rate, remainingMs: left === 0 ? 0 : predictMs(left, total, rate, calls) };
  };
}
