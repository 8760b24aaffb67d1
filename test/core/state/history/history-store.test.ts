import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../../src/core/errors.js';
import type { Observation } from '../../../../src/core/history/observation.js';
import type { HistoryStore } from '../../../../src/core/state/history/history-store.js';
import { openHistoryStore } from '../../../../src/core/state/history/open-history-store.js';
import { loadSqlite } from '../../../../src/core/state/history/sqlite-driver.js';
import { createMemoryStore } from '../../../helpers/history/memory-store.js';
import { DAY, NOON, observe } from '../../../helpers/history/observations.js';

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
  const withStore = async (work: (store: HistoryStore) => Promise<void>) => {
    const store = await open();
    try {
      await work(store);
    } finally {
      await store.close();
    }
  };

  it('gives back what was added, for each source and SKU', () =>
    withStore(async (store) => {
      await store.add([
        observe({ title: 'old', minute: NOON - DAY, prices: { sale: 500, coupon: 450 }, stock: 'in_stock' }),
        observe({ title: 'new', prices: { sale: 490, coupon: null } }),
        observe({ source: 'other', prices: { group: 480 } }),
        observe({ sku: '7', prices: { sale: 470 } }),
      ]);
      const series = await store.listSeries('acme', '1');
      expect(series.map(({ source, sku, title }) => [source, sku, title])).toEqual([
        ['acme-api', '', 'new'],
        ['other', '', undefined],
        ['acme-api', '7', undefined],
      ]);
      expect(Object.fromEntries(series[0]?.tracks ?? [])).toEqual({
        sale: [
          { minute: NOON - DAY, value: 500 },
          { minute: NOON, value: 490 },
        ],
        coupon: [
          { minute: NOON - DAY, value: 450 },
          { minute: NOON, value: null },
        ],
        stock: [{ minute: NOON - DAY, value: 0 }],
      });
      expect(await store.listSeries('acme', '2')).toEqual([]);
    }));

  it('does not depend on order or repetition', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(anyObservation, { maxLength: 30 }).chain(shuffleTwice),
        async ([all, again]) => {
          await withStore(async (store) => {
            await store.removeProduct('acme', '1');
            await store.add(all);
            const expected = await store.listSeries('acme', '1');
            await store.removeProduct('acme', '1');
            for (const one of again) await store.add([one]);
            const given = await store.listSeries('acme', '1');
            expect(given.map(({ tracks }) => tracks)).toEqual(expected.map(({ tracks }) => tracks));
          });
        },
      ),
      { numRuns: 15 },
    ));

  it('lists what became cheaper, the largest drop first, by the shown price of the whole product', () =>
    withStore(async (store) => {
      const change = (id: string, from: number, to: number, more: Partial<Observation> = {}) => [
        observe({ id, ...more, minute: (more.minute ?? NOON) - DAY, prices: { sale: from } }),
        observe({ id, ...more, prices: { sale: to } }),
      ];
      await store.add([
        ...change('small', 500, 475),
        ...change('large', 500, 400),
        ...change('dearer', 500, 600),
        ...change('old', 500, 400, { minute: NOON - 8 * DAY }),
        ...change('variant', 500, 400, { sku: '7' }),
        observe({ id: 'new', prices: { sale: 500 } }),
      ]);
      const list = async (...args: Parameters<HistoryStore['listDropped']>) =>
        (await store.listDropped(...args)).map(({ id }) => id);
      expect(await store.listDropped(NOON - 7 * DAY, 0.1, 9)).toEqual([
        expect.objectContaining({ id: 'large', shownFen: 400, beforeFen: 500, changedMinute: NOON }),
      ]);
      expect(await list(NOON - 7 * DAY, 0, 9)).toEqual(['large', 'small']);
      expect(await list(NOON - 7 * DAY, 0.05, 9)).toEqual(['large', 'small']);
      expect(await list(NOON - 7 * DAY, 0, 1)).toEqual(['large']);
      expect(await list(NOON - 9 * DAY, 0.1, 9)).toEqual(expect.arrayContaining(['large', 'old']));
    }));

  it('does not call a cheaper variant a lower price', () =>
    withStore(async (store) => {
      await store.add([
        observe({ minute: NOON - DAY, prices: { sale: 500 }, cheapestSku: 'a' }),
        observe({ prices: { sale: 400 }, cheapestSku: 'b' }),
      ]);
      expect(await store.listDropped(0, 0, 9)).toEqual([]);
    }));

  it('remembers how far a segment was read, until it is removed', () =>
    withStore(async (store) => {
      await store.add([observe({ prices: { sale: 1 } })], { segment: '1-2-0.log', offset: 99 });
      expect(await store.getOffset('1-2-0.log')).toBe(99);
      await store.removeSegment('1-2-0.log');
      expect(await store.getOffset('1-2-0.log')).toBe(0);
    }));

  it('forgets a product, a point, and what was seen too long ago', () =>
    withStore(async (store) => {
      const old = observe({ id: '2', minute: NOON - 2000 * DAY, prices: { sale: 5 } });
      await store.add([
        observe({ prices: { sale: 500, list: 900 } }),
        old,
        observe({ id: '3', prices: { sale: 7 } }),
      ]);
      expect(await store.removePoint(observe(), 'sale', NOON)).toBe(true);
      expect(await store.removePoint(observe(), 'sale', NOON)).toBe(false);
      expect([...((await store.listSeries('acme', '1'))[0]?.tracks.keys() ?? [])]).toEqual(['list']);
      expect(await store.prune(NOON - 1100 * DAY)).toBe(1);
      expect(await store.removeProduct('acme', '3')).toBe(1);
      const left: string[] = [];
      for await (const { id } of store.listAll()) left.push(id);
      expect(left).toEqual(['1']);
    }));
});

const anyObservation = fc
  .record({
    minute: fc.integer({ min: NOON - 20 * DAY, max: NOON }),
    sale: fc.integer({ min: 1, max: 9 }),
    coupon: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }),
  })
  .map(({ minute, ...prices }): Observation => observe({ minute, prices }));

const shuffleTwice = (all: Observation[]) =>
  fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length }));

describe('the table', () => {
  it('stays when it is opened again', async () => {
    const first = await openSqlite();
    await first.add([observe({ prices: { sale: 500 } })]);
    await first.close();
    const second = await openSqlite();
    expect(await second.listSeries('acme', '1')).toHaveLength(1);
    await second.close();
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
