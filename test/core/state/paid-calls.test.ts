import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BoundError } from '../../../src/core/errors.js';
import { createPaidCalls } from '../../../src/core/state/paid-calls.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-calls-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** One hour before midnight in GMT+8. */
const LATE = Date.UTC(2026, 0, 15, 15, 0);

const open = (ceiling?: number, now = () => LATE) =>
  createPaidCalls({ folder, ceiling, env: 'ACME_DAILY_CALLS', now });

describe('createPaidCalls', () => {
  it('lets exactly the ceiling through, however many ask at once', async () => {
    const calls = open(10);
    const attempts = await Promise.allSettled(Array.from({ length: 30 }, () => calls.countSent()));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  });

  it('never lets more through over several processes', async () => {
    const processes = Array.from({ length: 3 }, () => open(10));
    const attempts = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) => processes[index % 3]?.countSent()),
    );
    const passed = attempts.filter(({ status }) => status === 'fulfilled').length;
    expect(passed).toBeLessThanOrEqual(10);
    // At the boundary each of the others may be refused once for nothing.
    expect(passed).toBeGreaterThanOrEqual(8);
  });

  it('says that the ceiling is reached before anybody waits for a permit', async () => {
    const calls = open(1);
    await calls.assertRoom();
    await calls.countSent();
    await expect(calls.assertRoom()).rejects.toBeInstanceOf(BoundError);
    await expect(open(1, () => LATE + 2 * 3_600_000).assertRoom()).resolves.toBeUndefined();
  });

  it('counts one after another exactly', async () => {
    const calls = open(2);
    await calls.countSent();
    await calls.countSent();
    await expect(calls.countSent()).rejects.toMatchObject({
      name: 'BoundError',
      code: 'daily_calls_used',
      message: expect.stringMatching(/ceiling of 2 .*raise ACME_DAILY_CALLS/),
      stopsBatch: true,
      retryAfterMs: 3_600_000,
    });
    await expect(calls.countSent()).rejects.toBeInstanceOf(BoundError);
  });

  it('starts again at midnight in GMT+8', async () => {
    let nowMs = LATE;
    const calls = open(1, () => nowMs);
    await calls.countSent();
    nowMs += 3_600_000;
    await expect(calls.countSent()).resolves.toMatch(/^\d{4}-\d{2}-\d{2}$/);
  });

  it('counts what was billed and what was sent, with or without a ceiling', async () => {
    const calls = open();
    expect(await calls.readToday()).toEqual({ sent: 0, billed: 0 });
    await Promise.all([calls.countSent(), calls.countSent(), calls.countBilled()]);
    expect(await open().readToday()).toEqual({ sent: 2, billed: 1 });
  });

  it('gives back what was not billed, to the day on which it left', async () => {
    let nowMs = LATE;
    const calls = open(2, () => nowMs);
    const day = await calls.countSent();
    await calls.countSent();
    await expect(calls.countSent()).rejects.toBeInstanceOf(BoundError);
    await calls.giveBack(day);
    await calls.countSent();
    await expect(open(2).countSent()).rejects.toBeInstanceOf(BoundError);
    expect(await calls.readToday()).toEqual({ sent: 2, billed: 0 });
    nowMs += 3_600_000;
    await calls.giveBack(day);
    expect(await calls.readToday()).toEqual({ sent: 0, billed: 0 });
  });

  it.each(['pipe', 'folder'])(
    'names a %s in the place of the count, and does not wait for it',
    async (what) => {
      const path = join(folder, '2026-01-15');
      if (what === 'pipe') execFileSync('mkfifo', [path]);
      else await mkdir(path);
      await expect(open(1).countSent()).rejects.toThrow(path);
    },
  );

  it.each([
    ['larger than any day', (path: string) => truncate(path, 2 ** 40)],
    ['of zeros, as a sparse copy is', (path: string) => truncate(path, 5000)],
    ['of something else', (path: string) => writeFile(path, '{"sent":5}')],
  ])('names a count that is %s, and does not take it for calls', async (_, spoil) => {
    const path = join(folder, '2026-01-15');
    await open(10).countSent();
    await spoil(path);
    const calls = open(10);
    for (const ask of [calls.assertRoom, calls.countSent, calls.readToday]) {
      await expect(ask()).rejects.toMatchObject({
        code: 'state_not_readable',
        message: expect.stringContaining(path),
      });
    }
  });

  it('lets no call leave that it cannot count, and names the variable', async () => {
    folder = join(folder, 'file');
    await writeFile(folder, '');
    await expect(open().countSent()).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringMatching(/BIJIA_STATE_DIR/),
    });
  });
});
