import {
  type Batches,
  type BatchProgress,
  InputError,
  type JobRecord,
  toBijiaError,
} from '../../core/index.js';
import { cutText } from '../answers/cut-text.js';
import type { Caller } from '../caller.js';

/** @throws InputError, the same for a job of somebody else as for none */
export async function getOwnJob(
  id: string,
  { batches, caller }: { readonly batches: Pick<Batches, 'get'>; readonly caller: Pick<Caller, 'owner'> },
): Promise<JobRecord> {
  const record = await batches.get(id).catch((error: unknown) => {
    if (toBijiaError(error).code !== 'no_such_job') throw error;
  });
  if (record?.key.owner === caller.owner) return record;
  throw new InputError(`There is no job ${cutText(id, 40)}. Call with products instead.`, {
    code: 'no_such_job',
  });
}

/** A job that runs in the background of this process. */
export interface RunningJob {
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

export function createRunningJobs(batches: Batches) {
  const running = new Map<string, RunningJob>();
  return {
    find: (id: string) => running.get(id),
    /** Begins or resumes a job. */
    start: (record: JobRecord, options: StartOptions = {}): RunningJob => {
      const known = running.get(record.id);
      if (known) return known;
      const job = startJob(batches, record, options);
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

function startJob(batches: Batches, { id }: JobRecord, { fresh }: StartOptions): RunningJob {
  const controller = new AbortController();
  const listeners = new Set<(progress: BatchProgress) => void>();
  let latest: BatchProgress | undefined;
  const onProgress = (progress: BatchProgress) => {
    latest = progress;
    for (const listener of listeners) listener(progress);
  };
  const { signal } = controller;
  const ended = batches.run(id, { signal, onProgress, fresh }).then(() => undefined);
  return {
    progress: () => latest,
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
