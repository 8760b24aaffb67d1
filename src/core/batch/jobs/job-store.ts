import { randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Clock, DAY_MS } from '../../clock.js';
import { openLocalFolder } from '../../state/local-folder.js';
import type { LockOptions } from '../../state/process-lock.js';
import { syncFolder } from '../../state/state-file.js';
import type { BatchSource } from '../core-batch-source.js';
import { onDisk } from '../disk-error.js';
import type { InputList } from '../input/list.js';
import { getNewestRun } from '../journal/journal.js';
import { exchangeSeenTime, listExpired } from './job-expiry.js';
import { createJobReader, type DamagedJob, type JobReader, listFolder } from './job-reader.js';
import { getJobId, type JobKey, type JobRecord, writeJobRecord } from './job-record.js';
import {
  changeLocked,
  findJobHolder,
  type LockedJob,
  lockJob,
  openLockedJob,
  readLocked,
  requestCancel,
} from './locked-job.js';
import { type JobDetails, renewRecord } from './renew-record.js';

export interface JobStoreOptions extends LockOptions {
  /** Shared by all processes of this machine. */
  readonly stateDir: string;
  readonly clock: Clock;
}

export interface PutOptions {
  /** A copy at a path of `createCopyPath`; moved away from there. */
  readonly copyPath?: string;
  /** Goes on with a finished job, too. */
  readonly continues?: boolean;
  /** What the copy holds, and who answers for it: several machines share it in parts. */
  readonly content?: { readonly list: InputList; readonly source: BatchSource };
}

export interface JobStore {
  /** A path for the copy of an input whose job is not known yet. */
  readonly createCopyPath: () => Promise<string>;
  /**
   * Puts a job in place, with the copy of its input. What an unfinished one found out stays; a finished one begins
   * a new run, unless it is to be continued.
   * @throws InputError while it is running; ConfigError when a newer version wrote it
   */
  readonly put: (key: JobKey, details: JobDetails, options?: PutOptions) => Promise<JobRecord>;
  /** @throws InputError when there is no such job, or another process has locked it */
  readonly lock: (id: string) => Promise<LockedJob>;
  /** By id or the beginning of it. @throws InputError when there is none, or several; ConfigError when it is damaged */
  readonly get: (id: string) => Promise<JobRecord>;
  /** The latest first. Damaged ones are left out, see `listDamaged`. */
  readonly list: (owner?: string) => Promise<JobRecord[]>;
  /** Jobs whose records cannot be read, with what is wrong with each. */
  readonly listDamaged: () => Promise<DamagedJob[]>;
  /** A running job ends soon, in any process. @throws InputError when there is no such job */
  readonly cancel: (id: string) => Promise<JobRecord>;
  /**
   * Replaces the face's own part of a job, on the disk when it returns; also while this process runs the job.
   * @throws InputError when there is no such job, or another process has locked it
   */
  readonly setExtra: (id: string, extra: JobRecord['extra']) => Promise<JobRecord>;
  /**
   * The same, but only where it still is what the caller knows.
   * @returns false when somebody else has replaced it
   */
  readonly replaceExtra: (
    id: string,
    known: JobRecord['extra'],
    extra: JobRecord['extra'],
  ) => Promise<boolean>;
  /** @returns its whole id. @throws InputError when there is no such job, or it is running */
  readonly remove: (id: string) => Promise<string>;
  /** Removes what nobody will come back for. @returns the unfinished ones among it */
  readonly removeExpired: () => Promise<JobRecord[]>;
  readonly folderOf: (id: string) => string;
}

export const COPY_FILE = 'input.jsonl';
const INCOMING = '.incoming-';

