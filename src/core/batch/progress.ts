import type { Clock } from '../clock.js';
import type { Schedule } from './schedule.js';
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
/** From then on the pace so far says something: one answer tells how long the first took to come, no more. */
const TELLING_MS = 2000;
const TELLING_ANSWERS = 10;
/** Behind the schedule by more than this, the quota is not the run's alone, or the upstream is slow. */
const LATE_MS = 5000;
const LATE_SHARE = 0.1;

export interface PaceOptions extends Pick<Clock, 'monotonicNow'> {
  readonly start: Standing;
  /** How the calls for all that is open at the start will leave; absent where nobody can know. */
  readonly schedule?: Schedule;
}

/** Measures how fast a run is, and how long it will take. */
export function createPace({ monotonicNow, start, schedule }: PaceOptions) {
  const startedAtMs = monotonicNow();
  const samples = [{ atMs: startedAtMs, done: start.done }];

  const measureRate = (done: number, nowMs: number): number => {
    if (nowMs - (samples.at(-1)?.atMs ?? 0) >= SAMPLE_EVERY_MS) samples.push({ atMs: nowMs, done });
    while (samples.length > 1 && nowMs - (samples[1]?.atMs ?? nowMs) > WINDOW_MS) samples.shift();
    const [first] = samples;
    return first && nowMs > first.atMs ? ((done - first.done) * 1000) / (nowMs - first.atMs) : 0;
  };

  const predictMs = ({ done, total = 0 }: Standing, rate: number, calls: number): number | undefined => {
    const left = Math.max(0, total - done);
    const byRateMs = rate > 0 ? (left * 1000) / rate : undefined;
    // What came from memory says nothing about calls, and calls nothing about it.
    if (schedule === undefined || (calls === 0 && byRateMs !== undefined)) return byRateMs;
    const elapsedMs = monotonicNow() - startedAtMs;
    const share = left / Math.max(1, total - start.done);
    const planned = predictByPlan(schedule, { calls, elapsedMs, share });
    const isOverrun = elapsedMs > planned.lengthMs;
    const isTelling = elapsedMs >= TELLING_MS && (isOverrun || done - start.done >= TELLING_ANSWERS);
    if (isTelling) return planned.isOnTime ? planned.leftMs : longest(byRateMs, planned.quotaLeftMs);
    return longest(done > start.done ? planned.firstMs : planned.latencyMs, planned.quotaLeftMs);
  };

  return (standing: Standing, calls: number): Pick<Progress, 'rate' | 'remainingMs'> => {
    const { done, total } = standing;
    const rate = measureRate(done, monotonicNow());
    if (total === undefined) return { rate };
    return { rate, remainingMs: done >= total ? 0 : predictMs(standing, rate, calls) };
  };
}

interface Stage {
  /** Calls that have left. */
  readonly calls: number;
  readonly elapsedMs: number;
  /** Of what was open at the start, how much still is. */
  readonly share: number;
}

/** The quota holds calls up until they are due: a run that has sent all it may waits, and is on time. */
function predictByPlan(schedule: Schedule, { calls, elapsedMs, share }: Stage) {
  const callsLeft = Math.round(schedule.calls * share);
  // Fewer than planned where answers came from memory.
  const all = Math.min(schedule.calls, calls + callsLeft);
  const lengthMs = schedule.lengthMs(all);
  const dueMs = Math.min(lengthMs, schedule.dueMs(Math.min(calls, all - 1), all));
  const waitMs = Math.max(0, dueMs - elapsedMs);
  const lastMs = schedule.dueMs(all - 1, all);
  const quotaLeftMs = waitMs + Math.max(0, lastMs - dueMs);
  const isOnTime = lastMs > schedule.latencyMs(all) && elapsedMs - dueMs <= LATE_MS + lengthMs * LATE_SHARE;
  const latencyMs = schedule.latencyMs(callsLeft);
  return {
    lengthMs,
    isOnTime,
    latencyMs,
    quotaLeftMs,
    leftMs: Math.max(quotaLeftMs, latencyMs),
    // Between what is usual and what the first answer took, which may have waited for a token, too.
    firstMs: Math.sqrt(latencyMs * ((callsLeft * elapsedMs) / Math.max(1, calls))),
  };
}

/** Undefined when neither is known to be more than nothing. */
function longest(byRateMs: number | undefined, quotaLeftMs: number): number | undefined {
  return Math.max(byRateMs ?? 0, quotaLeftMs) || undefined;
}
