import type { SqliteDriver } from './sqlite-driver.js';

/** Places hold other places: `<chat>/…` is in `<chat>`. */
const IN_PLACE = "(place=? OR place LIKE replace(?, '_', '\\_') || '/%' ESCAPE '\\')";
const IS_WATCHED =
  'EXISTS (SELECT 1 FROM watched WHERE watched.platform=due_look.platform AND watched.id=due_look.id AND watched.source=due_look.source)';
const IS_HEARD =
  'EXISTS (SELECT 1 FROM watched JOIN watch ON watch.id=watched.watch WHERE watched.platform=due_look.platform AND watched.id=due_look.id AND watched.source=due_look.source AND coalesce(watch.muted, 0)<=?)';
const IS_OURS = "(platform || ' ' || source IN (SELECT value FROM json_each(?)) OR due<?)";
const IS_DUE = `(due<=? OR due>?) AND (taken<=? OR taken>?) AND ${IS_HEARD} AND ${IS_OURS}`;

export const WATCH_SCHEMA = `
CREATE TABLE IF NOT EXISTS watch (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, place TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL,
  muted INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS watch_owner ON watch (owner);
CREATE TABLE IF NOT EXISTS watched (
  platform TEXT NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL, watch TEXT NOT NULL,
  PRIMARY KEY (platform, id, source, watch)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS watched_watch ON watched (watch);
CREATE TABLE IF NOT EXISTS due_look (
  platform TEXT NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL, product TEXT NOT NULL, due INTEGER NOT NULL,
  seen INTEGER NOT NULL DEFAULT 0, failing INTEGER, taken INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (platform, id, source)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS due_look_due ON due_look (due);
CREATE TABLE IF NOT EXISTS alert (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL, status TEXT NOT NULL,
  since INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS alert_status ON alert (status);
CREATE INDEX IF NOT EXISTS alert_at ON alert (at);
CREATE TABLE IF NOT EXISTS spent (name TEXT NOT NULL, at INTEGER NOT NULL, calls INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS spent_at ON spent (name, at);
CREATE TABLE IF NOT EXISTS mark (name TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;`;

export type WatchStatements = ReturnType<typeof prepareWatchStatements>;

export function prepareWatchStatements({ prepare }: SqliteDriver) {
  return {
    ...prepareWatches(prepare),
    ...prepareLooks(prepare),
    ...prepareAlerts(prepare),
    listSpent: prepare('SELECT at, calls FROM spent WHERE name=? ORDER BY at'),
    spend: prepare('INSERT INTO spent VALUES (?, ?, ?)'),
    // What lies in the future was spent by a clock that was ahead.
    forgetSpent: prepare('DELETE FROM spent WHERE name=? AND (at<=? OR at>?)'),
    findMark: prepare('SELECT at FROM mark WHERE name=?'),
    putMark: prepare('INSERT OR REPLACE INTO mark VALUES (?, ?)'),
  };
}

type Prepare = SqliteDriver['prepare'];

function prepareWatches(prepare: Prepare) {
  return {
    put: prepare(
      'INSERT OR REPLACE INTO watch (id, owner, place, body, state, muted) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    get: prepare('SELECT * FROM watch WHERE id=?'),
    listAll: prepare('SELECT * FROM watch ORDER BY id'),
    listOwn: prepare('SELECT * FROM watch WHERE owner=? ORDER BY id'),
    listOf: prepare(
      'SELECT watch.* FROM watch JOIN watched ON watched.watch=watch.id WHERE platform=? AND watched.id=? AND source=?',
    ),
    remove: prepare('DELETE FROM watch WHERE id=? AND owner=?'),
    removeOf: prepare('DELETE FROM watch WHERE owner=?'),
    putWatched: prepare('INSERT OR IGNORE INTO watched (platform, id, source, watch) VALUES (?, ?, ?, ?)'),
    removeWatched: prepare('DELETE FROM watched WHERE watch=?'),
    removeWatchedOf: prepare('DELETE FROM watched WHERE watch IN (SELECT id FROM watch WHERE owner=?)'),
    mute: prepare('UPDATE watch SET muted=? WHERE id=? AND owner=?'),
    judge: prepare('UPDATE watch SET state=? WHERE id=? AND state=?'),
    name: prepare("UPDATE watch SET body=json_set(body, '$.title', ?) WHERE id=?"),
    report: prepare("UPDATE watch SET body=json_set(body, '$.reportedFen', ?) WHERE id=?"),
    move: prepare(
      `UPDATE watch SET place=? || substr(place, ?), body=json_set(body, '$.to', ? || substr(place, ?)) WHERE ${IN_PLACE}`,
    ),
    muteAt: prepare(`UPDATE watch SET muted=? WHERE ${IN_PLACE}`),
    resumeAt: prepare(`UPDATE watch SET muted=NULL WHERE ${IN_PLACE} AND muted=?`),
  };
}

function prepareLooks(prepare: Prepare) {
  const KEY = 'platform=? AND id=? AND source=?';
  return {
    putLook: prepare(
      'INSERT INTO due_look (platform, id, source, product, due) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET due=min(due, excluded.due)',
    ),
    listLooks: prepare("SELECT * FROM due_look WHERE platform=? AND id=? AND source IN (?, '')"),
    listDue: prepare(`SELECT * FROM due_look WHERE ${IS_DUE} ORDER BY due LIMIT ?`),
    countDue: prepare(
      `SELECT platform, source, count(*) AS count FROM due_look WHERE ${IS_DUE} GROUP BY platform, source`,
    ),
    countMissed: prepare(`SELECT count(*) AS count FROM due_look WHERE seen<? AND due<=? AND ${IS_HEARD}`),
    countLooks: prepare('SELECT platform, source, count(*) AS count FROM due_look GROUP BY platform, source'),
    take: prepare(`UPDATE due_look SET taken=? WHERE ${KEY}`),
    giveBack: prepare(`UPDATE due_look SET taken=0, due=? WHERE ${KEY}`),
    settle: prepare(`UPDATE due_look SET due=?, seen=?, failing=?, taken=0 WHERE ${KEY}`),
    removeLooks: prepare(`DELETE FROM due_look WHERE NOT ${IS_WATCHED}`),
  };
}

function prepareAlerts(prepare: Prepare) {
  return {
    addAlert: prepare('INSERT OR IGNORE INTO alert VALUES (?, ?, ?, ?, ?, ?, ?)'),
    listDueAlerts: prepare("SELECT * FROM alert WHERE status='due' ORDER BY at"),
    listAlerts: prepare('SELECT * FROM alert WHERE at>=? ORDER BY at'),
    setStatus: prepare('UPDATE alert SET status=?, since=? WHERE id=?'),
    removeSettled: prepare("DELETE FROM alert WHERE at<? AND status NOT IN ('due', 'sending')"),
    giveUpDue: prepare("UPDATE alert SET status='failed', since=? WHERE status='due' AND at<?"),
    removeAlertsOf: prepare('DELETE FROM alert WHERE owner=?'),
    removeDue: prepare("DELETE FROM alert WHERE status='due' AND json_extract(body, '$.watchId')=?"),
    moveAlerts: prepare(
      `UPDATE alert SET place=? || substr(place, ?), body=json_set(body, '$.to', ? || substr(place, ?)) WHERE ${IN_PLACE}`,
    ),
    forgetCutOff: prepare(
      "UPDATE alert SET status = CASE WHEN place LIKE 'webhook:%' THEN 'due' ELSE 'unknown' END, since=? WHERE status='sending' AND (since<? OR since>?)",
    ),
  };
}
