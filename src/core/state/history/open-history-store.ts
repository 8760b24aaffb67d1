import { renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../errors.js';
import { inFolder, makeFolder } from '../local-folder.js';
import { isRegularFile } from '../state-file.js';
import type { HistoryTables } from './history-store.js';
import { loadSqlite, type SqliteDriver } from './sqlite-driver.js';
import { DAMAGED, withWords } from './sqlite-errors.js';
import { createSqliteStore } from './sqlite-store.js';
import { createSqliteWatchStore } from './sqlite-watch-store.js';

export interface OpenStoreOptions {
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  /** Receives one sentence when a damaged table was set aside. */
  readonly tell: (text: string) => void;
}

/**
 * Opens the table of a state folder. A damaged one is set aside under a name of its own, and an empty one takes its
 * place: a history with a hole is better than none.
 * @throws ConfigError when there is no SQLite, or the file cannot be used
 */
export async function openHistoryStore(folder: string, options: OpenStoreOptions): Promise<HistoryTables> {
  const open = await loadSqlite();
  await inFolder(folder, async () => makeFolder(folder));
  const path = join(folder, 'history.db');
  // SQLite would wait for ever for who writes to a pipe, also in the place of its journal.
  for (const suffix of ['', ...COMPANIONS]) await isRegularFile(`${path}${suffix}`);
  try {
    return openTables(path, open, options);
  } catch (error) {
    if (!(error instanceof ConfigError) || error.code !== DAMAGED) throw error;
    return openTables(path, open, options);
  }
}

/** The table of a state folder, where there is one. @throws ConfigError as {@link openHistoryStore} */
export async function openKeptHistory(
  folder: string,
  options: OpenStoreOptions,
): Promise<HistoryTables | undefined> {
  const isThere = await isRegularFile(join(folder, 'history.db'));
  return isThere ? openHistoryStore(folder, options) : undefined;
}

/** Files that SQLite keeps next to a database. */
const COMPANIONS = ['-journal', '-wal', '-shm'] as const;

function openTables(
  path: string,
  open: (path: string) => SqliteDriver,
  { now, tell }: OpenStoreOptions,
): HistoryTables {
  let isSetAside = false;
  const file = findFile(path);
  const setAside = () => {
    const aside = `${path}.damaged-${new Date(now()).toISOString().replaceAll(/\D/g, '').slice(0, 14)}`;
    const text = `The price history was damaged. It has been set aside as ${aside}; a new one begins.`;
    // Another process may have done it already: then a new one lies there.
    if (!isSetAside && findFile(path) === (file ?? findFile(path))) {
      renameSync(path, aside);
      // They belong to what was set aside, and would be rolled back into the new one.
      for (const suffix of COMPANIONS) rmSync(`${path}${suffix}`, { force: true });
      tell(text);
    }
    isSetAside = true;
    return text;
  };
  const driver = withWords(() => open(path), { path, setAside });
  try {
    const watches = createSqliteWatchStore(driver, now);
    return { ...createSqliteStore(driver), watches, isSetAside: () => isSetAside };
  } catch (error) {
    // The next question tries again.
    driver.close();
    throw error;
  }
}

/** What tells a file from another one in its place. */
const findFile = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.ino;
