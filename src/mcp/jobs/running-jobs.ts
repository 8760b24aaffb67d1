import {
  type Batches,
  type BatchProgress,
  type Clock,
  InputError,
  type JobRecord,
  toBijiaError,
} from '../../core/index.js';
import { cutText } from '../answers/cut-text.js';
import type { Caller } from '../caller.js';

interface JobPlaces {
  readonly batches: Pick<Batches, 'get'>;
  readonly jobs: Pick<RunningJobs, 'find'>;
  readonly caller: Pick<Caller, 'owner'>;
}

/**
 * One that runs in this process is at hand: a busy disk costs its answer no time.
 * @throws InputError, the same for a job of somebody else as for none
 */
export async function getOwnJob(id: string, { batches, jobs, caller }: JobPlaces): Promise<JobRecord> {
  const record = jobs.find(id)?.record ?? (await readJob(id, batches));
  if (record?.key.owner === caller.owner) return record;
  throw new InputError(`There is no job ${cutText(id, 40)}. Call with products instead.`, {
    code: 'no_such_job',
  });
}

const readJob = (id: string, batches: Pick<Batches, 'get'>) =>
  batches.get(id).catch((error: unknown) => {
    if (toBijiaError(error).code !== 'no_such_job') throw error;
  });

/** A job that runs in the background of this process. */
export interface RunningJob {
  /** As it was when it began. */
  readonly record: JobRecord;
  /** The last that was told, with the time that is left by now. */
  readonly progress: () => BatchProgress | undefined;
  /** Resolves at its end, whatever that is; rejects when it could not begin. */
  readonly ended: Promise<void>;
  /** Calls back with each answer that comes. @returns ends the calling back */
  readonly watch: (listener: (progress: BatchProgress) => void) => () => void;
  /** Nothing is sent any more; what is known stays. */
  readonly stop: () => Promise<void>;
}

export interface StartOptions {
  /** Asks again even when an answer is cached. */
  readonly fresh?: boolean;
}

/** The jobs of this process. */
export type RunningJobs = ReturnType<typeof createRunningJobs>;

export function createRunningJobs(batches: Batches, { monotonicNow }: Pick<Clock, 'monotonicNow'>) {
  const running = new Map<string, RunningJob>();
  return {
    find: (id: string) => running.get(id),
    /** Begins or resumes a job. */
    start: (record: JobRecord, options: StartOptions = {}): RunningJob => {
      const known = running.get(record.id);
      if (known) return known;
      const job = startJob({ batches, monotonicNow }, record, options);
      running.set(record.id, job);
      const forget = () => running.delete(record.id);
      job.ended.then(forget, forget);
      return job;
    },
    /** Stops all jobs; they can be resumed. */
    close: async (): Promise<void> => {
      await Promise.all([...running.values()].map((job) => job.stop()));
    },
  };
}

interface JobParts extends Pick<Clock, 'monotonicNow'> {
  readonly batches: Batches;
}

function startJob(
  { batches, monotonicNow }: JobParts,
  record: JobRecord,
  { fresh }: StartOptions,
): RunningJob {
  const controller = new AbortController();
  const listeners = new Set<(progress: BatchProgress) => void>();
  let latest: { readonly progress: BatchProgress; readonly atMs: number } | undefined;
  const onProgress = (progress: BatchProgress) => {
    latest = { progress, atMs: monotonicNow() };
    for (const listener of listeners) listener(progress);
  };
  const { signal } = controller;
  const ended = batches.run(record.id, { signal, onProgress, fresh }).then(() => undefined);
  return {
    record,
    progress: () => latest && ageProgress(latest.progress, monotonicNow() - latest.atMs),
    ended,
    watch: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: async () => {
      controller.abort();
      await ended.catch(() => undefined);
    },
  };
}

/** While the quota holds a job up nothing new is told, and the time passes. */
function ageProgress({ remainingMs, ...progress }: BatchProgress, ageMs: number): BatchProgress {
  return remainingMs === undefined || remainingMs <= ageMs
    ? progress
    : { ...progress, remainingMs: remainingMs - ageMs };
}
