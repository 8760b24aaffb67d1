import type { Alert, AlertStatus, Watch, WatchState } from '../../watch/watch.js';
import type { SqliteDriver, SqlRow, SqlValue } from './sqlite-driver.js';
import { createTransactions } from './sqlite-store.js';
import type { DueLook, WatchStore } from './watch-store.js';

const SCHEMA = `
CREATE TABLE IF NOT EXISTS watch (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, body TEXT NOT NULL, state TEXT NOT NULL, muted INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS watched (
  platform TEXT NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL, watch TEXT NOT NULL,
  PRIMARY KEY (platform, id, source, watch)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS watched_watch ON watched (watch);
CREATE TABLE IF NOT EXISTS look (
  platform TEXT NOT NULL, id TEXT NOT NULL, source TEXT NOT NULL, product TEXT NOT NULL, due INTEGER NOT NULL,
  taken INTEGER NOT NULL DEFAULT 0, failures INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (platform, id, source)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS look_due ON look (due);
CREATE TABLE IF NOT EXISTS alert (
  id TEXT PRIMARY KEY, owner TEXT NOT NULL, place TEXT NOT NULL, at INTEGER NOT NULL, status TEXT NOT NULL,
  since INTEGER NOT NULL, body TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS alert_status ON alert (status);
CREATE TABLE IF NOT EXISTS paid (day INTEGER PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;`;

/** Muted until the place is resumed: farther away than any clock. */
const PAUSED = Number.MAX_SAFE_INTEGER;

/** Watches in the same file as the history. @param now wall clock, milliseconds */
export function createSqliteWatchStore(driver: SqliteDriver, now: () => number): WatchStore {
  driver.exec(SCHEMA);
  const sql = prepareStatements(driver);
  const inTransaction = createTransactions(driver);
  return {
    ...createAlerts(sql, inTransaction, now),
    put: async (watch) => inTransaction(() => putWatch(sql, watch, now())),
    list: async (owner) => (owner === undefined ? sql.listAll.all() : sql.listOwn.all(owner)).map(toWatch),
    remove: async (id, owner) =>
      inTransaction(() => {
        if (sql.removeWatch.run(id, owner) === 0) return false;
        sql.removeWatched.run(id);
        sql.removeLooks.run();
        sql.removeDue.run(id);
        return true;
      }),
    mute: async (id, owner, untilMs) => sql.mute.run(untilMs ?? null, id, owner) > 0,
    removeOwner: async (owner) =>
      inTransaction(() => {
        sql.removeWatchedOf.run(owner);
        sql.removeWatchesOf.run(owner);
        sql.removeAlertsOf.run(owner);
        sql.removeLooks.run();
      }),
    movePlace: async (from, to) =>
      inTransaction(() => {
        sql.moveWatches.run(to, from);
        sql.moveAlerts.run(to, to, from);
      }),
    pausePlace: async (to) => void sql.muteAt.run(PAUSED, to),
    resumePlace: async (to) => void sql.resumeAt.run(to, PAUSED),
    takeDue: async (nowMs, soonMs, limit, leaseMs) =>
      inTransaction(() => {
        const due = sql.listDue.all(nowMs, nowMs, nowMs, limit);
        // A call that is made anyway takes along what is due next.
        const rows =
          due.length > 0 && due.length < limit ? sql.listDue.all(soonMs, nowMs, nowMs, limit) : due;
        for (const row of rows) sql.take.run(nowMs + leaseMs, ...toKey(row));
        return rows.map(toDueLook);
      }),
    finishLook: async ({ platform, id, source }, { dueMs, failures }) =>
      void sql.finish.run(Math.round(dueMs), failures, platform, id, source),
    listOf: async ({ platform, id, source }) => sql.listOf.all(platform, id, source).map(toWatch),
    countLooks: async () =>
      new Map(sql.countLooks.all().map((row) => [String(row['place']), Number(row['count'])])),
    countPaid: async (day) => Number(sql.countPaid.all(day)[0]?.['count'] ?? 0),
  };
}

