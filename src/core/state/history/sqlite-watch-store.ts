import type { AlertStatus } from '../../prices/alert.js';
import type { Watch } from '../../prices/watch.js';
import type { SqliteDriver } from './sqlite-driver.js';
import { createTransactions } from './sqlite-store.js';
import { keyOf, toAlert, toCount, toLook, toWatch } from './watch-rows.js';
import { prepareWatchStatements, WATCH_SCHEMA, type WatchStatements } from './watch-statements.js';
import {
  type CallBudget,
  type DueTimes,
  type JudgedWatch,
  type LookTable,
  type NewWatchRow,
  nameOrigin,
  type TakeTimes,
  type WatchedLook,
  type WatchStore,
  type WatchTable,
} from './watch-store.js';

/** Muted until the place is resumed: farther away than any clock. */
const PAUSED = Number.MAX_SAFE_INTEGER;

type InTransaction = ReturnType<typeof createTransactions>;

/** Watches in the same file as the history. @param now wall clock, milliseconds */
export function createSqliteWatchStore(driver: SqliteDriver, now: () => number): WatchStore {
  const inTransaction = createTransactions(driver);
  inTransaction(() => driver.exec(WATCH_SCHEMA));
  const sql = prepareWatchStatements(driver);
  return {
    ...createWatchTable(sql, inTransaction),
    ...createLookTable(sql, inTransaction, now),
    ...createAlertTable(sql, inTransaction, now),
    findMark: async (name) => {
      const at = sql.findMark.all(name)[0]?.['at'];
      return typeof at === 'number' ? at : undefined;
    },
    putMark: async (name, atMs) => void sql.putMark.run(name, Math.round(atMs)),
  };
}

function createWatchTable(sql: WatchStatements, inTransaction: InTransaction): WatchTable {
  return {
    put: async (rows) =>
      inTransaction(() => {
        for (const row of rows) putWatch(sql, row);
      }),
    list: async (owner) => (owner === undefined ? sql.listAll.all() : sql.listOwn.all(owner)).map(toWatch),
    listOf: async ({ platform, id, source }) => sql.listOf.all(platform, id, source).map(toWatch),
    remove: async (ids, owner) =>
      inTransaction(() => {
        const removed = ids.filter((id) => sql.remove.run(id, owner) > 0);
        for (const id of removed) {
          sql.removeWatched.run(id);
          sql.removeDue.run(id);
        }
        if (removed.length > 0) sql.removeLooks.run();
        return removed;
      }),
    mute: async (id, owner, untilMs) => sql.mute.run(untilMs ?? null, id, owner) > 0,
    removeOwner: async (owner) =>
      inTransaction(() => {
        sql.removeWatchedOf.run(owner);
        sql.removeOf.run(owner);
        sql.removeAlertsOf.run(owner);
        sql.removeLooks.run();
      }),
    movePlace: async (from, to) =>
      inTransaction(() => {
        const rest = from.length + 1;
        sql.move.run(to, rest, to, rest, from, from);
        sql.moveAlerts.run(to, rest, to, rest, from, from);
      }),
    noteReported: async (prices) =>
      inTransaction(() => {
        for (const [id, fen] of prices) sql.report.run(fen, id);
      }),
    pausePlace: async (to) => void sql.muteAt.run(PAUSED, to, to),
    resumePlace: async (to) => void sql.resumeAt.run(to, to, PAUSED),
  };
}

function createLookTable(sql: WatchStatements, inTransaction: InTransaction, now: () => number): LookTable {
  return {
    takeDue: async (when, limit) => inTransaction(() => takeDue(sql, when, limit)),
    countDue: async (when) => {
      const { nowMs, latestMs } = when;
      return sql.countDue.all(nowMs, latestMs, nowMs, latestMs, nowMs, ...toOurs(when)).map(toCount);
    },
    countMissed: async (sinceMs, untilMs) =>
      Number(sql.countMissed.all(sinceMs, untilMs, now())[0]?.['count'] ?? 0),
    settle: async (next, judged) =>
      inTransaction(() => {
        for (const { look, dueMs, seenMs, failingSinceMs } of next) {
          sql.settle.run(Math.round(dueMs), Math.round(seenMs), failingSinceMs ?? null, ...keyOf(look));
        }
        for (const one of judged) keepJudgement(sql, one, now());
      }),
    giveBack: async (looks, dueMs) =>
      inTransaction(() => {
        for (const look of looks) sql.giveBack.run(Math.round(dueMs ?? look.dueMs), ...keyOf(look));
      }),
    listLooks: async (look) => sql.listLooks.all(...keyOf(look)).map(toLook),
    countLooks: async () => sql.countLooks.all().map(toCount),
    takeCalls: async (budget, calls, nowMs) => inTransaction(() => takeCalls(sql, budget, calls, nowMs)),
    addCalls: async ({ name }, calls, nowMs) => void sql.spend.run(name, nowMs, calls),
  };
}

