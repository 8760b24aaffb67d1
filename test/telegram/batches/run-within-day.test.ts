import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Batches, BoundError } from '../../../src/core/index.js';
import { openBotFolder } from '../../../src/core/state/folder/bot/bot-folder.js';
import type { BatchEntry } from '../../../src/telegram/batches/batch-entry.js';
import { runWithinDay } from '../../../src/telegram/batches/run-within-day.js';
import { createUsage, type Usage } from '../../../src/telegram/people/usage.js';
import { NOW_MS } from '../../helpers/telegram/products.js';

const OWNER = 7;
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bijia-day-'));
});
let states: ReturnType<typeof openBotFolder>[] = [];
afterEach(async () => {
  await Promise.all(states.map((state) => state.flush()));
  states = [];
  rmSync(folder, { recursive: true, force: true });
});

const openUsage = (dailyCalls: number) => {
  const state = openBotFolder(
    folder,
    () => NOW_MS,
    (error) => {
      throw error;
    },
  );
  states.push(state);
  return createUsage({ store: state.usage, dailyCalls, access: { isAdmin: (id) => id === 1 } });
};

const entry = (rest: Partial<BatchEntry> = {}): BatchEntry => ({
  id: 'a',
  ownerId: OWNER,
  chatId: OWNER,
  locale: 'zh',
  label: 'ids.txt',
  format: 'csv',
  total: 100,
  phase: 'running',
  retryFailed: false,
  atMs: NOW_MS,
  delivery: 'none',
  ...rest,
});

/** An engine in which every product takes this many calls, and whose bound holds exactly. */
function createEngine(total: number, callsEach: number, onRun: () => Promise<void> = async () => {}) {
  let done = 0;
  const bounds: (number | undefined)[] = [];
  const run: Batches['run'] = async (_, { maxCalls = Number.POSITIVE_INFINITY, onProgress } = {}) => {
    bounds.push(maxCalls);
    await onRun();
    let calls = 0;
    const describe = () => ({ total, done, counts: { ok: done }, calls, rate: 1 });
    while (done < total && calls + callsEach <= maxCalls) {
      calls += callsEach;
      done += 1;
      onProgress?.(describe());
    }
    const cause = done < total ? new BoundError('enough', { code: 'max_calls_reached' }) : undefined;
    return { ...describe(), state: cause ? 'stopped' : 'finished', cause, refused: 0 };
  };
  return { batches: { run }, bounds };
}

const runAll = (usage: Usage, engine: ReturnType<typeof createEngine>, rest: Partial<BatchEntry> = {}) =>
  runWithinDay(entry(rest), {
    usage,
    batches: engine.batches,
    signal: new AbortController().signal,
    known: { done: 0, total: 100 },
    findExtra: () => undefined,
    show: () => {},
    isShared: false,
  });

describe('a job within its owner’s day', () => {
  it('leaves to chat what it was not expected to take', async () => {
    const usage = openUsage(150);
    const leftDuring: number[] = [];
    const engine = createEngine(100, 1, async () => void leftDuring.push(await usage.left(OWNER)));
    expect(await runAll(usage, engine, { calls: 100 })).toMatchObject({ state: 'finished' });
    expect(leftDuring).toEqual([20]);
    expect([await usage.spent(OWNER), await usage.left(OWNER)]).toEqual([100, 50]);
  });

  it('is continued with some more where that was too few, and ends with the day', async () => {
    const usage = openUsage(500);
    expect(await runAll(usage, createEngine(100, 3), { calls: 100 })).toMatchObject({ state: 'finished' });
    expect(await usage.spent(OWNER)).toBe(300);
    const report = await runAll(usage, createEngine(100, 3), { calls: 100 });
    expect(report).toMatchObject({ state: 'stopped', cause: { code: 'max_calls_reached' }, done: 66 });
    expect(await usage.spent(OWNER)).toBeLessThanOrEqual(500);
  });

  it('never spends with chat together more than the day has', async () => {
    const usage = openUsage(100);
    const engine = createEngine(100, 1, async () => {
      const chat = await usage.reserve(OWNER, 5);
      for (let call = 0; call < chat.calls; call += 1) chat.spend();
      await chat.release();
    });
    await runAll(usage, engine, { calls: 90 });
    expect(await usage.spent(OWNER)).toBeLessThanOrEqual(100);
  });

  it('ends when a bound is too small for one product', async () => {
    const usage = openUsage(2);
    const report = await runAll(usage, createEngine(100, 3), { calls: 100 });
    expect(report).toMatchObject({ state: 'stopped', done: 0 });
  });

  it('of an admin has no bound', async () => {
    const engine = createEngine(100, 1);
    await runAll(openUsage(5), engine, { ownerId: 1 });
    expect(engine.bounds).toEqual([Number.POSITIVE_INFINITY]);
  });
});
