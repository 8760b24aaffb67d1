import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildScript } from '../helpers/build-script.js';
import { createPermitUpstream, type PermitUpstream } from '../helpers/permit-upstream.js';
import { type SlowdownWatch, watchSlowdown } from '../helpers/slowdown.js';

/** A tenth of the real scale: window, timeout and latency alike. */
const CALLS = 100;
const WINDOW_MS = 6000;

let script: string;
let folder: string;
let upstream: PermitUpstream;
let slowdown: SlowdownWatch;

beforeAll(async () => {
  script = await buildScript('permit-worker.ts');
});
afterAll(() => rm(join(script, '..'), { recursive: true }));
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-permits-'));
  slowdown = watchSlowdown();
  upstream = createPermitUpstream(script, {
    folder,
    calls: CALLS,
    windowMs: WINDOW_MS,
    callTimeoutMs: 1500,
    count: 800,
    concurrency: 32,
    latencyMs: 30,
  });
});
afterEach(async () => {
  slowdown.stop();
  await upstream.close();
  await rm(folder, { recursive: true });
});

/** What is lost where others wait for the same cores is not the quota's. */
function expectUsed(share: number): void {
  const used = upstream.getUtilisation();
  const slow = slowdown.median();
  console.info(`${expect.getState().currentTestName}: used ${used.toFixed(3)}, slow ${slow.toFixed(1)}`);
  expect(used).toBeGreaterThanOrEqual(1 - (1 - share) * slow);
}

describe('the quota', () => {
  it('is used to 98 % by one process', async () => {
    await upstream.start({ lane: 'batch' }).ended;
    expect(upstream.judge.violations()).toBe(0);
    expect(upstream.judge.arrivals).toHaveLength(800);
    expectUsed(0.98);
  });

  it('is used to 97 % by three processes, while a fourth chats without waiting', async () => {
    const batches = [1, 2, 3].map(() => upstream.start({ lane: 'batch', count: 250 }));
    const chat = upstream.start({ lane: 'interactive', count: 30, concurrency: 1, pauseMs: WINDOW_MS / 5 });
    await Promise.all([...batches, chat].map(({ ended }) => ended));
    expect(upstream.judge.violations()).toBe(0);
    expect(upstream.judge.arrivals).toHaveLength(780);
    expectUsed(0.97);
    expect(upstream.toldWaitsMs).toEqual([]);
  });

  it('has room for groups of chats while two batches run', async () => {
    const batches = [1, 2].map(() => upstream.start({ lane: 'batch', count: 200 }));
    const chat = upstream.start({ lane: 'interactive', count: 15, concurrency: 5, pauseMs: WINDOW_MS / 2 });
    await Promise.all([...batches, chat].map(({ ended }) => ended));
    expect(upstream.judge.violations()).toBe(0);
    // The first group finds one permit free; from then on as many as it needs.
    expect(upstream.toldWaitsMs.length).toBeLessThanOrEqual(4);
  });

  it('is kept, and used to 90 %, while one of four processes is killed every 400 ms', async () => {
    const start = () => upstream.start({ lane: 'batch', count: 1_000_000 });
    const workers = [start(), start(), start(), start()];
    for (let kill = 0; kill < (5 * WINDOW_MS) / 400; kill += 1) {
      await sleep(400);
      // On a busy machine a process may need longer to begin than it has to live.
      while (workers.some(({ arrivals }) => arrivals() === 0)) await sleep(50);
      workers[kill % 4]?.process.kill('SIGKILL');
      workers[kill % 4] = start();
    }
    await upstream.close();
    expect(upstream.judge.violations()).toBe(0);
    expectUsed(0.9);
  });

  it('is kept while four processes are stopped for moments or for longer than the window', async () => {
    const workers = [1, 2, 3, 4].map(() => upstream.start({ lane: 'batch', count: 1_000_000 }));
    for (let stop = 0; stop < 12; stop += 1) {
      const { process } = workers[stop % 4] ?? expect.fail();
      await sleep(WINDOW_MS / 20);
      process.kill('SIGSTOP');
      await sleep(stop % 6 === 5 ? 1.4 * WINDOW_MS : 200);
      process.kill('SIGCONT');
    }
    await upstream.close();
    expect(upstream.judge.violations()).toBe(0);
    expectUsed(0.9);
  });

  it('is kept over processes that come, chat, stop and die', async () => {
    const small = { calls: 20, windowMs: 1000, callTimeoutMs: 500, concurrency: 8, latencyMs: 5 };
    const { judge, start, close } = createPermitUpstream(script, { ...small, folder, count: 30 });
    const batches = [start({ lane: 'batch' }), start({ lane: 'batch' })];
    const dying = start({ lane: 'batch', count: 1000 });
    const sleeping = start({ lane: 'batch' });
    const isAtWork = () => Math.min(sleeping.arrivals(), dying.arrivals());
    await expect.poll(isAtWork).toBeGreaterThan(2);
    sleeping.process.kill('SIGSTOP');
    dying.process.kill('SIGKILL');
    // Windows pass while it is stopped.
    const chat = start({ lane: 'interactive', count: 8, concurrency: 1, pauseMs: 400 });
    await chat.ended;
    sleeping.process.kill('SIGCONT');
    await Promise.all([...batches, sleeping].map(({ ended }) => ended));
    await close();
    expect(judge.violations()).toBe(0);
    expect([...batches, sleeping, chat].map(({ arrivals }) => arrivals())).toEqual([30, 30, 30, 8]);
  });
});
