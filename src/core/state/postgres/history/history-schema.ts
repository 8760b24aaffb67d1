/**
 * Price history and alerts. Unlike the other tables' times, theirs are minutes (of prices) and milliseconds (of alerts) since
 * 1970, by the clocks of the machines: what a machine saw is noted where the database cannot be reached, too.
 */
export const HISTORY = `
-- A product of one source, or one of its variants, with all that was seen of it: see pack-tracks.ts. made_up: by a sandbox.
CREATE TABLE series (
  made_up boolean NOT NULL,
  platform text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  sku text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  no bigint GENERATED ALWAYS AS IDENTITY,
  title text,
  shown bigint,
  kind text,
  before bigint,
  changed bigint,
  last bigint NOT NULL,
  share float8 GENERATED ALWAYS AS (CASE WHEN before > shown AND sku = '' THEN (before - shown)::float8 / before END) STORED,
  tracks bytea NOT NULL,
  version bigint NOT NULL DEFAULT 1,
  PRIMARY KEY (made_up, platform, id, sku, source)
) WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);
CREATE INDEX series_dropped ON series (made_up, share, changed) WHERE share IS NOT NULL;
CREATE INDEX series_last ON series (made_up, last);

-- How far the segments of the machines' inboxes are read, in bytes.
CREATE TABLE segment (
  machine text NOT NULL,
  name text NOT NULL,
  read_to bigint NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (machine, name)
) WITH (fillfactor = 50);`;

export const WATCHES = `
CREATE TABLE watch (
  id text COLLATE "C" PRIMARY KEY,
  owner text NOT NULL,
  place text NOT NULL,
  body text NOT NULL,
  state text NOT NULL,
  title text,
  is_reported boolean NOT NULL,
  reported bigint,
  muted bigint
) WITH (fillfactor = 70);
CREATE INDEX watch_owner ON watch (owner);

CREATE TABLE watched (
  platform text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  watch text COLLATE "C" NOT NULL,
  PRIMARY KEY (platform, id, source, watch)
);
CREATE INDEX watched_watch ON watched (watch);

CREATE TABLE due_look (
  platform text COLLATE "C" NOT NULL,
  id text COLLATE "C" NOT NULL,
  source text COLLATE "C" NOT NULL,
  product text NOT NULL,
  due bigint NOT NULL,
  seen bigint NOT NULL DEFAULT 0,
  failing bigint,
  taken bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (platform, id, source)
) WITH (fillfactor = 70);
CREATE INDEX due_look_due ON due_look (due);

CREATE TABLE alert (
  id text COLLATE "C" PRIMARY KEY,
  watch text COLLATE "C" NOT NULL,
  owner text NOT NULL,
  place text NOT NULL,
  at bigint NOT NULL,
  status text NOT NULL,
  since bigint NOT NULL,
  taker text,
  body text NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX alert_waiting ON alert (at) WHERE status IN ('due', 'sending');
CREATE INDEX alert_at ON alert (at);

CREATE TABLE watch_budget (name text PRIMARY KEY, spent text NOT NULL) WITH (fillfactor = 20);
CREATE TABLE watch_mark (name text PRIMARY KEY, at bigint NOT NULL) WITH (fillfactor = 50);

-- Which process of its kind looks and tells; by the clock of the server.
CREATE TABLE watch_turn (name text PRIMARY KEY, holder text NOT NULL, until_us bigint NOT NULL) WITH (fillfactor = 50);`;
