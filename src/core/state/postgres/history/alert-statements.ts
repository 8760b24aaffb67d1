import type { Statement } from '../database.js';

/** $1: alerts. The same crossing has the same id, no matter which process finds it. */
export const ADD_ALERTS: Statement = {
  text: `
INSERT INTO alert (id, watch, owner, place, at, status, since, body)
SELECT id, watch, owner, place, at, 'due', since, body FROM json_to_recordset($1::json) AS given(id text COLLATE "C",
  watch text, owner text, place text, at bigint, since bigint, body text) ORDER BY id
ON CONFLICT DO NOTHING`,
};

export const LIST_DUE: Statement = {
  name: 'alert_due',
  text: "SELECT id, place FROM alert WHERE status = 'due' ORDER BY at, id",
};

/** $1: ids; $2: now; $3: a name of this taking, by which it is found again when its answer was lost. */
export const TAKE: Statement = {
  text: `UPDATE alert SET status = 'sending', since = $2, taker = $3
WHERE id = ANY($1::text[]) AND status = 'due' RETURNING id, at::float8, place, body`,
};

/** $1: the name of a taking. */
export const LIST_TAKEN: Statement = {
  name: 'alert_taken',
  text: "SELECT id, at::float8, place, body FROM alert WHERE taker = $1 AND status = 'sending' ORDER BY at, id",
};

/** $1: ids and what became of them; $2: now. */
export const SETTLE_ALERTS: Statement = {
  text: `UPDATE alert a SET status = given.status, since = $2
FROM json_to_recordset($1::json) AS given(id text, status text) WHERE a.id = given.id`,
};

/** $1: what was settled and found before goes. */
export const REMOVE_SETTLED: Statement = {
  name: 'alert_remove_settled',
  text: "DELETE FROM alert WHERE at < $1 AND status NOT IN ('due', 'sending')",
};

/** $1: now; $2: what was found before has waited for too long. */
export const GIVE_UP_DUE: Statement = {
  name: 'alert_give_up',
  text: "UPDATE alert SET status = 'failed', since = $1 WHERE status = 'due' AND at < $2",
};

/**
 * $1: now; $2: what is being sent since before is cut off. So is what lies as far ahead: a clock was set back. A little ahead
 * it may be another machine's.
 */
export const FORGET_CUT_OFF: Statement = {
  name: 'alert_cut_off',
  text: `UPDATE alert SET status = CASE WHEN starts_with(place, 'webhook:') THEN 'due' ELSE 'unknown' END, since = $1
WHERE status = 'sending' AND (since < $2 OR since > 2 * $1::bigint - $2::bigint) RETURNING id`,
};

/** $1: since when; $2: whose, or null for everybody's. */
export const LIST_ALERTS: Statement = {
  name: 'alert_list',
  text: 'SELECT place, body, status FROM alert WHERE at >= $1 AND ($2::text IS NULL OR owner = $2) ORDER BY at, id',
};

export interface AlertRow {
  readonly id: string;
  readonly at: number;
  readonly place: string;
  readonly body: string;
}
