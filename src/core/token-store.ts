import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';

const StoredToken = z.object({
  token: z.string().min(1),
  /** Milliseconds since 1970. */
  fetchedAtMs: z.number(),
  lifeMs: z.number(),
});
export type StoredToken = z.infer<typeof StoredToken>;

/** Where tokens are shared. */
export interface TokenStore {
  /** The stored token when it is valid, else the renewed one; only one process renews at a time. */
  readonly readOrRenew: (
    name: string,
    isValid: (stored: StoredToken) => boolean,
    renew: () => Promise<StoredToken>,
  ) => Promise<StoredToken>;
  /** Drops the stored token if it is still this one. */
  readonly forget: (name: string, token: string) => Promise<void>;
}

const LOCK_POLL_MS = 25;

export interface TokenFolderOptions {
  readonly folder: string;
  /** A lock older than this was left behind by a process that died. */
  readonly lockMs: number;
}

/** Tokens as files of the state directory, readable by their owner only. */
export function createTokenFolder({ folder, lockMs }: TokenFolderOptions): TokenStore {
  return {
    readOrRenew: async (name, isValid, renew) => {
      const path = join(folder, `${name}.json`);
      const known = await readToken(path);
      if (known && isValid(known)) return known;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return withLock(`${path}.lock`, lockMs, async () => {
        const renewedByOther = await readToken(path);
        if (renewedByOther && isValid(renewedByOther)) return renewedByOther;
        const fresh = await renew();
        await writePrivately(path, JSON.stringify(fresh));
        return fresh;
      });
    },
    forget: async (name, token) => {
      const path = join(folder, `${name}.json`);
      if ((await readToken(path))?.token === token) await rm(path, { force: true });
    },
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

async function writePrivately(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}`;
  await writeFile(temporary, text, { mode: 0o600, flag: 'wx' });
  await rename(temporary, path);
}

/** Runs work under an exclusive lock file; a lock past its deadline is moved aside by whoever finds it. */
async function withLock<T>(path: string, lockMs: number, work: () => Promise<T>): Promise<T> {
  const owner = randomUUID();
  while (!(await takeLock(path, owner))) {
    if (await isStale(path, lockMs)) await moveAside(path);
    else await sleep(LOCK_POLL_MS);
  }
  try {
    return await work();
  } finally {
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
async function moveAside(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  await rename(path, aside).catch(() => undefined);
  await rm(aside, { force: true });
}
