import { createClock } from '../../../src/core/clock.js';
import type { HistoryTables } from '../../../src/core/state/history/history-store.js';
import { createDatabase } from '../../../src/core/state/postgres/database.js';
import { openPostgresHistory } from '../../../src/core/state/postgres/history/open-history.js';
import { NEWEST_MIGRATION } from '../../../src/core/state/postgres/migrations.js';

/** The tables of history and alerts. */
export const HISTORY_TABLES = [
  ...['series', 'segment', 'watch', 'watched', 'due_look', 'alert'],
  ...['watch_budget', 'watch_mark', 'watch_turn'],
].map((name) => `bijia.${name}`);

export interface MachineOptions {
  readonly now?: () => number;
  readonly isMadeUp?: boolean;
  /** How long a statement may take, and connecting: much, since whatever else runs here may keep the server waiting. */
  readonly timeoutMs?: number;
}

/** As a process of its own machine. Its connections end with it. */
export function openMachine(
  url: string,
  folder: string,
  { now = Date.now, isMadeUp = false, timeoutMs = 20_000 }: MachineOptions = {},
): HistoryTables {
  const version = { newest: NEWEST_MIGRATION };
  const database = createDatabase({ url, schema: 'bijia', pool: 4, timeoutMs }, version);
  const member = Math.floor(Math.random() * 2 ** 48);
  const tables = openPostgresHistory({ ...createClock(), now, database, member, folder, isMadeUp });
  return {
    ...tables,
    close: async () => {
      await tables.close();
      await database.close();
    },
  };
}
