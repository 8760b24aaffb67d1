import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError, InputError, toBijiaError } from '../../errors.js';
import { createFolderError, isFileError } from '../../state/local-folder.js';
import type { LockOptions } from '../../state/process-lock.js';
import { type JobRecord, readJobRecord, recordPathOf } from './job-record.js';
import { findJobHolder, interrupt } from './locked-job.js';

export interface DamagedJob {
  readonly id: string;
  readonly message: string;
}

export type JobReader = ReturnType<typeof createJobReader>;

/** More files at once would meet the bound of the process. */
const READ_AT_ONCE = 16;

/** Reads the jobs of a folder, without locking any. */
export function createJobReader(root: string, options: LockOptions) {
  const folderOf = (id: string) => join(root, id);

  const listIds = async () => (await listFolder(root)).filter((name) => /^[0-9a-f]{10}$/.test(name));

  /** @throws ConfigError when it is damaged, or a newer version wrote it */
  const read = async (id: string): Promise<JobRecord> => {
    const record = await readJobRecord(folderOf(id));
    if (!record) throw createDamagedError(id, recordPathOf(folderOf(id)));
    const isAbandoned = record.state === 'running' && !(await findJobHolder(folderOf(id), options));
    return isAbandoned ? interrupt(record) : record;
  };

  const requireId = async (start: string): Promise<string> =>
    getOnly(
      start,
      (await listIds()).filter((id) => isStart(start) && id.startsWith(start)),
    );

  const readAll = async (): Promise<(JobRecord | DamagedJob)[]> =>
    mapSome(await listIds(), READ_AT_ONCE, (id) =>
      read(id).catch((error: unknown) => ({ id, message: toBijiaError(error).message })),
    );

  const list = async (owner?: string) =>
    (await readAll())
      .filter((one): one is JobRecord => 'key' in one)
      .filter((record) => owner === undefined || record.key.owner === owner)
      .sort((a, b) => b.updatedAtMs - a.updatedAtMs);

  return {
    ...{ folderOf, requireId, read, list },
    get: async (start: string) => read(await requireId(start)),
    listDamaged: async () => (await readAll()).filter((one): one is DamagedJob => 'message' in one),
  };
}

/** Whether a job may be looked for by this beginning of its id. */
export const isStart = (start: string): boolean => start.length >= 3;

/** @param fitting what begins so. @throws InputError where that is not one */
export function getOnly<T>(start: string, fitting: readonly T[]): T {
  const [only] = fitting;
  if (fitting.length > 1) {
    throw new InputError(`Several jobs begin with ${start}; give more of the id.`, {
      ...{ code: 'ambiguous_job', facts: { id: start } },
    });
  }
  if (only !== undefined) return only;
  throw new InputError(`There is no job ${start.slice(0, 20)}. "bijia jobs" lists them.`, {
    code: 'no_such_job',
    facts: { id: start.slice(0, 20) },
  });
}

/** Names in a folder; none where it does not exist. @throws ConfigError when it cannot be read */
export async function listFolder(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: unknown) => {
    if (isFileError(error, 'ENOENT')) return [];
    throw createFolderError(folder, error);
  });
}

/** Like `Promise.all` over `map`, a few at a time. */
async function mapSome<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += atOnce) {
    results.push(...(await Promise.all(items.slice(start, start + atOnce).map(work))));
  }
  return results;
}

/** @param path where the record stands, for who has to do something about it */
export function createDamagedError(id: string, path: string): ConfigError {
  return new ConfigError(
    `The record of job ${id} is damaged (${path}). Give its list again to start over, or remove it with "bijia jobs rm ${id}".`,
    { code: 'job_damaged', facts: { id } },
  );
}
