import type { HeldPermit, PermitKind } from '../../permits/held-permit.js';
import type { Freeze } from '../../permits/permit-freeze.js';
import type { Statement } from './database.js';

/** A statement whose first value is the quota group. */
export type PermitStatement = Statement;

/** `double precision` holds whole microseconds of 285 years exactly, and the driver reads it as a number. */
export interface LookRow {
  readonly newest: number;
  readonly version: number;
  readonly last_us: number;
  readonly shift_us: number;
  readonly ready_us: number;
  readonly epoch: string;
  readonly own_epoch: string;
  readonly frozen_until_us: number;
  readonly frozen_calls: number;
  readonly frozen_since_us: number;
  readonly strikes: number;
  /** 0 for never. */
  readonly interactive_us: number;
  readonly waiting: number;
  readonly permits: readonly PermitParts[];
  /** Read after the permits: what is in them was written before. */
  readonly wall_us: number;
}

type PermitParts = readonly [
  number: number,
  acquiredUs: number,
  kind: PermitKind,
  member: number,
  holdUs: number,
  answeredUs: number | null,
  isVoid: boolean,
];

export interface ClaimRow {
  readonly number: number;
  readonly acquired_us: number;
}

export function toHeldPermit([
  number,
  acquiredUs,
  kind,
  pid,
  holdUs,
  answeredUs,
  isVoid,
]: PermitParts): HeldPermit {
  const held = { number, acquiredUs, kind, pid, holdUs, void: isVoid };
  return answeredUs === null ? held : { ...held, answeredUs };
}

/** 0 calls: the group was never frozen. */
export function toFreeze(row: LookRow): Freeze | undefined {
  if (row.frozen_calls === 0) return undefined;
  const { frozen_until_us: frozenUntilUs, frozen_calls: calls, frozen_since_us: sinceUs, strikes } = row;
  return { frozenUntilUs, calls, sinceUs, strikes };
}

/** One statement and one snapshot. $2: the version known; $3: the member. */
export const LOOK: PermitStatement = {
  name: 'permit_look',
  text: `
SELECT q.newest::float8, q.version::float8, q.last_us::float8, q.shift_us::float8, q.ready_us::float8, q.epoch,
  current_setting('bijia.epoch') AS own_epoch,
  q.frozen_until_us::float8, q.frozen_calls::float8, q.frozen_since_us::float8, q.strikes, q.interactive_us::float8,
  (SELECT coalesce(sum(w.count), 0)::int FROM waiting w
    WHERE w.quota = $1 AND w.member <> $3 AND w.until_us > now_us(q)) AS waiting,
  (SELECT coalesce(json_agg(json_build_array(p.number, p.acquired_us, p.kind, p.member, p.hold_us, p.answered_us, p.void)
      ORDER BY p.number), '[]')
    FROM permit p WHERE p.quota = $1 AND p.version > $2) AS permits,
  wall_us()::float8 AS wall_us
FROM quota q WHERE q.name = $1`,
};

/**
 * $2: the newest number of the view; $3: its shift; $4: its time; $5: its longest age; $6: kind; $7: member; $8: hold.
 * No row: somebody was faster, or the view is too old.
 */
export const CLAIM: PermitStatement = {
  name: 'permit_claim',
  text: `
WITH taken AS (
  UPDATE quota q SET newest = q.newest + 1, version = q.version + 1, last_us = now_us(q),
    interactive_us = CASE WHEN $6 = 'i' THEN now_us(q) ELSE q.interactive_us END
  WHERE q.name = $1 AND q.newest = $2 AND q.shift_us = $3 AND q.epoch = current_setting('bijia.epoch')
    AND q.ready_us <= now_us(q) AND now_us(q) - $4::bigint <= $5::bigint
  RETURNING q.newest, q.version, q.last_us
)
INSERT INTO permit (quota, number, acquired_us, kind, member, hold_us, version)
SELECT $1, newest, last_us, $6, $7, $8, version FROM taken
RETURNING number::float8, acquired_us::float8`,
};

