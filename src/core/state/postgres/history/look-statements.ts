import type { Statement } from '../database.js';

/** $1: now. */
const IS_HEARD = `EXISTS (
  SELECT FROM watched d JOIN watch w ON w.id = d.watch
  WHERE (d.platform, d.id, d.source) = (l.platform, l.id, l.source) AND coalesce(w.muted, 0) <= $1)`;
/**
 * $2: a look that is due later was put there by a clock that was ahead; $3: until when looks are due; $4: whom the caller can ask;
 * $5: what has been due since before is anybody's.
 */
const IS_DUE = `(due <= $3 OR due > $2) AND (platform || ' ' || source = ANY($4::text[]) OR due < $5) AND ${IS_HEARD}`;
/** Until when looks are taken goes by the server's clock: those of machines differ. */
const SERVER_MS = '(SELECT wall_us() / 1000)';
/** $6: how long a look is taken for at a time. Beyond twice as long, the server's clock was set back. */
const IS_FREE = `(taken <= ${SERVER_MS} OR taken > ${SERVER_MS} + 2 * $6::bigint)`;
const LOOK = 'product, source, due::float8, seen::float8, failing::float8';
const KEY = 'platform, id, source';
const IS_GIVEN = '(l.platform, l.id, l.source) = (given.platform, given.id, given.source)';

/** $7: how many. What another runner is taking is left to it. */
export const TAKE_DUE: Statement = {
  text: `
UPDATE due_look SET taken = ${SERVER_MS} + $6::bigint WHERE (${KEY}) IN (
  SELECT ${KEY} FROM due_look l WHERE ${IS_FREE} AND ${IS_DUE}
  ORDER BY due LIMIT $7 FOR UPDATE OF l SKIP LOCKED)
RETURNING platform, id, ${LOOK}, taken::float8`,
};

/**
 * $1: looks, and until when they are taken; $2: for how long from now on. What somebody else has taken by now stays theirs; a row
 * that is being settled is let be.
 */
export const KEEP_TAKEN: Statement = {
  text: `
UPDATE due_look SET taken = ${SERVER_MS} + $2::bigint WHERE (${KEY}) IN (
  SELECT l.platform, l.id, l.source FROM due_look l
  JOIN json_to_recordset($1::json) AS given(platform text, id text, source text, taken bigint)
  USING (platform, id, source) WHERE l.taken = given.taken FOR UPDATE OF l SKIP LOCKED)
RETURNING ${KEY}, taken::float8`,
};

export const COUNT_DUE: Statement = {
  text: `SELECT platform, source, count(*)::float8 AS count FROM due_look l WHERE ${IS_FREE} AND ${IS_DUE}
GROUP BY platform, source ORDER BY 1, 2`,
};

/** $2: since when nobody has looked; $3: until when looks are due. */
export const COUNT_MISSED: Statement = {
  text: `SELECT count(*)::float8 AS count FROM due_look l WHERE seen < $2 AND due <= $3 AND ${IS_HEARD}`,
};

/** $1: looks. */
export const SETTLE: Statement = {
  text: `UPDATE due_look l SET due = given.due, seen = given.seen, failing = given.failing, taken = 0
FROM json_to_recordset($1::json) AS given(platform text, id text, source text, due bigint, seen bigint, failing bigint)
WHERE ${IS_GIVEN}`,
};

/** Rows are locked in the order in which everybody locks them. */
export const LOCK_FOR_SETTLING: Statement = {
  text: `SELECT FROM due_look l
JOIN json_to_recordset($1::json) AS given(platform text, id text, source text) ON ${IS_GIVEN}
ORDER BY l.platform, l.id, l.source FOR UPDATE OF l`,
};

export const GIVE_BACK: Statement = {
  text: `UPDATE due_look l SET due = given.due, taken = 0
FROM json_to_recordset($1::json) AS given(platform text, id text, source text, due bigint) WHERE ${IS_GIVEN}`,
};

/** $1: platform; $2: id; $3: source. */
export const LIST_LOOKS: Statement = {
  name: 'look_list',
  text: `SELECT ${LOOK} FROM due_look WHERE platform = $1 AND id = $2 AND source IN ($3, '') ORDER BY source`,
};

export const COUNT_LOOKS: Statement = {
  name: 'look_count',
  text: 'SELECT platform, source, count(*)::float8 AS count FROM due_look GROUP BY platform, source ORDER BY 1, 2',
};

/** $1: budget. */
export const READ_BUDGET: Statement = {
  name: 'watch_budget_read',
  text: 'SELECT spent FROM watch_budget WHERE name = $1',
};

/** $2: what was read, '' where there was nothing; $3: what takes its place. */
export const SPEND: Statement = {
  name: 'watch_budget_spend',
  text: `
INSERT INTO watch_budget AS b (name, spent) SELECT $1, $3 WHERE $2 = '' OR EXISTS (
  SELECT FROM watch_budget WHERE name = $1)
ON CONFLICT (name) DO UPDATE SET spent = excluded.spent WHERE b.spent = $2 RETURNING name`,
};

/** $1: mark. */
export const FIND_MARK: Statement = {
  name: 'watch_mark_find',
  text: 'SELECT at::float8 FROM watch_mark WHERE name = $1',
};

export const PUT_MARK: Statement = {
  name: 'watch_mark_put',
  text: 'INSERT INTO watch_mark VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET at = excluded.at',
};

/** $1: what the turn is for; $2: who takes or keeps it; $3: for how long, in microseconds. */
export const TAKE_TURN: Statement = {
  name: 'watch_turn_take',
  text: `
INSERT INTO watch_turn AS t (name, holder, until_us) VALUES ($1, $2, wall_us() + $3::bigint)
ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, until_us = excluded.until_us
WHERE t.holder = excluded.holder OR t.until_us < wall_us() OR t.until_us > wall_us() + 2 * $3::bigint RETURNING name`,
};

/** $1: who. */
export const LEAVE_TURNS: Statement = {
  name: 'watch_turn_leave',
  text: 'DELETE FROM watch_turn WHERE holder = $1',
};

export interface TakenRow extends LookRow {
  readonly platform: string;
  readonly id: string;
  /** Until when it is taken, by the clock of the server. */
  readonly taken: number;
}

export interface LookRow {
  readonly product: string;
  readonly source: string;
  readonly due: number;
  readonly seen: number;
  readonly failing: number | null;
}
