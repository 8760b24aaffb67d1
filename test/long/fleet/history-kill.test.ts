import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/core/prices/observation.js';
import type { HistoryStore, Series } from '../../../src/core/state/history/history-store.js';
import { foldInbox } from '../../../src/core/state/history/inbox.js';
import { openHistoryStore } from '../../../src/core/state/history/open-history-store.js';
import { buildScript } from '../../helpers/build-script.js';
import { killProcess } from '../../helpers/kill-process.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { openMachine } from '../../helpers/postgres/open-tables.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { openWire, type Wire } from '../../helpers/postgres/wire.js';

const MACHINES = 2;
const WRITERS = 4;
/** What each writer does. */
const KILLS = 20;
/** Longer than a statement may take there. */
const AWAY_MS = 8000;
/** As the writers begin. */
const FIRST_MINUTE = 29_000_000;
/** Each life notes its own minutes of the product that all note. */
const MINUTES_OF_A_LIFE = 100_000;

/** One life of a writer. */
interface Life {
  readonly id: string;
  readonly sharedFrom: number;
  readonly child: ChildProcess;
  /** How many lines it said are in its file. */
  readonly told: () => number;
  readonly complaints: () => string;
}

describe.skipIf(!hasPostgres())('prices that two machines note in one database', () => {
  let server: PostgresServer;
  let wire: Wire;
  let script: string;
  let folder: string;
  const lives: Life[] = [];
  beforeAll(async () => {
    server = await startPostgres();
    await migrateDatabase(server.url);
    wire = await openWire(server.port);
    script = await buildScript('history-worker.ts');
    folder = await mkdtemp(join(tmpdir(), 'bijia-fleet-kill-'));
  });
  afterAll(async () => {
    await Promise.all(lives.map(({ child }) => killProcess(child)));
    await wire.close();
    server.close();
    for (const path of [folder, dirname(script)]) await rm(path, { recursive: true, force: true });
  });

  const folderOf = (machine: number) => join(folder, String(machine));
  const urlOf = (machine: number) =>
    machine === 0 ? server.url : server.url.replace(String(server.port), String(wire.port));

  function startLife(place: number): Life {
    const id = `w${place}-${lives.length}`;
    const sharedFrom = FIRST_MINUTE + lives.length * MINUTES_OF_A_LIFE;
    const machine = place % MACHINES;
    const args = [script, folderOf(machine), id, urlOf(machine), String(sharedFrom)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let told = 0;
    let partial = '';
    let complaints = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const lines = (partial + text).split('\n');
      partial = lines.pop() ?? '';
      told = Number(lines.at(-1) ?? told);
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
    const life = { id, sharedFrom, child, told: () => told, complaints: () => complaints };
    lives.push(life);
    return life;
  }

  const untilTold = async ({ told, complaints }: Life, count: number) => {
    while (told() < count && complaints() === '') await sleep(10);
  };

  /** A writer that dies again and again, somewhere between its first line and half a second later. */
  async function playWriter(place: number): Promise<void> {
    for (let count = 0; count < KILLS; count += 1) {
      const life = startLife(place);
      await untilTold(life, 1);
      await sleep(((count * 7 + place * 3) % 10) * 50);
      await killProcess(life.child);
    }
  }

  /** The second machine cannot reach the database for a while: its writers go on. */
  async function takeWireAway(): Promise<void> {
    await sleep(2000);
    wire.hold();
    await sleep(AWAY_MS);
    wire.release();
    await sleep(1000);
    wire.cut();
    await sleep(AWAY_MS);
    wire.join();
  }

  it('are all there after twenty kills of each of four writers, as one machine would have them', async () => {
    await Promise.all([...Array.from({ length: WRITERS }, (_, place) => playWriter(place)), takeWireAway()]);
    expect(lives.map(({ complaints }) => complaints()).join('')).toBe('');
    expect(lives).toHaveLength(WRITERS * KILLS);
    const shared = openMachine(server.url, folderOf(0));
    await foldInbox(join(folderOf(0), 'inbox'), shared);
    const other = openMachine(server.url, folderOf(1));
    await foldInbox(join(folderOf(1), 'inbox'), other);
    const all: Observation[] = [];
    for (const { id, sharedFrom, told } of lives) {
      const [series] = await shared.listSeries('acme', id);
      const points = series?.tracks.get('sale') ?? [];
      expect(points.length).toBeGreaterThanOrEqual(told());
      const known = points.map((_, at) => at + 1);
      expect(points).toEqual(known.map((count) => ({ minute: FIRST_MINUTE + count, value: count })));
      all.push(...known.flatMap((count) => observe(id, FIRST_MINUTE, sharedFrom, count)));
    }
    expect(await readdir(join(folderOf(0), 'inbox'))).toEqual([]);
    await expectAsOnOneMachine(shared, all);
    await Promise.all([shared.close(), other.close()]);
  });

  /** The same observations in another order, in SQLite. */
  async function expectAsOnOneMachine(shared: HistoryStore, all: readonly Observation[]): Promise<void> {
    const own = await openHistoryStore(join(folder, 'own'), { now: Date.now, tell: () => undefined });
    for (let at = 0; at < all.length; at += 4000) await own.add(all.slice(at, at + 4000).toReversed());
    const [known, expected] = [await listAll(shared), await listAll(own)];
    // A life's last line of the product that all note may be there without the one that follows it.
    const isOwn = ({ id }: Series) => id !== 'shared';
    expect(known.filter(isOwn)).toEqual(expected.filter(isOwn));
    const toPoints = (series: readonly Series[]) =>
      series.find(({ id }) => id === 'shared')?.tracks.get('sale') ?? [];
    expect(toPoints(known)).toEqual(expect.arrayContaining([...toPoints(expected)]));
    expect(toPoints(known).length - toPoints(expected).length).toBeLessThanOrEqual(lives.length);
    await own.close();
  }
});

const observe = (id: string, first: number, sharedFrom: number, count: number): Observation[] =>
  [
    { product: 'shared', minute: sharedFrom + count },
    { product: id, minute: first + count },
  ].map(({ product, minute }) => ({
    ...{ platform: 'acme', id: product, sku: '', source: 'acme-api' },
    ...{ minute, prices: { sale: count } },
  }));

async function listAll(store: HistoryStore): Promise<Series[]> {
  const all: Series[] = [];
  for await (const series of store.listAll()) all.push(series);
  return all.sort((one, other) => (one.id < other.id ? -1 : 1));
}
