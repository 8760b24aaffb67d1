import { BOT_UPDATES, BOT_USAGE } from './bot/bot-tables.js';
import { HISTORY, WATCHES } from './history/history-schema.js';
import { JOBS } from './job-tables.js';
import { MEMBERS } from './members.js';

/** A step of the tables. What was released is never changed: a mistake is corrected by the next number. */
export interface Migration {
  readonly number: number;
  readonly about: string;
  readonly sql: string;
}

/**
 * Rows that change with every call have room for their next version beside them and are cleared early. Times are
 * microseconds: permits' of the group's own clock, see `permit-store.ts`, all others' of 1970.
 */
const HOT = 'fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200';

const PERMITS = `
CREATE FUNCTION wall_us() RETURNS bigint LANGUAGE sql VOLATILE AS
  $$ SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint $$;

CREATE TABLE quota (
  name text PRIMARY KEY,
  newest bigint NOT NULL DEFAULT -1,
  version bigint NOT NULL DEFAULT 0,
  last_us bigint NOT NULL,
  shift_us bigint NOT NULL DEFAULT 0,
  ready_us bigint NOT NULL,
  epoch text NOT NULL,
  frozen_until_us bigint NOT NULL DEFAULT 0,
  frozen_calls bigint NOT NULL DEFAULT 0,
  frozen_since_us bigint NOT NULL DEFAULT 0,
  strikes int NOT NULL DEFAULT 0
) WITH (${HOT});

CREATE TABLE permit (
  quota text NOT NULL,
  number bigint NOT NULL,
  acquired_us bigint NOT NULL,
  kind text NOT NULL,
  member bigint NOT NULL,
  hold_us bigint NOT NULL,
  answered_us bigint,
  void boolean NOT NULL DEFAULT false,
  version bigint NOT NULL,
  PRIMARY KEY (quota, number)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
CREATE INDEX permit_version ON permit (quota, version);

CREATE TABLE waiting (
  quota text NOT NULL,
  member bigint NOT NULL,
  count int NOT NULL,
  until_us bigint NOT NULL,
  PRIMARY KEY (quota, member)
) WITH (${HOT});

-- The time of a quota group: never behind what it was.
CREATE FUNCTION now_us(q quota) RETURNS bigint LANGUAGE sql VOLATILE AS
  $$ SELECT greatest(q.last_us, wall_us() + q.shift_us) $$;

-- Any free permit for somebody who waits. The row is locked first and the permits are counted by a statement of its own:
-- one statement would count with the snapshot of before the lock, and grant too many.
CREATE FUNCTION claim_free(
  given text, seen_shift_us bigint, most bigint, window_us bigint, given_hold_us bigint, lease_us bigint,
  given_kind text, given_member bigint
) RETURNS TABLE (number bigint, acquired_us bigint) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  q quota;
  at_us bigint;
  allowed bigint;
  used bigint;
BEGIN
  SELECT * INTO q FROM quota WHERE name = given FOR UPDATE;
  IF NOT FOUND OR q.epoch <> current_setting('bijia.epoch') OR q.shift_us <> seen_shift_us THEN RETURN; END IF;
  at_us := now_us(q);
  IF q.ready_us > at_us OR q.frozen_until_us > at_us THEN RETURN; END IF;
  allowed := most;
  IF q.frozen_calls > 0 THEN
    allowed := least(most, q.frozen_calls + (at_us - q.frozen_until_us) / window_us);
  END IF;
  SELECT count(*) INTO used FROM permit p
    WHERE p.quota = given AND NOT p.void
      AND coalesce(p.answered_us, p.acquired_us + lease_us) + greatest(p.hold_us, given_hold_us) > at_us;
  IF used >= allowed THEN RETURN; END IF;
  UPDATE quota SET newest = newest + 1, version = version + 1, last_us = at_us WHERE name = given;
  INSERT INTO permit (quota, number, acquired_us, kind, member, hold_us, version)
    VALUES (given, q.newest + 1, at_us, given_kind, given_member, given_hold_us, q.version + 1);
  RETURN QUERY SELECT q.newest + 1, at_us;
END $$;`;

