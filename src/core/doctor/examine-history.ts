import { statSync } from 'node:fs';
import { readdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { toBijiaError } from '../errors.js';
import { loadSqlite } from '../state/history/sqlite-driver.js';
import { type Check, toProblem } from './check.js';

const AREA = 'machine';
const NAME = 'price history';
/** What is noted in a few busy days. */
const LEAST_FREE_BYTES = 16 * 2 ** 20;

/** Whether prices can be noted and read again. Changes nothing. */
export async function examineHistory(stateDir: string, isOn: boolean): Promise<Check[]> {
  if (!isOn) return [{ area: AREA, name: NAME, status: 'info', found: 'off (BIJIA_HISTORY=0)' }];
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
  found: `a damaged table was set aside as ${join(folder, name)}`,
  advice:
    'A new history has begun. Import what was exported earlier (bijia history import FILE), then remove this file.',
});

async function examineRoom(folder: string): Promise<Check[]> {
  const { bavail, bsize } = await statfs(folder).catch(() => ({
    bavail: Number.POSITIVE_INFINITY,
    bsize: 1,
  }));
  const freeBytes = bavail * bsize;
  if (freeBytes >= LEAST_FREE_BYTES) return [];
  const found = `its disk is nearly full: ${Math.floor(freeBytes / 2 ** 20)} MB are left at ${folder}`;
  const advice =
    'Free some space: when it is full, prices are not noted, and then no calls can be made either.';
  return [{ area: AREA, name: NAME, status: 'problem', found, advice }];
}

async function examineTable(path: string): Promise<Check[]> {
  try {
    const open = await loadSqlite();
    const facts = statSync(path, { throwIfNoEntry: false });
    if (!facts) return [{ area: AREA, name: NAME, status: 'ok', found: 'empty so far' }];
    const driver = open(path);
    try {
      const [row] = driver.prepare('PRAGMA quick_check(1)').all();
      const said = String(Object.values(row ?? {})[0]);
      if (said !== 'ok') return [toDamaged(path, said)];
      const [count] = driver.prepare('SELECT count(*) AS count FROM series').all();
      const found = `${count?.['count']} series, ${Math.ceil(facts.size / 2 ** 20)} MB`;
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
  found: `${path} cannot be read (${said})`,
  advice:
    'The next question about a history sets a damaged table aside under another name, and a new one begins.',
});
