import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryTables } from '../../../src/core/state/history/history-store.js';
import { observe } from '../../helpers/history/observations.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { HISTORY_TABLES, openMachine } from '../../helpers/postgres/open-tables.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { defineHistoryStoreCases } from '../../helpers/state/history-store-cases.js';
import { defineSweepCases } from '../../helpers/watch/sweep-cases.js';
import { defineWatchCases } from '../../helpers/watch/watches-cases.js';
import { below, openWorld, sweepLater, toRef, type WorldOptions } from '../../helpers/watch/world.js';

/** Of three months. */
const HOURS = 2190;

describe.skipIf(!hasPostgres())('a database that machines share', () => {
  let server: PostgresServer;
  let folder: string;
  beforeAll(async () => {
    server = await startPostgres();
    await migrateDatabase(server.url);
    folder = await mkdtemp(join(tmpdir(), 'bijia-fleet-history-'));
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true, force: true });
  });
  beforeEach(() => void server.psql(`TRUNCATE ${HISTORY_TABLES}`));

  const open = (machine = 'a', isMadeUp = false): HistoryTables =>
    openMachine(server.url, join(folder, machine), { isMadeUp });
  const openShared = (options?: WorldOptions) =>
    openWorld(options, async (own, now) => openMachine(server.url, own, { now }));

  describe('keeps prices', () => {
    defineHistoryStoreCases(async () => open());

    it('of two machines whose segments have one name, and those of a sandbox apart', async () => {
      const [one, other, madeUp] = [open('a'), open('b'), open('c', true)];
      await one.add([observe({ prices: { sale: 5 } })], { segment: '1-2-0.log', offset: 99 });
      expect(await one.getOffset('1-2-0.log')).toBe(99);
      expect(await other.getOffset('1-2-0.log')).toBe(0);
      expect(await other.listSeries('acme', '1')).toHaveLength(1);
      expect(await madeUp.listSeries('acme', '1')).toEqual([]);
      await madeUp.add([observe({ prices: { sale: 7 } })]);
      expect(await one.listSeries('acme', '1')).toEqual(await other.listSeries('acme', '1'));
      await Promise.all([one, other, madeUp].map((tables) => tables.close()));
    });

    it('of products that were looked at each hour for months', async () => {
      const store = open();
      const toLook = (hour: number, id = 0) =>
        observe({
          ...{ id: String(id), minute: 29_000_000 + hour * 60 + (hour % 7), stock: 'in_stock' },
          prices: { sale: 1000 + ((hour * 7919) % 977), coupon: hour % 5 ? 900 : null },
        });
      await store.add(Array.from({ length: HOURS }, (_, hour) => toLook(hour)));
      const [one] = await store.listSeries('acme', '0');
      const ids = Array.from({ length: 120 }, (_, id) => id);
      await store.addSeries(ids.map((id) => ({ ...(one ?? expect.fail()), id: String(id) })));
      await store.add(ids.map((id) => toLook(HOURS, id)));
      let count = 0;
      for await (const { tracks } of store.listAll()) count += tracks.get('sale')?.length ?? 0;
      expect(count).toBe(ids.length * (HOURS + 1));
      await store.close();
    });

    it('that many machines add to the same products at once', async () => {
      const machines = ['a', 'b', 'c', 'd'].map((name) => open(name));
      const observations = Array.from({ length: 1200 }, (_, at) =>
        observe({ id: String(at % 60), minute: 29_000_000 + at, prices: { sale: at + 1 } }),
      );
      await Promise.all(
        machines.map(async (tables, place) => {
          const own = observations.filter((_, at) => at % machines.length === place);
          for (let at = 0; at < own.length; at += 40) await tables.add(own.slice(at, at + 40).reverse());
        }),
      );
      const [series] = (await machines[0]?.listSeries('acme', '7')) ?? [];
      expect(series?.tracks.get('sale')?.map(({ value }) => value)).toEqual(
        Array.from({ length: 20 }, (_, round) => round * 60 + 8),
      );
      await Promise.all(machines.map((tables) => tables.close()));
    });
  });

  describe('keeps alerts:', () => {
    defineWatchCases(openShared);
  });
  describe('keeps looks:', () => {
    defineSweepCases(openShared);
  });

  it('leaves the alerts of a webhook that a machine does not know to those that do', async () => {
    const world = await openShared();
    world.prices.set('1', 100_000);
    const wish = { refs: [toRef('1')], rule: below(90_000), owner: 'local', to: 'webhook:SHOP' };
    await world.watches.add(wish);
    await world.watches.move('webhook:SHOP', 'webhook:OTHER');
    world.prices.set('1', 80_000);
    await sweepLater(world);
    expect(await world.watches.deliverToWebhooks()).toBe(0);
    expect((await world.watches.listAlerts(0)).map(({ status }) => status)).toEqual(['due']);
  });

  it('lets one process tell chats at a time, and the next one when it ends', async () => {
    const [one, other] = [open('a'), open('b')];
    expect(await one.watches.takeTurn?.()).toBe(true);
    expect(await other.watches.takeTurn?.()).toBe(false);
    expect(await one.watches.takeTurn?.()).toBe(true);
    await one.close();
    expect(await other.watches.takeTurn?.()).toBe(true);
    // It dies, and half a minute passes.
    server.psql('UPDATE bijia.watch_turn SET until_us = 0');
    const third = open('c');
    expect(await third.watches.takeTurn?.()).toBe(true);
    expect(await other.watches.takeTurn?.()).toBe(false);
    await Promise.all([other.close(), third.close()]);
  });
});
