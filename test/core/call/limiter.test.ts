import { afterEach, describe, expect, it, vi } from 'vitest';
import { createLimiter } from '../../../src/core/call/limiter.js';
import {
  type BijiaError,
  BoundError,
  CancelledError,
  CredentialError,
  NotFoundError,
  StateError,
  ThrottledError,
  UpstreamError,
} from '../../../src/core/errors.js';
import type { AcquireOptions, Permit, Permits } from '../../../src/core/permits/permits.js';

const INTERACTIVE = { lane: 'interactive' } as const;
const BATCH = { lane: 'batch' } as const;

/** Permits that are always free and note what happens to them. */
function createOpenPermits({ stale = 0 } = {}) {
  const log: string[] = [];
  let count = 0;
  const acquire = async (_: AcquireOptions): Promise<Permit> => {
    const name = count;
    count += 1;
    log.push(`acquire ${name}`);
    return {
      isFresh: () => name >= stale,
      answered: async () => void log.push(`answered ${name}`),
      giveBack: async () => void log.push(`giveBack ${name}`),
    };
  };
  const permits: Permits = {
    acquire: vi.fn(acquire),
    throttled: async (_, retryAfterMs) => void log.push(`throttled ${retryAfterMs}`),
    succeeded: () => void log.push('succeeded'),
    status: async () => ({
      limit: { calls: 100, windowMs: 60_000 },
      effectiveCalls: 90,
      inUse: 1,
      free: 89,
      frozenForMs: 60_000,
      waitMs: () => 60_000,
      isQuiet: true,
    }),
    close: async () => void log.push('close'),
  };
  return { permits, log };
}

afterEach(() => {
  vi.restoreAllMocks();
});

it.each([
  [undefined, 60_000],
  [2000, 2000],
])('says how long to wait when the upstream says %j', async (said, expected) => {
  const { permits } = createOpenPermits();
  const call = createLimiter(permits).run(INTERACTIVE, async () => {
    throw new ThrottledError('slow down', { retryAfterMs: said, detail: 'code 13' });
  });
  await expect(call).rejects.toMatchObject({
    message: 'slow down',
    detail: 'code 13',
    retryAfterMs: expected,
  });
});

it('keeps all that a throttled answer said', async () => {
  const { permits } = createOpenPermits();
  const facts = { limit: 5 };
  const throttled = new ThrottledError('slow down', { facts, stopsBatch: true });
  throttled.receipt = { trace: 'call-7' };
  const call = createLimiter(permits).run(INTERACTIVE, () => Promise.reject(throttled));
  await expect(call).rejects.toMatchObject({
    ...{ facts, stopsBatch: true, receipt: { trace: 'call-7' } },
    retryAfterMs: 60_000,
  });
});

it('tells of a throttled answer also where the freeze cannot be written down: the call has left', async () => {
  const { permits, log } = createOpenPermits();
  const away = { ...permits, throttled: () => Promise.reject(new StateError('The database is away.')) };
  const call = createLimiter(away).run(INTERACTIVE, () => Promise.reject(new ThrottledError('slow down')));
  await expect(call).rejects.toThrow('slow down');
  expect(log).toEqual(['acquire 0', 'answered 0']);
});

