import type { Statement } from '../database.js';

const KEY = 'platform, id, sku, source';
const KEY_COLUMNS =
  'platform text COLLATE "C", id text COLLATE "C", sku text COLLATE "C", source text COLLATE "C"';
const GIVEN_KEYS = `json_to_recordset($2::json) AS given(${KEY_COLUMNS})`;
const IS_GIVEN = `s.made_up = $1 AND (s.platform, s.id, s.sku, s.source) = (given.platform, given.id, given.sku, given.source)`;
const FACTS = `s.platform, s.id, s.sku, s.source, s.title, s.kind, s.shown::float8, s.before::float8, s.changed::float8,
  s.last::float8`;

const GIVEN_ROWS = `json_to_recordset($2::json) AS given(${KEY_COLUMNS}, title text, shown bigint, kind text,
  before bigint, changed bigint, last bigint, tracks bytea, version bigint)`;

/** $1 of all that concern series: whether a sandbox made them up. $2: keys. */
export const READ: Statement = {
  text: `SELECT ${FACTS}, s.tracks, s.version::float8 FROM ${GIVEN_KEYS} JOIN series s ON ${IS_GIVEN}`,
};

/** In order, so that two who write the same series wait for each other instead of standing in each other's way. */
export const LOCK: Statement = {
  text: `SELECT FROM ${GIVEN_KEYS} JOIN series s ON ${IS_GIVEN}
ORDER BY s.platform, s.id, s.sku, s.source FOR UPDATE OF s`,
};

/** $2: rows. Those that are as they were read. */
export const REPLACE: Statement = {
  text: `
UPDATE series s SET title = given.title, shown = given.shown, kind = given.kind, before = given.before,
  changed = given.changed, last = given.last, tracks = given.tracks, version = s.version + 1
FROM ${GIVEN_ROWS} WHERE ${IS_GIVEN} AND s.version = given.version
RETURNING s.platform, s.id, s.sku, s.source`,
};

/** $2: rows. Those that were not there, and still are not. */
export const ADD: Statement = {
  text: `
INSERT INTO series (made_up, ${KEY}, title, shown, kind, before, changed, last, tracks)
SELECT $1, ${KEY}, title, shown, kind, before, changed, last, tracks FROM ${GIVEN_ROWS} WHERE version IS NULL
ORDER BY ${KEY} ON CONFLICT DO NOTHING RETURNING ${KEY}`,
};

export const REMOVE: Statement = { text: `DELETE FROM series s USING ${GIVEN_KEYS} WHERE ${IS_GIVEN}` };

/** $2: platform; $3: id. */
export const LIST: Statement = {
  name: 'series_list',
  text: `SELECT ${FACTS}, s.tracks FROM series s WHERE made_up = $1 AND platform = $2 AND id = $3 ORDER BY no`,
};

/** $2 to $5: the key of the last series of the page before; $6: how many. */
export const LIST_PAGE: Statement = {
  name: 'series_page',
  text: `SELECT ${FACTS}, s.tracks FROM series s WHERE made_up = $1 AND (${KEY}) > ($2, $3, $4, $5)
ORDER BY ${KEY} LIMIT $6`,
};

/** $2: since when; $3: the least share; $4: how many. */
export const LIST_DROPPED: Statement = {
  text: `SELECT ${FACTS} FROM series s
WHERE made_up = $1 AND changed >= $2 AND share IS NOT NULL AND share >= $3 ORDER BY share DESC LIMIT $4`,
};

/** $2: since when. What nobody watches is nobody's business here: of a million products seen, few are watched. */
export const LIST_SEEN: Statement = {
  text: `SELECT ${FACTS} FROM series s WHERE made_up = $1 AND last >= $2 AND sku = '' AND EXISTS (
  SELECT FROM due_look d WHERE d.platform = s.platform AND d.id = s.id AND d.source IN (s.source, ''))`,
};

/** $2: platform; $3: id. */
export const REMOVE_PRODUCT: Statement = {
  name: 'series_remove_product',
  text: 'DELETE FROM series WHERE made_up = $1 AND platform = $2 AND id = $3 RETURNING no',
};

/** $2: the oldest minute that is kept; $3: how many at once. */
export const PRUNE: Statement = {
  text: `DELETE FROM series WHERE made_up = $1 AND (${KEY}) IN (
  SELECT ${KEY} FROM series WHERE made_up = $1 AND last < $2 LIMIT $3) RETURNING no`,
};

/** $1: machine; $2: segment. */
export const GET_SEGMENT: Statement = {
  name: 'segment_get',
  text: 'SELECT read_to::float8 AS read_to FROM segment WHERE machine = $1 AND name = $2',
};

/** $3: how far it is read. Two processes of a machine may fold at once: the farther one counts. */
export const PUT_SEGMENT: Statement = {
  name: 'segment_put',
  text: `
INSERT INTO segment AS s (machine, name, read_to) VALUES ($1, $2, $3)
ON CONFLICT (machine, name) DO UPDATE SET read_to = greatest(s.read_to, excluded.read_to), at = now()`,
};

export const REMOVE_SEGMENT: Statement = {
  name: 'segment_remove',
  text: 'DELETE FROM segment WHERE machine = $1 AND name = $2',
};

/** What is known of a series without its points. */
export interface FactsRow {
  readonly platform: string;
  readonly id: string;
  readonly sku: string;
  readonly source: string;
  readonly title: string | null;
  readonly kind: string | null;
  readonly shown: number | null;
  readonly before: number | null;
  readonly changed: number | null;
  readonly last: number;
}

export interface SeriesRow extends FactsRow {
  readonly tracks: Buffer;
  /** Changes with each writing; only of {@link READ}. */
  readonly version?: number;
}