type Alerts = Pick<
  WatchStore,
  'judged' | 'takeAlerts' | 'settleAlert' | 'forgetOld' | 'forgetCutOff' | 'listAlerts'
>;

/** What is to be told, and was. */
function createAlerts(
  sql: Statements,
  inTransaction: ReturnType<typeof createTransactions>,
  now: () => number,
): Alerts {
  return {
    judged: async (watchId, state, alert) =>
      inTransaction(() => {
        const owner = sql.getOwner.all(watchId)[0]?.['owner'];
        if (owner === undefined) return;
        sql.putState.run(JSON.stringify(state), watchId);
        if (alert) sql.addAlert.run(...toAlertRow(alert, owner, now()));
      }),
    takeAlerts: async (isWanted, limit) =>
      inTransaction(() => {
        const rows = sql.listDueAlerts.all().filter((row) => isWanted(String(row['place'])));
        const taken = rows.filter((row) => row['place'] === rows[0]?.['place']).slice(0, limit);
        for (const row of taken) sql.setStatus.run('sending', now(), row['id'] ?? '');
        return taken.map(toAlert);
      }),
    settleAlert: async (id, status) => void sql.setStatus.run(status, now(), id),
    forgetOld: async ({ settledMs, dueMs }) =>
      inTransaction(() => {
        sql.removeSettled.run(settledMs);
        sql.giveUpDue.run(now(), dueMs);
      }),
    forgetCutOff: async (olderThanMs) => sql.forgetCutOff.run(now(), olderThanMs),
    listAlerts: async (sinceMs, owner) =>
      sql.listAlerts
        .all(sinceMs)
        .filter((row) => owner === undefined || row['owner'] === owner)
        .map((row) => ({ alert: toAlert(row), status: row['status'] as AlertStatus })),
  };
}

type Statements = ReturnType<typeof prepareStatements>;

