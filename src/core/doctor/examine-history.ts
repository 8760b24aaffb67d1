import { statSync } from 'node:fs';
import { readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { toBijiaError } from '../errors.js';
import { loadSqlite } from '../state/history/sqlite-driver.js';
import { say } from '../words/doctor.js';
import { type Check, toProblem } from './check.js';

const AREA = 'machine';
const NAME = say((words) => words.priceHistory);
/** What is noted in a few busy days. */
const LEAST_FREE_BYTES = 16 * 2 ** 20;

/** Whether prices can be noted and read again. Changes nothing. */
export async function examineHistory(stateDir: string, isOn: boolean): Promise<Check[]> {
  if (!isOn) return [{ area: AREA, name: NAME, status: 'info', found: say((words) => words.historyOff) }];
  const folder = join(stateDir, 'history');
  const names = await readdir(folder).catch((): string[] => []);
  const checks = [
    ...names.filter((name) => name.startsWith('history.db.damaged-')).map((name) => toSetAside(folder, name)),
    ...(await examineRoom(names.length > 0 ? folder : stateDir)),
    ...(await examineTable(join(folder, 'history.db'))),
  ];
  return checks;
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
    const open = await loadSqlite();
    const facts = statSync(path, { throwIfNoEntry: false });
    if (!facts) return [{ area: AREA, name: NAME, status: 'ok', found: say((words) => words.historyEmpty) }];
    const driver = open(path);
    try {
      const [row] = driver.prepare('PRAGMA quick_check(1)').all();
      const said = String(Object.values(row ?? {})[0]);
      if (said !== 'ok') return [toDamaged(path, said)];
      const [count] = driver.prepare('SELECT count(*) AS count FROM series').all();
      const found = say(({ historySize }) =>
        historySize(String(count?.['count']), Math.ceil(facts.size / 2 ** 20)),
      );
      return [{ area: AREA, name: NAME, status: 'ok', found }];
    } finally {
      driver.close();
    }
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