type AlertTable = Pick<
  WatchStore,
  'takeAlerts' | 'settleAlerts' | 'forgetOld' | 'forgetCutOff' | 'listAlerts'
>;

function createAlertTable(sql: WatchStatements, inTransaction: InTransaction, now: () => number): AlertTable {
  return {
    takeAlerts: async (isWanted, { maxSingle, max }) =>
      inTransaction(() => {
        const due = sql.listDueAlerts.all();
        const wanted = due.filter((row) => isWanted(String(row['place']), String(row['id'])));
        const own = wanted.filter((row) => row['place'] === wanted[0]?.['place']);
        const taken = own.slice(0, own.length > maxSingle ? max : 1);
        for (const row of taken) sql.setStatus.run('sending', now(), row['id'] ?? '');
        return taken.map(toAlert);
      }),
    settleAlerts: async (fates) =>
      inTransaction(() => {
        for (const [id, status] of fates) sql.setStatus.run(status, now(), id);
      }),
    forgetOld: async ({ settledMs, dueMs }) =>
      inTransaction(() => {
        sql.removeSettled.run(settledMs);
        sql.giveUpDue.run(now(), dueMs);
      }),
    forgetCutOff: async (olderThanMs) => sql.forgetCutOff.run(now(), olderThanMs, now()),
    listAlerts: async (sinceMs, owner) =>
      sql.listAlerts
        .all(sinceMs)
        .filter((row) => owner === undefined || row['owner'] === owner)
        .map((row) => ({ alert: toAlert(row), status: row['status'] as AlertStatus })),
  };
}

/** What the judge remembers stays where the rule does. */
function putWatch(sql: WatchStatements, { watch, dueMs }: NewWatchRow): void {
  const [known] = sql.get.all(watch.id).map(toWatch);
  const isSame = known && JSON.stringify(known.rule) === JSON.stringify(watch.rule);
  const {
    state,
    mutedUntilMs: _,
    ...body
  } = isSame && known.state.looks > 0 ? { ...watch, ...kept(known) } : watch;
  sql.put.run(watch.id, watch.owner, watch.to, JSON.stringify(body), JSON.stringify(state), null);
  sql.removeWatched.run(watch.id);
  for (const product of watch.products) {
    const key = [product.platform, product.id, watch.source ?? ''];
    sql.putWatched.run(...key, watch.id);
    sql.putLook.run(...key, JSON.stringify(product), Math.round(dueMs));
  }
}

const kept = ({ state, createdMs, title, reportedFen }: Watch) => ({ state, createdMs, title, reportedFen });

function takeDue(sql: WatchStatements, when: TakeTimes, limit: number): WatchedLook[] {
  const { nowMs, soonMs, latestMs, leaseMs } = when;
  const ours = toOurs(when);
  const list = (untilMs: number) =>
    sql.listDue.all(untilMs, latestMs, nowMs, nowMs + leaseMs, nowMs, ...ours, limit);
  const due = list(nowMs);
  // A call that is made anyway takes along what is due next.
  const rows = due.length > 0 && due.length < limit ? list(soonMs) : due;
  const looks = rows.map(toLook);
  for (const look of looks) sql.take.run(nowMs + leaseMs, ...keyOf(look));
  return looks;
}

const toOurs = ({ origins, orphanedMs }: DueTimes) => [JSON.stringify(origins.map(nameOrigin)), orphanedMs];

function takeCalls(
  sql: WatchStatements,
  { name, calls: most, windowMs }: CallBudget,
  calls: number,
  nowMs: number,
): number {
  sql.forgetSpent.run(name, nowMs - windowMs, nowMs);
  const spent = sql.listSpent.all(name);
  let left = most - spent.reduce((sum, row) => sum + Number(row['calls']), 0);
  // What is more than a whole budget goes alone.
  const needed = Math.min(calls, most);
  if (left >= needed) {
    sql.spend.run(name, nowMs, calls);
    return 0;
  }
  for (const row of spent) {
    left += Number(row['calls']);
    if (left >= needed) return Math.max(1, Number(row['at']) + windowMs - nowMs);
  }
  return windowMs;
}

function keepJudgement(
  sql: WatchStatements,
  { watchId, title, before, state, alert }: JudgedWatch,
  nowMs: number,
): void {
  if (sql.judge.run(JSON.stringify(state), watchId, JSON.stringify(before)) === 0) return;
  if (title !== undefined) sql.name.run(title, watchId);
  // Reports begin with the first look.
  if (before.looks === 0) sql.report.run(state.lastFen ?? null, watchId);
  const row = sql.get.all(watchId)[0];
  if (!alert || !row) return;
  // The place may have moved since the look began.
  const to = String(row['place']);
  const body = JSON.stringify({ ...alert, to });
  sql.addAlert.run(alert.id, alert.owner, to, alert.atMs, 'due', nowMs, body);
}
