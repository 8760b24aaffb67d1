/**
 * Jobs, their input, the chunks that they are worked through by, and what was answered. A transaction that changes more
 * than one of them locks the row of the job first, so that two never wait for each other, and the places of a job's results
 * become visible in their order.
 */
export const JOBS = `
CREATE TABLE job (
  id text PRIMARY KEY,
  serial bigint GENERATED ALWAYS AS IDENTITY,
  record jsonb NOT NULL,
  state text NOT NULL,
  run int NOT NULL,
  cause jsonb,
  rest jsonb,
  counts jsonb NOT NULL DEFAULT '{}',
  standing jsonb,
  billed bigint,
  types jsonb,
  input_bytes bigint NOT NULL DEFAULT 0,
  holder text,
  lease_us bigint NOT NULL DEFAULT 0,
  fresh boolean NOT NULL DEFAULT false,
  retry boolean NOT NULL DEFAULT false,
  most_calls bigint,
  spent bigint NOT NULL DEFAULT 0,
  calls bigint NOT NULL DEFAULT 0,
  proven boolean NOT NULL DEFAULT false,
  created_us bigint NOT NULL,
  updated_us bigint NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
CREATE INDEX job_running ON job (serial) WHERE state = 'running';

CREATE TABLE input (
  job text NOT NULL,
  part int NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (job, part)
);
ALTER TABLE input ALTER body SET STORAGE EXTERNAL;

CREATE TABLE chunk (
  job text NOT NULL,
  run int NOT NULL,
  number int NOT NULL,
  type int NOT NULL,
  source text,
  calls int NOT NULL,
  body bytea NOT NULL,
  state text NOT NULL DEFAULT 'open',
  cause jsonb,
  holder text,
  lease_us bigint NOT NULL DEFAULT 0,
  granted bigint,
  PRIMARY KEY (job, run, number)
) WITH (fillfactor = 50);
ALTER TABLE chunk ALTER body SET STORAGE EXTERNAL;
CREATE INDEX chunk_open ON chunk (job, run, number) WHERE state = 'open';

CREATE TABLE result (
  job text NOT NULL,
  run int NOT NULL,
  index int NOT NULL,
  chunk int NOT NULL,
  outcome text NOT NULL,
  record bytea NOT NULL,
  place bigint NOT NULL,
  PRIMARY KEY (job, run, index)
);
ALTER TABLE result ALTER record SET STORAGE EXTERNAL;
CREATE INDEX result_place ON result (job, run, place);
CREATE SEQUENCE result_place_number;

-- For a job whose row is locked: where every chunk has ended, so has the job.
CREATE FUNCTION settle_job(given text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  j job;
  why jsonb;
BEGIN
  SELECT * INTO j FROM job WHERE id = given;
  IF j.state <> 'running' OR EXISTS (
    SELECT FROM chunk c WHERE c.job = given AND c.run = j.run AND c.state = 'open'
  ) THEN RETURN; END IF;
  SELECT c.cause INTO why FROM chunk c
    WHERE c.job = given AND c.run = j.run AND c.state = 'failed' ORDER BY c.number LIMIT 1;
  why := coalesce(why, j.rest);
  UPDATE job SET cause = why, updated_us = wall_us(), state = CASE
    WHEN why IS NOT NULL THEN 'stopped'
    -- Its leader writes the output and finishes it; one that died leaves it to be resumed.
    WHEN j.lease_us > wall_us() OR j.record->'output'->>'path' IS NOT NULL THEN 'writing'
    ELSE 'finished' END
  WHERE id = given;
END $$;

CREATE FUNCTION look_at_job(given text, given_holder text, lease bigint)
RETURNS TABLE (leads boolean, state text, run int, cause jsonb, calls bigint, billed bigint, is_spent boolean)
LANGUAGE plpgsql AS $$
BEGIN
  PERFORM FROM job j WHERE j.id = given FOR NO KEY UPDATE;
  UPDATE job j SET lease_us = wall_us() + lease WHERE j.id = given AND j.holder = given_holder;
  PERFORM settle_job(given);
  RETURN QUERY SELECT j.holder = given_holder, j.state, j.run, j.cause, j.calls, j.billed,
    j.most_calls IS NOT NULL AND j.spent >= j.most_calls AND NOT EXISTS (
      SELECT FROM chunk c WHERE c.job = given AND c.run = j.run AND c.state = 'open' AND c.lease_us > wall_us())
  FROM job j WHERE j.id = given;
END $$;

-- The chunk of the job that the fewest are at, the oldest job first. Until a job has its first answer, one chunk of it is
-- worked on at a time: a wrong secret costs one call and not one for each machine.
CREATE FUNCTION claim_chunk(
  given_holder text, lease bigint, sources text[], except_types text[], given text, given_number int
) RETURNS SETOF chunk LANGUAGE plpgsql AS $$
DECLARE
  picked record;
  j job;
  share bigint;
BEGIN
  FOR attempt IN 1..8 LOOP
    SELECT next.* INTO picked
    FROM job r
    CROSS JOIN LATERAL (
      SELECT count(*) AS busy FROM chunk h
      WHERE h.job = r.id AND h.run = r.run AND h.state = 'open' AND h.lease_us > wall_us()
    ) held
    CROSS JOIN LATERAL (
      SELECT c.job, c.run, c.number, c.calls FROM chunk c
      WHERE c.job = r.id AND c.run = r.run AND c.state = 'open' AND c.lease_us <= wall_us()
        AND c.source = ANY(sources) AND NOT (c.job || '/' || c.type) = ANY(except_types)
        AND (given_number IS NULL OR c.number = given_number)
      ORDER BY c.number LIMIT 1
    ) next
    WHERE r.state = 'running' AND (given IS NULL OR r.id = given)
      AND (r.most_calls IS NULL OR r.spent < r.most_calls) AND (r.proven OR held.busy = 0)
    ORDER BY held.busy, r.serial LIMIT 1;
    IF NOT FOUND THEN RETURN; END IF;
    SELECT * INTO j FROM job WHERE id = picked.job AND run = picked.run AND state = 'running' FOR NO KEY UPDATE;
    CONTINUE WHEN NOT FOUND;
    CONTINUE WHEN NOT j.proven AND EXISTS (
      SELECT FROM chunk h WHERE h.job = j.id AND h.run = j.run AND h.state = 'open' AND h.lease_us > wall_us());
    share := CASE WHEN j.most_calls IS NOT NULL THEN least(j.most_calls - j.spent, picked.calls + picked.calls / 5 + 20) END;
    CONTINUE WHEN share <= 0;
    RETURN QUERY UPDATE chunk c SET holder = given_holder, lease_us = wall_us() + lease, granted = share
      WHERE c.job = picked.job AND c.run = picked.run AND c.number = picked.number
        AND c.state = 'open' AND c.lease_us <= wall_us()
      RETURNING c.*;
    CONTINUE WHEN NOT FOUND;
    UPDATE job SET spent = spent + coalesce(share, 0) WHERE id = picked.job;
    RETURN;
  END LOOP;
END $$;

CREATE FUNCTION spend_calls(given text, given_calls bigint, given_billed bigint, given_standing jsonb)
RETURNS void LANGUAGE sql AS $$
  UPDATE job SET calls = calls + given_calls, updated_us = wall_us(), standing = coalesce(given_standing, standing),
    billed = CASE WHEN given_billed IS NULL THEN billed ELSE coalesce(billed, 0) + given_billed END
  WHERE id = given AND (given_calls > 0 OR given_billed IS NOT NULL OR given_standing IS NOT NULL)
$$;

CREATE FUNCTION renew_chunk(
  given text, given_run int, given_number int, given_holder text, lease bigint,
  given_calls bigint, given_billed bigint, given_standing jsonb
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  found_state text;
BEGIN
  SELECT state INTO found_state FROM job WHERE id = given AND run = given_run FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE chunk SET lease_us = wall_us() + lease
    WHERE job = given AND run = given_run AND number = given_number AND holder = given_holder AND state = 'open';
  IF NOT FOUND THEN RETURN false; END IF;
  PERFORM spend_calls(given, given_calls, given_billed, given_standing);
  RETURN found_state = 'running';
END $$;

CREATE FUNCTION end_chunk(
  given text, given_run int, given_number int, given_holder text, given_state text, given_cause jsonb,
  all_calls bigint, given_calls bigint, given_billed bigint, given_standing jsonb
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  share bigint;
BEGIN
  PERFORM FROM job WHERE id = given AND run = given_run FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE chunk SET state = given_state, cause = given_cause, holder = NULL, lease_us = 0
    WHERE job = given AND run = given_run AND number = given_number AND holder = given_holder AND state = 'open'
    RETURNING granted INTO share;
  IF NOT FOUND THEN RETURN false; END IF;
  UPDATE job SET spent = spent - greatest(0, share - all_calls) WHERE id = given AND share > all_calls;
  PERFORM spend_calls(given, given_calls, given_billed, given_standing);
  PERFORM settle_job(given);
  RETURN true;
END $$;

CREATE FUNCTION put_results(
  given text, given_run int, given_chunk int, indexes int[], outcomes text[], records bytea[]
) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  merged jsonb;
BEGIN
  PERFORM FROM job WHERE id = given AND run = given_run AND state <> 'removed' FOR NO KEY UPDATE;
  IF NOT FOUND THEN RETURN false; END IF;
  WITH fresh AS (
    SELECT * FROM unnest(indexes, outcomes, records) AS f (index, outcome, record)
  ), failed AS (
    SELECT r.index FROM result r
    WHERE r.job = given AND r.run = given_run AND r.index = ANY(indexes) AND r.outcome = 'upstream_error'
  ), put AS (
    INSERT INTO result AS r (job, run, index, chunk, outcome, record, place)
    SELECT given, given_run, f.index, given_chunk, f.outcome, f.record, nextval('result_place_number') FROM fresh f
    ON CONFLICT (job, run, index) DO UPDATE
      SET outcome = excluded.outcome, record = excluded.record, place = excluded.place
      WHERE r.outcome = 'upstream_error'
    RETURNING r.index, r.outcome
  ), steps AS (
    SELECT key AS outcome, value::bigint AS step FROM job j, jsonb_each_text(j.counts) WHERE j.id = given
    UNION ALL SELECT put.outcome, 1 FROM put
    UNION ALL SELECT 'upstream_error', -1 FROM put JOIN failed USING (index)
  ), sums AS (
    SELECT outcome, sum(step) AS total FROM steps GROUP BY outcome
  )
  SELECT jsonb_object_agg(outcome, total) FILTER (WHERE total > 0) INTO merged FROM sums;
  UPDATE job SET counts = coalesce(merged, '{}'), updated_us = wall_us(),
    proven = proven OR outcomes && ARRAY['ok', 'not_found'] WHERE id = given;
  RETURN true;
END $$;`;
