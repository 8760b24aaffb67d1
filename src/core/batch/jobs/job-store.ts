import { randomUUID } from 'node:crypto';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.js';
import { openLocalFolder } from '../../state/local-folder.js';
import type { Processes } from '../../state/process-identity.js';
import { findLockOwner, lockJob } from './job-lock.js';
import { getJobId, type JobKey, type JobRecord, readJobRecord, writeJobRecord } from './job-record.js';
import {
  changeState,
  interrupt,
  type LockedJob,
  openLockedJob,
  readLocked,
  requestCancel,
} from './locked-job.js';

export interface JobStoreOptions {
  /** Shared by all processes of this machine. */
  readonly stateDir: string;
  readonly processes: Processes;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
}

/** What changes each time the same job is asked for. */
export type JobDetails = Pick<JobRecord, 'label' | 'lines' | 'total' | 'output' | 'shop' | 'extra'>;

export interface PutOptions {
  /** A copy at a path of `createCopyPath`; moved away from there. */
  readonly copyPath?: string;
  /** Goes on with a finished job, too. */
  readonly continues?: boolean;
}

export interface JobStore {
  /** A path for the copy of an input whose job is not known yet. */
  readonly createCopyPath: () => Promise<string>;
  /**
   * Puts a job in place, with the copy of its input. What an unfinished one found out stays; a finished one begins
   * a new run, unless it is to be continued.
   * @throws InputError while it is running
   */
  readonly put: (key: JobKey, details: JobDetails, options?: PutOptions) => Promise<JobRecord>;
  /** @throws InputError when there is no such job, or another process has locked it */
  readonly lock: (id: string) => Promise<LockedJob>;
  /** By id or the beginning of it. @throws InputError when there is none, or several */
  readonly get: (id: string) => Promise<JobRecord>;
  /** The latest first. */
  readonly list: (owner?: string) => Promise<JobRecord[]>;
  /** A running job ends soon, in whatever process. @throws InputError when there is no such job */
  readonly cancel: (id: string) => Promise<JobRecord>;
  /** @throws InputError when there is no such job, or it is running */
  readonly remove: (id: string) => Promise<void>;
  /** Removes what nobody will come back for. */
  readonly removeExpired: () => Promise<void>;
  readonly folderOf: (id: string) => string;
}

export const COPY_FILE = 'input.jsonl';
const INCOMING = '.incoming-';
const DAY_MS = 86_400_000;
/** How long a job stays after its last change. */
const KEPT_DAYS = { planned: 7, running: 30, stopped: 30, cancelled: 7, finished: 7 } as const;

export function createJobStore({ stateDir, processes, now }: JobStoreOptions): JobStore {
  const root = join(stateDir, 'jobs');
  const folderOf = (id: string) => join(root, id);

  const listIds = async () =>
    (await readdir(root).catch(() => [])).filter((name) => /^[0-9a-f]{10}$/.test(name));

  const read = async (id: string): Promise<JobRecord | undefined> => {
    const record = await readJobRecord(folderOf(id));
    return record?.state === 'running' && !(await findLockOwner(folderOf(id), processes))
      ? interrupt(record)
      : record;
  };

  const get = async (id: string): Promise<JobRecord> => {
    const fitting = (await listIds()).filter((one) => id.length >= 3 && one.startsWith(id));
    const [only] = fitting;
    if (fitting.length > 1) throw new InputError(`Several jobs begin with ${id}; give more of the id.`);
    const record = only === undefined ? undefined : await read(only);
    if (!record)
      throw new InputError(`There is no job ${id.slice(0, 20)}. "bijia jobs" lists them.`, {
        code: 'no_such_job',
      });
    return record;
  };

  const lock = async (id: string): Promise<LockedJob> => {
    const found = await get(id);
    const folder = folderOf(found.id);
    return openLockedJob(folder, found, await lockJob(folder, processes), now);
  };

  const put: JobStore['put'] = async (key, details, { copyPath, continues = false } = {}) => {
    const id = getJobId(key);
    const folder = folderOf(id);
    openLocalFolder(folder);
    const jobLock = await lockJob(folder, processes);
    try {
      if (copyPath !== undefined) await rename(copyPath, join(folder, COPY_FILE));
      const record = renew(await readLocked(folder), { key, details, id, continues, nowMs: now() });
      await writeJobRecord(folder, record);
      return record;
    } finally {
      await jobLock.release();
    }
  };

  const remove = async (id: string) => {
    const { folder } = await lock(id);
    await rm(folder, { recursive: true, force: true });
  };

  return {
    folderOf,
    put,
    lock,
    get,
    remove,
    createCopyPath: async () => {
      openLocalFolder(root);
      return join(root, `${INCOMING}${randomUUID()}`);
    },
    list: async (owner) => {
      const records = await Promise.all((await listIds()).map(read));
      return records
        .filter((record) => record !== undefined)
        .filter((record) => owner === undefined || record.key.owner === owner)
        .sort((a, b) => b.updatedAtMs - a.updatedAtMs);
    },
    cancel: async (id) => {
      const record = await get(id);
      if (record.state === 'running') await requestCancel(folderOf(record.id));
      else if (record.state !== 'finished') await changeState(await lock(record.id), 'cancelled');
      return get(record.id);
    },
    removeExpired: () => removeExpired(root, { listIds, read, remove, nowMs: now() }),
  };
}

interface Renewal {
  readonly key: JobKey;
  readonly details: JobDetails;
  readonly id: string;
  readonly continues: boolean;
  readonly nowMs: number;
}

function renew(known: JobRecord | undefined, { key, details, id, continues, nowMs }: Renewal): JobRecord {
  const unfinished = continues || known?.state !== 'finished' ? known : undefined;
  const fresh = { state: 'planned' as const, done: 0, counts: {}, createdAtMs: nowMs };
  return {
    ...(unfinished ?? fresh),
    ...details,
    version: 1,
    id,
    key,
    run: unfinished?.run ?? (known?.run ?? 0) + 1,
    updatedAtMs: nowMs,
  };
}

interface ExpiryOptions {
  readonly listIds: () => Promise<string[]>;
  readonly read: (id: string) => Promise<JobRecord | undefined>;
  readonly remove: (id: string) => Promise<void>;
  readonly nowMs: number;
}

async function removeExpired(root: string, { listIds, read, remove, nowMs }: ExpiryOptions): Promise<void> {
  for (const id of await listIds()) {
    const record = await read(id);
    const ageMs = nowMs - (record?.updatedAtMs ?? nowMs);
    // Locked again meanwhile, by this or another process: it stays.
    if (record && ageMs > KEPT_DAYS[record.state] * DAY_MS) await remove(id).catch(() => undefined);
  }
  for (const name of await readdir(root).catch(() => [])) {
    if (!name.startsWith(INCOMING)) continue;
    const facts = await stat(join(root, name)).catch(() => undefined);
    if (facts && nowMs - facts.mtimeMs > DAY_MS) await rm(join(root, name), { force: true });
  }
}
