import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../clock.js';
import { InputError } from '../../errors.js';
import { isFileError } from '../../state/local-folder.js';
import {
  findLockHolder,
  type LockHolder,
  type LockOptions,
  type ProcessLock,
  tryLock,
} from '../../state/process-lock.js';
import { createUnreadableError } from '../../state/state-file.js';
import { onDisk, toDiskError } from '../disk-error.js';
import { type JobRecord, readJobRecord, recordPathOf, writeJobRecord } from './job-record.js';

/** A job that this process alone may run, rewrite or remove. */
export interface LockedJob {
  readonly folder: string;
  readonly record: () => JobRecord;
  /**
   * Writes these changes, after those that were asked for before. On the disk when it returns.
   * @throws InputError when another process has taken the job over
   */
  readonly update: (changes: Partial<JobRecord>) => Promise<void>;
  /** Whether this run has to end: somebody asked for it, in whatever process, or another process has taken it over. */
  readonly isEndRequested: () => Promise<boolean>;
  readonly release: () => Promise<void>;
}

const CANCEL_FILE = 'cancel';

const lockPathOf = (folder: string) => join(folder, 'holder');
const LOOK_EVERY_MS = 500;

/**
 * Takes the exclusive right to run, rewrite or remove a job. A holder in another container, of which only its lock can be
 * seen, is watched until it touches that, or has not for too long.
 * @throws InputError naming the process that has it
 */
export async function lockJob(folder: string, options: LockOptions): Promise<ProcessLock> {
  let first: LockHolder | undefined;
  for (;;) {
    const found = await onDisk(() => tryLock(lockPathOf(folder), options));
    if ('release' in found) return found;
    first ??= found;
    if (found.isSeen || found.touchedMs !== first.touchedMs) throw createLockedError(found);
    await options.clock.wait(LOOK_EVERY_MS);
  }
}

/** The living process that has locked a job, if any. */
export const findJobHolder = (folder: string, options: LockOptions) =>
  findLockHolder(lockPathOf(folder), options);

function createLockedError({ identity: { pid }, isSeen }: LockHolder): InputError {
  return new InputError(
    `This job is already running in process ${pid}${isSeen ? '' : ' of another container'}. Wait for it, or stop it with "bijia jobs cancel".`,
    { code: 'job_running', facts: { pid } },
  );
}

const createTakenOverError = () =>
  new InputError(
    'Another process has taken this job over, because this one stood still for too long. See "bijia jobs".',
    { code: 'job_running' },
  );

/** Asks the process that runs a job to end it. */
export async function requestCancel(folder: string): Promise<void> {
  try {
    await (await open(join(folder, CANCEL_FILE), 'wx', 0o600)).close();
  } catch (error) {
    // Anything of that name is a request.
    if (!isFileError(error, 'EEXIST')) throw toDiskError(error);
  }
}

/** @throws ConfigError when its record cannot be read */
export async function openLockedJob(
  folder: string,
  lock: ProcessLock,
  { now }: Pick<Clock, 'now'>,
): Promise<LockedJob> {
  const cancelPath = join(folder, CANCEL_FILE);
  // Left by a process that was killed before it saw the request.
  await rm(cancelPath, { recursive: true, force: true });
  const found = await readLocked(folder);
  if (!found) throw createUnreadableError(recordPathOf(folder), 'damaged');
  let record = found;
  let last: Promise<void> = Promise.resolve();
  const write = async () => {
    if (!(await lock.isHeld())) throw createTakenOverError();
    await writeJobRecord(folder, record);
  };
  return {
    folder,
    record: () => record,
    update: (changes) => {
      record = { ...record, ...changes, updatedAtMs: now() };
      last = last.catch(() => undefined).then(write);
      return last;
    },
    isEndRequested: async () =>
      (await stat(cancelPath).catch(() => undefined)) !== undefined || !(await lock.isHeld()),
    release: async () => {
      await last.catch(() => undefined);
      await rm(cancelPath, { recursive: true, force: true });
      await lock.release();
    },
  };
}

/** Changes a job that is not run, and unlocks it. */
export async function changeLocked(job: LockedJob, changes: Partial<JobRecord>): Promise<void> {
  try {
    await job.update(changes);
  } finally {
    await job.release();
  }
}

/** A job that says it is running, though nobody runs it. */
export function interrupt(record: JobRecord): JobRecord {
  const message = 'The process that ran the job ended before it was done. Resume it to go on.';
  return { ...record, state: 'stopped', cause: { code: 'interrupted', message } };
}

/** For the one who has locked the job, and has not begun to run it. */
export async function readLocked(folder: string): Promise<JobRecord | undefined> {
  const record = await readJobRecord(folder);
  return record?.state === 'running' ? interrupt(record) : record;
}
