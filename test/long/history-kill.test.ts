import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { foldInbox } from '../../src/core/state/history/inbox.js';
import { openHistoryStore } from '../../src/core/state/history/open-history-store.js';
import { buildScript } from '../helpers/build-script.js';
import { installNode } from '../helpers/install-node.js';
import { killProcess } from '../helpers/kill-process.js';

const WRITERS = 4;
const KILLS = 20;
const KILL_EVERY_MS = 250;
/** As the writers begin. */
const FIRST_MINUTE = 29_000_000;
/** Without SQLite of its own, so that libsql answers; and with it. */
const NODES = { libsql: '20', 'node:sqlite': '24' } as const;
type Driver = keyof typeof NODES;

let tools: string;
let script: string;
const programs = new Map<Driver, string>();
beforeAll(async () => {
  tools = await mkdtemp(join(tmpdir(), 'bijia-history-nodes-'));
  script = await buildScript('history-worker.ts');
  for (const driver of ['libsql', 'node:sqlite'] as const) {
    const version = NODES[driver];
    const isThis = process.versions.node.startsWith(`${version}.`);
    const bin = isThis ? dirname(process.execPath) : await installNode(version, tools);
    if (bin !== undefined) programs.set(driver, join(bin, 'node'));
  }
}, 300_000);
afterAll(async () => {
  await rm(tools, { recursive: true, force: true });
  await rm(dirname(script), { recursive: true, force: true });
});

/** One life of a writer. */
interface Life {
  readonly id: string;
  readonly child: ChildProcess;
  /** How many lines it said are in its file. */
  readonly told: () => number;
  readonly complaints: () => string;
}

function startLife(program: string, folder: string, id: string): Life {
  const child = spawn(program, [script, folder, id], { stdio: ['ignore', 'pipe', 'pipe'] });
  let told = 0;
  let complaints = '';
  let partial = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    const lines = (partial + text).split('\n');
    partial = lines.pop() ?? '';
    told = Number(lines.at(-1) ?? told);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  return { id, child, told: () => told, complaints: () => complaints };
}

/** Four writers, of which one dies twenty times and comes back under another name. */
async function playKills(folder: string, writers: readonly string[]): Promise<Life[]> {
  const lives: Life[] = [];
  const start = (place: number) => {
    const life = startLife(writers[place] ?? '', folder, `w${place}-${lives.length}`);
    lives.push(life);
    return life;
  };
  const running = writers.map((_, place) => start(place));
  for (let count = 0; count < KILLS; count += 1) {
    const place = count % writers.length;
    const victim = running[place] ?? expect.fail();
    // It has to live for long enough to write something, however slow the machine.
    while (victim.told() === 0 && victim.complaints() === '') await sleep(10);
    await sleep(KILL_EVERY_MS * (count % 3) * 0.5);
    await killProcess(victim.child);
    running[place] = start(place);
  }
  while (running.some(({ told, complaints }) => told() === 0 && complaints() === '')) await sleep(10);
  await Promise.all(running.map(({ child }) => killProcess(child)));
  return lives;
}

describe.each<readonly [string, readonly Driver[]]>([
  ['libsql', Array(WRITERS).fill('libsql')],
  ['node:sqlite', Array(WRITERS).fill('node:sqlite')],
  ['both drivers on one file', ['libsql', 'node:sqlite', 'libsql', 'node:sqlite']],
])('with %s', (_, drivers) => {
  it('no observation of four writers is lost or doubled by twenty kills', async (context) => {
    const writers = drivers.map((driver) => programs.get(driver));
    if (writers.some((program) => program === undefined))
      return context.skip('the registry does not offer this Node for this platform');
    const folder = await mkdtemp(join(tmpdir(), 'bijia-history-kill-'));
    try {
      const lives = await playKills(folder, writers as string[]);
      expect(lives.map(({ complaints }) => complaints()).join('')).toBe('');
      const told: string[] = [];
      const store = await openHistoryStore(folder, { now: Date.now, tell: (text) => told.push(text) });
      await foldInbox(join(folder, 'inbox'), store);
      expect(lives).toHaveLength(WRITERS + KILLS);
      for (const life of lives) {
        const [series, ...others] = await store.listSeries('acme', life.id);
        expect(others).toEqual([]);
        const points = series?.tracks.get('sale') ?? [];
        expect(points.length).toBeGreaterThanOrEqual(life.told());
        const expected = points.map((_point, at) => ({ minute: FIRST_MINUTE + at + 1, value: at + 1 }));
        expect(points).toEqual(expected);
      }
      await store.close();
      expect(told).toEqual([]);
      expect(await readdir(join(folder, 'inbox'))).toEqual([]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
