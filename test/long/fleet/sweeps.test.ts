import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type CommandFleet, openCommandFleet } from '../../helpers/postgres/command-fleet.js';
import { listLinks } from '../../helpers/postgres/fleet.js';
import { findFakeTime, hasPostgres } from '../../helpers/postgres/server.js';
import type { StartedCli } from '../../helpers/run-cli.js';

const PRODUCTS = 40;
/** To ask the server is to start a process, for which the simulated upstream stands still. */
const ASK_EVERY_MS = 250;
/** A machine without any key for the products. */
const WITHOUT_KEY = {
  ...{ JD_UNION_APP_KEY: '', JD_UNION_APP_SECRET: '' },
  ...{ JD_OPEN_APP_KEY: '', JD_OPEN_APP_SECRET: '', JD_OPEN_ACCESS_TOKEN: '', JD_OPEN_REFRESH_TOKEN: '' },
};

describe.skipIf(!hasPostgres())('price alerts of workers', () => {
  let fleet: CommandFleet;
  let shop: Server;
  const workers: StartedCli[] = [];
  let first = 0;
  /** Products that were told of, in order. */
  const told: string[] = [];

  beforeAll(async () => {
    fleet = await openCommandFleet('100/1s');
    shop = createServer(async (request, response) => {
      const parts: Buffer[] = [];
      for await (const part of request) parts.push(part as Buffer);
      const { alerts } = JSON.parse(Buffer.concat(parts).toString()) as { alerts: { id: string }[] };
      told.push(...alerts.map(({ id }) => id));
      response.end();
    });
    await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const worker of workers) worker.signal('SIGKILL');
    await Promise.all(workers.splice(0).map(({ end }) => end));
    fleet.sandbox.setPrices(undefined);
    fleet.server.psql(
      'TRUNCATE bijia.watch, bijia.watched, bijia.due_look, bijia.alert, bijia_queue.job CASCADE',
    );
    told.length = 0;
  });
  afterAll(async () => {
    shop.close();
    await fleet.close();
  });

  const run = (machine: string, args: readonly string[], environment = {}) =>
    fleet.start(machine, args, {
      BIJIA_LANG: 'en',
      BIJIA_CALL_TIMEOUT: '5s',
      BIJIA_DATABASE_TIMEOUT: '20s',
      BIJIA_WATCH_SHARE: '1',
      BIJIA_WEBHOOK_SHOP_URL: `http://127.0.0.1:${(shop.address() as AddressInfo).port}/`,
      ...environment,
    });
  const startWorker = (machine: string, environment = {}) => {
    const worker = run(machine, ['worker'], environment);
    let said = '';
    worker.stderr.on('data', (text: Buffer) => {
      said += text.toString();
    });
    workers.push(worker);
    return { worker, saidOf: () => said };
  };
  const until = async (isSo: () => boolean, everyMs = 20) => {
    while (!isSo()) await sleep(everyMs);
  };
  const count = (rows: string) => Number(fleet.server.psql(`SELECT count(*) FROM ${rows}`));

  /** Watches products, lets their prices fall, and all of them be due. @returns how many of them can be bought */
  async function letPricesFall(): Promise<number> {
    // Others each time: answers of the last minutes are used again.
    const links = listLinks(PRODUCTS, first);
    first += PRODUCTS;
    const { code, stderr } = await run('desk', ['watch', ...links, '--to', 'webhook:SHOP']).end;
    expect([code, stderr]).toEqual([0, expect.any(String)]);
    fleet.sandbox.setPrices({ everyMs: 3_600_000, factors: [0.8] });
    fleet.sandbox.clear();
    // What the desk has seen is judged: a worker that finds it later would take it for the look.
    fleet.server.psql('UPDATE bijia.due_look SET due = 1, seen = extract(epoch FROM now()) * 1000');
    return count("bijia.watch WHERE state::json->>'wasBuyable' = 'true'");
  }
  /** Nothing is due or waits, and no task is left. */
  const isDone = () =>
    count(`(SELECT 1 FROM bijia.due_look WHERE due = 1 OR taken <> 0
      UNION ALL SELECT 1 FROM bijia.alert WHERE status <> 'sent'
      UNION ALL SELECT 1 FROM bijia_queue.job) AS open`) === 0;
  const expectEachToldOnce = (buyable: number) => {
    expect(buyable).toBeGreaterThan(PRODUCTS / 2);
    expect(told).toHaveLength(buyable);
    expect(new Set(told).size).toBe(buyable);
    expect(count('bijia.due_look WHERE failing IS NOT NULL')).toBe(0);
    expect(count("bijia.alert WHERE status = 'sent'")).toBe(buyable);
  };

  it('are checked on by another where one is killed in a sweep, and each is told once', async () => {
    const buyable = await letPricesFall();
    const dead = startWorker('one');
    await until(() => fleet.sandbox.arrivals().length >= 5);
    dead.worker.signal('SIGKILL');
    const { saidOf } = startWorker('other');
    await until(isDone, ASK_EVERY_MS);
    expectEachToldOnce(buyable);
    expect(saidOf()).toMatch(/Looked at \d+ products for price alerts: \d+ alerts?\./);
    const asked = fleet.sandbox.arrivals().flatMap(({ ids }) => ids);
    expect(new Set(asked).size).toBe(PRODUCTS);
    // What was on its way when the process was killed.
    expect(asked.length).toBeLessThanOrEqual(PRODUCTS + 1);
  });

  it.skipIf(!findFakeTime()['LD_PRELOAD'])(
    'are left as they were by one whose clock is off, which says so, and checked by another',
    async () => {
      const buyable = await letPricesFall();
      const off = startWorker('off', {
        ...findFakeTime(),
        ...{ FAKETIME: '+1h', FAKETIME_DONT_FAKE_MONOTONIC: '1' },
      });
      await until(() => off.saidOf().includes('Set the clock of this machine'));
      await until(() => count('bijia.due_look WHERE taken <> 0') === 0, ASK_EVERY_MS);
      expect(count('bijia.due_look WHERE due = 1')).toBe(PRODUCTS);
      expect(off.saidOf()).not.toContain('failed');
      startWorker('one');
      await until(isDone, ASK_EVERY_MS);
      expectEachToldOnce(buyable);
    },
  );

  it('are checked by the one that has the key, however many have none', async () => {
    const without = [startWorker('two', WITHOUT_KEY), startWorker('three', WITHOUT_KEY)];
    await until(() => without.every(({ saidOf }) => saidOf().includes('Working on')));
    const buyable = await letPricesFall();
    startWorker('one');
    await until(isDone, ASK_EVERY_MS);
    expectEachToldOnce(buyable);
    expect(new Set(fleet.sandbox.arrivals().flatMap(({ ids }) => ids)).size).toBe(PRODUCTS);
    // They may judge what the one with the key has seen.
    for (const { saidOf } of without) expect(saidOf()).not.toMatch(/Looked at [1-9]/);
  });
});
