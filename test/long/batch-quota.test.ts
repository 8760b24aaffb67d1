import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { providers } from '../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { runCliProcess, startCliProcess } from '../helpers/run-cli.js';

/** A tenth of the real scale: window, timeout and the way of the calls. */
const CALLS = 100;
const WINDOW_MS = 6000;
const LONGEST_WAY_MS = 30;
/** More than any of these processes gets done. */
const LINES = 3000;

let folder: string;
let sandbox: Sandbox;
let environment: Record<string, string>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bijia-quota-'));
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  const quota = `${CALLS}/${WINDOW_MS}ms`;
  sandbox = await startSandbox({ upstreams, quota, transitMs: [0, LONGEST_WAY_MS] });
  environment = {
    ...sandbox.environment,
    BIJIA_STATE_DIR: join(folder, 'state'),
    BIJIA_CALL_TIMEOUT: `${WINDOW_MS / 4}ms`,
  };
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

const FIRST_ID = 100_000_000_000;
const toId = (list: number, line: number) => String(FIRST_ID + (list * LINES + line) * 1000 + 1);
const toList = (id = '') => Math.floor((Number(id) - FIRST_ID) / 1000 / LINES);

/** Writes a list of its own and starts, or goes on with, its batch. */
function startBatch(list: number) {
  const path = join(folder, `${list}.txt`);
  const links = Array.from({ length: LINES }, (_, line) => `https://item.jd.com/${toId(list, line)}.html\n`);
  writeFileSync(path, links.join(''));
  return startCliProcess(['batch', path, '--out', join(folder, `${list}.jsonl`), '--quiet'], { environment });
}

type Batch = ReturnType<typeof startBatch>;

const countCalls = (list: number) => sandbox.arrivals().filter(({ ids: [id] }) => toList(id) === list).length;

async function untilAllCall(lists: number): Promise<void> {
  while (Array.from({ length: lists }, (_, list) => countCalls(list)).includes(0)) await sleep(50);
}

async function killAll(batches: readonly Batch[]): Promise<void> {
  for (const { child } of batches) child.kill('SIGKILL');
  await Promise.all(batches.map(({ end }) => end));
}

/** `N × W / (Q × T)`, the first window with its burst left out. */
function getUtilisation(): number {
  const times = sandbox.arrivals().map(({ atUs }) => atUs / 1000);
  const startMs = (times[0] ?? 0) + WINDOW_MS;
  const spanMs = (times.at(-1) ?? 0) - startMs;
  return (times.filter((time) => time > startMs).length * WINDOW_MS) / (CALLS * spanMs);
}

describe('the quota of batches in processes of their own', () => {
  it('is kept, and not lost, while one of four is killed every 400 ms', async () => {
    const batches = [0, 1, 2, 3].map(startBatch);
    const begun = [0, 0, 0, 0];
    await untilAllCall(batches.length);
    for (let kill = 0; kill < (4 * WINDOW_MS) / 400; kill += 1) {
      await sleep(400);
      const calls = begun.map((since, list) => countCalls(list) - since);
      // The one that did most: on a slow machine another is hardly begun.
      const victim = calls.indexOf(Math.max(1, ...calls));
      if (victim < 0) continue;
      batches[victim]?.child.kill('SIGKILL');
      begun[victim] = countCalls(victim);
      batches[victim] = startBatch(victim);
    }
    await killAll(batches);
    expect(sandbox.stats().map(({ violations }) => violations)).toEqual([0]);
    // Whole commands take a while to start: the 90 % is asked of bare permits (permit-processes.test.ts). Permits
    // that the dead had kept would bring this to nothing.
    expect(getUtilisation()).toBeGreaterThanOrEqual(0.4);
  });

  it('is kept while they are stopped for moments, or for longer than the window, and people ask', async () => {
    const batches = [0, 1, 2].map(startBatch);
    const outcomes: number[] = [];
    for (let stop = 0; stop < 12; stop += 1) {
      const { child } = batches[stop % 3] ?? expect.fail();
      await sleep(WINDOW_MS / 20);
      child.kill('SIGSTOP');
      const asked = runCliProcess(['get', toId(9, stop), '--platform', 'jd'], { environment });
      await sleep(stop % 6 === 5 ? 1.4 * WINDOW_MS : 200);
      child.kill('SIGCONT');
      outcomes.push((await asked).code ?? -1);
    }
    await killAll(batches);
    expect(sandbox.stats().map(({ violations }) => violations)).toEqual([0]);
    expect(outcomes).toEqual(Array(12).fill(0));
    // Whole commands take a while to start: the 90 % is asked of bare permits (permit-processes.test.ts). Permits
    // that the dead had kept would bring this to nothing.
    expect(getUtilisation()).toBeGreaterThanOrEqual(0.4);
  });

  it('is shared: each of two gets a quarter of any three windows at least', async () => {
    const batches = [0, 1].map(startBatch);
    await untilAllCall(batches.length);
    await sleep(3.5 * WINDOW_MS);
    await killAll(batches);
    const arrivals = sandbox
      .arrivals()
      .map(({ atUs, ids: [id] }) => ({ atMs: atUs / 1000, list: toList(id) }));
    const bothMs = arrivals.find(({ list }) => list !== arrivals[0]?.list)?.atMs ?? expect.fail();
    const endMs = arrivals.at(-1)?.atMs ?? 0;
    for (let fromMs = bothMs; fromMs + 3 * WINDOW_MS < endMs; fromMs += 100) {
      const within = arrivals.filter(({ atMs }) => atMs >= fromMs && atMs < fromMs + 3 * WINDOW_MS);
      const first = within.filter(({ list }) => list === 0).length / within.length;
      expect(Math.min(first, 1 - first)).toBeGreaterThanOrEqual(1 / 4);
    }
    expect(sandbox.stats().map(({ violations }) => violations)).toEqual([0]);
  });
});

describe('the token', () => {
  it('is fetched once for four processes that begin at once', async () => {
    sandbox.setFaults([{ kind: 'slow', method: 'token', delayMs: 500 }]);
    const ids = [0, 1, 2, 3].map((list) => toId(list, 0));
    // A token that does not come in time is asked for again; four processes that begin keep this one from answering.
    const patient = { environment: { ...environment, BIJIA_CALL_TIMEOUT: '15s' } };
    const runs = await Promise.all(ids.map((id) => runCliProcess(['get', id, '--platform', 'jd'], patient)));
    expect(runs.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    const stats = (await (await fetch(`${sandbox.origin}/_sandbox/stats`)).json()) as {
      faultsPlayed: number;
    };
    expect(stats.faultsPlayed).toBe(1);
  });
});
