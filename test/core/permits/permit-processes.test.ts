import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildScript } from '../../helpers/build-script.js';
import { createPermitUpstream } from '../../helpers/permit-upstream.js';

const PATIENT = { timeout: 30_000 };
let script: string;
let folder: string;

beforeAll(async () => {
  script = await buildScript('permit-worker.ts');
  folder = await mkdtemp(join(tmpdir(), 'bijia-permits-'));
});
afterAll(async () => {
  for (const path of [folder, join(script, '..')]) await rm(path, { recursive: true });
});

it('keeps one quota over processes that come, chat, stop and die', async () => {
  const upstream = createPermitUpstream(script, {
    folder,
    calls: 20,
    windowMs: 1000,
    callTimeoutMs: 500,
    count: 30,
    concurrency: 8,
    latencyMs: 5,
  });
  const batches = [upstream.start({ lane: 'batch' }), upstream.start({ lane: 'batch' })];
  const chat = upstream.start({ lane: 'interactive', count: 8, concurrency: 1, pauseMs: 400 });
  const dying = upstream.start({ lane: 'batch', count: 1000 });
  const sleeping = upstream.start({ lane: 'batch' });
  await expect.poll(() => Math.min(sleeping.arrivals(), dying.arrivals()), PATIENT).toBeGreaterThan(2);
  sleeping.process.kill('SIGSTOP');
  dying.process.kill('SIGKILL');
  // A window and more passes while it is stopped.
  const before = chat.arrivals();
  await expect.poll(() => chat.arrivals() - before, PATIENT).toBeGreaterThan(2);
  sleeping.process.kill('SIGCONT');
  await Promise.all([...batches, chat, sleeping].map(({ ended }) => ended));
  expect(upstream.judge.violations()).toBe(0);
  expect(batches.map(({ arrivals }) => arrivals())).toEqual([30, 30]);
  expect(sleeping.arrivals()).toBe(30);
  expect(chat.arrivals()).toBe(8);
});
