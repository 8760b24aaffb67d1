import type { JobRow, JobRowState } from '../job-rows.js';
import type { Statement } from './database.js';

const toStatement = (name: string, text: string): Statement => ({ name: `job_${name}`, text });

/** A job as it is told: whether somebody leads it and is at it is asked of those that run alone. */
const COLUMNS = `
j.id, j.record, j.state, j.run, j.cause, j.counts, j.standing, j.billed::float8, j.types, j.input_bytes::float8,
(j.created_us / 1000)::float8 AS created_ms, (j.updated_us / 1000)::float8 AS updated_ms,
CASE WHEN j.lease_us > wall_us() THEN j.holder END AS leader,
j.state IN ('running', 'writing') AND EXISTS (
  SELECT FROM chunk c WHERE c.job = j.id AND c.run = j.run AND c.state = 'open' AND c.lease_us > wall_us()
) AS is_worked_on`;

export interface SqlJobRow {
  readonly id: string;
  readonly record: unknown;
  readonly state: JobRowState;
  readonly run: number;
  readonly cause: unknown;
  readonly counts: Readonly<Record<string, number>>;
  readonly standing: unknown;
  readonly billed: number | null;
  readonly types: unknown;
  readonly input_bytes: number;
  readonly created_ms: number;
  readonly updated_ms: number;
  readonly leader: string | null;
  readonly is_worked_on: boolean;
}

export function toJobRow(row: SqlJobRow): JobRow {
  const { id, record, state, run, cause, counts, standing, types } = row;
  return {
    ...{ id, record, state, run, cause: cause ?? undefined, counts, standing: standing ?? undefined, types },
    billed: row.billed ?? undefined,
    createdAtMs: row.created_ms,
    updatedAtMs: row.updated_ms,
    inputBytes: row.input_bytes,
    leader: row.leader ?? undefined,
    isWorkedOn: row.is_worked_on,
  };
}

export const LIST = toStatement('list', `SELECT ${COLUMNS} FROM job j WHERE j.state <> 'removed'`);

export const FIND = toStatement(
  'find',
  `SELECT ${COLUMNS} FROM job j WHERE starts_with(j.id, $1) AND j.state <> 'removed' ORDER BY j.id LIMIT 2`,
);

/** Every change of a job begins with this lock. */
export const LOCK = toStatement(
  'lock',
  `SELECT ${COLUMNS} FROM job j WHERE j.id = $1 FOR NO KEY UPDATE OF j`,
);

/** $2: record; $3: state; $4: run; $5: cause; $6: types; $7: bytes of the input; $8: created, ms; $9: whether nothing of before counts. */
export const PUT = toStatement(
  'put',
  `
INSERT INTO job AS j (id, record, state, run, cause, types, input_bytes, created_us, updated_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8::bigint * 1000, wall_us())
ON CONFLICT (id) DO UPDATE SET record = excluded.record, state = excluded.state, run = excluded.run,
  cause = excluded.cause, types = excluded.types, input_bytes = excluded.input_bytes, updated_us = excluded.updated_us,
  created_us = excluded.created_us, counts = CASE WHEN $9 THEN '{}' ELSE j.counts END,
  standing = CASE WHEN $9 THEN NULL ELSE j.standing END, rest = NULL`,
);

export const FIND_CHUNK = toStatement('find_chunk', 'SELECT FROM chunk WHERE job = $1 AND run = $2 LIMIT 1');

export const PUT_PART = toStatement('put_part', 'INSERT INTO input (job, part, body) VALUES ($1, $2, $3)');

export const FORGET_INPUT = toStatement('forget_input', 'DELETE FROM input WHERE job = $1');

/** $2: the run that stays; 0 for none. */
export const FORGET_CHUNKS = toStatement('forget_chunks', 'DELETE FROM chunk WHERE job = $1 AND run <> $2');

export const PUT_CHUNKS = toStatement(
  'put_chunks',
  `
INSERT INTO chunk (job, run, number, type, calls, body)
SELECT $1, $2, * FROM unnest($3::int[], $4::int[], $5::int[], $6::bytea[])
ON CONFLICT (job, run, number) DO NOTHING`,
);

export const READ_PART = toStatement('read_part', 'SELECT body FROM input WHERE job = $1 AND part = $2');

/** $3: only where it is this, if $4. */
export const SET_EXTRA = toStatement(
  'set_extra',
  `
UPDATE job SET record = CASE WHEN $2::jsonb IS NULL THEN record - 'extra' ELSE jsonb_set(record, '{extra}', $2::jsonb) END,
  updated_us = wall_us()
WHERE id = $1 AND state <> 'removed' AND (NOT $4 OR record->'extra' IS NOT DISTINCT FROM $3::jsonb)
RETURNING id`,
);

export const CANCEL = toStatement(
  'cancel',
  `UPDATE job SET state = 'cancelled', cause = NULL, updated_us = wall_us()
WHERE id = $1 AND state IN ('planned', 'running', 'writing', 'stopped')`,
);

export const STOP = toStatement(
  'stop',
  `UPDATE job SET state = 'stopped', cause = $3, updated_us = wall_us()
WHERE id = $1 AND run = $2 AND state = 'running'`,
);

/** A person may have ended it a moment before; when all is done by then, it is finished all the same. */
export const END = toStatement(
  'end',
  `UPDATE job SET holder = NULL, lease_us = 0, updated_us = wall_us(),
  state = CASE WHEN state IN ('running', 'writing') OR $3 = 'finished' THEN $3 ELSE state END,
  cause = CASE WHEN state IN ('running', 'writing') OR $3 = 'finished' THEN $4::jsonb ELSE cause END
WHERE id = $1 AND holder = $2 RETURNING id`,
);

