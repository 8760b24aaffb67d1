import type { HistoryTables, Series } from '../state/history/history-store.js';
import type { JudgedWatch } from '../state/history/watch-store.js';

/** What came into a history that several machines share. */
export interface BroughtHistory {
  readonly series: number;
  readonly watches: number;
  /** Alerts that waited to be sent. */
  readonly alerts: number;
}

const SERIES_AT_ONCE = 500;

/**
 * Adds everything that one machine has kept by itself to what several share; there it stays as well. Again without harm, but
 * for alerts that were removed since: they come back.
 */
export async function bringHistory(
  own: HistoryTables,
  shared: HistoryTables,
  nowMs: number,
): Promise<BroughtHistory> {
  let series = 0;
  let waiting: Series[] = [];
  const flush = async () => {
    await shared.addSeries(waiting);
    series += waiting.length;
    waiting = [];
  };
  for await (const one of own.listAll()) {
    waiting.push(one);
    if (waiting.length >= SERIES_AT_ONCE) await flush();
  }
  await flush();
  return { series, ...(await bringWatches(own, shared, nowMs)) };
}

async function bringWatches(
  own: HistoryTables,
  shared: HistoryTables,
  nowMs: number,
): Promise<Pick<BroughtHistory, 'watches' | 'alerts'>> {
  const watches = await own.watches.list();
  await shared.watches.put(watches.map((watch) => ({ watch, dueMs: nowMs })));
  for (const { id, owner, mutedUntilMs } of watches) {
    if (mutedUntilMs !== undefined) await shared.watches.mute(id, owner, mutedUntilMs);
  }
  const known = new Map((await shared.watches.list()).map((watch) => [watch.id, watch]));
  const due = (await own.watches.listAlerts(0)).filter(({ status }) => status === 'due');
  const alerts = due.flatMap(({ alert }): JudgedWatch[] => {
    const state = known.get(alert.watchId)?.state;
    return state ? [{ watchId: alert.watchId, before: state, state, alert }] : [];
  });
  await shared.watches.settle([], alerts);
  return { watches: watches.length, alerts: alerts.length };
}
