import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../../errors.js';
import { makeFolder } from '../local-folder.js';
import { isRegularFile } from '../state-file.js';
import type { HistoryTables } from './history-store.js';
import { loadSqlite, type SqliteDriver } from './sqlite-driver.js';
import { createSqliteStore } from './sqlite-store.js';
import { createSqliteWatchStore } from './sqlite-watch-store.js';

/**
 * Opens the table of a state folder. A damaged one is set aside under a name of its own, and an empty one takes its
 * place: a history with a hole is better than none.
 * @param tell receives one sentence when that happens
 * @throws ConfigError when there is no SQLite, or the file cannot be used
 */
export async function openHistoryStore(
  folder: string,
  { now, tell }: { readonly now: () => number; readonly tell: (text: string) => void },
): Promise<HistoryTables> {
  const open = await loadSqlite();
  makeFolder(folder);
  const path = join(folder, 'history.db');
  // SQLite would wait for ever for who writes to a pipe, also in the place of its journal.
  for (const suffix of ['', ...COMPANIONS]) await isRegularFile(`${path}${suffix}`);
  try {
    return createTables(open(path), now);
  } catch (error) {
    if (!isDamaged(error)) throw createTableError(path, error);
    const aside = `${path}.damaged-${new Date(now()).toISOString().replaceAll(/\D/g, '').slice(0, 14)}`;
    await rename(path, aside);
    // It belongs to what was set aside, and would be rolled back into the new one.
    for (const suffix of COMPANIONS) await rm(`${path}${suffix}`, { force: true });
    tell(`The price history was damaged. It has been set aside as ${aside}; a new one begins.`);
    return createTables(open(path), now);
  }
}

/** Files that SQLite keeps beside a database. */
const COMPANIONS = ['-journal', '-wal', '-shm'] as const;

function createTables(driver: SqliteDriver, now: () => number): HistoryTables {
  try {
    return { ...createSqliteStore(driver), watches: createSqliteWatchStore(driver, now) };
  } catch (error) {
    // The next question tries again.
    driver.close();
    throw error;
  }
}

function isDamaged(error: unknown): boolean {
  return /malformed|not a database|disk image|encrypted/i.test(error instanceof Error ? error.message : '');
}

function createTableError(path: string, cause: unknown): ConfigError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new ConfigError(
    `The price history cannot be opened (${reason}). Check the file ${path}, or set BIJIA_HISTORY=0.`,
    { code: 'history_unusable', facts: { path }, cause },
  );
}
