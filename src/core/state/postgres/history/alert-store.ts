import { StateError } from '../../../errors.js';
import type { Alert, AlertStatus } from '../../../prices/alert.js';
import type { WatchStore } from '../../history/watch-store.js';
import type { Database } from '../database.js';
import * as sql from './alert-statements.js';
import { toRecords } from './records.js';

type AlertTable = Pick<
  WatchStore,
  'takeAlerts' | 'settleAlerts' | 'forgetOld' | 'forgetCutOff' | 'listAlerts'
>;

export interface AlertTableOptions {
  readonly database: Database;
  /** Tells this process apart from all others of the fleet. */
  readonly member: number;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  readonly waitMs: (ms: number) => Promise<void>;
}

/** What became of a message is worth some patience: it cannot be asked for again. */
const SETTLE_WITHIN_MS = 60_000;
const SETTLE_AGAIN_MS = 500;

/** Alerts that the machines of a fleet share: each is taken by one of them. */
export function createAlertTable(options: AlertTableOptions): AlertTable {
  const { database, now } = options;
  return {
    takeAlerts: createTaking(options),
    settleAlerts: async (fates) => {
      const rows = toRecords([...fates].map(([id, status]) => ({ id, status })));
      await insist(() => database.run(sql.SETTLE_ALERTS, [rows, Math.round(now())]), options);
    },
    forgetOld: async ({ settledMs, dueMs }) => {
      await database.run(sql.REMOVE_SETTLED, [Math.round(settledMs)]);
      await database.run(sql.GIVE_UP_DUE, [now(), dueMs].map(Math.round));
    },
    forgetCutOff: async (olderThanMs) =>
      (await database.run(sql.FORGET_CUT_OFF, [now(), olderThanMs].map(Math.round))).length,
    listAlerts: async (sinceMs, owner) => {
      const values = [Math.round(sinceMs), owner ?? null];
      const rows = await database.run<sql.AlertRow & { readonly status: AlertStatus }>(
        sql.LIST_ALERTS,
        values,
      );
      return rows.map((row) => ({ alert: toAlert(row), status: row.status }));
    },
  };
}

/** Marks alerts as being sent. Where the answer to that was lost, they are found again by the name of the taking. */
function createTaking({ database, member, now }: AlertTableOptions): WatchStore['takeAlerts'] {
  let count = 0;
  const unanswered = new Set<string>();
  const list = async (name: string, isWanted: IsWanted): Promise<Alert[]> => {
    // A caller who asks at the same time does not find it as well.
    unanswered.delete(name);
    try {
      const rows = await database.run<sql.AlertRow>(sql.LIST_TAKEN, [name]);
      if (rows.every(({ place, id }) => isWanted(place, id))) return rows.map(toAlert);
    } catch (error) {
      unanswered.add(name);
      throw error;
    }
    unanswered.add(name);
    return [];
  };
  const take = async (ids: readonly string[]): Promise<Alert[]> => {
    count += 1;
    const name = `${member}-${count}`;
    try {
      const rows = await database.run<sql.AlertRow>(sql.TAKE, [ids, Math.round(now()), name]);
      return rows.toSorted(byTime).map(toAlert);
    } catch (error) {
      unanswered.add(name);
      throw error;
    }
  };
  const takeNext = async (isWanted: IsWanted, { maxSingle, max }: Bounds): Promise<Alert[]> => {
    for (;;) {
      const due = await database.run<Waiting>(sql.LIST_DUE, []);
      const wanted = due.filter(({ place, id }) => isWanted(place, id));
      const own = wanted.filter(({ place }) => place === wanted[0]?.place);
      const ids = own.slice(0, own.length > maxSingle ? max : 1).map(({ id }) => id);
      if (ids.length === 0) return [];
      const taken = await take(ids);
      // Nothing: another machine was faster.
      if (taken.length > 0) return taken;
    }
  };
  return async (isWanted, bounds) => {
    for (const name of [...unanswered]) {
      const found = await list(name, isWanted);
      if (found.length > 0) return found;
    }
    return takeNext(isWanted, bounds);
  };
}

type IsWanted = Parameters<WatchStore['takeAlerts']>[0];
type Bounds = Parameters<WatchStore['takeAlerts']>[1];
type Waiting = Pick<sql.AlertRow, 'id' | 'place'>;

const byTime = (one: sql.AlertRow, other: sql.AlertRow) => one.at - other.at || (one.id < other.id ? -1 : 1);

async function insist(write: () => Promise<unknown>, { waitMs }: AlertTableOptions): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += SETTLE_AGAIN_MS) {
    try {
      await write();
      return;
    } catch (error) {
      if (!(error instanceof StateError) || waitedMs >= SETTLE_WITHIN_MS) throw error;
      await waitMs(SETTLE_AGAIN_MS);
    }
  }
}

const toAlert = ({ body, place }: Pick<sql.AlertRow, 'body' | 'place'>): Alert => ({
  ...(JSON.parse(body) as Alert),
  to: place,
});
