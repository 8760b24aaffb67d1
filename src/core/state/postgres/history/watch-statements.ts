import type { Statement } from '../database.js';

/** $1: a place. Places hold other places: `<chat>/…` is in `<chat>`. */
const IN_PLACE = "(place = $1 OR starts_with(place, $1 || '/'))";
const ROW = 'body, state, owner, place, title, is_reported, reported::float8, muted::float8';

/** Rows, in the order in which they are locked, always before looks and alerts. $1: ids. */
export const LOCK_WATCHES: Statement = {
  text: `SELECT id, ${ROW} FROM watch WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE`,
};

export const LOCK_IDS: Statement = {
  text: 'SELECT FROM watch WHERE id = ANY($1::text[]) ORDER BY id FOR UPDATE',
};

/** $1: rows. */
export const PUT_WATCHES: Statement = {
  text: `
INSERT INTO watch (id, owner, place, body, state, title, is_reported, reported)
SELECT id, owner, place, body, state, title, "isReported", reported
FROM json_to_recordset($1::json) AS given(id text COLLATE "C", owner text, place text, body text, state text, title text,
  "isReported" boolean, reported bigint) ORDER BY id
ON CONFLICT (id) DO UPDATE SET owner = excluded.owner, place = excluded.place, body = excluded.body,
  state = excluded.state, title = excluded.title, is_reported = excluded.is_reported, reported = excluded.reported,
  muted = NULL`,
};

/** $1: ids. */
export const REMOVE_WATCHED: Statement = {
  text: 'DELETE FROM watched WHERE watch = ANY($1::text[]) RETURNING platform, id, source',
};

/** $1: products with the ids of their watches, when they are due, and what is asked for. */
const GIVEN_PRODUCTS = `json_to_recordset($1::json) AS given(platform text COLLATE "C", id text COLLATE "C",
  source text COLLATE "C", watch text, product text, due bigint)`;

export const PUT_WATCHED: Statement = {
  text: `INSERT INTO watched (platform, id, source, watch) SELECT platform, id, source, watch FROM ${GIVEN_PRODUCTS}
ON CONFLICT DO NOTHING`,
};

export const PUT_LOOKS: Statement = {
  text: `
INSERT INTO due_look AS d (platform, id, source, product, due)
SELECT DISTINCT ON (platform, id, source) platform, id, source, product, due FROM ${GIVEN_PRODUCTS}
ORDER BY platform, id, source, due
ON CONFLICT (platform, id, source) DO UPDATE SET due = least(d.due, excluded.due)`,
};

/** $1: the last id of the page before; $2: owner, or null for everybody's; $3: how many. */
export const LIST_PAGE: Statement = {
  text: `SELECT id, ${ROW} FROM watch WHERE id > $1 AND ($2::text IS NULL OR owner = $2) ORDER BY id LIMIT $3`,
};

/** $1: platform; $2: id; $3: source. */
export const LIST_OF: Statement = {
  name: 'watch_of',
  text: `SELECT w.id, ${ROW} FROM watched d JOIN watch w ON w.id = d.watch
WHERE d.platform = $1 AND d.id = $2 AND d.source = $3 ORDER BY w.id`,
};

/** $1: ids; $2: owner. */
export const REMOVE_WATCHES: Statement = {
  text: 'DELETE FROM watch WHERE id = ANY($1::text[]) AND owner = $2 RETURNING id',
};

export const REMOVE_WATCHES_OF: Statement = {
  text: 'DELETE FROM watch WHERE owner = $1 RETURNING id',
};

/** $1: products. Locked first: who sets an alert for one of them now is seen by the next statement. */
export const LOCK_LOOKS: Statement = {
  text: `SELECT FROM due_look d JOIN json_to_recordset($1::json) AS given(platform text, id text, source text)
USING (platform, id, source) ORDER BY d.platform, d.id, d.source FOR UPDATE OF d`,
};

export const REMOVE_LOOKS: Statement = {
  text: `DELETE FROM due_look d USING json_to_recordset($1::json) AS given(platform text, id text, source text)
WHERE (d.platform, d.id, d.source) = (given.platform, given.id, given.source) AND NOT EXISTS (
  SELECT FROM watched w WHERE (w.platform, w.id, w.source) = (d.platform, d.id, d.source))`,
};

/** $1: ids of watches. */
export const REMOVE_DUE_ALERTS: Statement = {
  text: "DELETE FROM alert WHERE status = 'due' AND watch = ANY($1::text[])",
};

/** $1: owner. */
export const REMOVE_ALERTS_OF: Statement = { text: 'DELETE FROM alert WHERE owner = $1' };

/** $1: until when; $2: id; $3: owner. */
export const MUTE: Statement = {
  name: 'watch_mute',
  text: 'UPDATE watch SET muted = $1 WHERE id = $2 AND owner = $3 RETURNING id',
};

/** $2: where everything in $1 goes. */
export const MOVE_WATCHES: Statement = {
  text: `UPDATE watch SET place = $2 || substr(place, length($1) + 1) WHERE ${IN_PLACE}`,
};
export const MOVE_ALERTS: Statement = {
  text: `UPDATE alert SET place = $2 || substr(place, length($1) + 1) WHERE ${IN_PLACE}`,
};

/** $2: the mark of what is paused. */
export const PAUSE: Statement = { text: `UPDATE watch SET muted = $2 WHERE ${IN_PLACE}` };
export const RESUME: Statement = { text: `UPDATE watch SET muted = NULL WHERE ${IN_PLACE} AND muted = $2` };

/** $1: ids with the prices that a report has told. */
export const NOTE_REPORTED: Statement = {
  text: `UPDATE watch w SET is_reported = true, reported = given.fen
FROM json_to_recordset($1::json) AS given(id text, fen bigint) WHERE w.id = given.id`,
};

/**
 * $1: what was judged, one row for each watch. Only where the judge remembers what it did: otherwise somebody else has judged.
 * Reports begin with the first look.
 */
export const JUDGE: Statement = {
  text: `
UPDATE watch w SET state = given.state, title = coalesce(given.title, w.title),
  is_reported = w.is_reported OR given.first, reported = CASE WHEN given.first THEN given.last ELSE w.reported END
FROM json_to_recordset($1::json) AS given(id text, before text, state text, title text, first boolean, last bigint)
WHERE w.id = given.id AND w.state = given.before RETURNING w.id, w.place`,
};

export interface WatchRow {
  readonly id: string;
  readonly body: string;
  readonly state: string;
  readonly owner: string;
  readonly place: string;
  readonly title: string | null;
  readonly is_reported: boolean;
  readonly reported: number | null;
  readonly muted: number | null;
}
