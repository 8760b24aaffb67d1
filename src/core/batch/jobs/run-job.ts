import { join } from 'node:path';
import { type BijiaError, toBijiaError } from '../../errors.js';
import type { BatchSource } from '../core-batch-source.js';
import { type Run, type RunReport, startRun } from '../engine.js';
import type { InputList } from '../input/input-list.js';
import { type Journal, openJournal, removeOlderJournals } from '../journal/journal.js';
import { type Output, writeOutput } from '../output/output.js';
import { type Row, readRows } from '../output/row.js';
import type { Plan } from '../plan.js';
import type { Progress } from '../progress.js';
import type { JobRecord } from './job-record.js';
import { COPY_FILE } from './job-store.js';
import type { LockedJob } from './locked-job.js';

export interface JobRunOptions {
  readonly source: BatchSource;
  readonly signal?: AbortSignal;
  readonly maxCalls?: number;
  readonly retryFailed?: boolean;
  readonly onPlan?: (plan: Plan) => void;
  readonly onProgress?: (progress: Progress) => void;
  /** Written at the end, whatever the end. */
  readonly output?: Output;
  /** Given the rows in input order while the run goes on; a failure of it ends the run. */
  readonly consume?: (rows: AsyncIterable<Row>) => Promise<void>;
  /** Monotonic, milliseconds. */
  readonly monotonicNow: () => number;
}

/** How one run of a batch ended. */
export interface JobReport extends RunReport {
  /** Lines of the input that ask for nothing; the counts are of references. */
  readonly refused: number;
  /** Where the output was written. */
  readonly outputPath?: string;
}

const SAVE_EVERY_MS = 5000;
const LOOK_EVERY_MS = 1000;

/**
 * Runs a locked batch to its end and writes its output. The job counts as finished only when the output is written.
 * @throws BijiaError when the journal cannot be used or the output not be written; the job is stopped then
 */
export async function runBatchJob(
  job: LockedJob,
  list: InputList,
  options: JobRunOptions,
): Promise<JobReport> {
  const { output, consume, monotonicNow } = options;
  const copyPath = join(job.folder, COPY_FILE);
  return runLocked(job, { ...options, size: list.references.size }, async ({ journal, signal, abort }) => {
    const save = createSaver(job, monotonicNow);
    const running = startRun({
      ...options,
      signal,
      references: list.references,
      journal,
      batchId: job.record().id,
      onProgress: (progress) => {
        save({ done: progress.done, counts: progress.counts });
        options.onProgress?.(progress);
      },
    });
    options.onPlan?.(running.plan);
    const { sandbox } = job.record().key;
    const rows = (ready?: Run['ready']) =>
      readRows({ copyPath, list, journal, explain: running.explain, sandbox, ready });
    const consumed = consume?.(rows(running.ready)).catch((error: unknown) => {
      abort();
      throw error;
    });
    const [report, reading] = await Promise.allSettled([running.report, consumed]);
    if (report.status === 'rejected') throw report.reason;
    if (reading.status === 'rejected') throw reading.reason;
    const { state, cause, done, counts } = report.value;
    await save.end({ done, counts: { ...counts } });
    const outputPath = output && (await writeOutput(rows(), output, state === 'finished'));
    await job.update({ state, cause: describeCause(cause) });
    return { ...report.value, refused: list.summary.refused, outputPath };
  });
}

export interface LockedRun {
  readonly journal: Journal;
  /** Fires when the caller, or somebody in another process, asks for the end. */
  readonly signal: AbortSignal;
  readonly abort: () => void;
}

export interface LockedRunOptions {
  readonly signal?: AbortSignal;
  /** How many references the job has, when it is known. */
  readonly size?: number;
  /** Monotonic, milliseconds. */
  readonly monotonicNow: () => number;
}

/** Gives a locked job its journal for the time of `body`; a failure of that leaves the job stopped, with its cause. */
export async function runLocked<T>(
  job: LockedJob,
  options: LockedRunOptions,
  body: (run: LockedRun) => Promise<T>,
): Promise<T> {
  const { run, key } = job.record();
  const cancel = watchCancel(job, options.signal);
  let journal: Journal | undefined;
  try {
    await removeOlderJournals(job.folder, run);
    journal = await openJournal({ ...options, folder: job.folder, run, list: key.list });
    await job.update({ state: 'running', cause: undefined });
    return await body({ journal, ...cancel });
  } catch (thrown) {
    // On a full disk this fails like what went before, which says more.
    await job.update({ state: 'stopped', cause: describeCause(toBijiaError(thrown)) }).catch(() => undefined);
    throw thrown;
  } finally {
    cancel.end();
    await journal?.close();
  }
}

export function describeCause(cause: BijiaError | undefined): JobRecord['cause'] {
  return cause && { code: cause.code, message: cause.message };
}

/** Keeps what other processes see of a job fresh. */
export function createSaver(job: LockedJob, monotonicNow: () => number) {
  let savedAtMs = monotonicNow();
  let saving: Promise<void> = Promise.resolve();
  const save = (changes: Partial<JobRecord>) => {
    if (monotonicNow() - savedAtMs < SAVE_EVERY_MS) return;
    savedAtMs = monotonicNow();
    // Only a view for others: what counts is in the journal.
    saving = saving.then(() => job.update(changes)).catch(() => undefined);
  };
  save.end = async (changes: Partial<JobRecord>) => {
    await saving;
    await job.update(changes);
  };
  return save;
}

/** Joins the caller's signal with requests from other processes. */
function watchCancel(job: LockedJob, outer: AbortSignal | undefined) {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const timer = setInterval(() => {
    void job.isCancelRequested().then((requested) => requested && abort());
  }, LOOK_EVERY_MS);
  timer.unref();
  return {
    signal: outer ? AbortSignal.any([outer, controller.signal]) : controller.signal,
    abort,
    end: () => clearInterval(timer),
  };
}
