import { randomUUID } from 'node:crypto';
import { link, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InputError } from '../../errors.js';
import { type Processes, ProcessIdentity } from '../../state/process-identity.js';
import { readStateFile } from '../../state/state-file.js';
import { onDisk, toDiskError } from '../disk-error.js';

/** The exclusive right to run, rewrite or remove a job. */
export interface JobLock {
  readonly release: () => Promise<void>;
}

const PREFIX = 'holder-';
/** Anything else was put there by somebody else; a longer number could not be counted on from. */
const NAME = /^holder-(\d{1,15})$/;

/**
 * Takes a job for this process. A lock is a file with the next number, linked into place complete; numbers never
 * come again, so of those who found the last owner dead only one succeeds.
 *
 * Example: `holder-4` names a process that was killed. Two processes see that and both try to link `holder-5`; one
 * succeeds, and the other finds it there, held by a living process.
 * @throws InputError naming the process that owns it
 */
export async function lockJob(folder: string, processes: Processes): Promise<JobLock> {
  const self = JSON.stringify(await processes.self());
  const draft = join(folder, `.${randomUUID()}`);
  try {
    await onDisk(() => writeFile(draft, self, { mode: 0o600 }));
    for (;;) {
      const last = await findLast(folder);
      const owner = await readLiving(folder, last, processes);
      if (owner) throw createLockedError(owner.pid);
      const path = join(folder, `${PREFIX}${last + 1}`);
      if (!(await tryLink(draft, path))) continue;
      await removeOlder(folder, last + 1);
      // Emptied, which needs no room on the disk; the file stays, so that its number is never taken again.
      return { release: () => truncate(path) };
    }
  } finally {
    await rm(draft, { force: true });
  }
}

/** The living process that has locked a job, if any. */
export async function findLockOwner(
  folder: string,
  processes: Processes,
): Promise<ProcessIdentity | undefined> {
  return readLiving(folder, await findLast(folder), processes);
}

async function readLiving(folder: string, number: number, processes: Processes) {
  const owner = await readOwner(join(folder, `${PREFIX}${number}`));
  return owner && (await processes.isAlive(owner)) ? owner : undefined;
}

async function listNumbers(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
}

const findLast = async (folder: string) => Math.max(0, ...(await listNumbers(folder)));

/** @returns undefined for a lock that was given back, or that a crash of the machine left unreadable */
async function readOwner(path: string): Promise<ProcessIdentity | undefined> {
  try {
    return ProcessIdentity.parse(JSON.parse((await readStateFile(path)) ?? ''));
  } catch {
    return undefined;
  }
}

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw toDiskError(error);
  }
}

async function removeOlder(folder: string, own: number): Promise<void> {
  const older = (await listNumbers(folder)).filter((number) => number < own);
  await Promise.all(
    older.map((number) => rm(join(folder, `${PREFIX}${number}`), { recursive: true, force: true })),
  );
}

function createLockedError(pid: number): InputError {
  return new InputError(
    `This job is already running in process ${pid}. Wait for it, or stop it with "bijia jobs cancel".`,
    { code: 'job_running' },
  );
}
