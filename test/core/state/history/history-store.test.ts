import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/core/errors.js';
import type { HistoryStore } from '../../../../src/core/state/history/history-store.js';
import { openHistoryStore } from '../../../../src/core/state/history/open-history-store.js';
import { loadSqlite, type SqliteDriver } from '../../../../src/core/state/history/sqlite-driver.js';
import { createSqliteStore } from '../../../../src/core/state/history/sqlite-store.js';
import { createSqliteWatchStore } from '../../../../src/core/state/history/sqlite-watch-store.js';
import { createMemoryStore } from '../../../helpers/history/memory-store.js';
import { DAY, NOON, observe } from '../../../helpers/history/observations.js';
import { defineHistoryStoreCases } from '../../../helpers/state/history-store-cases.js';

let folder: string;
let told: string[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-history-'));
  told = [];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const openSqlite = () =>
  openHistoryStore(folder, { now: () => NOON * 60_000, tell: (text) => told.push(text) });

describe.each([
  ['in memory', async () => createMemoryStore()],
  ['SQLite', openSqlite],
])('a store %s', (_, open: () => Promise<HistoryStore>) => {
  defineHistoryStoreCases(open);
});

describe('the table', () => {
  it('stays when it is opened again', async () => {
    const first = await openSqlite();
    await first.add([observe({ prices: { sale: 500 } })]);
    await first.close();
    const second = await openSqlite();
    expect(await second.listSeries('acme', '1')).toHaveLength(1);
    await second.close();
  });

  it.each([
    ['prices', createSqliteStore],
    ['alerts', (driver: SqliteDriver) => createSqliteWatchStore(driver, Date.now)],
  ])('of %s is made in one step, of which another process sees all or nothing', async (_, create) => {
    const open = await loadSqlite();
    const [driver, other] = [open(join(folder, 'history.db')), open(join(folder, 'history.db'))];
    const seen: number[] = [];
    const exec = (sql: string) => {
      driver.exec(sql);
      seen.push(Number(other.prepare('SELECT count(*) AS count FROM sqlite_schema').all()[0]?.['count']));
    };
    create({ ...driver, exec });
    expect(seen).toEqual([0, 0, expect.any(Number)]);
    expect(seen[2]).toBeGreaterThan(3);
    driver.close();
    other.close();
  });

  it('is set aside when it is damaged, and says so', async () => {
    await writeFile(
      join(folder, 'history.db'),
      'this has never been a database, and it is long enough to tell'.repeat(99),
    );
    const store = await openSqlite();
    expect(await store.listSeries('acme', '1')).toEqual([]);
    expect(told.join()).toContain('history.db.damaged-20261129040000');
    await store.close();
  });

  it('is set aside when it turns out to be damaged inside, once', async () => {
    const store = await openSqlite();
    const year = (id: number) =>
      Array.from({ length: 300 }, (_, at) =>
        observe({ id: String(id), minute: NOON - at * DAY, prices: { sale: 1000 + ((at * 7919) % 977) } }),
      );
    await store.add(Array.from({ length: 100 }, (_, id) => year(id)).flat());
    await store.close();
    const path = join(folder, 'history.db');
    const bytes = await readFile(path);
    // Its first page stays, so that it opens.
    await writeFile(path, bytes.fill(0xa5, 4096));
    const damaged = await openSqlite();
    for (const _ of [1, 2]) {
      await expect(damaged.listSeries('acme', '1')).rejects.toMatchObject({ code: 'history_damaged' });
    }
    expect(damaged.isSetAside()).toBe(true);
    await damaged.close();
    expect(await readdir(folder)).toContain('history.db.damaged-20261129040000');
    const fresh = await openSqlite();
    expect(await fresh.listSeries('acme', '1')).toEqual([]);
    await fresh.close();
    expect(told).toHaveLength(1);
  });

  it('of a newer version is refused, not changed', async () => {
    const open = await loadSqlite();
    const driver = open(join(folder, 'history.db'));
    driver.exec('PRAGMA user_version = 99');
    driver.close();
    await expect(openSqlite()).rejects.toThrow('written by a newer version of bijia');
  });

  it('uses a rollback journal', async () => {
    const open = await loadSqlite();
    const driver = open(join(folder, 'x.db'));
    expect(driver.prepare('PRAGMA journal_mode').all()[0]).toMatchObject({ journal_mode: 'truncate' });
    expect(driver.prepare('PRAGMA synchronous').all()[0]).toMatchObject({ synchronous: 2 });
    driver.close();
  });

  it('names both ways to a driver where there is none', async () => {
    const refuse = () => Promise.reject(new Error('no such module'));
    const failure = loadSqlite(refuse);
    await expect(failure).rejects.toThrow(ConfigError);
    await expect(failure).rejects.toThrow(/Node 22\.13 or newer, or run: npm install libsql/);
  });
});

describe('a pipe in the place of', () => {
  it.each(['history.db', 'history.db-journal', 'history.db-wal'])(
    '%s is named instead of waited for',
    async (name) => {
      execFileSync('mkfifo', [join(folder, name)]);
      await expect(openSqlite()).rejects.toThrow(join(folder, name));
    },
  );
});
