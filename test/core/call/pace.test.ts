import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLimiter } from '../../../src/core/call/limiter.js';
import type { Lane, Permit, Permits } from '../../../src/core/permits/permits.js';

// Loading takes real time.
beforeAll(() => import('bottleneck'));
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const START_MS = Date.UTC(2026, 0, 1);

/** A limiter that says which call left when, in milliseconds since the start. */
function createPaced({
  isFresh = () => true,
  wait = async () => undefined,
}: Partial<{
  isFresh: () => boolean;
  wait: (lane: Lane) => Promise<void>;
}> = {}) {
  vi.setSystemTime(START_MS);
  const left: { readonly name: string; readonly atMs: number }[] = [];
  let givenBack = 0;
  const permit: Permit = {
    isFresh,
    answered: async () => undefined,
    giveBack: async () => {
      givenBack += 1;
    },
  };
  const permits = {
    acquire: async ({ lane }: { lane: Lane }) => {
      await wait(lane);
      return permit;
    },
    succeeded: () => undefined,
  } as unknown as Permits;
  const limiter = createLimiter(permits, 600);
  const call = (lane: Lane, name: string) =>
    limiter.run({ lane }, async () => void left.push({ name, atMs: Date.now() - START_MS }));
  return { left, call, countGivenBack: () => givenBack };
}

describe('an interval between calls', () => {
  it('keeps them apart, however many come at once', async () => {
    const { left, call } = createPaced();
    const calls = [1, 2, 3].map((name) => call('interactive', String(name)));
    await vi.advanceTimersByTimeAsync(599);
    expect(left).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(700);
    await Promise.all(calls);
    const distances = left.slice(1).map(({ atMs }, index) => atMs - (left[index]?.atMs ?? 0));
    expect(distances).toHaveLength(2);
    // bottleneck takes a few milliseconds to let a job go, not always the same.
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(590);
  });

  it('lets a chat go before a batch that waits longer', async () => {
    const { left, call } = createPaced();
    const calls = ['a', 'b', 'c'].map((name) => call('batch', name));
    await vi.advanceTimersByTimeAsync(10);
    calls.push(call('interactive', 'chat'));
    await vi.advanceTimersByTimeAsync(5000);
    await Promise.all(calls);
    // One batch call had its turn coming already.
    expect(left.findIndex(({ name }) => name === 'chat')).toBeLessThanOrEqual(2);
  });

  it('does not hold up a chat behind a batch that waits for the quota', async () => {
    const { left, call } = createPaced({
      wait: (lane) => new Promise((resolve) => setTimeout(resolve, lane === 'batch' ? 60_000 : 0)),
    });
    const batch = call('batch', 'batch');
    await vi.advanceTimersByTimeAsync(10);
    const chat = call('interactive', 'chat');
    await vi.advanceTimersByTimeAsync(100);
    expect(left).toMatchObject([{ name: 'chat' }]);
    await vi.advanceTimersByTimeAsync(60_000);
    await Promise.all([batch, chat]);
    expect(left[1]?.name).toBe('batch');
  });

  it('takes another permit for one that has become too old', async () => {
    const ages = [true, false];
    const { left, call, countGivenBack } = createPaced({ isFresh: () => ages.shift() ?? true });
    const one = call('interactive', 'one');
    await vi.advanceTimersByTimeAsync(50);
    await one;
    expect([left.length, countGivenBack()]).toEqual([1, 1]);
  });
});