const TOKENS_AND_PAID_CALLS = `
CREATE TABLE token (
  name text PRIMARY KEY,
  sealed bytea,
  holder text,
  since_us bigint,
  used_us bigint NOT NULL
) WITH (fillfactor = 50);

CREATE TABLE paid (
  provider text NOT NULL,
  day text NOT NULL,
  sent bigint NOT NULL DEFAULT 0,
  billed bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (provider, day)
) WITH (${HOT});

-- The day in China, by the clock of the server: machines may disagree about midnight.
CREATE FUNCTION china_day() RETURNS text LANGUAGE sql VOLATILE AS
  $$ SELECT to_char((clock_timestamp() AT TIME ZONE 'UTC') + interval '8 hours', 'YYYY-MM-DD') $$;`;

const ANSWERS = `
CREATE TABLE answer (
  key bytea PRIMARY KEY,
  body bytea,
  until_us bigint,
  member bigint,
  lease_us bigint,
  lane text,
  departed boolean NOT NULL DEFAULT false
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);`;

const LAST_INTERACTIVE = `
-- When anybody last took a permit for an interactive call; 0 for never.
ALTER TABLE quota ADD COLUMN interactive_us bigint NOT NULL DEFAULT 0;

CREATE OR REPLACE FUNCTION claim_free(
  given text, seen_shift_us bigint, most bigint, window_us bigint, given_hold_us bigint, lease_us bigint,
  given_kind text, given_member bigint
) RETURNS TABLE (number bigint, acquired_us bigint) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  q quota;
  at_us bigint;
  allowed bigint;
  used bigint;
BEGIN
  SELECT * INTO q FROM quota WHERE name = given FOR UPDATE;
  IF NOT FOUND OR q.epoch <> current_setting('bijia.epoch') OR q.shift_us <> seen_shift_us THEN RETURN; END IF;
  at_us := now_us(q);
  IF q.ready_us > at_us OR q.frozen_until_us > at_us THEN RETURN; END IF;
  allowed := most;
  IF q.frozen_calls > 0 THEN
    allowed := least(most, q.frozen_calls + (at_us - q.frozen_until_us) / window_us);
  END IF;
  SELECT count(*) INTO used FROM permit p
    WHERE p.quota = given AND NOT p.void
      AND coalesce(p.answered_us, p.acquired_us + lease_us) + greatest(p.hold_us, given_hold_us) > at_us;
  IF used >= allowed THEN RETURN; END IF;
  UPDATE quota SET newest = newest + 1, version = version + 1, last_us = at_us,
    interactive_us = CASE WHEN given_kind = 'i' THEN at_us ELSE interactive_us END WHERE name = given;
  INSERT INTO permit (quota, number, acquired_us, kind, member, hold_us, version)
    VALUES (given, q.newest + 1, at_us, given_kind, given_member, given_hold_us, q.version + 1);
  RETURN QUERY SELECT q.newest + 1, at_us;
END $$;`;

/** In the order in which they are run. */
export const MIGRATIONS: readonly Migration[] = [
  { number: 1, about: 'permits', sql: PERMITS },
  { number: 2, about: 'tokens and paid calls', sql: TOKENS_AND_PAID_CALLS },
  { number: 3, about: 'answers', sql: ANSWERS },
  { number: 4, about: 'usage of bots', sql: BOT_USAGE },
  { number: 5, about: 'members', sql: MEMBERS },
  { number: 6, about: 'price history and alerts', sql: HISTORY + WATCHES },
  { number: 7, about: 'jobs', sql: JOBS },
  { number: 8, about: 'updates of bots', sql: BOT_UPDATES },
  { number: 9, about: 'the last interactive call', sql: LAST_INTERACTIVE },
];

export const NEWEST_MIGRATION = MIGRATIONS.at(-1)?.number ?? 0;
