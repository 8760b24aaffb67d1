import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildScript } from '../helpers/build-script.js';
import { createPermitUpstream, type PermitUpstream } from '../helpers/permit-upstream.js';

/** A tenth of the real scale: window, timeout and latency alike. */
const CALLS = 100;
const WINDOW_MS = 6000;

let script: string;
let folder: string;
let upstream: PermitUpstream;

beforeAll(async () => {
  script = await buildScript('permit-worker.ts');
});
afterAll(() => rm(join(script, '..'), { recursive: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-permits-'));
  upstream = createPermitUpstream(script, {
    folder,
    calls: CALLS,
    windowMs: WINDOW_MS,
    callTimeoutMs: 1500,
    count: 1000,
    concurrency: 32,
    latencyMs: 30,
  });
});
afterEach(() => rm(folder, { recursive: true }));

/** `N × W / (Q × T)` over all arrivals. */
function getUtilisation(): number {
  const { arrivals } = upstream.judge;
  const spanMs = ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)) / 1000;
  return (arrivals.length * WINDOW_MS) / (CALLS * spanMs);
}

describe('the quota', () => {
  it('is used to 98 % by one process', async () => {
    await upstream.start({ lane: 'batch' }).ended;
    expect(upstream.judge.violations()).toBe(0);
    expect(upstream.judge.arrivals).toHaveLength(1000);
    expect(getUtilisation()).toBeGreaterThanOrEqual(0.98);
  });

  it('is used to 97 % by three processes, while a fourth chats without waiting', async () => {
    const batches = [1, 2, 3].map(() => upstream.start({ lane: 'batch', count: 400 }));
    const chat = upstream.start({ lane: 'interactive', count: 30, concurrency: 1, pauseMs: WINDOW_MS / 5 });
    await Promise.all([...batches, chat].map(({ ended }) => ended));
    expect(upstream.judge.violations()).toBe(0);
    expect(upstream.judge.arrivals).toHaveLength(1230);
    expect(getUtilisation()).toBeGreaterThanOrEqual(0.97);
    expect(upstream.toldWaitsMs).toEqual([]);
  });

  it('has room for groups of chats while two batches run', async () => {
    const batches = [1, 2].map(() => upstream.start({ lane: 'batch', count: 400 }));
    const chat = upstream.start({ lane: 'interactive', count: 15, concurrency: 5, pauseMs: WINDOW_MS / 2 });
    await Promise.all([...batches, chat].map(({ ended }) => ended));
    expect(upstream.judge.violations()).toBe(0);
    // The first group finds one permit free; from then on as many as it needs.
    expect(upstream.toldWaitsMs.length).toBeLessThanOrEqual(4);
  });

  it('is kept, and used to 90 %, while one of four processes is killed every 400 ms', async () => {
    const start = () => upstream.start({ lane: 'batch', count: 1_000_000 });
    const workers = [start(), start(), start(), start()];
    for (let kill = 0; kill < (8 * WINDOW_MS) / 400; kill += 1) {
      await sleep(400);
      workers[kill % 4]?.process.kill('SIGKILL');
      workers[kill % 4] = start();
    }
    for (const worker of workers) worker.process.kill('SIGKILL');
    expect(upstream.judge.violations()).toBe(0);
    expect(getUtilisation()).toBeGreaterThanOrEqual(0.9);
  });

  it('is kept while four processes are stopped for moments or for longer than the window', async () => {
    const workers = [1, 2, 3, 4].map(() => upstream.start({ lane: 'batch', count: 1_000_000 }));
    for (let stop = 0; stop < 24; stop += 1) {
      const { process } = workers[stop % 4] ?? expect.fail();
      await sleep(WINDOW_MS / 20);
      process.kill('SIGSTOP');
      await sleep(stop % 6 === 5 ? 1.4 * WINDOW_MS : 200);
      process.kill('SIGCONT');
    }
    for (const worker of workers) worker.process.kill('SIGKILL');
    expect(upstream.judge.violations()).toBe(0);
    expect(getUtilisation()).toBeGreaterThanOrEqual(0.9);
  });
});
