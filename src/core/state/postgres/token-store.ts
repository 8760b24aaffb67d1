import { StateError } from '../../errors.js';
import {
  createUnknownRenewalError,
  isSettled,
  type Renewal,
  StoredToken,
  type TokenStore,
} from '../token-store.js';
import type { Database, Statement } from './database.js';
import type { Seal } from './seal.js';

/** How often a token is looked for that another member is fetching. */
const POLL_MS = 100;
/** How long an answer that was paid with a renewal is tried to be stored. */
const STORE_WITHIN_MS = 30_000;

export interface PostgresTokenOptions {
  readonly database: Database;
  readonly seal: Seal;
  /** A renewal whose intent is older was begun by a process that did not live to see the answer. */
  readonly renewalMs: number;
  /** A text that nobody else has. */
  readonly createId: () => string;
  readonly waitMs: (ms: number) => Promise<void>;
}

interface TokenRow {
  readonly sealed: Buffer | null;
  readonly holder: string | null;
  /** Whether the intent is so old that its holder is dead. */
  readonly lapsed: boolean;
}

/** What is read is in use; once a day is enough to say so. */
const READ: Statement = {
  name: 'token_read',
  text: `
WITH used AS (UPDATE token SET used_us = wall_us() WHERE name = $1 AND used_us < wall_us() - 86400000000)
SELECT sealed, holder, coalesce(since_us < wall_us() - $2::bigint, false) AS lapsed FROM token WHERE name = $1`,
};

/** $2: the intent's holder; $3: what was read, compared byte by byte; $4: how old an intent of another may be. */
const INTEND: Statement = {
  name: 'token_intend',
  text: `
INSERT INTO token AS t (name, holder, since_us, used_us) VALUES ($1, $2, wall_us(), wall_us())
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, since_us = excluded.since_us, used_us = excluded.used_us
WHERE t.sealed IS NOT DISTINCT FROM $3::bytea
  AND (t.holder IS NULL OR ($4::bigint > 0 AND t.since_us < wall_us() - $4::bigint))
RETURNING name`,
};

/** $2: the token; $3: the holder of the intent. Nothing is replaced that somebody else has written since. */
const FULFIL: Statement = {
  name: 'token_fulfil',
  text: `UPDATE token SET sealed = $2, holder = NULL, since_us = NULL, used_us = wall_us()
WHERE name = $1 AND holder = $3 RETURNING name`,
};

const FORGET_INTENT: Statement = {
  name: 'token_forget_intent',
  text: 'UPDATE token SET holder = NULL, since_us = NULL WHERE name = $1 AND holder = $2',
};

/** $2: the token. A login beats whatever a renewal is about. */
const WRITE: Statement = {
  name: 'token_write',
  text: `
INSERT INTO token (name, sealed, used_us) VALUES ($1, $2, wall_us())
ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, holder = NULL, since_us = NULL, used_us = excluded.used_us`,
};

/** $2: the new token; $3: what it replaces. */
const REPLACE: Statement = {
  name: 'token_replace',
  text: 'UPDATE token SET sealed = $2 WHERE name = $1 AND sealed = $3::bytea',
};

/**
 * Tokens that the machines of a fleet share. An intent is committed before a renewal leaves, and the renewal replaces
 * the token only while the intent is still its own: no matter which process is killed when, a renewal that works once is sent once.
 */
export function createPostgresTokens(options: PostgresTokenOptions): TokenStore {
  const { database, seal } = options;
  const read = async (name: string): Promise<Found> => {
    const [row] = await database.run<TokenRow>(READ, [name, options.renewalMs * 1000]);
    return row ? { ...row, stored: parse(row.sealed, seal) } : EMPTY;
  };
  return {
    readOrRenew: async (name, renewal) => {
      for (;;) {
        const found = await read(name);
        const settled = await settle(name, found, renewal, options);
        if (settled) return settled;
        await options.waitMs(POLL_MS);
      }
    },
    expire: async (name, token) => {
      const { stored, sealed } = await read(name);
      if (stored?.token !== token || !sealed) return;
      await database.run(REPLACE, [name, seal.close(JSON.stringify({ ...stored, lifeMs: 0 })), sealed]);
    },
    write: async (name, stored) => {
      await database.run(WRITE, [name, seal.close(JSON.stringify(stored))]);
    },
  };
}

interface Found extends TokenRow {
  readonly stored: StoredToken | undefined;
}

const EMPTY: Found = { sealed: null, holder: null, lapsed: false, stored: undefined };

/** One try. @returns undefined while another member is renewing, or was faster */
async function settle(
  name: string,
  found: Found,
  renewal: Renewal,
  options: PostgresTokenOptions,
): Promise<StoredToken | undefined> {
  const { stored, holder, lapsed } = found;
  if (stored && renewal.isValid(stored)) return stored;
  if (holder !== null && renewal.once) {
    // The old access token serves on, whether its renewal is under way or in doubt.
    if (stored && renewal.isAlive(stored)) return stored;
    if (lapsed) throw createUnknownRenewalError();
    return undefined;
  }
  if (holder !== null && !lapsed) return undefined;
  const id = options.createId();
  const won = await intend(name, id, found.sealed, renewal, options);
  if (won.length === 0) return undefined;
  return renewUnder(name, id, stored, renewal, options);
}

/** @returns a row where the intent is committed */
async function intend(
  name: string,
  id: string,
  sealed: Buffer | null,
  { once }: Renewal,
  options: PostgresTokenOptions,
): Promise<readonly unknown[]> {
  const lapseUs = once ? 0 : options.renewalMs * 1000;
  try {
    return await options.database.run(INTEND, [name, id, sealed, lapseUs]);
  } catch (error) {
    // It may stand there all the same, and nothing has been sent under it.
    withdraw(name, id, options).catch(() => undefined);
    throw error;
  }
}

/** Twice, since what was sent before may be carried out after it. */
async function withdraw(name: string, id: string, options: PostgresTokenOptions): Promise<void> {
  const forget = () => options.database.run(FORGET_INTENT, [name, id]);
  await store(forget, options);
  await options.waitMs(50 * POLL_MS);
  await store(forget, options);
}

async function renewUnder(
  name: string,
  id: string,
  stored: StoredToken | undefined,
  renewal: Renewal,
  options: PostgresTokenOptions,
): Promise<StoredToken> {
  const { database, seal } = options;
  let fresh: StoredToken;
  try {
    fresh = !stored && renewal.initial ? renewal.initial : await renewal.renew(stored);
  } catch (error) {
    // What works again and again is never in doubt.
    if (renewal.once && !isSettled(error)) throw createUnknownRenewalError(error);
    await database.run(FORGET_INTENT, [name, id]).catch(() => undefined);
    throw error;
  }
  await store(() => database.run(FULFIL, [name, seal.close(JSON.stringify(fresh)), id]), options);
  return fresh;
}

/** What was renewed exists nowhere else once the upstream has given it out: it is worth some patience. */
async function store(write: () => Promise<unknown>, { waitMs }: PostgresTokenOptions): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += 10 * POLL_MS) {
    try {
      await write();
      return;
    } catch (error) {
      if (!(error instanceof StateError) || waitedMs >= STORE_WITHIN_MS) throw error;
      await waitMs(10 * POLL_MS);
    }
  }
}

/** Torn or foreign means that a token has to be fetched; another key is an error. */
function parse(sealed: Buffer | null, seal: Seal): StoredToken | undefined {
  if (!sealed) return undefined;
  const text = seal.open(sealed);
  try {
    return StoredToken.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
