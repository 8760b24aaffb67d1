import { CHANNEL } from '../listener.js';

/** What the machines of one bot share: how much each user asked for today, and small values such as who may use it. */
export const BOT_USAGE = `
CREATE TABLE bot_document (
  bot text NOT NULL,
  name text NOT NULL,
  version bigint NOT NULL,
  value text NOT NULL,
  PRIMARY KEY (bot, name)
) WITH (fillfactor = 50);

CREATE TABLE usage (
  bot text NOT NULL,
  user_id bigint NOT NULL,
  day text NOT NULL,
  calls bigint NOT NULL,
  PRIMARY KEY (bot, user_id, day)
) WITH (fillfactor = 50);

CREATE TABLE reservation (
  id text PRIMARY KEY,
  bot text NOT NULL,
  user_id bigint NOT NULL,
  member bigint NOT NULL,
  calls bigint NOT NULL,
  until_us bigint NOT NULL
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
CREATE INDEX reservation_user ON reservation (bot, user_id);

-- Sets calls of a user's day aside. The row of the day is locked first and what is set aside is counted by a statement of
-- its own: with the snapshot of before the lock, two machines would give out the same calls.
CREATE FUNCTION reserve_calls(
  given_bot text, given_user bigint, wanted bigint, most bigint, given_id text, given_member bigint, lease_us bigint
) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  made bigint;
  aside bigint;
  granted bigint;
BEGIN
  INSERT INTO usage AS u (bot, user_id, day, calls) VALUES (given_bot, given_user, china_day(), 0)
    ON CONFLICT (bot, user_id, day) DO UPDATE SET calls = u.calls RETURNING u.calls INTO made;
  SELECT coalesce(sum(r.calls), 0) INTO aside FROM reservation r
    WHERE r.bot = given_bot AND r.user_id = given_user AND r.until_us >= wall_us();
  granted := greatest(0, least(wanted, most - made - aside));
  IF granted > 0 THEN
    INSERT INTO reservation (id, bot, user_id, member, calls, until_us)
      VALUES (given_id, given_bot, given_user, given_member, granted, wall_us() + lease_us);
  END IF;
  RETURN granted;
END $$;`;

