import { join } from 'node:path';
import type { Clock } from '../../clock.js';
import type { Core } from '../../core.js';
import { type BijiaError, toBijiaError } from '../../errors.js';
import { type RunReport, startRun } from '../engine.js';
import { type Journal, openJournal, removeOtherJournals } from '../journal/journal.js';
import { type OpenWork, type OpenWorkOptions, openWork } from '../open-work.js';
import { type Output, writeOutput } from '../output/output.js';
import { createPartialOutput } from '../output/partial-output.js';
import type { Row } from '../output/row.js';
import { noteWritten } from '../output/written-file.js';
import type { Progress } from '../progress.js';
import type { Standing } from '../work.js';
import { indexRows } from './job-index.js';
import type { JobRecord } from './job-record.js';
import { COPY_FILE } from './job-store.js';
import type { LockedJob } from './locked-job.js';

export interface JobOptions extends Pick<OpenWorkOptions, 'list' | 'fresh' | 'retryFailed'> {
  readonly signal?: AbortSignal;
  /** This run keeps no calls for people, who wait until it is done. */
  readonly batchFirst?: boolean;
  /** Most upstream calls of this run. */
  readonly maxCalls?: number;
  readonly onProgress?: (progress: Progress) => void;
  /** Written when the run ends, however it ends. */
  readonly output?: Output;
  /** The face's own part of the record, written together with the state that the job runs: both or neither. */
  readonly extra?: JobRecord['extra'];
  /** Given the rows in order while the run goes on; a failure of it ends the run. */
  readonly consume?: (rows: AsyncIterable<Row>) => Promise<void>;
}

/** How one run of a job ended. */
export interface JobReport extends RunReport {
  /** Lines of the input that ask for nothing; the counts are of references. */
  readonly refused: number;
  /** Where the output was written. */
  readonly outputPath?: string;
}

interface RunJobOptions extends JobOptions, Pick<Clock, 'monotonicNow' | 'repeat'> {
  readonly core: Core;
}

const SAVE_EVERY_MS = 5000;
const LOOK_EVERY_MS = 1000;

/**
 * Runs a locked job to its end and writes its output. The job counts as finished only when the output is written.
 * @throws BijiaError when its list or journal cannot be used, or the output not be written; the job is stopped then
 */
export async function runJob(job: LockedJob, options: RunJobOptions): Promise<JobReport> {
  const cancel = watchCancel(job, options);
  let opened: OpenWork<Journal> | undefined;
  try {
    // Reading a long list takes seconds: from here on others see that it runs, and may end it.
    const { extra = job.record().extra } = options;
    await job.update({ state: 'running', cause: undefined, extra });
    await removeOtherJournals(job.folder, job.record().run);
    const { folder } = job;
    opened = await openWork(job.record(), {
      ...options,
      copyPath: join(folder, COPY_FILE),
      openJournal: (facts) => openJournal({ folder, ...facts }),
    });
    return await runOpened(job, opened, { ...options, ...cancel });
  } catch (thrown) {
    // On a full disk this fails like what went before, which says more.
    await job.update({ state: 'stopped', cause: describeCause(toBijiaError(thrown)) }).catch(() => undefined);
    throw thrown;
  } finally {
    cancel.end();
    await opened?.journal.close();
  }
}

async function runOpened(
  job: LockedJob,
  opened: OpenWork<Journal>,
  options: RunJobOptions & Cancel,
): Promise<JobReport> {
  const { work, journal, refused, rows } = opened;
  const { core, output, consume, abort } = options;
  const { monotonicNow } = options;
  const save = createSaver(job, monotonicNow);
  const partial = output && createPartialOutput({ output, rows, monotonicNow });
  const running = startRun({
    ...options,
    work,
    journal,
    batchId: job.record().id,
    callTimeoutMs: core.config.general.callTimeoutMs,
    onProgress: (progress) => {
      save(toRecorded(progress));
      partial?.refresh(progress.done);
      options.onProgress?.(progress);
    },
  });
  const consumed = consume?.(rows(running.ready)).catch((error: unknown) => {
    abort();
    throw error;
  });
  const [ended, reading] = await Promise.allSettled([running.report, consumed]);
  await partial?.end();
  if (ended.status === 'rejected') throw ended.reason;
  if (reading.status === 'rejected') throw reading.reason;
  const report = ended.value;
  const known = job.record().billed;
  const billed = report.billed === undefined ? known : (known ?? 0) + report.billed;
  await save.end({ ...toRecorded(report), billed });
  const outputPath = output && (await writeOutput(rows(), output, report.state === 'finished'));
  // What an interrupted run leaves is not a result, and replaces none.
  if (outputPath !== undefined && report.state === 'finished') await noteWritten(job.folder, outputPath);
  // Without it, rows are found by reading all of them.
  if (report.state === 'finished')
    await indexRows(job.folder, job.record().run, opened).catch(() => undefined);
  await job.update({ state: report.state, cause: describeCause(report.cause) });
  return { ...report, refused, outputPath };
}

function describeCause(cause: BijiaError | undefined): JobRecord['cause'] {
  if (!cause) return undefined;
  const { code, message, receipt } = cause;
  return { code, message, trace: receipt?.trace, said: receipt?.said };
}

/** What the record says about how far a job is. */
function toRecorded({ done, total, counts }: Standing): Pick<JobRecord, 'done' | 'total' | 'counts'> {
  return { done, total: total ?? done, counts: { ...counts } };
}

/** Keeps what other processes see of a job fresh. */
function createSaver(job: LockedJob, monotonicNow: () => number) {
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

interface Cancel {
  /** Fires when the caller, or somebody in another process, asks for the end. */
  readonly signal: AbortSignal;
  readonly abort: () => void;
}

/** Joins the caller's signal with requests from other processes. */
function watchCancel(
  job: LockedJob,
  { signal: outer, repeat }: RunJobOptions,
): Cancel & { readonly end: () => void } {
  const controller = new AbortController();
  const abort = () => controller.abort();
  const end = repeat(LOOK_EVERY_MS, () => {
    void job.isEndRequested().then((requested) => requested && abort());
  });
  return {
    signal: outer ? AbortSignal.any([outer, controller.signal]) : controller.signal,
    abort,
    end,
  };
}
