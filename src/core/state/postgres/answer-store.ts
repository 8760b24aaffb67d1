import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { AnswerStore, Boarded } from '../state.js';
import type { Database, SqlValue, Statement } from './database.js';
import { CHANNEL, type Listener } from './listener.js';

const compress = promisify(gzip);
const expand = promisify(gunzip);

export interface PostgresAnswerOptions {
  readonly database: Database;
  readonly listener: Pick<Listener, 'hear'>;
  /** Tells this process apart from all others of the fleet. */
  readonly member: number;
  readonly ttlMs: number;
  readonly leaseMs: number;
}

/**
 * $1: keys; $2: member; $3: lease in microseconds; $4: lane. A key is led by the process that finds no answer and nobody alive at
 * it. A key that is in no row yet was inserted by another a moment ago: its leader is not visible to this statement.
 */
const BOARD: Statement = {
  name: 'answer_board',
  text: `
WITH led AS (
  INSERT INTO answer AS a (key, member, lease_us, lane)
  SELECT key, $2, wall_us() + $3::bigint, $4 FROM unnest($1::bytea[]) AS key ORDER BY key
  ON CONFLICT (key) DO UPDATE SET member = excluded.member, lease_us = excluded.lease_us, lane = excluded.lane,
    departed = false, body = NULL
  WHERE (a.body IS NULL OR a.until_us <= wall_us())
    AND (a.member IS NULL OR a.member = $2 OR a.lease_us < wall_us()
      OR ($4 = 'interactive' AND a.lane = 'batch' AND NOT a.departed))
  RETURNING key
)
SELECT encode(key, 'hex') AS key, 'leads' AS kind, NULL::bytea AS body, false AS departed FROM led
UNION ALL
SELECT encode(a.key, 'hex'), CASE WHEN a.body IS NULL THEN 'follows' ELSE 'known' END, a.body, a.departed
FROM answer a WHERE a.key = ANY($1::bytea[]) AND NOT EXISTS (SELECT FROM led WHERE led.key = a.key)`,
};

/**
 * In the order of the keys, as they are taken: two who lock the same rows never wait for each other. Says how many have an
 * answer by now, or another leader who lives.
 */
const DEPART: Statement = {
  name: 'answer_depart',
  text: `
WITH mine AS (
  SELECT key FROM answer WHERE key = ANY($1::bytea[]) AND member = $2 AND body IS NULL ORDER BY key FOR UPDATE
), gone AS (
  UPDATE answer a SET departed = true FROM mine WHERE a.key = mine.key
)
SELECT count(*)::int AS elsewhere FROM answer a
WHERE a.key = ANY($1::bytea[])
  AND CASE WHEN a.body IS NULL THEN a.member <> $2 AND a.lease_us >= wall_us() ELSE a.until_us > wall_us() END`,
};

const RENEW: Statement = {
  name: 'answer_renew',
  text: `
WITH mine AS (SELECT key FROM answer WHERE key = ANY($1::bytea[]) AND member = $2 ORDER BY key FOR UPDATE)
UPDATE answer a SET lease_us = wall_us() + $3::bigint FROM mine WHERE a.key = mine.key`,
};

/** That a key has an answer, or nobody who leads it. */
const CALL_OUT = `SELECT pg_notify('${CHANNEL}', encode(key, 'hex')) FROM told`;

/** $2: the answer; $3: for how long it is used again, in microseconds. */
const LAND: Statement = {
  name: 'answer_land',
  text: `
WITH told AS (
  INSERT INTO answer (key, body, until_us) VALUES ($1, $2, wall_us() + $3::bigint)
  ON CONFLICT (key) DO UPDATE SET body = excluded.body, until_us = excluded.until_us, member = NULL
  RETURNING key
) ${CALL_OUT}`,
};

const GIVE_UP: Statement = {
  name: 'answer_give_up',
  text: `
WITH told AS (DELETE FROM answer WHERE key = $1 AND member = $2 AND body IS NULL RETURNING key) ${CALL_OUT}`,
};

interface BoardRow {
  readonly key: string;
  readonly kind: Boarded['kind'];
  readonly body: Buffer | null;
  readonly departed: boolean;
}

/** Answers that the machines of a fleet share. */
export function createPostgresAnswers({
  database,
  listener,
  member,
  ttlMs,
  leaseMs,
}: PostgresAnswerOptions): AnswerStore {
  // A lost word costs a call: its sender has an answer to give.
  const say = async (statement: Statement, values: readonly SqlValue[]): Promise<void> => {
    await database.run(statement, values).catch(() => undefined);
  };
  return {
    leaseMs,
    board: async (keys, lane) => {
      const hashes = keys.map(toHash);
      const rows = await database.run<BoardRow>(BOARD, [toArray(hashes), member, leaseMs * 1000, lane]);
      const byKey = new Map(rows.map((row) => [row.key, row]));
      return Promise.all(hashes.map((hash) => toBoarded(byKey.get(hash))));
    },
    depart: async (keys) => {
      const sent = database.run<{ readonly elsewhere: number }>(DEPART, [toArray(keys.map(toHash)), member]);
      const [row] = await sent.catch(() => []);
      return row?.elsewhere !== keys.length;
    },
    hear: (keys, signal) => listener.hear(keys.map(toHash), signal),
    renew: (keys) => say(RENEW, [toArray(keys.map(toHash)), member, leaseMs * 1000]),
    land: async (key, body) => {
      const hash = Buffer.from(toHash(key), 'hex');
      if (body === undefined) await say(GIVE_UP, [hash, member]);
      else await say(LAND, [hash, await compress(body), ttlMs * 1000]);
    },
  };
}

async function toBoarded(row: BoardRow | undefined): Promise<Boarded> {
  if (row?.kind === 'leads') return { kind: 'leads' };
  if (!row?.body) return { kind: 'follows', hasDeparted: row?.departed ?? false };
  return { kind: 'known', body: (await expand(row.body)).toString('utf8') };
}

/** Keys hold what upstreams are asked with; the database needs no more than to tell them apart. */
const toHash = (key: string): string => createHash('sha256').update(key).digest('hex');

/** As PostgreSQL writes an array of `bytea`. */
const toArray = (hashes: readonly string[]): string =>
  `{${hashes.map((hash) => `"\\\\x${hash}"`).join(',')}}`;