/** $2: shift; $3: most calls; $4: window; $5: hold; $6: lease; $7: kind; $8: member. */
export const CLAIM_FREE: PermitStatement = {
  name: 'permit_claim_free',
  text: `SELECT number::float8, acquired_us::float8
FROM claim_free($1, $2::bigint, $3::bigint, $4::bigint, $5::bigint, $6::bigint, $7, $8::bigint)`,
};

/** $2: number; $3: member; $4: microseconds since the call ended; $5: whether the permit was not used. */
export const END: PermitStatement = {
  name: 'permit_end',
  text: `
WITH ended AS (
  UPDATE quota q SET version = q.version + 1, last_us = now_us(q)
  WHERE q.name = $1 AND EXISTS (
    SELECT FROM permit p WHERE p.quota = $1 AND p.number = $2 AND p.member = $3 AND p.answered_us IS NULL AND NOT p.void)
  RETURNING q.version, q.last_us
)
UPDATE permit p SET void = $5, version = ended.version,
  answered_us = CASE WHEN $5 THEN NULL ELSE greatest(p.acquired_us, ended.last_us - $4::bigint) END
FROM ended WHERE p.quota = $1 AND p.number = $2 AND p.member = $3`,
};

/** $2: member; $3: how many wait; $4: for how long that is true, in microseconds. */
export const ANNOUNCE: PermitStatement = {
  name: 'permit_announce',
  text: `
INSERT INTO waiting (quota, member, count, until_us)
SELECT $1, $2, $3, now_us(q) + $4 FROM quota q WHERE q.name = $1
ON CONFLICT (quota, member) DO UPDATE SET count = excluded.count, until_us = excluded.until_us`,
};

/** $2: until when; $3: the limit after it; $4: since when; $5: strikes. */
export const FREEZE: PermitStatement = {
  name: 'permit_freeze',
  text: `
UPDATE quota SET frozen_until_us = $2, frozen_calls = $3, frozen_since_us = $4, strikes = $5, version = version + 1
WHERE name = $1 AND frozen_since_us < $4`,
};

/** $2: when the call that succeeded was acquired. */
export const FORGIVE: PermitStatement = {
  name: 'permit_forgive',
  text: 'UPDATE quota SET strikes = 0, version = version + 1 WHERE name = $1 AND frozen_until_us <= $2 AND strikes > 0',
};

/** $2: how long nothing may leave: a call of before may still be on its way, or have been answered a moment ago. */
export const BEGIN_EPOCH: PermitStatement = {
  name: 'permit_begin_epoch',
  text: `
INSERT INTO quota AS q (name, last_us, ready_us, epoch)
VALUES ($1, wall_us(), wall_us() + $2, current_setting('bijia.epoch'))
ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch, ready_us = greatest(q.ready_us, now_us(q) + $2),
  last_us = now_us(q), version = q.version + 1
WHERE q.epoch <> excluded.epoch`,
};

/** $2: the shift that was seen. The server's clock was set back: the group's time goes on from where it was. */
export const SET_FORWARD: PermitStatement = {
  name: 'permit_set_forward',
  text: `
UPDATE quota SET shift_us = last_us - wall_us(), version = version + 1
WHERE name = $1 AND shift_us = $2 AND wall_us() + shift_us < last_us`,
};

/** $2: the shift that was seen; $3: by how much the server's clock has leapt ahead. */
export const SET_BACK: PermitStatement = {
  name: 'permit_set_back',
  text: `
UPDATE quota SET shift_us = shift_us - $3, last_us = least(last_us, wall_us() + shift_us - $3), version = version + 1
WHERE name = $1 AND shift_us = $2`,
};

/** $2: numbers below are old; $3: lease; $4: hold. */
export const SWEEP: PermitStatement = {
  name: 'permit_sweep',
  text: `
DELETE FROM permit p USING quota q
WHERE q.name = $1 AND p.quota = $1 AND p.number < $2
  AND (p.void OR coalesce(p.answered_us, p.acquired_us + $3::bigint) + greatest(p.hold_us, $4::bigint) < now_us(q))`,
};
