import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type Database } from '../../../src/core/state/postgres/database.js';
import { NEWEST_MIGRATION } from '../../../src/core/state/postgres/migrations.js';
import { buildScript } from '../../helpers/build-script.js';
import { killProcess } from '../../helpers/kill-process.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { openWire, type Wire } from '../../helpers/postgres/wire.js';
import { openFleetWatches, toFleetRef } from '../../helpers/watch/fleet-watches.js';

const MACHINES = 2;
const RUNNERS = 4;
/** Of each runner. */
const KILLS = 10;
const PRODUCTS = 60;
const AT_ONCE = 5;
/** Longer than a statement may take there. */
const AWAY_MS = 8000;
const USUAL_FEN = 100_000;
const FALLEN_FEN = 80_000;
const TARGET_FEN = 90_000;
/** Rows are locked in the order of all: one of two who wait for one another would be ended. */
const FORGET_TAKEN = {
  text: `UPDATE due_look SET taken = 0 WHERE (platform, id, source) IN (
    SELECT platform, id, source FROM due_look ORDER BY platform, id, source FOR UPDATE)`,
};

describe.skipIf(!hasPostgres())('alerts of runners on two machines', () => {
  let server: PostgresServer;
  /** While it waits for a row, this process goes on: the way to the database may have to be opened again. */
  let database: Database;
  let wire: Wire;
  let script: string;
  let folder: string;
  let market: Server;
  const running = new Set<ChildProcess>();
  /** How often each runner has looked and told. */
  const rounds = new Map<ChildProcess, number>();
  const prices: Record<string, number> = {};
  const arrivals: string[] = [];
  let complaints = '';
  const originOf = () => `http://127.0.0.1:${(market.address() as AddressInfo).port}`;

  beforeAll(async () => {
    server = await startPostgres();
    await migrateDatabase(server.url);
    const settings = { url: server.url, schema: 'bijia', pool: 1, timeoutMs: 120_000 };
    database = createDatabase(settings, { newest: NEWEST_MIGRATION });
    wire = await openWire(server.port);
    script = await buildScript('watch/watch-worker.ts');
    folder = await mkdtemp(join(tmpdir(), 'bijia-fleet-watch-'));
    // A connection is kept while a runner waits for the database: one that is closed as it is used fails what is sent.
    market = createServer({ keepAliveTimeout: 0 }, (request, response) => {
      if (request.method === 'GET') {
        response.end(JSON.stringify(prices));
        return;
      }
      let body = '';
      request.setEncoding('utf8').on('data', (text: string) => (body += text));
      request.on('end', () => {
        arrivals.push(...(JSON.parse(body) as string[]));
        response.end();
      });
    });
    market.listen(0, '127.0.0.1');
    await once(market, 'listening');
  });
  afterAll(async () => {
    await Promise.all([...running].map(killProcess));
    market.closeAllConnections();
    market.close();
    await wire.close();
    await database.close();
    server.close();
    for (const path of [folder, dirname(script)]) await rm(path, { recursive: true, force: true });
  });

  const open = (machine: number, databaseUrl = server.url) =>
    openFleetWatches({ folder: join(folder, String(machine)), databaseUrl, parent: originOf() });

  /** A runner that dies again and again, and after its last life lives on. */
  async function playRunner(place: number): Promise<void> {
    const machine = place % MACHINES;
    const url = machine === 0 ? server.url : server.url.replace(String(server.port), String(wire.port));
    for (let count = 0; count <= KILLS; count += 1) {
      const child = spawn(process.execPath, [script, join(folder, String(machine)), url, originOf()], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
      child.stdout.on('data', (chunk: Buffer) => rounds.set(child, (rounds.get(child) ?? 0) + chunk.length));
      running.add(child);
      if (count === KILLS) return;
      // On a busy machine it may take seconds to begin.
      while (!rounds.has(child) && child.exitCode === null) await sleep(10);
      await sleep(400 + ((count * 7 + place * 3) % 10) * 60);
      await killProcess(child);
      running.delete(child);
      // Ten minutes later, others look at what it has taken along.
      await database.run(FORGET_TAKEN, []);
    }
  }

  async function letPricesFall(): Promise<void> {
    for (let id = 1; id <= PRODUCTS; id += 1) {
      // Several at once, so that runners reach for the same alert; not so many that they come as one message.
      if (id % AT_ONCE === 0) await sleep(AT_ONCE * 200);
      prices[id] = FALLEN_FEN;
    }
  }

  async function takeWireAway(): Promise<void> {
    await sleep(2500);
    wire.hold();
    await sleep(AWAY_MS);
    wire.release();
    await sleep(1500);
    wire.cut();
    await sleep(AWAY_MS);
    wire.join();
  }

  it('are told once each, whichever runner is killed when and while the database is away', async () => {
    const { watches, history } = open(0);
    for (let id = 1; id <= PRODUCTS; id += 1) prices[id] = USUAL_FEN;
    const rule = { kind: 'below', fen: TARGET_FEN } as const;
    const wishes = Object.keys(prices).map((id) => ({
      ...{ refs: [toFleetRef(id)], rule, owner: 'local', to: 'stdout' },
    }));
    await watches.addAll(wishes);
    const runners = Array.from({ length: RUNNERS }, (_, place) => playRunner(place));
    await Promise.all([...runners, letPricesFall(), takeWireAway()]);
    expect(complaints).toBe('');
    const list = () => watches.listAlerts(0);
    await expect.poll(async () => (await list()).length).toBe(PRODUCTS);
    const isOver = async () => (await list()).every(({ status }) => status !== 'due');
    await expect.poll(isOver).toBe(true);
    // What the last runners were sending when the way was cut, they settle.
    const before = new Map(rounds);
    const countSince = () => [...running].map((child) => (rounds.get(child) ?? 0) - (before.get(child) ?? 0));
    await expect.poll(() => Math.min(...countSince())).toBeGreaterThan(1);
    expect(complaints).toBe('');
    expect(new Set((await list()).map(({ alert }) => alert.watchId)).size).toBe(PRODUCTS);
    expect(new Set(arrivals).size).toBe(arrivals.length);
    const statuses = new Map((await list()).map(({ alert, status }) => [alert.id, status]));
    // A killed runner leaves what it was sending: it may have arrived, or not.
    for (const [id, status] of statuses) {
      if (status !== 'sending') expect([id, status, arrivals.includes(id)]).toEqual([id, 'sent', true]);
    }
    const unsettled = [...statuses].filter(([, status]) => status === 'sending');
    expect(unsettled.length).toBeLessThanOrEqual(RUNNERS * KILLS);
    await history.close();
  });
});
