import {
  type Batches,
  type BatchProgress,
  type BijiaError,
  type JobRecord,
  type Reservation,
  toBijiaError,
} from '../../core/index.js';
import type { Usage } from '../people/usage.js';
import type { BatchEntry } from './batch-entry.js';
import type { Standing } from './batch-view.js';
import { whenUnlocked } from './chat-jobs.js';

export interface DayRunOptions {
  readonly batches: Pick<Batches, 'run'>;
  readonly usage: Usage;
  readonly signal: AbortSignal;
  /** The chat's part of the record as it is now, written together with the state that the job runs. */
  readonly findExtra: () => JobRecord['extra'];
  /** How far the job is before it goes on. */
  readonly known: Standing;
  readonly show: (standing: Standing) => void;
  /** Of a machine that died, a job is led for some seconds yet. */
  readonly isShared: boolean;
}

export interface DayReport extends Standing {
  readonly state: 'finished' | 'stopped' | 'cancelled';
  readonly cause?: BijiaError;
}

/** Pages of a shop, and calls that had to be repeated, are not known beforehand. */
const SPARE_CALLS = 20;
/** Longer than the lead of a machine that died lasts. */
const LED = { tries: 20, pauseMs: 1000 };
/** One call, and as often as the core may repeat it. */
const CALLS_PER_FAILURE = 4;

/**
 * Runs a job within what is left of its owner's day. The calls it is expected to take are set aside before the first
 * one leaves, so that links pasted in the meantime cannot spend them as well, and given back afterwards. Where that was too
 * few, the run is continued with some more: a list of 90 of 100 calls a day leaves 10 for chat, and none is made twice.
 */
export async function runWithinDay(entry: BatchEntry, options: DayRunOptions): Promise<DayReport> {
  const { usage } = options;
  let standing = options.known;
  for (let more = 1; ; more *= 2) {
    const isBounded = usage.isBounded(entry.ownerId);
    const wanted = isBounded ? more * countExpected(entry, standing) : 0;
    const reservation = await usage.reserve(entry.ownerId, wanted);
    const maxCalls = isBounded ? reservation.calls : undefined;
    const report = await runShare(entry, standing, { ...options, reservation, maxCalls });
    if (report.cause?.code !== 'max_calls_reached' || options.signal.aborted) return report;
    // A retry would ask for all failures again; and where all that is left was too little, nothing is left to try.
    if (entry.retryFailed || reservation.calls < wanted) return report;
    standing = report;
  }
}

/** Upstream calls that are still to be made, and some to spare. */
function countExpected({ calls, retryFailed }: BatchEntry, { done, total, counts = {} }: Standing): number {
  if (retryFailed) return (total - done + (counts.upstream_error ?? 0)) * CALLS_PER_FAILURE + SPARE_CALLS;
  const open = total > 0 ? (total - done) / total : 0;
  return Math.ceil((11 * (calls ?? total) * open) / 10) + SPARE_CALLS;
}

interface ShareOptions extends DayRunOptions {
  readonly reservation: Reservation;
  /** Undefined for no bound. */
  readonly maxCalls: number | undefined;
}

async function runShare(
  { id, retryFailed }: BatchEntry,
  known: Standing,
  { batches, reservation, maxCalls, signal, findExtra, show, isShared }: ShareOptions,
): Promise<DayReport> {
  let counted = 0;
  let last = known;
  const count = (calls: number) => {
    reservation.spend(calls - counted);
    counted = calls;
  };
  const follow = (standing: Standing, calls: number) => {
    count(calls);
    last = standing;
    show(standing);
  };
  const bounds = { signal, maxCalls, extra: findExtra() };
  try {
    const report = await whenUnlocked(
      () =>
        batches.run(id, {
          ...bounds,
          retryFailed,
          onProgress: (progress) => follow(toStanding(progress), progress.calls),
        }),
      isShared ? { ...LED, signal } : undefined,
    );
    count(report.calls);
    return { ...report, ...toStanding(report) };
  } catch (thrown) {
    const cause = toBijiaError(thrown);
    if (cause.code === 'job_finished') return { ...last, state: 'finished' };
    return { ...last, state: 'stopped', cause };
  } finally {
    await reservation.release();
  }
}

/** A shop that does not say how many products it has counts those seen. */
const toStanding = ({ total, done, counts, remainingMs }: BatchProgress): Standing => ({
  done,
  total: total ?? done,
  counts,
  remainingMs,
});
