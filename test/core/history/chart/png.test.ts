import { pbkdf2 } from 'node:crypto';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { drawChart } from '../../../../src/core/history/chart/chart.js';
import { drawPng } from '../../../../src/core/history/chart/png.js';

const EMPTY = drawChart({ stretches: [] }, new Map(), { days: 90, nowMs: 0 });
const derive = promisify(pbkdf2);
/** Node's own, unless the environment says otherwise. */
const THREADS = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
/** A few tenths of a second of work for a thread: many times what a picture takes. */
const ITERATIONS = 1_000_000;

describe('a picture', () => {
  it('is drawn while the program goes on', async () => {
    const first = Buffer.from(await drawPng(EMPTY));
    // All threads beside this one have work, so that the picture has to wait for the first of them; drawn on this thread it would
    // be there before.
    let endedCount = 0;
    const work = async () => {
      await derive('', '', ITERATIONS, 64, 'sha512');
      endedCount += 1;
    };
    const all = Promise.all(Array.from({ length: THREADS }, work));
    const second = await drawPng(EMPTY);
    expect(endedCount).toBeGreaterThan(0);
    // The next test finds the threads as this one did.
    await all;
    expect(first.toString('latin1', 1, 4)).toBe('PNG');
    expect(first.equals(second)).toBe(true);
  });
});
