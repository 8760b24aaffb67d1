import { randomUUID } from 'node:crypto';
import { link, readdir, rm, stat, truncate, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../clock.js';
import { isFileError } from './local-folder.js';
import { type Processes, ProcessIdentity } from './process-identity.js';
import { readStateFile } from './state-file.js';

/** An exclusive right among all processes that share a folder. */
export type ProcessLock = Awaited<ReturnType<typeof open>>;

/** The process that has a lock. */
export interface LockHolder {
  readonly identity: ProcessIdentity;
  /** False for a process of another container: only that its lock is touched shows that it lives. */
  readonly isSeen: boolean;
  /** When it last touched its lock, by the monotonic clock. */
  readonly touchedMs: number;
}

export interface LockOptions {
  readonly processes: Processes;
  readonly clock: Pick<Clock, 'nowUs' | 'wait' | 'repeat'>;
  /** A holder that has not touched its lock for this long counts as gone although its process lives, as after Ctrl-Z. */
  readonly stoppedMs?: number;
}

const TOUCH_EVERY_MS = 2000;
/** A holder in another container that has not touched its lock for this long is gone. */
const UNTOUCHED_MS = 10_000;
/** Time stamps of files are rounded; one further ahead was written in another boot. */
const ROUNDING_MS = 1000;
/** Digits after the name; a longer number could not be counted on from. */
const NUMBER = /^\d{1,15}$/;

/**
 * Takes a lock for this process, or says who has it. A lock is a file `<path>-<number>`, linked into place complete,
 * and the highest number counts; so of those who found the last holder dead only one succeeds.
 *
 * Example: `holder-4` names a process that was killed. Two processes see that and both try to link `holder-5`; one
 * succeeds, and the other finds it there, held by a living process.
 */
export async function tryLock(path: string, options: LockOptions): Promise<ProcessLock | LockHolder> {
  const { processes, clock } = options;
  for (;;) {
    const last = await getLast(path);
    const holder = await findHolder(`${path}-${last}`, options);
    if (holder) return holder;
    const own = `${path}-${last + 1}`;
    if (!(await tryPutInPlace(own, JSON.stringify(await processes.self()), clock))) continue;
    // The file that was the last may have been removed, and its number taken again, by those who are further on.
    if ((await getLast(path)) === last + 1) return open(path, own, last + 1, clock);
    await rm(own, { force: true });
  }
}

async function open(path: string, own: string, number: number, clock: LockOptions['clock']) {
  const older = (await listNumbers(path)).filter((one) => one < number);
  await Promise.all(older.map((one) => rm(`${path}-${one}`, { recursive: true, force: true })));
  const stop = clock.repeat(TOUCH_EVERY_MS, () => void touch(own, clock).catch(() => undefined));
  return {
    /** Whether nobody has taken it over, as happens to a container that is paused for longer than `UNTOUCHED_MS`. */
    isHeld: async () => (await stat(own).catch(() => undefined)) !== undefined,
    release: async () => {
      stop();
      // Emptied, which needs no room on the disk; the file stays, so that its number is not taken again.
      await truncate(own).catch((error: unknown) => {
        if (!isFileError(error, 'ENOENT')) throw error;
      });
    },
  };
}

/** Runs work under a lock, after waiting for those that have it before. */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const lock = await waitForLock(path, options);
  try {
    return await work();
  } finally {
    await lock.release();
  }
}

const LOOK_EVERY_MS = 25;

async function waitForLock(path: string, options: LockOptions): Promise<ProcessLock> {
  for (;;) {
    const lock = await tryLock(path, options);
    if ('release' in lock) return lock;
    await options.clock.wait(LOOK_EVERY_MS);
  }
}

/** The living process that has a lock, if any. */
export async function findLockHolder(path: string, options: LockOptions): Promise<LockHolder | undefined> {
  return findHolder(`${path}-${await getLast(path)}`, options);
}

async function findHolder(file: string, options: LockOptions): Promise<LockHolder | undefined> {
  const identity = await readIdentity(file);
  const life = identity && (await options.processes.getLife(identity));
  if (!identity || life === 'gone') return undefined;
  const isSeen = life === 'alive';
  const touchedMs = (await stat(file).catch(() => undefined))?.mtimeMs ?? 0;
  const longestMs = isSeen ? options.stoppedMs : UNTOUCHED_MS;
  const untouchedMs = options.clock.nowUs() / 1000 - touchedMs;
  const isGone = longestMs !== undefined && (untouchedMs > longestMs || untouchedMs < -ROUNDING_MS);
  return isGone ? undefined : { identity, isSeen, touchedMs };
}

/** Dated by the monotonic clock, which containers share and nobody sets back. */
async function touch(file: string, clock: LockOptions['clock']): Promise<void> {
  const seconds = clock.nowUs() / 1_000_000;
  await utimes(file, seconds, seconds);
}

async function listNumbers(path: string): Promise<number[]> {
  const start = `${basename(path)}-`;
  const ends = (await readdir(dirname(path))).flatMap((name) =>
    name.startsWith(start) ? name.slice(start.length) : [],
  );
  return ends.filter((end) => NUMBER.test(end)).map(Number);
}

const getLast = async (path: string) => Math.max(0, ...(await listNumbers(path)));

/** @returns undefined for a lock that was released, or that a crash of the machine left unreadable */
async function readIdentity(file: string): Promise<ProcessIdentity | undefined> {
  try {
    return ProcessIdentity.parse(JSON.parse((await readStateFile(file)) ?? ''));
  } catch {
    return undefined;
  }
}

/** @returns false where the file is there already */
async function tryPutInPlace(file: string, text: string, clock: LockOptions['clock']): Promise<boolean> {
  const draft = join(dirname(file), `.${randomUUID()}`);
  try {
    await writeFile(draft, text, { mode: 0o600 });
    await touch(draft, clock);
    await link(draft, file);
    return true;
  } catch (error) {
    if (isFileError(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}