describe.each([INTERACTIVE, BATCH])('a call of lane $lane', (options) => {
  it('acquires, tells that it leaves, works, and notes the answer', async () => {
    const { permits, log } = createOpenPermits();
    const onPermit = () => log.push('onPermit');
    const result = await createLimiter(permits).run({ ...options, onPermit }, async () => {
      log.push('work');
      return 42;
    });
    expect(result).toBe(42);
    expect(log).toEqual(['acquire 0', 'onPermit', 'work', 'succeeded', 'answered 0']);
  });

  it('gives the permit back where nobody needs the call any more: it neither leaves nor counts', async () => {
    const { permits, log } = createOpenPermits();
    const work = vi.fn(async () => 42);
    const call = createLimiter(permits).run({ ...options, isNeeded: async () => false }, work);
    await expect(call).rejects.toMatchObject({ name: 'CancelledError', code: 'answered_elsewhere' });
    expect(work).not.toHaveBeenCalled();
    expect(log).toEqual(['acquire 0', 'giveBack 0']);
  });

  it('takes another permit where finding that out has taken too long, and asks no more', async () => {
    const { permits, log } = createOpenPermits();
    let asked = 0;
    let isFresh = true;
    const acquire = permits.acquire;
    const isNeeded = async () => {
      asked += 1;
      isFresh = false;
      return true;
    };
    const slow = {
      ...permits,
      acquire: async (one: AcquireOptions) => {
        const permit = await acquire(one);
        isFresh = true;
        return { ...permit, isFresh: () => isFresh };
      },
    };
    expect(await createLimiter(slow).run({ ...options, isNeeded }, async () => 42)).toBe(42);
    expect(asked).toBe(1);
    expect(log).toEqual(['acquire 0', 'giveBack 0', 'acquire 1', 'succeeded', 'answered 1']);
  });

  it('gives stale permits back and takes new ones', async () => {
    const { permits, log } = createOpenPermits({ stale: 2 });
    await createLimiter(permits).run(options, async () => log.push('work'));
    expect(log.slice(0, 6)).toEqual([
      'acquire 0',
      'giveBack 0',
      'acquire 1',
      'giveBack 1',
      'acquire 2',
      'work',
    ]);
  });

  it.each<[string, () => BijiaError, readonly string[]]>([
    [
      'a throttled answer freezes',
      () => new ThrottledError('slow', { retryAfterMs: 2000 }),
      ['throttled 2000'],
    ],
    ['"not found" is an ordinary answer', () => new NotFoundError('gone'), ['succeeded']],
    ['a refusal of the key is one too', () => new CredentialError('key'), ['succeeded']],
    ['a failure of the upstream is none', () => new UpstreamError('502'), []],
    ['a cancelled call is none', () => new CancelledError(), []],
  ])('%s', async (_, create, noted) => {
    const { permits, log } = createOpenPermits();
    const error = create();
    const run = createLimiter(permits).run(options, () => Promise.reject(error));
    await expect(run).rejects.toBe(error);
    expect(log).toEqual(['acquire 0', ...noted, 'answered 0']);
  });

  it('gives the permit back when a bound of our own keeps the call from leaving', async () => {
    const { permits, log } = createOpenPermits();
    const error = new BoundError('the daily ceiling');
    const refused = createLimiter(permits).run(options, () => Promise.reject(error));
    await expect(refused).rejects.toBe(error);
    expect(log.slice(0, 2)).toEqual(['acquire 0', 'giveBack 0']);
  });
});

describe('the limiter', () => {
  it('lets no more than 32 calls of a batch past its lane, and interactive calls past all of them', async () => {
    const { permits, log } = createOpenPermits();
    const limiter = createLimiter(permits);
    const ends: (() => void)[] = [];
    const hang = () => new Promise<void>((resolve) => ends.push(resolve));
    const calls = Array.from({ length: 40 }, () => limiter.run(BATCH, hang));
    await expect.poll(() => ends.length).toBe(32);
    await limiter.run(INTERACTIVE, async () => log.push('chat'));
    expect(log).toContain('chat');
    expect(ends).toHaveLength(32);
    for (let ended = 0; ended < 40; ended += 1) {
      await expect.poll(() => ends.length, { interval: 1 }).toBeGreaterThan(ended);
      ends[ended]?.();
    }
    await Promise.all(calls);
  });

  it("does not let one batch's queue stand before another batch", async () => {
    const { permits } = createOpenPermits();
    const limiter = createLimiter(permits);
    let ends: (() => void)[] = [];
    const hang = () => new Promise<void>((resolve) => ends.push(resolve));
    const first = Array.from({ length: 40 }, () => limiter.run({ ...BATCH, batchId: 'first' }, hang));
    await expect.poll(() => ends.length).toBe(32);
    await expect(limiter.run({ ...BATCH, batchId: 'second' }, async () => 'served')).resolves.toBe('served');
    for (let ended = 0; ended < 40; ended += 32) {
      const now = ends;
      ends = [];
      for (const end of now) end();
      if (ended === 0) await expect.poll(() => ends.length).toBe(8);
    }
    await Promise.all(first);
  });

  it('continues when the wall clock is set back', async () => {
    const { permits } = createOpenPermits();
    const limiter = createLimiter(permits);
    const wallMs = Date.now();
    let next: Promise<string> | undefined;
    await limiter.run(BATCH, async () => {
      vi.spyOn(Date, 'now').mockReturnValue(wallMs - 3_600_000);
      next = limiter.run(BATCH, async () => 'served');
    });
    await expect(next).resolves.toBe('served');
  });

  it('closes the permits', async () => {
    const { permits, log } = createOpenPermits();
    await createLimiter(permits).close();
    expect(log).toEqual(['close']);
  });
});
