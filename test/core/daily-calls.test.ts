import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDailyCalls } from '../../src/core/daily-calls.js';
import { ThrottledError } from '../../src/core/errors.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-calls-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** One hour before midnight in GMT+8. */
const LATE = Date.UTC(2026, 0, 15, 15, 0);

describe('createDailyCalls', () => {
  it('lets exactly the ceiling through, however many ask at once', async () => {
    const count = createDailyCalls({ folder, ceiling: 10, now: () => LATE });
    const attempts = await Promise.allSettled(Array.from({ length: 30 }, () => count()));
    expect(attempts.filter(({ status }) => status === 'fulfilled')).toHaveLength(10);
  });

  it('never lets more through over several processes', async () => {
    const processes = Array.from({ length: 3 }, () =>
      createDailyCalls({ folder, ceiling: 10, now: () => LATE }),
    );
    const attempts = await Promise.allSettled(
      Array.from({ length: 30 }, (_, index) => processes[index % 3]?.()),
    );
    const passed = attempts.filter(({ status }) => status === 'fulfilled').length;
    expect(passed).toBeLessThanOrEqual(10);
    // At the boundary each of the others may be refused once for nothing.
    expect(passed).toBeGreaterThanOrEqual(8);
  });

  it('counts one after another exactly', async () => {
    const count = createDailyCalls({ folder, ceiling: 2, now: () => LATE });
    await count();
    await count();
    await expect(count()).rejects.toMatchObject({
      name: 'ThrottledError',
      code: 'daily_calls_used',
      stopsBatch: true,
      retryAfterMs: 3_600_000,
    });
    await expect(count()).rejects.toBeInstanceOf(ThrottledError);
  });

  it('begins anew at midnight in GMT+8', async () => {
    let nowMs = LATE;
    const count = createDailyCalls({ folder, ceiling: 1, now: () => nowMs });
    await count();
    nowMs += 3_600_000;
    await expect(count()).resolves.toBeUndefined();
  });
});
