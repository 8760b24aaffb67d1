import type { Clock } from '../../clock.js';
import type { Core } from '../../core.js';
import { type BijiaError, BoundError, StateError, toBijiaError } from '../../errors.js';
import { isOfThisMachine } from '../../own-fault.js';
import type { ChunkEnd, ClaimedChunk, ClaimWish, JobRows } from '../../state/job-rows.js';
import type { ChunkTask } from '../../state/task-queue.js';
import { type RunReport, startRun } from '../engine.js';
import { createDamagedError } from '../jobs/job-reader.js';
import { isNewer, type JobRecord, parseJobRecord } from '../jobs/job-record.js';
import { type OpenChunk, openChunk } from './open-chunk.js';
import { askPatiently } from './patience.js';
import { SHARED_DATABASE } from './row-record.js';
import { toStoredCause } from './stored-cause.js';

export interface ChunkWorkOptions extends Pick<Clock, 'monotonicNow' | 'repeat' | 'wait'> {
  readonly core: Core;
  readonly rows: JobRows;
  /** This process keeps no calls for people while it works on them. */
  readonly batchFirst?: boolean;
}

/** Works on parts of jobs, whichever machine began them. */
export type ChunkWork = ReturnType<typeof createChunkWork>;

export function createChunkWork(options: ChunkWorkOptions) {
  const { core, rows } = options;
  const sources = core.upstreams.map(({ provider }) => provider.id);
  /** What this process would ask another provider for. */
  const except = new Set<string>();
  const workOnOne = async (wish: Partial<ClaimWish>, signal: AbortSignal) => {
    const chunk = await rows.claim({ ...wish, sources, except: [...except] });
    if (!chunk) return 'none';
    const leave = () => except.add(`${chunk.job}/${chunk.type}`);
    const isOwn = await workOn(chunk, signal, options).catch((error: unknown) => {
      if (isOfThisMachine(toBijiaError(error))) leave();
      throw error;
    });
    if (!isOwn) leave();
    return 'worked';
  };
  return {
    /**
     * Parts of running jobs that nobody works on and that this process has a provider for; the jobs take turns.
     * @param perJob most of one job
     * @throws StateError, ConfigError
     */
    listOpen: (perJob: number) => rows.listOpen(sources, perJob),
    /**
     * Claims one part and works it through, or until the signal fires.
     * @returns `none` when it has ended, is held by another process, or is not for this one
     * @throws StateError; what only this machine meets, so that the part is for others
     */
    work: ({ job, chunk }: ChunkTask, signal: AbortSignal) => workOnOne({ job, chunk }, signal),
    /** The same with the part whose turn it is. @param job only of this job */
    workNext: (signal: AbortSignal, job?: string) => workOnOne({ job }, signal),
    /** Ends what processes left behind that died. @throws StateError */
    tidy: rows.tidy,
  };
}

const RENEW_EVERY_MS = 1000;

/** @returns false when it is not for this process */
async function workOn(chunk: ClaimedChunk, outer: AbortSignal, options: ChunkWorkOptions): Promise<boolean> {
  const lease = keepLease(chunk, outer, options);
  const patience = { ...options, signal: outer };
  try {
    const record = isNewer(chunk.record) ? undefined : readRecord(chunk);
    const opened = record && (await openChunk(chunk, record, { ...options, patience }));
    if (!opened) {
      await lease.end({ state: 'open' });
      return false;
    }
    await settle(chunk, await runChunk(chunk, opened, lease, options), lease, options);
  } catch (thrown) {
    const error = toBijiaError(thrown);
    // The process that finds the lease over goes on; nothing is lost.
    if (error instanceof StateError || isOfThisMachine(error)) throw error;
    await stopJob(chunk, error, lease, options);
  } finally {
    lease.stop();
  }
  return true;
}

/** @throws ConfigError for a damaged one */
function readRecord({ job, record }: ClaimedChunk): JobRecord {
  const known = parseJobRecord(record, SHARED_DATABASE);
  if (!known) throw createDamagedError(job, SHARED_DATABASE);
  return known;
}

