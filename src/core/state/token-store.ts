import { hash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { ConfigError, CredentialError, ThrottledError, toBijiaError, UnreachableError } from '../errors.js';
import { inFolder, makeFolder } from './local-folder.js';
import { type LockOptions, withLock } from './process-lock.js';
import { readSmallFile, readStateFile, replaceFile } from './state-file.js';

/** As it is kept, whatever keeps it. */
export const StoredToken = z.object({
  token: z.string().check(z.minLength(1)),
  /** Milliseconds since 1970. */
  fetchedAtMs: z.number(),
  /** 0 for a token that the upstream refused: what it can be renewed with is kept. */
  lifeMs: z.number(),
  renewal: z.optional(z.string()),
});
export type StoredToken = z.infer<typeof StoredToken>;

export interface Renewal {
  readonly isValid: (stored: StoredToken) => boolean;
  /** Whether a token that should be renewed still works. */
  readonly isAlive: (stored: StoredToken) => boolean;
  /** What the token is renewed with works once. */
  readonly once: boolean;
  /** The first token, where nobody has to be asked for it. */
  readonly initial?: StoredToken;
  readonly renew: (previous: StoredToken | undefined) => Promise<StoredToken>;
}

/** Where tokens are shared. Each function throws a ConfigError where nothing can be written. */
export interface TokenStore {
  /**
   * The stored token when it is valid, else the renewed one; only one process renews at a time. Where a renewal works
   * once, an intent is on disk before it leaves; one that is found there was left by a process that did not live to see
   * the answer, and nobody sends that renewal again.
   * @throws CredentialError when it is unknown what became of a renewal: of this one, or of an earlier one whose token
   * has run out
   */
  readonly readOrRenew: (name: string, renewal: Renewal) => Promise<StoredToken>;
  /** Says that the stored token has run out, if it is still this one. */
  readonly expire: (name: string, token: string) => Promise<void>;
  /** Puts this token in the place of the stored one. */
  readonly write: (name: string, stored: StoredToken) => Promise<void>;
}

export interface TokenFolderOptions extends LockOptions {
  readonly folder: string;
}

/** Tokens as files of the state directory, readable by their owner only. */
export function createTokenFolder({ folder, ...lockOptions }: TokenFolderOptions): TokenStore {
  const toPath = (name: string) => join(folder, `${name}.json`);
  const alone = <T>(path: string, work: () => Promise<T>): Promise<T> =>
    inFolder(folder, async () => {
      makeFolder(folder);
      return withLock(`${path}.lock`, lockOptions, work);
    });
  return {
    readOrRenew: async (name, renewal) => {
      const path = toPath(name);
      const known = readToken(path);
      if (known && renewal.isValid(known)) return known;
      return alone(path, async () => {
        const stored = readToken(path);
        if (stored && renewal.isValid(stored)) return stored;
        if (!stored && renewal.initial) {
          await writeToken(path, renewal.initial);
          return renewal.initial;
        }
        return renewal.once ? renewOnce(path, stored, renewal) : renewAgain(path, stored, renewal);
      });
    },
    expire: async (name, token) => {
      const path = toPath(name);
      if (readToken(path)?.token !== token) return;
      // Under the lock: another process may be writing the token that this one was renewed to.
      await alone(path, async () => {
        const stored = readToken(path);
        if (stored?.token === token) await writeToken(path, { ...stored, lifeMs: 0 });
      });
    },
    write: (name, stored) => alone(toPath(name), () => writeToken(toPath(name), stored)),
  };
}

async function renewAgain(
  path: string,
  stored: StoredToken | undefined,
  { renew }: Renewal,
): Promise<StoredToken> {
  const fresh = await renew(stored);
  await writeToken(path, fresh);
  return fresh;
}

async function renewOnce(
  path: string,
  stored: StoredToken | undefined,
  renewal: Renewal,
): Promise<StoredToken> {
  const intentPath = `${path}.intent`;
  // Names the token that is renewed: what a later token finds of an earlier one means nothing.
  const intent = hash('sha256', stored?.token ?? '');
  if ((await readStateFile(intentPath)) === intent) {
    if (stored && renewal.isAlive(stored)) return stored;
    throw createUnknownRenewalError();
  }
  await replaceFile(intentPath, intent);
  let fresh: StoredToken;
  try {
    fresh = await renewal.renew(stored);
  } catch (error) {
    if (!isSettled(error)) throw createUnknownRenewalError(error);
    await rm(intentPath, { force: true });
    throw error;
  }
  await writeToken(path, fresh);
  await rm(intentPath, { force: true });
  return fresh;
}

const SETTLED = [CredentialError, ThrottledError, ConfigError, UnreachableError];

/** Whether a renewal was refused, turned away or never sent: then nothing is in doubt. */
export function isSettled(error: unknown): boolean {
  return SETTLED.some((kind) => error instanceof kind);
}

/**
 * For a renewal that works once and whose end nobody saw.
 * @param cause what this process saw of it
 */
export function createUnknownRenewalError(cause?: unknown): CredentialError {
  const seen = cause === undefined ? undefined : toBijiaError(cause);
  return new CredentialError(
    'The access token was being renewed when the process ended or the connection broke. What it is renewed with works once, so it is not sent again. Log in again: bijia login.',
    {
      code: 'renewal_unknown',
      ...(seen && { cause: seen, detail: [seen.message, seen.detail].filter(Boolean).join(' ') }),
    },
  );
}

/** @throws ConfigError for something that is not a file */
function readToken(path: string): StoredToken | undefined {
  const text = readSmallFile(path) ?? '';
  try {
    return StoredToken.parse(JSON.parse(text));
  } catch {
    // Absent, torn or foreign: all of them mean that a token has to be fetched.
    return undefined;
  }
}

/** For good: what a token is renewed with exists nowhere else once the upstream has given it out. */
const writeToken = (path: string, stored: StoredToken) => replaceFile(path, JSON.stringify(stored));