export const MARK_REMOVED = toStatement('mark_removed', `UPDATE job SET state = 'removed' WHERE id = $1`);

/** $2: the newest run that is forgotten. A few at a time: nobody waits for long. */
export const FORGET_RESULTS = toStatement(
  'forget_results',
  `
WITH gone AS (
  DELETE FROM result WHERE ctid = ANY(ARRAY(SELECT ctid FROM result WHERE job = $1 AND run <= $2 LIMIT 5000)) RETURNING 1
) SELECT count(*)::int AS count FROM gone`,
);

export const FORGET_JOB = toStatement('forget_job', `DELETE FROM job WHERE id = $1 AND state = 'removed'`);

export const LIST_REMOVED = toStatement('list_removed', `SELECT id, run FROM job WHERE state = 'removed'`);

/** What a leader left that had nothing more to write. */
export const FINISH_LEFT = toStatement(
  'finish_left',
  `UPDATE job SET state = 'finished', updated_us = wall_us()
WHERE state = 'writing' AND lease_us < wall_us() AND record->'output'->>'path' IS NULL`,
);

/** $2: providers by type; a type without one is blocked. $3: whether what failed is asked for again. */
export const OPEN_CHUNKS = toStatement(
  'open_chunks',
  `
UPDATE chunk c SET source = ($2::text[])[c.type + 1], cause = NULL, state = CASE
  WHEN ($2::text[])[c.type + 1] IS NULL THEN 'blocked' ELSE 'open' END
FROM job j WHERE j.id = $1 AND c.job = j.id AND c.run = j.run AND (c.state <> 'done' OR $3 AND EXISTS (
  SELECT FROM result r WHERE r.job = c.job AND r.run = c.run AND r.chunk = c.number AND r.outcome = 'upstream_error'))`,
);

/** Who takes a job over goes on with a proven account. $2: holder; $3: lease; $4: fresh; $5: retry; $6: most calls; $7: extra, if $8; $9: types without a provider; $10: why. */
export const BEGIN = toStatement(
  'begin',
  `
UPDATE job j SET state = 'running', cause = NULL, holder = $2, lease_us = wall_us() + $3::bigint, fresh = $4, retry = $5,
  most_calls = $6, spent = 0, calls = 0, proven = proven AND state IN ('running', 'writing'), updated_us = wall_us(),
  record = CASE WHEN NOT $8 THEN record WHEN $7::jsonb IS NULL THEN record - 'extra'
    ELSE jsonb_set(record, '{extra}', $7::jsonb) END,
  rest = CASE WHEN EXISTS (SELECT FROM chunk c WHERE c.job = j.id AND c.run = j.run AND c.state = 'blocked'
    AND c.type = ANY($9::int[])) THEN $10::jsonb END
WHERE id = $1`,
);

export const LOOK = toStatement(
  'look',
  `SELECT coalesce(leads, false) AS leads, state, run, cause, calls::float8, billed::float8, is_spent
FROM look_at_job($1, $2, $3)`,
);

export const CLAIM = toStatement(
  'claim',
  `
SELECT c.job, c.run, c.number, c.type, c.source, c.body, c.granted::float8, j.record, j.fresh, j.retry,
  (SELECT sum(o.calls) FROM chunk o WHERE o.job = c.job AND o.run = c.run AND o.state = 'open')::float8 AS expected
FROM claim_chunk($1, $2, $3, $4, $5, $6) c JOIN job j ON j.id = c.job`,
);

/** $1: providers; $2: how many of each job. */
export const LIST_OPEN = toStatement(
  'list_open',
  `
SELECT c.job, c.run, c.number, c.lease_us FROM job j CROSS JOIN LATERAL (
  SELECT o.job, o.run, o.number, o.lease_us::float8, row_number() OVER (ORDER BY o.number) AS turn FROM chunk o
  WHERE o.job = j.id AND o.run = j.run AND o.state = 'open' AND o.lease_us <= wall_us() AND o.source = ANY($1::text[])
  ORDER BY o.number LIMIT $2
) c WHERE j.state = 'running' ORDER BY c.turn, j.serial`,
);

export const RENEW = toStatement('renew', 'SELECT renew_chunk($1, $2, $3, $4, $5, $6, $7, $8) AS goes_on');

export const END_CHUNK = toStatement(
  'end_chunk',
  'SELECT end_chunk($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) AS ended',
);

export const PUT_RESULTS = toStatement(
  'put_results',
  'SELECT put_results($1, $2, $3, $4, $5, $6) AS is_there',
);

export const LIST_RESULTS = toStatement(
  'list_results',
  `SELECT index, outcome, place::float8 FROM result WHERE job = $1 AND run = $2 AND place > $3
ORDER BY place LIMIT $4`,
);

export const FIND_OUTCOMES = toStatement(
  'find_outcomes',
  'SELECT index, outcome FROM result WHERE job = $1 AND run = $2 AND index = ANY($3::int[])',
);

export const READ_RECORDS = toStatement(
  'read_records',
  'SELECT index, record FROM result WHERE job = $1 AND run = $2 AND index >= $3 ORDER BY index LIMIT $4',
);

/** As `jsonb` is sent; null is nothing. */
export function toJson(value: unknown): string | null {
  return value === undefined ? null : JSON.stringify(value);
}
