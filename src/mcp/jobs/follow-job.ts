import { setTimeout as sleep } from 'node:timers/promises';
import { type BatchProgress, CancelledError, type JobRecord, toBijiaError } from '../../core/index.js';
import type { ToolCall } from '../tool.js';
import type { RunningJob } from './running-jobs.js';

/** Left for reading the rows before the late answer leaves in their place; less where there is little time. */
const READING_MS = 1000;
const READING_MS_A_LINE = 0.1;
const READING_SHARE = 0.3;
const LOOK_EVERY_MS = 300;

export interface FollowOptions {
  /** Whether this many answered lines fill a result. */
  readonly isEnough: (done: number) => boolean;
  /** Asks again even when an answer is cached. */
  readonly fresh?: boolean;
}

/**
 * Sees to it that an unfinished job runs, here or in another process, and waits: for its end, for a full result, or
 * until the time for the answer is up.
 * @throws BijiaError when the job cannot begin; CancelledError
 */
export async function followJob(record: JobRecord, call: ToolCall, options: FollowOptions): Promise<void> {
  if (record.state === 'finished') return;
  const endsAtMs = getEndMs(record, call);
  const own =
    call.jobs.find(record.id) ?? (record.state === 'running' ? undefined : call.jobs.start(record, options));
  try {
    if (own) return await followOwn(own, call, endsAtMs, options);
  } catch (error) {
    // Another process was faster.
    if (toBijiaError(error).code !== 'job_running') throw error;
  }
  await followForeign(record, call, endsAtMs, options);
}

/** Does what a client asked about a job; when it cancels, a job of this process stops, else it goes on. */
export async function stopOnCancel<T>(
  { id }: JobRecord,
  { signal, jobs }: ToolCall,
  work: () => Promise<T>,
): Promise<T> {
  const stop = () => {
    if (signal.reason instanceof CancelledError) void jobs.find(id)?.stop();
  };
  signal.throwIfAborted();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Stops a job, in whatever process it runs; it can be resumed. @throws CancelledError, InputError */
export async function stopJob(record: JobRecord, call: ToolCall): Promise<void> {
  const own = call.jobs.find(record.id);
  if (own) return own.stop();
  await call.batches.cancel(record.id);
  await followForeign(record, call, getEndMs(record, call), { isEnough: () => false });
}

/** By when, on the monotonic clock, waiting has to end. */
function getEndMs({ lines }: JobRecord, { monotonicNow, deadline }: ToolCall): number {
  const leftMs = deadline.lateInMs();
  const readingMs = READING_MS + lines * READING_MS_A_LINE;
  return monotonicNow() + leftMs - Math.min(readingMs, leftMs * READING_SHARE);
}

async function followOwn(
  job: RunningJob,
  { signal, monotonicNow, report }: ToolCall,
  endsAtMs: number,
  { isEnough }: FollowOptions,
): Promise<void> {
  const known = job.progress();
  if (known) report(describe(known));
  let wake = (): void => undefined;
  const woken = new Promise<void>((resolve) => {
    wake = resolve;
  });
  const unwatch = job.watch((progress) => {
    report(describe(progress));
    if (isEnough(progress.done)) wake();
  });
  const timer = setTimeout(wake, endsAtMs - monotonicNow()).unref();
  signal.addEventListener('abort', wake, { once: true });
  if (signal.aborted || (known && isEnough(known.done))) wake();
  try {
    await Promise.race([job.ended, woken]);
  } finally {
    clearTimeout(timer);
    unwatch();
    signal.removeEventListener('abort', wake);
  }
  signal.throwIfAborted();
}

async function followForeign(
  { id, done: doneAtStart }: JobRecord,
  { batches, signal, monotonicNow, report }: ToolCall,
  endsAtMs: number,
  { isEnough }: FollowOptions,
): Promise<void> {
  for (;;) {
    const { state, done, total } = await batches.get(id);
    report({ done, total, message: `${done} of ${total} done by another process` });
    const isOver = state !== 'running' || (done > doneAtStart && isEnough(done));
    if (isOver || monotonicNow() + LOOK_EVERY_MS > endsAtMs) return;
    await sleep(LOOK_EVERY_MS, undefined, { signal, ref: false });
  }
}

function describe({ done, total, remainingMs }: BatchProgress) {
  const left = remainingMs ? `, about ${Math.ceil(remainingMs / 1000)} s left` : '';
  return { done, total, message: `${done} of ${total} done${left}` };
}