function runChunk(
  chunk: ClaimedChunk,
  { work, journal }: OpenChunk,
  lease: Lease,
  { core, monotonicNow, batchFirst }: ChunkWorkOptions,
): Promise<RunReport> {
  return startRun({
    work,
    journal,
    monotonicNow,
    batchId: chunk.job,
    batchFirst,
    callTimeoutMs: core.config.general.callTimeoutMs,
    signal: lease.signal,
    maxCalls: chunk.maxCalls,
    onProgress: (progress) => lease.note(progress),
  }).report;
}

async function settle(
  chunk: ClaimedChunk,
  report: RunReport,
  lease: Lease,
  options: ChunkWorkOptions,
): Promise<void> {
  const { state, cause, calls } = report;
  lease.note(report);
  if (state !== 'stopped' || !cause) {
    return lease.end({ state: state === 'finished' ? 'done' : 'open' }, report.billed);
  }
  if (cause instanceof StateError) return lease.end({ state: 'open' }, report.billed);
  if (isOfThisMachine(cause)) {
    await lease.end({ state: 'open' }, report.billed);
    throw cause;
  }
  if (cause instanceof BoundError && cause.code === 'max_calls_reached') {
    // A share too small for anything is not given back: nobody could do more with it.
    return lease.end({ state: 'open' }, report.billed, calls > 0 ? calls : chunk.maxCalls);
  }
  const isPassing = !cause.stopsBatch && (cause.outcome === 'throttled' || cause.outcome === 'cancelled');
  if (isPassing) return lease.end({ state: 'failed', cause: toStoredCause(cause) }, report.billed);
  return stopJob(chunk, cause, lease, options, report.billed);
}

/** Every further call would meet the same: the whole job stops. */
async function stopJob(
  { job, run }: ClaimedChunk,
  cause: BijiaError,
  lease: Lease,
  { rows }: ChunkWorkOptions,
  billed?: number,
): Promise<void> {
  await rows.stop(job, run, toStoredCause(cause));
  await lease.end({ state: 'open' }, billed);
}

type Lease = ReturnType<typeof keepLease>;

/** Says each second that the part is being worked on, and what it has cost; ends the work when it is another's. */
function keepLease(
  chunk: ClaimedChunk,
  outer: AbortSignal,
  { rows, repeat, monotonicNow, wait }: ChunkWorkOptions,
) {
  const controller = new AbortController();
  let noted: Pick<RunReport, 'calls' | 'shop' | 'total' | 'done' | 'counts'> | undefined;
  let toldCalls = 0;
  let telling: Promise<void> | undefined;
  const takeSpent = () => {
    const calls = (noted?.calls ?? 0) - toldCalls;
    toldCalls += calls;
    return { calls, ...(noted?.shop && { standing: toStanding(noted) }) };
  };
  const tell = async () => {
    const spent = takeSpent();
    try {
      if (!(await rows.renew(chunk, spent))) controller.abort();
    } catch {
      // Unreachable: told the next time. A process that has taken the part over by then is told by the fence at its end.
      toldCalls -= spent.calls;
    }
    telling = undefined;
  };
  const stop = repeat(RENEW_EVERY_MS, () => {
    telling ??= tell();
  });
  return {
    signal: AbortSignal.any([outer, controller.signal]),
    stop,
    note: (report: NonNullable<typeof noted>) => {
      noted = report;
    },
    /** @param used calls that are not given back */
    end: async (
      end: Pick<ChunkEnd, 'state' | 'cause'>,
      billed?: number,
      used = noted?.calls ?? 0,
    ): Promise<void> => {
      stop();
      await telling;
      const whole = { ...end, ...takeSpent(), billed, allCalls: used };
      await askPatiently(() => rows.endChunk(chunk, whole), { monotonicNow, wait, signal: outer });
    },
  };
}

const toStanding = ({ total, done, counts }: Pick<RunReport, 'total' | 'done' | 'counts'>) => ({
  total: total ?? done,
  done,
  counts,
});
