import { describe, expect, it } from 'vitest';
import { drawChart } from '../../../../src/core/history/chart/chart.js';
import { drawPng } from '../../../../src/core/history/chart/png.js';

const EMPTY = drawChart({ stretches: [] }, new Map(), { days: 90, nowMs: 0 });

describe('a picture', () => {
  it('is drawn while the program goes on', async () => {
    const first = Buffer.from(await drawPng(EMPTY));
    let turns = 0;
    let isDone = false;
    const turn = () => {
      turns += 1;
      if (!isDone) setImmediate(turn);
    };
    setImmediate(turn);
    const second = await drawPng(EMPTY);
    isDone = true;
    expect(first.toString('latin1', 1, 4)).toBe('PNG');
    expect(first.equals(second)).toBe(true);
    // Drawn on this thread, it would be there after the first turn.
    expect(turns).toBeGreaterThan(10);
  });
});
