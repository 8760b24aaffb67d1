import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { AnswerStore, Boarded } from '../state.js';
import type { Database, SqlValue, Statement } from './database.js';

const compress = promisify(gzip);
const expand = promisify(gunzip);

export interface PostgresAnswerOptions {
  readonly database: Database;
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

const DEPART: Statement = {
  name: 'answer_depart',
  text: 'UPDATE answer SET departed = true WHERE key = ANY($1::bytea[]) AND member = $2',
};

const RENEW: Statement = {
  name: 'answer_renew',
  text: 'UPDATE answer SET lease_us = wall_us() + $3::bigint WHERE key = ANY($1::bytea[]) AND member = $2',
};

/** $2: the answer; $3: for how long it is used again, in microseconds. */
const LAND: Statement = {
  name: 'answer_land',
  text: `
INSERT INTO answer (key, body, until_us) VALUES ($1, $2, wall_us() + $3::bigint)
ON CONFLICT (key) DO UPDATE SET body = excluded.body, until_us = excluded.until_us, member = NULL`,
};

const GIVE_UP: Statement = {
  name: 'answer_give_up',
  text: 'DELETE FROM answer WHERE key = $1 AND member = $2 AND body IS NULL',
};

const FORGET: Statement = {
  name: 'answer_forget',
  text: 'DELETE FROM answer WHERE greatest(coalesce(until_us, 0), coalesce(lease_us, 0)) < wall_us()',
};

/** Who lands an answer whose turn divides by this clears away old ones. */
const FORGET_EVERY = 64;

interface BoardRow {
  readonly key: string;
  readonly kind: Boarded['kind'];
  readonly body: Buffer | null;
  readonly departed: boolean;
}

/** Answers that the machines of a fleet share. */
export function createPostgresAnswers({
  database,
  member,
  ttlMs,
  leaseMs,
}: PostgresAnswerOptions): AnswerStore {
  let landed = 0;
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
    depart: (keys) => say(DEPART, [toArray(keys.map(toHash)), member]),
    renew: (keys) => say(RENEW, [toArray(keys.map(toHash)), member, leaseMs * 1000]),
    land: async (key, body) => {
      landed += 1;
      if (landed % FORGET_EVERY === 0) await say(FORGET, []);
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
