import type { Alert } from '../../../prices/alert.js';
import {
  type CallBudget,
  type DueTimes,
  type JudgedWatch,
  type LookTable,
  type NextLook,
  nameOrigin,
  type TakeTimes,
  type WatchedLook,
  type WatchStore,
} from '../../history/watch-store.js';
import type { Database, RunStatement } from '../database.js';
import { ADD_ALERTS } from './alert-statements.js';
import { type HeldLooks, LOOK_LEASE_MS } from './held-looks.js';
import * as sql from './look-statements.js';
import { toRecords } from './records.js';
import { JUDGE, LOCK_IDS } from './watch-statements.js';

/** How often calls are taken out of a budget again that others have changed. */
const MOST_TRIES = 50;

type SharedLookTable = LookTable & Pick<WatchStore, 'findMark' | 'putMark'>;

export interface LookTableOptions {
  readonly database: Database;
  readonly held: HeldLooks;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
}

/** Looks that the machines of a fleet share. */
export function createLookTable({ database, held, now }: LookTableOptions): SharedLookTable {
  const { run, inTransaction } = database;
  return {
    takeDue: (when, limit) => takeDue(run, held, when, limit),
    countDue: (when) => run(sql.COUNT_DUE, toDueValues(when, when.nowMs)),
    countMissed: async (sinceMs, untilMs) => {
      const values = [now(), sinceMs, untilMs].map(Math.round);
      return (await run<{ readonly count: number }>(sql.COUNT_MISSED, values))[0]?.count ?? 0;
    },
    settle: async (next, judged) => {
      held.release(next.map(({ look }) => look));
      await inTransaction((within) => settle(within, next, judged, now()));
    },
    giveBack: async (looks, dueMs) => {
      held.release(looks);
      const rows = looks.map((look) => ({ ...toKey(look), due: dueMs ?? look.dueMs }));
      await inTransaction(async (within) => {
        await within(sql.LOCK_FOR_SETTLING, [toRecords(rows)]);
        await within(sql.GIVE_BACK, [toRecords(rows)]);
      });
    },
    listLooks: async ({ platform, id, source }) =>
      (await run<sql.LookRow>(sql.LIST_LOOKS, [platform, id, source])).map(toLook),
    countLooks: () => run(sql.COUNT_LOOKS, []),
    takeCalls: (budget, calls, nowMs) =>
      changeBudget(run, budget.name, (spent) => takeCalls(spent, budget, calls, nowMs)),
    addCalls: async ({ name }, calls, nowMs) => {
      await changeBudget(run, name, (spent) => ({ spent: [...spent, [nowMs, calls]], pauseMs: 0 }));
    },
    findMark: async (name) => (await run<{ readonly at: number }>(sql.FIND_MARK, [name]))[0]?.at,
    putMark: async (name, atMs) => void (await run(sql.PUT_MARK, [name, Math.round(atMs)])),
  };
}

/** $1 to $6 of what is due. */
const toDueValues = ({ nowMs, latestMs, origins, orphanedMs }: DueTimes, untilMs: number) => [
  ...[nowMs, latestMs, untilMs].map(Math.round),
  origins.map(nameOrigin),
  Math.round(orphanedMs),
  LOOK_LEASE_MS,
];

async function takeDue(
  run: RunStatement,
  held: HeldLooks,
  when: TakeTimes,
  limit: number,
): Promise<WatchedLook[]> {
  const take = async (untilMs: number, most: number) => {
    const rows = await run<sql.TakenRow>(sql.TAKE_DUE, [...toDueValues(when, untilMs), most]);
    held.hold(rows, when.leaseMs);
    return rows;
  };
  const due = await take(when.nowMs, limit);
  // A call that is made anyway takes along what is due next.
  const soon = due.length > 0 && due.length < limit ? await take(when.soonMs, limit - due.length) : [];
  return [...due, ...soon].map(toLook).sort((one, other) => one.dueMs - other.dueMs);
}

async function settle(
  run: RunStatement,
  next: readonly NextLook[],
  given: readonly JudgedWatch[],
  nowMs: number,
): Promise<void> {
  const judged = chain(given);
  if (judged.length > 0) {
    const ids = judged.map(({ watchId }) => watchId).sort();
    await run(LOCK_IDS, [ids]);
    await keepJudgements(run, judged, nowMs);
  }
  if (next.length === 0) return;
  const rows = toRecords(
    next.map(({ look, dueMs, seenMs, failingSinceMs }) => ({
      ...toKey(look),
      ...{ due: dueMs, seen: seenMs, failing: failingSinceMs ?? null },
    })),
  );
  await run(sql.LOCK_FOR_SETTLING, [rows]);
  await run(sql.SETTLE, [rows]);
}

