import { open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isFileError } from '../../state/local-folder.js';
import { createUnreadableError } from '../../state/state-file.js';
import { toDiskError } from '../disk-error.js';
import type { JobLock } from './job-lock.js';
import { type JobRecord, readJobRecord, recordPathOf, writeJobRecord } from './job-record.js';

/** A job that this process alone may run, rewrite or remove. */
export interface LockedJob {
  readonly folder: string;
  readonly record: () => JobRecord;
  /** Writes these changes, after those that were asked for before. On the disk when it returns. */
  readonly update: (changes: Partial<JobRecord>) => Promise<void>;
  /** Whether somebody, in whatever process, asked for its end. */
  readonly isCancelRequested: () => Promise<boolean>;
  readonly release: () => Promise<void>;
}

const CANCEL_FILE = 'cancel';

/** Asks the process that runs a job to end it. */
export async function requestCancel(folder: string): Promise<void> {
  try {
    await (await open(join(folder, CANCEL_FILE), 'wx', 0o600)).close();
  } catch (error) {
    // Anything of that name is a request.
    if (!isFileError(error, 'EEXIST')) throw toDiskError(error);
  }
}

/**
 * @param now wall clock, milliseconds
 * @throws ConfigError when its record cannot be read
 */
export async function openLockedJob(folder: string, lock: JobLock, now: () => number): Promise<LockedJob> {
  const cancelPath = join(folder, CANCEL_FILE);
  // Left by a process that was killed before it saw the request.
  await rm(cancelPath, { recursive: true, force: true });
  const found = await readLocked(folder);
  if (!found) throw createUnreadableError(recordPathOf(folder), 'damaged');
  let record = found;
  let last: Promise<void> = Promise.resolve();
  return {
    folder,
    record: () => record,
    update: (changes) => {
      record = { ...record, ...changes, updatedAtMs: now() };
      last = last.catch(() => undefined).then(() => writeJobRecord(folder, record));
      return last;
    },
    isCancelRequested: async () => (await stat(cancelPath).catch(() => undefined)) !== undefined,
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
