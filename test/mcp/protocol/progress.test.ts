import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type ProgressNotice, startProgress } from '../../../src/mcp/protocol/progress.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('progress', () => {
  it('comes first within a second, then every one to two, strictly increasing, and never after the end', async () => {
    const seen: (ProgressNotice & { atMs: number })[] = [];
    const startMs = Date.now();
    const ticker = startProgress(async (notice) => void seen.push({ ...notice, atMs: Date.now() - startMs }));
    ticker.report({ done: 0, total: 10, message: '0 of 10' });
    await vi.advanceTimersByTimeAsync(4000);
    ticker.report({ done: 7, total: 10, message: 'x'.repeat(300) });
    await vi.advanceTimersByTimeAsync(4000);
    ticker.stop();
    const count = seen.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen.length).toBe(count);
    expect(seen[0]?.atMs).toBeLessThanOrEqual(1000);
    const gaps = seen.slice(1).map(({ atMs }, at) => atMs - (seen[at]?.atMs ?? 0));
    expect(gaps.every((gapMs) => gapMs >= 1000 && gapMs <= 2000)).toBe(true);
    expect(seen.every(({ progress }, at) => at === 0 || progress > (seen[at - 1]?.progress ?? 0))).toBe(true);
    expect(seen.at(-1)).toMatchObject({ progress: expect.closeTo(7, 1), total: 10 });
    expect(seen.every(({ message }) => message.length < 200)).toBe(true);
  });

  it('survives a client that has left', async () => {
    const ticker = startProgress(() => Promise.reject(new Error('gone')));
    await vi.advanceTimersByTimeAsync(3000);
    ticker.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});
