import type { Clock } from '../../../clock.js';
import type { HistoryTables } from '../../history/history-store.js';
import type { Database } from '../database.js';
import { createAlertTable } from './alert-store.js';
import { createHeldLooks } from './held-looks.js';
import { createPostgresHistory } from './history-store.js';
import { createLookTable } from './look-store.js';
import { nameFolder } from './machine-name.js';
import { createTurns } from './turns.js';
import { createWatchTable } from './watch-store.js';

export interface PostgresTablesOptions extends Pick<Clock, 'now' | 'monotonicNow' | 'repeat' | 'wait'> {
  readonly database: Database;
  /** Tells this process apart from all others of the fleet. */
  readonly member: number;
  /** This machine's folder, with the inbox in it. */
  readonly folder: string;
  readonly isMadeUp: boolean;
}

/** History, watches and alerts that the machines of a fleet share. @throws ConfigError when the folder cannot be used */
export function openPostgresHistory(options: PostgresTablesOptions): HistoryTables {
  const { database, now, wait } = options;
  const turns = createTurns(options);
  const held = createHeldLooks(options);
  return {
    ...createPostgresHistory({ ...options, machine: nameFolder(options.folder) }),
    watches: {
      ...createWatchTable(database),
      ...createLookTable({ database, held, now }),
      ...createAlertTable({ ...options, waitMs: (ms) => wait(ms) }),
      takeTurn: turns.takeTurn,
    },
    isSetAside: () => false,
    // The connections belong to the whole state.
    close: async () => {
      held.close();
      await turns.close();
    },
  };
}
