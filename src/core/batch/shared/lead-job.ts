import { randomUUID } from 'node:crypto';
import type { Clock } from '../../clock.js';
import type { Core } from '../../core.js';
import { type BijiaError, InputError, toBijiaError } from '../../errors.js';
import type { JobLook, JobRow, JobRows } from '../../state/job-rows.js';
import { createBudgetError } from '../budget.js';
import { type JobRecord, toOutput } from '../jobs/job-record.js';
import type { JobOptions, JobReport } from '../jobs/run-job.js';
import { type OpenWork, openWork } from '../open-work.js';
import { writeOutput } from '../output/output.js';
import { createPartialOutput } from '../output/partial-output.js';
import { noteWritten } from '../output/written-file.js';
import { createAlarm } from './alarm.js';
import { beginLead } from './begin-lead.js';
import { createChunkWork } from './chunk-work.js';
import { type Crew, startCrew } from './crew.js';
import { createFollower, type Follower } from './follower.js';
import { createOwnFaults } from './own-faults.js';
import { askPatiently } from './patience.js';
import { openRowJournal, type RowJournal } from './row-journal.js';
import { parseStoredCause, toCauseError, toStoredCause } from './stored-cause.js';
import { wakeWorkers } from './worker.js';

export interface LeadOptions extends JobOptions {
  readonly core: Core;
  readonly rows: JobRows;
  readonly clock: Clock;
  /** Where this machine keeps what it has of the job. */
  readonly folder: string;
  /** @returns the path of the job's copy of its list */
  readonly fetchCopy: () => Promise<string>;
}

const LOOK_EVERY_MS = 500;
const KEEP_EVERY_MS = 3000;

/**
 * Leads a job: begins it, works on it together with all other machines, shows how far they are, and writes its output at the end.
 * @throws BijiaError when it cannot begin, or its output not be written; InputError while another process leads it
 */
export async function leadJob(row: JobRow, record: JobRecord, options: LeadOptions): Promise<JobReport> {
  const { core, rows, clock, list, fresh, retryFailed, batchFirst } = options;
  const { id, run } = record;
  const leader = randomUUID();
  const patience = { ...clock, signal: options.signal };
  await askPatiently(() => beginLead(row, record, { ...options, leader }), patience);
  // Reading a long list takes seconds, and so does writing its results.
  const stopKeeping = clock.repeat(KEEP_EVERY_MS, () => void rows.look(id, leader).catch(() => undefined));
  try {
    // Nobody may take a part of it up.
    if (options.signal?.aborted) await rows.cancel(id);
    await askPatiently(() => rows.removeEarlierRuns(id, run), patience);
    const copyPath = await askPatiently(options.fetchCopy, patience);
    const opened = await openWork(record, {
      ...{ core, list, fresh, retryFailed, batchFirst, copyPath },
      openJournal: ({ size }) => openRowJournal(rows, { id, run, size }, patience),
    });
    return await follow(record, opened, { ...options, leader }, row.billed ?? 0);
  } catch (thrown) {
    await rows.end(id, leader, 'stopped', toStoredCause(toBijiaError(thrown))).catch(() => undefined);
    throw thrown;
  } finally {
    stopKeeping();
  }
}

interface FollowOptions extends LeadOptions {
  readonly leader: string;
}

/** @param billedBefore calls that were billed before this run */
async function follow(
  record: JobRecord,
  opened: OpenWork<RowJournal>,
  options: FollowOptions,
  billedBefore: number,
): Promise<JobReport> {
  const { rows, clock, output = toOutput(record), consume, onProgress } = options;
  const alarm = createAlarm(clock, options.signal);
  const partial = output && createPartialOutput({ ...clock, output, rows: opened.rows });
  const follower = createFollower(opened, clock.monotonicNow, (progress) => {
    partial?.refresh(progress.done);
    onProgress?.(progress);
  });
  const work = createChunkWork({ ...options, ...clock });
  const wake = () => void wakeWorkers(options.core.tasks, work);
  wake();
  const ownFaults = createOwnFaults({
    ...{ rows, id: record.id, monotonicNow: clock.monotonicNow },
    onFirst: ({ message }) => {
      options.core.log.warn(message);
      wake();
    },
  });
  const crew = startCrew({
    ...{ job: record.id, wait: clock.wait, onWorked: alarm.wake, onFailure: alarm.fail },
    ...{ work, onOwnFault: ownFaults.note },
  });
  const consumed = consume?.(opened.rows(follower.ready)).catch(alarm.fail);
  let look: JobLook;
  try {
    look = await watch(record, { ...options, follower, crew, alarm, ownFaults });
  } finally {
    await crew.end().finally(follower.end);
    await partial?.end();
  }
  await consumed;
  const failure = alarm.failure();
  if (failure) throw failure.error;
  const state = look.state === 'running' || look.state === 'writing' ? 'finished' : look.state;
  const report = { ...follower.progress(look.calls), state: state === 'planned' ? 'stopped' : state };
  const cause = parseStoredCause(look.cause);
  const outputPath = output && (await writeOutput(opened.rows(), output, report.state === 'finished'));
  if (outputPath !== undefined && report.state === 'finished') await noteWritten(options.folder, outputPath);
  await askPatiently(() => rows.end(record.id, options.leader, report.state, cause), clock);
  return {
    ...report,
    cause: cause && toCauseError(cause),
    billed: look.billed === undefined ? undefined : look.billed - billedBefore,
    refused: opened.refused,
    outputPath,
  };
}

interface WatchOptions extends FollowOptions {
  readonly follower: Follower;
  readonly crew: Crew;
  readonly alarm: ReturnType<typeof createAlarm>;
  readonly ownFaults: ReturnType<typeof createOwnFaults>;
}

/** Looks at the job until it has ended, and all that has left for it has come home. @returns how it ended */
async function watch(record: JobRecord, options: WatchOptions): Promise<JobLook> {
  const { rows, clock, follower, crew, alarm, leader } = options;
  const { id, run } = record;
  const ask = <T>(work: () => Promise<T>) => askPatiently(work, { ...clock, signal: alarm.signal });
  const lookNow = () => ask(() => rows.look(id, leader));
  for (;;) {
    const look = await lookNow();
    assertLed(look, run);
    await follower.refresh(look.calls);
    if (look.state !== 'running') break;
    const cause = await findCause(look, options, ask);
    if (cause) await ask(() => rows.stop(id, run, toStoredCause(cause)));
    else if (alarm.signal.aborted) await ask(() => rows.cancel(id));
    else await alarm.sleep(LOOK_EVERY_MS);
  }
  await crew.end();
  const last = await lookNow();
  assertLed(last, run);
  await follower.refresh(last.calls);
  return last;
}

/** Why the whole job has to stop. */
async function findCause(
  look: JobLook,
  { maxCalls, alarm, ownFaults }: WatchOptions,
  ask: <T>(work: () => Promise<T>) => Promise<T>,
): Promise<BijiaError | undefined> {
  const failure = alarm.failure();
  if (failure) return toBijiaError(failure.error);
  if (alarm.signal.aborted) return undefined;
  if (look.isSpent && maxCalls !== undefined) return createBudgetError(maxCalls);
  return ask(ownFaults.findReason);
}

function assertLed(look: JobLook | undefined, run: number): asserts look is JobLook {
  if (look?.isLeader && look.run === run) return;
  throw new InputError(
    'Another process has taken this job over, because this one stood still for too long. See "bijia jobs".',
    { code: 'job_running' },
  );
}
