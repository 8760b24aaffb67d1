import { rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobLock } from './job-lock.js';
import { type JobRecord, readJobRecord, writeJobRecord } from './job-record.js';

/** A job that this process alone may run, rewrite or remove. */
export interface LockedJob {
  readonly folder: string;
  readonly record: () => JobRecord;
  readonly update: (changes: Partial<JobRecord>) => Promise<void>;
  /** Whether somebody, in whatever process, asked for its end. */
  readonly isCancelRequested: () => Promise<boolean>;
  readonly release: () => Promise<void>;
}

const CANCEL_FILE = 'cancel';

/** Asks the process that runs a job to end it. */
export async function requestCancel(folder: string): Promise<void> {
  await writeFile(join(folder, CANCEL_FILE), '');
}

/**
 * @param found what was read before the job was locked
 * @param now wall clock, milliseconds
 */
export async function openLockedJob(
  folder: string,
  found: JobRecord,
  lock: JobLock,
  now: () => number,
): Promise<LockedJob> {
  const cancelPath = join(folder, CANCEL_FILE);
  // Left by a process that was killed before it saw the request.
  await rm(cancelPath, { force: true });
  let record = (await readLocked(folder)) ?? found;
  return {
    folder,
    record: () => record,
    update: async (changes) => {
      record = { ...record, ...changes, updatedAtMs: now() };
      await writeJobRecord(folder, record);
    },
    isCancelRequested: async () => (await stat(cancelPath).catch(() => undefined)) !== undefined,
    release: async () => {
      await rm(cancelPath, { force: true });
      await lock.release();
    },
  };
}

/** Changes a job that is not run, and unlocks it. */
export async function changeState(job: LockedJob, state: JobRecord['state']): Promise<void> {
  try {
    await job.update({ state });
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