/** Updates, and which machine handles which chat. */
export const BOT_UPDATES = `
CREATE TABLE bot_member (
  bot text NOT NULL,
  member bigint NOT NULL,
  source text NOT NULL,
  busy boolean NOT NULL,
  lease_us bigint NOT NULL,
  -- Since when it has been heard of for so long without a break that it may take over from others.
  steady_us bigint NOT NULL,
  PRIMARY KEY (bot, member)
) WITH (fillfactor = 20, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);

CREATE TABLE bot_lead (bot text PRIMARY KEY, member bigint NOT NULL) WITH (fillfactor = 50);

CREATE TABLE bot_chat (
  bot text NOT NULL,
  chat bigint NOT NULL,
  holder bigint NOT NULL,
  used_us bigint NOT NULL,
  PRIMARY KEY (bot, chat)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);

CREATE TABLE bot_update (
  bot text NOT NULL,
  id bigint NOT NULL,
  chat bigint NOT NULL,
  payload text,
  stored_us bigint NOT NULL,
  begun_us bigint,
  member bigint,
  done_us bigint,
  PRIMARY KEY (bot, id)
) WITH (fillfactor = 50, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500);
CREATE INDEX bot_update_waiting ON bot_update (bot, chat, id) WHERE begun_us IS NULL;
CREATE INDEX bot_update_begun ON bot_update (bot, chat) WHERE begun_us IS NOT NULL AND done_us IS NULL;

-- Whether what a member held is free for another. One that has left is gone at once. One that is not heard of may only have
-- been cut off together with the asker, as when the database was away: the asker must have been heard of for long enough.
CREATE FUNCTION is_gone(given_bot text, holder bigint, asker bigint) RETURNS boolean LANGUAGE sql VOLATILE AS $$
  SELECT holder <> asker AND NOT EXISTS (
    SELECT FROM bot_member m WHERE m.bot = given_bot AND m.member = holder
      AND (m.lease_us >= wall_us() OR NOT EXISTS (
        SELECT FROM bot_member a WHERE a.bot = given_bot AND a.member = asker
          AND a.lease_us >= wall_us() AND a.steady_us <= wall_us())))
$$;

CREATE FUNCTION beat_bot(
  given_bot text, given_member bigint, given_source text, given_busy boolean, given_lease_us bigint
) RETURNS TABLE (others bigint, leads boolean, other_source text) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  at_us bigint := wall_us();
BEGIN
  INSERT INTO bot_member AS m (bot, member, source, busy, lease_us, steady_us)
    VALUES (given_bot, given_member, given_source, given_busy, at_us + given_lease_us, at_us + given_lease_us)
    ON CONFLICT (bot, member) DO UPDATE SET busy = excluded.busy, lease_us = excluded.lease_us,
      steady_us = CASE WHEN m.lease_us < at_us THEN excluded.steady_us ELSE m.steady_us END;
  DELETE FROM bot_member m WHERE m.bot = given_bot AND m.lease_us < at_us - 60000000;
  INSERT INTO bot_lead (bot, member) VALUES (given_bot, given_member) ON CONFLICT (bot) DO NOTHING;
  UPDATE bot_lead l SET member = given_member
    WHERE l.bot = given_bot AND l.member <> given_member AND is_gone(given_bot, l.member, given_member);
  RETURN QUERY SELECT
    (SELECT count(*) FROM bot_member m
      WHERE m.bot = given_bot AND m.lease_us >= at_us AND m.busy AND m.member <> given_member),
    EXISTS (SELECT FROM bot_lead l WHERE l.bot = given_bot AND l.member = given_member),
    (SELECT min(m.source) FROM bot_member m
      WHERE m.bot = given_bot AND m.lease_us >= at_us AND m.source <> given_source);
END $$;

-- Keeps an update, and says which member handles its chat: the one that did before, while it lives. That one is told
-- where another one got the update.
CREATE FUNCTION keep_update(
  given_bot text, given_id bigint, given_chat bigint, given_payload text, given_member bigint
) RETURNS bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  found bigint;
BEGIN
  INSERT INTO bot_update (bot, id, chat, payload, stored_us)
    VALUES (given_bot, given_id, given_chat, given_payload, wall_us()) ON CONFLICT (bot, id) DO NOTHING;
  INSERT INTO bot_chat AS c (bot, chat, holder, used_us)
    VALUES (given_bot, given_chat, given_member, wall_us())
    ON CONFLICT (bot, chat) DO UPDATE SET used_us = excluded.used_us,
      holder = CASE WHEN is_gone(c.bot, c.holder, given_member) THEN given_member ELSE c.holder END
    RETURNING c.holder INTO found;
  IF found <> given_member THEN
    PERFORM pg_notify('${CHANNEL}', 'bot ' || found);
  END IF;
  RETURN found;
END $$;

-- Begins the lowest waiting update of a chat that is the member's; what came before it is done. One that this member has
-- begun without hearing so comes again.
CREATE FUNCTION begin_update(given_bot text, given_chat bigint, given_member bigint, given_done bigint)
RETURNS TABLE (id bigint, payload text) LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  next bot_update;
BEGIN
  UPDATE bot_update u SET done_us = wall_us(), payload = NULL WHERE u.bot = given_bot AND u.id = given_done;
  PERFORM FROM bot_chat c WHERE c.bot = given_bot AND c.chat = given_chat AND c.holder = given_member FOR UPDATE;
  IF NOT FOUND THEN RETURN; END IF;
  SELECT * INTO next FROM bot_update u
    WHERE u.bot = given_bot AND u.chat = given_chat AND u.begun_us IS NOT NULL AND u.done_us IS NULL
      AND u.member = given_member
    ORDER BY u.id LIMIT 1;
  IF NOT FOUND THEN
    SELECT * INTO next FROM bot_update u
      WHERE u.bot = given_bot AND u.chat = given_chat AND u.begun_us IS NULL ORDER BY u.id LIMIT 1;
    IF NOT FOUND THEN RETURN; END IF;
    UPDATE bot_update u SET begun_us = wall_us(), member = given_member
      WHERE u.bot = given_bot AND u.id = next.id;
  END IF;
  RETURN QUERY SELECT next.id, next.payload;
END $$;

-- Chats with waiting updates that are the member's, or nobody's any more: those become its own.
CREATE FUNCTION adopt_chats(given_bot text, given_member bigint) RETURNS SETOF bigint LANGUAGE plpgsql VOLATILE AS $$
DECLARE
  one bigint;
BEGIN
  FOR one IN
    SELECT DISTINCT u.chat FROM bot_update u WHERE u.bot = given_bot AND u.begun_us IS NULL ORDER BY u.chat
  LOOP
    RETURN QUERY UPDATE bot_chat c SET holder = given_member
      WHERE c.bot = given_bot AND c.chat = one
        AND (c.holder = given_member OR is_gone(given_bot, c.holder, given_member))
      RETURNING c.chat;
  END LOOP;
END $$;`;
