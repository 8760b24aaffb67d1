import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { inFolder, makeFolder } from './local-folder.js';

const StoredToken = z.object({
  token: z.string().min(1),
  /** Milliseconds since 1970. */
  fetchedAtMs: z.number(),
  /** 0 for a token that the upstream refused: what it can be renewed with is kept. */
  lifeMs: z.number(),
  renewal: z.string().optional(),
});
export type StoredToken = z.infer<typeof StoredToken>;

/** Where tokens are shared. Each function throws a ConfigError where nothing can be written. */
export interface TokenStore {
  /** The stored token when it is valid, else the renewed one; only one process renews at a time. */
  readonly readOrRenew: (
    name: string,
    isValid: (stored: StoredToken) => boolean,
    renew: (previous: StoredToken | undefined) => Promise<StoredToken>,
  ) => Promise<StoredToken>;
  /** Says that the stored token has run out, if it is still this one. */
  readonly expire: (name: string, token: string) => Promise<void>;
  /** Puts this token in the place of the stored one. */
  readonly write: (name: string, stored: StoredToken) => Promise<void>;
}

const LOCK_POLL_MS = 25;

export interface TokenFolderOptions {
  readonly folder: string;
  /** A lock that was not touched for so long was left behind by a process that died. */
  readonly lockMs: number;
}

/** Tokens as files of the state directory, readable by their owner only. */
export function createTokenFolder({ folder, lockMs }: TokenFolderOptions): TokenStore {
  const toPath = (name: string) => join(folder, `${name}.json`);
  const alone = <T>(path: string, work: () => Promise<T>): Promise<T> =>
    inFolder(folder, async () => {
      makeFolder(folder);
      return withLock(`${path}.lock`, lockMs, work);
    });
  return {
    readOrRenew: async (name, isValid, renew) => {
      const path = toPath(name);
      const known = await readToken(path);
      if (known && isValid(known)) return known;
      return alone(path, async () => {
        const renewedByOther = await readToken(path);
        if (renewedByOther && isValid(renewedByOther)) return renewedByOther;
        const fresh = await renew(renewedByOther);
        await writePrivately(path, fresh);
        return fresh;
      });
    },
    expire: async (name, token) => {
      const path = toPath(name);
      if ((await readToken(path))?.token !== token) return;
      // Under the lock: another process may be writing the token that this one was renewed to.
      await alone(path, async () => {
        const stored = await readToken(path);
        if (stored?.token === token) await writePrivately(path, { ...stored, lifeMs: 0 });
      });
    },
    write: (name, stored) => alone(toPath(name), () => writePrivately(toPath(name), stored)),
  };
}

async function readToken(path: string): Promise<StoredToken | undefined> {
  try {
    return StoredToken.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    // Absent, torn or foreign: all of them mean that a token has to be fetched.
    return undefined;
  }
}

async function writePrivately(path: string, stored: StoredToken): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  // Flushed: what a token is renewed with exists nowhere else once the upstream has given it out.
  await writeFile(temporary, JSON.stringify(stored), { mode: 0o600, flag: 'wx', flush: true });
  await rename(temporary, path);
}

/** Runs work under an exclusive lock file, touched while the work lasts; one left behind is moved aside. */
async function withLock<T>(path: string, lockMs: number, work: () => Promise<T>): Promise<T> {
  const owner = randomUUID();
  while (!(await takeLock(path, owner))) {
    if (await isStale(path, lockMs)) await moveAside(path, lockMs);
    else await sleep(LOCK_POLL_MS);
  }
  const touch = () => utimes(path, new Date(), new Date()).catch(() => undefined);
  const touching = setInterval(touch, lockMs / 4).unref();
  try {
    return await work();
  } finally {
    clearInterval(touching);
    if ((await readFile(path, 'utf8').catch(() => '')) === owner) await rm(path, { force: true });
  }
}

async function takeLock(path: string, owner: string): Promise<boolean> {
  try {
    await writeFile(path, owner, { mode: 0o600, flag: 'wx' });
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  }
}

async function isStale(path: string, lockMs: number): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > lockMs;
}

/** Renaming succeeds for one process only, so two never remove the same stale lock. */
async function moveAside(path: string, lockMs: number): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  const moved = await rename(path, aside).then(
    () => true,
    () => false,
  );
  // Between the look and the move another process may have replaced the stale lock by its own: give that one back.
  if (moved && !(await isStale(aside, lockMs))) await link(aside, path).catch(() => undefined);
  await rm(aside, { force: true });
}