function prepareStatements({ prepare }: SqliteDriver) {
  return {
    removeSettled: prepare("DELETE FROM alert WHERE at<? AND status NOT IN ('due', 'sending')"),
    giveUpDue: prepare("UPDATE alert SET status='failed', since=? WHERE status='due' AND at<?"),
    put: prepare('INSERT OR IGNORE INTO watch (id, owner, body, state, muted) VALUES (?, ?, ?, ?, ?)'),
    putWatched: prepare('INSERT OR IGNORE INTO watched (platform, id, source, watch) VALUES (?, ?, ?, ?)'),
    putLook: prepare(
      'INSERT OR IGNORE INTO look (platform, id, source, product, due) VALUES (?, ?, ?, ?, ?)',
    ),
    listAll: prepare('SELECT * FROM watch ORDER BY id'),
    listOwn: prepare('SELECT * FROM watch WHERE owner=? ORDER BY id'),
    listOf: prepare(
      'SELECT watch.* FROM watch JOIN watched ON watched.watch=watch.id WHERE platform=? AND watched.id=? AND source=?',
    ),
    getOwner: prepare('SELECT owner FROM watch WHERE id=?'),
    removeWatch: prepare('DELETE FROM watch WHERE id=? AND owner=?'),
    removeWatched: prepare('DELETE FROM watched WHERE watch=?'),
    removeLooks: prepare(
      'DELETE FROM look WHERE NOT EXISTS (SELECT 1 FROM watched WHERE watched.platform=look.platform AND watched.id=look.id AND watched.source=look.source)',
    ),
    mute: prepare('UPDATE watch SET muted=? WHERE id=? AND owner=?'),
    putState: prepare('UPDATE watch SET state=? WHERE id=?'),
    listDue: prepare(
      'SELECT * FROM look WHERE due<=? AND taken<=? AND EXISTS (SELECT 1 FROM watched JOIN watch ON watch.id=watched.watch WHERE watched.platform=look.platform AND watched.id=look.id AND watched.source=look.source AND coalesce(watch.muted, 0)<=?) ORDER BY due LIMIT ?',
    ),
    removeDue: prepare("DELETE FROM alert WHERE status='due' AND json_extract(body, '$.watchId')=?"),
    removeWatchedOf: prepare('DELETE FROM watched WHERE watch IN (SELECT id FROM watch WHERE owner=?)'),
    removeWatchesOf: prepare('DELETE FROM watch WHERE owner=?'),
    removeAlertsOf: prepare('DELETE FROM alert WHERE owner=?'),
    moveWatches: prepare(
      "UPDATE watch SET body=json_set(body, '$.to', ?) WHERE json_extract(body, '$.to')=?",
    ),
    moveAlerts: prepare("UPDATE alert SET place=?, body=json_set(body, '$.to', ?) WHERE place=?"),
    muteAt: prepare("UPDATE watch SET muted=? WHERE json_extract(body, '$.to')=?"),
    resumeAt: prepare("UPDATE watch SET muted=NULL WHERE json_extract(body, '$.to')=? AND muted=?"),
    take: prepare('UPDATE look SET taken=? WHERE platform=? AND id=? AND source=?'),
    finish: prepare('UPDATE look SET due=?, failures=?, taken=0 WHERE platform=? AND id=? AND source=?'),
    countLooks: prepare("SELECT platform || ' ' || source AS place, count(*) AS count FROM look GROUP BY 1"),
    addAlert: prepare('INSERT OR IGNORE INTO alert VALUES (?, ?, ?, ?, ?, ?, ?)'),
    listDueAlerts: prepare("SELECT * FROM alert WHERE status='due' ORDER BY at"),
    setStatus: prepare('UPDATE alert SET status=?, since=? WHERE id=?'),
    forgetCutOff: prepare(
      "UPDATE alert SET status = CASE WHEN place LIKE 'webhook:%' THEN 'due' ELSE 'unknown' END, since=? WHERE status='sending' AND since<?",
    ),
    listAlerts: prepare('SELECT * FROM alert WHERE at>=? ORDER BY at'),
    countPaid: prepare(
      'INSERT INTO paid VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET count=count+1 RETURNING count',
    ),
  };
}

/** @returns false where another watch has the id */
function putWatch(sql: Statements, { state, mutedUntilMs, ...watch }: Watch, nowMs: number): boolean {
  const { id, owner } = watch;
  const texts = [JSON.stringify(watch), JSON.stringify(state)] as const;
  if (sql.put.run(id, owner, ...texts, mutedUntilMs ?? null) === 0) return false;
  for (const product of watch.products) {
    const key = [product.platform, product.id, watch.source ?? ''];
    sql.putWatched.run(...key, watch.id);
    sql.putLook.run(...key, JSON.stringify(product), nowMs);
  }
  return true;
}

const toAlertRow = (alert: Alert, owner: SqlValue, nowMs: number): SqlValue[] => [
  ...[alert.id, owner, alert.to, alert.atMs, 'due', nowMs],
  JSON.stringify(alert),
];

function toWatch(row: SqlRow): Watch {
  const muted = row['muted'];
  return {
    ...JSON.parse(String(row['body'])),
    state: JSON.parse(String(row['state'])) as WatchState,
    ...(typeof muted === 'number' && { mutedUntilMs: muted }),
  };
}

const toKey = (row: SqlRow) => [row['platform'] ?? '', row['id'] ?? '', row['source'] ?? ''];

const toDueLook = (row: SqlRow): DueLook => ({
  ...JSON.parse(String(row['product'])),
  source: String(row['source']),
  dueMs: Number(row['due']),
  failures: Number(row['failures']),
});

const toAlert = (row: SqlRow): Alert => JSON.parse(String(row['body'])) as Alert;