export function createJobStore(options: JobStoreOptions): JobStore {
  const { stateDir, clock } = options;
  const { now } = clock;
  const root = join(stateDir, 'jobs');
  const reader = createJobReader(root, options);
  const { folderOf, requireId, read } = reader;
  const held = new Map<string, LockedJob>();
  const lock = createLock(held, reader, options);
  const put = createPut(reader, options);

  const remove = async (start: string) => {
    const id = await requireId(start);
    const jobLock = await lockJob(folderOf(id), options);
    try {
      await rm(folderOf(id), { recursive: true, force: true });
    } finally {
      await jobLock.release();
    }
    return id;
  };

  const cancel = async (start: string) => {
    const id = await requireId(start);
    // Also one that only begins: its record may not say yet that it runs.
    if (await findJobHolder(folderOf(id), options)) await requestCancel(folderOf(id));
    else if ((await read(id)).state !== 'finished')
      await changeLocked(await lock(id), { state: 'cancelled' });
    return read(id);
  };

  return {
    ...{ folderOf, put, lock, remove, cancel },
    ...createExtra(held, reader, lock),
    get: reader.get,
    list: reader.list,
    listDamaged: reader.listDamaged,
    createCopyPath: async () => {
      openLocalFolder(root);
      return join(root, `${INCOMING}${randomUUID()}`);
    },
    removeExpired: async () => {
      const expired = listExpired(await reader.list(), now(), await exchangeSeenTime(stateDir, now()));
      // Locked again by then, by this or another process: it stays.
      for (const { id } of expired) await remove(id).catch(() => undefined);
      await removeForgottenCopies(root, now());
      return expired.filter(({ state }) => state !== 'finished');
    },
  };
}

/** As it is read again: what is undefined is not there. */
const toPlain = (extra: JobRecord['extra']): unknown => JSON.parse(JSON.stringify(extra ?? null));

/** The face's own part of a record; that of a job which this process runs is changed under its own lock. */
function createExtra(
  held: ReadonlyMap<string, LockedJob>,
  { requireId, read }: JobReader,
  lock: JobStore['lock'],
): Pick<JobStore, 'setExtra' | 'replaceExtra'> {
  const setExtra: JobStore['setExtra'] = async (start, extra) => {
    const id = await requireId(start);
    const own = held.get(id);
    if (own) await own.update({ extra });
    else await changeLocked(await lock(id), { extra });
    return read(id);
  };

  const replaceExtra: JobStore['replaceExtra'] = async (start, known, extra) => {
    const id = await requireId(start);
    const own = held.get(id);
    const job = own ?? (await lock(id));
    try {
      if (!isDeepStrictEqual(toPlain(job.record().extra), toPlain(known))) return false;
      await job.update({ extra });
      return true;
    } finally {
      if (!own) await job.release();
    }
  };
  return { setExtra, replaceExtra };
}

/** @param held the jobs that this process has locked, kept here */
function createLock(
  held: Map<string, LockedJob>,
  { folderOf, requireId, read }: JobReader,
  options: JobStoreOptions,
): JobStore['lock'] {
  return async (start) => {
    const id = await requireId(start);
    await read(id);
    const folder = folderOf(id);
    const jobLock = await lockJob(folder, options);
    const release = async () => {
      held.delete(id);
      await jobLock.release();
    };
    try {
      const job = await openLockedJob(folder, { ...jobLock, release }, options.clock);
      held.set(id, job);
      return job;
    } catch (error) {
      await release();
      throw error;
    }
  };
}

function createPut({ folderOf }: JobReader, options: JobStoreOptions): JobStore['put'] {
  return async (key, details, { copyPath, continues = false } = {}) => {
    const id = getJobId(key);
    const folder = folderOf(id);
    openLocalFolder(folder);
    const jobLock = await lockJob(folder, options);
    try {
      const known = await readLocked(folder);
      const record = renewRecord(known, await getNewestRun(folder), {
        key,
        details,
        id,
        continues,
        nowMs: options.clock.now(),
      });
      if (copyPath !== undefined) await onDisk(() => putInPlace(copyPath, join(folder, COPY_FILE)));
      await writeJobRecord(folder, record);
      return record;
    } finally {
      await jobLock.release();
    }
  };
}

async function putInPlace(copyPath: string, path: string): Promise<void> {
  await rename(copyPath, path);
  await syncFolder(dirname(path));
}

async function removeForgottenCopies(root: string, nowMs: number): Promise<void> {
  for (const name of await listFolder(root)) {
    if (!name.startsWith(INCOMING)) continue;
    const facts = await stat(join(root, name)).catch(() => undefined);
    if (facts && nowMs - facts.mtimeMs > DAY_MS) {
      await rm(join(root, name), { recursive: true, force: true });
    }
  }
}
