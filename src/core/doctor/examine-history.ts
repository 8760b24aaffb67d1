import { existsSync, statSync } from 'node:fs';
import { readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { toBijiaError } from '../errors.js';
import { inspectTable } from '../state/history/inspect-table.js';
import { loadSqlite } from '../state/history/sqlite-driver.js';
import { say } from '../words/doctor.js';
import { type Check, toProblem } from './check.js';

const AREA = 'machine';
const NAME = say((words) => words.priceHistory);
/** What is noted in a few busy days. */
const LEAST_FREE_BYTES = 16 * 2 ** 20;

export interface ExamineHistoryOptions {
  readonly isOn: boolean;
  /** Whether it lies in a database that several machines share. */
  readonly isShared: boolean;
}

/** Where prices are kept, and whether they can be noted and read again. Changes nothing. */
export async function examineHistory(
  stateDir: string,
  { isOn, isShared }: ExamineHistoryOptions,
): Promise<Check[]> {
  if (!isOn) return [{ area: AREA, name: NAME, status: 'info', found: say((words) => words.historyOff) }];
  const folder = join(stateDir, 'history');
  const names = await readdir(folder).catch((): string[] => []);
  const checks = [
    ...names.filter((name) => name.startsWith('history.db.damaged-')).map((name) => toSetAside(folder, name)),
    ...(await examineRoom(names.length > 0 ? folder : stateDir)),
    ...(isShared ? toSharedChecks(folder) : await examineTable(join(folder, 'history.db'))),
  ];
  return checks;
}

function toSharedChecks(folder: string): Check[] {
  const base = { area: AREA, name: NAME };
  const shared: Check = { ...base, status: 'ok', found: say((words) => words.historyShared) };
  const path = join(folder, 'history.db');
  if (!existsSync(path)) return [shared];
  const found = say(({ historyKept }) => historyKept(path));
  return [shared, { ...base, status: 'info', found, advice: say((words) => words.bringHistory) }];
}

const toSetAside = (folder: string, name: string): Check => ({
  area: AREA,
  name: NAME,
  status: 'problem',
  found: say(({ historySetAside }) => historySetAside(join(folder, name))),
  advice: say((words) => words.importAgain),
});

async function examineRoom(folder: string): Promise<Check[]> {
  const { bavail, bsize } = await statfs(folder).catch(() => ({
    bavail: Number.POSITIVE_INFINITY,
    bsize: 1,
  }));
  const freeBytes = bavail * bsize;
  if (freeBytes >= LEAST_FREE_BYTES) return [];
  const found = say(({ diskNearlyFull }) => diskNearlyFull(Math.floor(freeBytes / 2 ** 20), folder));
  const advice = say((words) => words.freeSpace);
  return [{ area: AREA, name: NAME, status: 'problem', found, advice }];
}

async function examineTable(path: string): Promise<Check[]> {
  try {
    await loadSqlite();
    const facts = statSync(path, { throwIfNoEntry: false });
    if (!facts) return [{ area: AREA, name: NAME, status: 'ok', found: say((words) => words.historyEmpty) }];
    const { damage, series } = await inspectTable(path);
    if (damage !== undefined) return [toDamaged(path, damage)];
    const found = say(({ historySize }) => historySize(String(series), Math.ceil(facts.size / 2 ** 20)));
    return [{ area: AREA, name: NAME, status: 'ok', found }];
  } catch (thrown) {
    const error = toBijiaError(thrown);
    if (error.code === 'no_sqlite') return [toProblem(AREA, NAME, error)];
    return [toDamaged(path, thrown instanceof Error ? thrown.message : String(thrown))];
  }
}

const toDamaged = (path: string, said: string): Check => ({
  area: AREA,
  name: NAME,
  status: 'problem',
  found: say(({ unreadable }) => unreadable(path, said)),
  advice: say((words) => words.nextSetsAside),
});