interface ChainedJudgement extends Omit<JudgedWatch, 'alert'> {
  readonly alerts: readonly Alert[];
}

/** One judgement for each watch: what follows another one counts where it begins with what that one remembers. */
function chain(judged: readonly JudgedWatch[]): ChainedJudgement[] {
  const chains = new Map<string, ChainedJudgement>();
  for (const { alert, ...one } of judged) {
    const known = chains.get(one.watchId);
    const alerts = alert ? [alert] : [];
    if (!known) chains.set(one.watchId, { ...one, alerts });
    else if (JSON.stringify(known.state) === JSON.stringify(one.before)) {
      const title = one.title ?? known.title;
      chains.set(one.watchId, { ...known, title, state: one.state, alerts: [...known.alerts, ...alerts] });
    }
  }
  return [...chains.values()];
}

async function keepJudgements(
  run: RunStatement,
  judged: readonly ChainedJudgement[],
  nowMs: number,
): Promise<void> {
  const rows = judged.map(({ watchId, title, before, state }) => ({
    ...{ id: watchId, before: JSON.stringify(before), state: JSON.stringify(state), title },
    ...{ first: before.looks === 0, last: state.lastFen ?? null },
  }));
  const kept = await run<{ readonly id: string; readonly place: string }>(JUDGE, [toRecords(rows)]);
  // The place may have moved since the look began.
  const places = new Map(kept.map(({ id, place }) => [id, place]));
  const alerts = judged.flatMap((one) => (places.has(one.watchId) ? one.alerts : []));
  if (alerts.length === 0) return;
  const added = alerts.map((alert) => ({
    ...{ id: alert.id, watch: alert.watchId, owner: alert.owner, place: places.get(alert.watchId) },
    ...{ at: alert.atMs, since: nowMs, body: JSON.stringify(alert) },
  }));
  await run(ADD_ALERTS, [toRecords(added)]);
}

/** When calls were taken, and how many. */
type Spent = readonly (readonly [atMs: number, calls: number])[];

/** @returns 0, or how long until there is room */
async function changeBudget(
  run: RunStatement,
  name: string,
  change: (spent: Spent) => { readonly spent: Spent; readonly pauseMs: number },
): Promise<number> {
  for (let tries = 0; tries < MOST_TRIES; tries += 1) {
    const known = (await run<{ readonly spent: string }>(sql.READ_BUDGET, [name]))[0]?.spent ?? '';
    const { spent, pauseMs } = change(known === '' ? [] : (JSON.parse(known) as Spent));
    const changed = JSON.stringify(spent);
    if (changed === known || (await run(sql.SPEND, [name, known, changed])).length > 0) return pauseMs;
  }
  // Others take calls all the time.
  return 1;
}

function takeCalls(
  known: Spent,
  { calls: most, windowMs }: CallBudget,
  calls: number,
  nowMs: number,
): { readonly spent: Spent; readonly pauseMs: number } {
  // A window ahead, it was spent by a clock that was ahead; a little, it was another machine.
  const spent = known.filter(([atMs]) => atMs > nowMs - windowMs && atMs <= nowMs + windowMs);
  let left = most - spent.reduce((sum, [, own]) => sum + own, 0);
  // What is more than a whole budget goes alone.
  const needed = Math.min(calls, most);
  if (left >= needed) return { spent: [...spent, [nowMs, calls]], pauseMs: 0 };
  for (const [atMs, own] of spent) {
    left += own;
    if (left >= needed) return { spent, pauseMs: Math.max(1, atMs + windowMs - nowMs) };
  }
  return { spent, pauseMs: windowMs };
}

type LookKey = Pick<WatchedLook, 'platform' | 'id' | 'source'>;

const toKey = ({ platform, id, source }: LookKey): LookKey => ({ platform, id, source });

function toLook({ product, source, due, seen, failing }: sql.LookRow): WatchedLook {
  return {
    ...(JSON.parse(product) as Pick<WatchedLook, 'platform' | 'id' | 'askId' | 'url'>),
    ...{ source, dueMs: due, seenMs: seen },
    ...(failing !== null && { failingSinceMs: failing }),
  };
}
