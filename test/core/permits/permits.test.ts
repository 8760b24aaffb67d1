import { setMaxListeners } from 'node:events';
import { afterEach, describe, expect, it } from 'vitest';
import { CancelledError, ThrottledError } from '../../../src/core/errors.js';
import type { Permit } from '../../../src/core/permits/permits.js';
import { settle } from '../../helpers/fake-clock.js';
import {
  ask,
  type OfficeOptions,
  openOffice,
  type PermitOffice,
  runBatch,
  useUp,
} from '../../helpers/permit-office.js';

const INTERACTIVE = { lane: 'interactive' } as const;
const BATCH = { lane: 'batch' } as const;
const HOLD_MS = 60_250;
const LEASE_MS = 16_000;

let offices: PermitOffice[] = [];

function open(options?: OfficeOptions) {
  const office = openOffice(options);
  offices.push(office);
  const [permits, other] = office.processes;
  if (!permits) throw new Error('an office has a process');
  return { ...office, office, permits, other: other ?? permits };
}

/** A batch of many askers that are never answered: shows the moments at which permits come. */
function askMany(office: PermitOffice, count: number, options: Parameters<typeof ask>[2]) {
  const [permits] = office.processes;
  if (!permits) throw new Error('an office has a process');
  return Array.from({ length: count }, () => ask(office, permits, options));
}

const countServed = (asked: readonly { isServed: () => boolean }[]) =>
  asked.filter((one) => one.isServed()).length;

afterEach(async () => {
  for (const { processes } of offices) for (const permits of processes) await permits.close();
  offices = [];
});

describe('a permit', () => {
  it('stays in use for the window and its guard after the answer', async () => {
    const { permits, clock, office } = open({ limit: { calls: 1, windowMs: 60_000 } });
    const first = await permits.acquire(INTERACTIVE);
    await clock.advance(5000);
    await first.answered();
    const second = ask(office, permits, INTERACTIVE);
    await clock.advance(HOLD_MS - 1);
    expect(second.isServed()).toBe(false);
    await clock.advance(1);
    expect(second.isServed()).toBe(true);
  });

  it('that is never answered stays in use until its lease and the hold are over', async () => {
    const { permits, clock, office } = open({ limit: { calls: 1, windowMs: 60_000 } });
    await permits.acquire(INTERACTIVE);
    const second = ask(office, permits, INTERACTIVE);
    await clock.advance(HOLD_MS + LEASE_MS - 1);
    expect(second.isServed()).toBe(false);
    await clock.advance(1);
    expect(second.isServed()).toBe(true);
  });

  it('given back is free at once, also for who waits already', async () => {
    const { permits, office } = open({ limit: { calls: 1, windowMs: 60_000 } });
    const first = await permits.acquire(INTERACTIVE);
    const second = ask(office, permits, INTERACTIVE);
    await settle();
    expect(second.isServed()).toBe(false);
    await first.giveBack();
    await settle();
    expect(second.isServed()).toBe(true);
  });

  it('is closed once: an answer after it was given back changes nothing', async () => {
    const { permits } = open();
    const permit = await permits.acquire(INTERACTIVE);
    await permit.giveBack();
    await permit.answered();
    expect((await permits.status()).inUse).toBe(0);
  });

  it('is no longer fresh after a sleep of more than a sixtieth of the window', async () => {
    const { permits, clock } = open();
    const permit = await permits.acquire(INTERACTIVE);
    clock.jump(1000);
    expect(permit.isFresh()).toBe(true);
    clock.jump(1);
    expect(permit.isFresh()).toBe(false);
  });
});

describe('a batch', () => {
  it.each([
    ['all of a small one', 90, 90, 90],
    ['all of one that leaves three free', 97, 97, 97],
    ['half the quota of one that would leave two', 98, 98, 50],
    ['all but three of one of two quotas', 194, 194, 97],
    ['half the quota of one of more than three', 301, 301, 50],
    ['half the quota when its size is unknown', undefined, 200, 50],
  ])('sends %s at once', async (_, expectedCalls, asked, sent) => {
    const { clock, office } = open();
    const calls = askMany(office, asked, { ...BATCH, expectedCalls });
    await clock.advance(0);
    expect(countServed(calls)).toBe(sent);
  });

  it('spreads the permits after the first burst evenly until the first one returns', async () => {
    const { clock, office } = open();
    const calls = askMany(office, 120, BATCH);
    await clock.advance(59_000);
    const times = calls.flatMap(({ servedMs }) => servedMs ?? []).filter((ms) => ms > 1000);
    expect(times.length).toBeGreaterThanOrEqual(47);
    const gaps = times.slice(1).map((ms, index) => ms - (times[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(1000);
    expect(Math.max(...gaps)).toBeLessThan(1400);
  });

  it('sends at once whatever comes back together', async () => {
    const { permits, clock, office } = open({ batchFirst: true });
    for (let call = 0; call < 100; call += 1) {
      await useUp(permits, 1, INTERACTIVE);
      await clock.advance(10);
    }
    const calls = askMany(office, 150, BATCH);
    await clock.advance(HOLD_MS - 1001);
    expect(countServed(calls)).toBe(0);
    await clock.advance(1100);
    expect(countServed(calls)).toBeGreaterThan(95);
  });

  it('that waits already takes one more caller without another look', async () => {
    const { permits, office, looks } = open();
    askMany(office, 80, BATCH);
    await settle();
    const before = looks();
    const late = permits.acquire(BATCH).catch(() => undefined);
    await settle();
    expect(looks()).toBe(before);
    await permits.close();
    await late;
  });

  it('leaves one permit free for people', async () => {
    const { permits, clock, office } = open({ limit: { calls: 20, windowMs: 60_000 } });
    const calls = askMany(office, 30, BATCH);
    await clock.advance(59_900);
    expect(countServed(calls)).toBe(19);
    const chat = ask(office, permits, INTERACTIVE);
    await settle();
    expect(chat.isServed()).toBe(true);
    expect(chat.toldMs).toBeUndefined();
  });

  it.each([
    [2, 2],
    [5, 5],
    [9, 6],
  ])(
    'after a group of %i interactive calls leaves %i free, in all processes, for ten windows',
    async (size, left) => {
      const { other, clock, office } = open({ processes: 2 });
      await useUp(other, size, INTERACTIVE);
      const calls = askMany(office, 150, BATCH);
      await clock.advance(60_000);
      expect(countServed(calls)).toBe(100 - size - left);
      await clock.advance(30_000);
      const { free } = await other.status();
      expect(free).toBeGreaterThanOrEqual(left);
    },
  );

  it('forgets a group after ten windows', async () => {
    const { permits, clock, office } = open();
    await useUp(permits, 5, INTERACTIVE);
    await clock.advance(601_000);
    const calls = askMany(office, 150, BATCH);
    await clock.advance(60_000);
    expect(countServed(calls)).toBe(99);
  });

  it.each([
    ['batches go first', { batchFirst: true }, {}],
    ['it goes first itself', {}, { batchFirst: true }],
  ])('leaves none free, and spreads nothing, when %s', async (_, options, ask) => {
    const { permits, clock, office } = open(options);
    await useUp(permits, 5, INTERACTIVE);
    const calls = askMany(office, 150, { ...BATCH, ...ask });
    await clock.advance(0);
    expect(countServed(calls)).toBe(95);
  });

  it('spreads while anybody, in any process, has chatted within ten windows', async () => {
    const { other, clock, office } = open({ processes: 2 });
    await useUp(other, 1, INTERACTIVE);
    await clock.advance(599_000);
    const spread = askMany(office, 97, { ...BATCH, expectedCalls: 97 });
    await clock.advance(0);
    expect(countServed(spread)).toBe(50);
  });

  it('of three quotas takes as long as the physics when nobody chats', async () => {
    const { permits, clock, office } = open();
    let left = 291;
    const pull = async () => {
      for (; left > 0; ) {
        left -= 1;
        const permit = await permits.acquire({ ...BATCH, expectedCalls: 291 });
        await clock.wait(300);
        await permit.answered();
      }
    };
    let endedMs: number | undefined;
    void Promise.all(Array.from({ length: 32 }, pull)).then(() => {
      endedMs = office.nowMs();
    });
    await clock.advance(130_000);
    expect(endedMs).toBeLessThan(1.05 * 120_000);
  });

  it('keeps going on the smallest quotas', async () => {
    for (const calls of [1, 2, 3]) {
      const { clock, office } = open({ limit: { calls, windowMs: 1000 }, callTimeoutMs: 250 });
      const controller = new AbortController();
      const run = runBatch(office, office.processes[0] ?? expect.fail(), {
        signal: controller.signal,
        concurrency: 3,
        latencyMs: 1,
      });
      await clock.advance(20_000);
      controller.abort();
      expect((await run).length).toBeGreaterThanOrEqual(19 * Math.ceil(calls / 2));
    }
  });
});

describe('interactive callers', () => {
  it('beyond what is free are each told their wait at once, and the wait is true', async () => {
    const { permits, clock, office } = open({ limit: { calls: 5, windowMs: 60_000 } });
    for (let call = 0; call < 5; call += 1) {
      await useUp(permits, 1, INTERACTIVE);
      await clock.advance(2000);
    }
    const group = askMany(office, 7, INTERACTIVE);
    await settle();
    expect(group.every(({ toldMs }) => toldMs !== undefined)).toBe(true);
    expect(group.slice(0, 5).map(({ toldMs }) => toldMs)).toEqual([50_250, 52_250, 54_250, 56_250, 58_250]);
    await clock.advance(58_250);
    expect(countServed(group)).toBe(5);
    expect(group.slice(0, 5).map(({ servedMs, toldMs }) => (servedMs ?? 0) - 10_000 - (toldMs ?? 0))).toEqual(
      [0, 0, 0, 0, 0],
    );
  });

  it.each([
    ['the same process', 1],
    ['another process', 2],
  ])('in a group are served before any further batch call of %s', async (_, processes) => {
    const { permits, other, clock, office } = open({ processes });
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    const batch = runBatch(office, permits, { signal: controller.signal, concurrency: 32 });
    await clock.advance(150_000);
    const askedMs = office.nowMs();
    const group = Array.from({ length: 40 }, () => ask(office, other, INTERACTIVE));
    await Promise.all(
      group.map(async ({ permit }) => (await permit).answered()).concat(clock.advance(120_000)),
    );
    const lastMs = Math.max(...group.map(({ servedMs }) => servedMs ?? Number.POSITIVE_INFINITY));
    controller.abort();
    const between = (await batch).filter((ms) => ms > askedMs && ms < lastMs);
    expect(lastMs).toBeGreaterThan(askedMs);
    expect(between).toEqual([]);
  });

  it('who leave make room for the next', async () => {
    const { permits, clock, office } = open({ limit: { calls: 1, windowMs: 60_000 } });
    await useUp(permits, 1, INTERACTIVE);
    const controller = new AbortController();
    const leaving = ask(office, permits, { ...INTERACTIVE, signal: controller.signal });
    const staying = ask(office, permits, INTERACTIVE);
    await clock.advance(100);
    controller.abort();
    await expect(leaving.permit).rejects.toBeInstanceOf(CancelledError);
    await clock.advance(HOLD_MS);
    expect(staying.isServed()).toBe(true);
  });

  it('do not suffer from an caller whose callback throws', async () => {
    const { permits, clock, office } = open({ limit: { calls: 1, windowMs: 60_000 } });
    await useUp(permits, 1, INTERACTIVE);
    const throwing = permits.acquire({
      ...INTERACTIVE,
      onWait: () => {
        throw new Error('cannot draw');
      },
    });
    const next = ask(office, permits, INTERACTIVE);
    await expect(throwing).rejects.toThrow('cannot draw');
    await clock.advance(HOLD_MS);
    expect(next.isServed()).toBe(true);
  });
});

describe('batches at once', () => {
  it.each([
    ['in processes of their own', [32, 32], 2],
    ['in one process, one with many callers and one with a single one', [32, 1], 1],
    ['in four processes', [32, 32, 8, 32], 4],
  ])('%s each get at least half an equal share of any three windows', async (_, callers, processes) => {
    const { clock, office } = open({ processes });
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    const runs: Promise<readonly number[]>[] = [];
    for (const [index, concurrency] of callers.entries()) {
      const permits = office.processes[index % processes] ?? expect.fail();
      const batchId = `batch ${index}`;
      runs.push(runBatch(office, permits, { signal: controller.signal, concurrency, batchId }));
      // Each newcomer meets batches that have the whole quota in use.
      await clock.advance(95_000);
    }
    const startMs = office.nowMs() - 95_000;
    await clock.advance(600_000);
    controller.abort();
    const served = await Promise.all(runs);
    for (let fromMs = startMs; fromMs + 180_000 < office.nowMs(); fromMs += 7000) {
      const counts = served.map(
        (times) => times.filter((ms) => ms >= fromMs && ms < fromMs + 180_000).length,
      );
      const all = counts.reduce((sum, count) => sum + count, 0);
      expect(Math.min(...counts) / all).toBeGreaterThanOrEqual(1 / (2 * callers.length));
    }
  });

  it('continue when one of many small ones follows another', async () => {
    const { permits, other, clock, office } = open({ processes: 2 });
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    const { signal } = controller;
    const large = runBatch(office, permits, { signal, concurrency: 32, batchId: 'large' });
    await clock.advance(90_000);
    let small = 0;
    const stream = (async () => {
      for (; !signal.aborted; small += 1) {
        const options = { ...BATCH, batchId: `small ${small}`, expectedCalls: 10, signal };
        const permitsOfOne = await Promise.all(Array.from({ length: 10 }, () => other.acquire(options)));
        await Promise.all(permitsOfOne.map((permit) => permit.answered()));
      }
    })().catch(() => undefined);
    const startMs = office.nowMs();
    await clock.advance(360_000);
    controller.abort();
    await stream;
    const largeCount = (await large).filter((ms) => ms > startMs).length;
    expect(largeCount / (largeCount + 10 * small)).toBeGreaterThan(0.25);
  });
});

describe('after the upstream throttled a call although the quota was kept', () => {
  async function throttle(
    permits: ReturnType<typeof open>['permits'],
    retryAfterMs?: number,
  ): Promise<Permit> {
    const permit = await permits.acquire(BATCH);
    await permits.throttled(permit, retryAfterMs);
    await permit.answered();
    return permit;
  }

  it('interactive calls of all processes are refused at once with the remaining time', async () => {
    const { permits, other, clock } = open({ processes: 2 });
    await throttle(permits);
    await clock.advance(20_000);
    const refused = await other.acquire(INTERACTIVE).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ThrottledError);
    expect(refused).toMatchObject({ code: 'throttled', retryAfterMs: 40_000 });
  });

  it('interactive callers who wait already are refused too', async () => {
    const { permits, other, clock, office } = open({ processes: 2, limit: { calls: 1, windowMs: 60_000 } });
    const held = await permits.acquire(BATCH);
    const waiting = ask(office, other, INTERACTIVE);
    await settle();
    await permits.throttled(held);
    await clock.advance(300);
    await expect(waiting.permit).rejects.toBeInstanceOf(ThrottledError);
  });

  it('a batch waits until the freeze is over, then continues a tenth slower', async () => {
    const { permits, clock, office } = open();
    await throttle(permits);
    const next = ask(office, permits, BATCH);
    await clock.advance(59_999);
    expect(next.isServed()).toBe(false);
    expect(next.toldMs).toBe(60_000);
    await clock.advance(200);
    expect(next.isServed()).toBe(true);
    expect((await permits.status()).effectiveCalls).toBe(90);
  });

  it.each([
    [10_000, 60_000],
    [90_000, 90_000],
  ])(
    'the freeze is the longer of the window and what the upstream asks (%i ms)',
    async (askedMs, frozenForMs) => {
      const { permits } = open();
      await throttle(permits, askedMs);
      expect((await permits.status()).frozenForMs).toBe(frozenForMs);
    },
  );

  it('the limit grows by one per clean window up to the quota', async () => {
    const { permits, clock } = open();
    await throttle(permits);
    for (const [waitMs, calls] of [
      [60_000 + 59_999, 90],
      [1, 91],
      [120_000, 93],
      [3_600_000, 100],
    ] as const) {
      await clock.advance(waitMs);
      expect((await permits.status()).effectiveCalls).toBe(calls);
    }
  });

  it('answers to calls that were on their way change nothing', async () => {
    const { permits, clock } = open();
    const flight = await Promise.all(Array.from({ length: 5 }, () => permits.acquire(BATCH)));
    for (const permit of flight) {
      await permits.throttled(permit);
      await clock.advance(1000);
    }
    expect(await permits.status()).toMatchObject({ effectiveCalls: 90, frozenForMs: 55_000 });
  });

  it('again and again, a quarter of the quota is the least', async () => {
    const { permits, clock } = open({ limit: { calls: 8, windowMs: 60_000 } });
    const seen: number[] = [];
    for (let freeze = 0; freeze < 7; freeze += 1) {
      const permit = await permits.acquire(INTERACTIVE);
      await permits.throttled(permit);
      await permit.giveBack();
      await clock.advance(60_000);
      seen.push((await permits.status()).effectiveCalls);
    }
    expect(seen).toEqual([7, 6, 5, 4, 3, 2, 2]);
  });

  it('three times without a success, batches of all processes stop, resumable', async () => {
    const { permits, other, clock } = open({ processes: 2 });
    for (let freeze = 0; freeze < 3; freeze += 1) {
      await throttle(permits);
      if (freeze < 2) await clock.advance(61_000);
    }
    for (const process of [permits, other]) {
      const refused = await process.acquire(BATCH).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(ThrottledError);
      expect(refused).toMatchObject({ code: 'throttled_repeatedly', stopsBatch: true });
    }
    await clock.advance(60_000);
    const resumed = permits.acquire(BATCH);
    await clock.advance(1000);
    await expect(resumed).resolves.toBeDefined();
  });

  it('a success between them starts the count again, but not one of an older call', async () => {
    const { permits, clock } = open();
    const older = await permits.acquire(BATCH);
    for (let freeze = 0; freeze < 2; freeze += 1) {
      await throttle(permits);
      await clock.advance(61_000);
    }
    const success = await permits.acquire(BATCH);
    permits.succeeded(success);
    await throttle(permits);
    await clock.advance(61_000);
    permits.succeeded(older);
    await throttle(permits);
    await clock.advance(61_000);
    const third = await permits.acquire(BATCH);
    await permits.throttled(third);
    await expect(permits.acquire(BATCH)).rejects.toMatchObject({ code: 'throttled_repeatedly' });
  });
});

describe('the permits', () => {
  it('say how much is in use and how long each lane waits', async () => {
    const { permits } = open({ limit: { calls: 4, windowMs: 60_000 } });
    await useUp(permits, 3, INTERACTIVE);
    const status = await permits.status();
    expect(status).toMatchObject({ effectiveCalls: 4, inUse: 3, free: 1, frozenForMs: 0 });
    expect(status.waitMs('interactive')).toBe(0);
    expect(status.waitMs('batch')).toBeGreaterThan(60_000);
  });

  it('refuse all who wait and all who come once they are closed', async () => {
    const { permits, office } = open({ limit: { calls: 1, windowMs: 60_000 } });
    await useUp(permits, 1, INTERACTIVE);
    const waiting = [ask(office, permits, INTERACTIVE), ask(office, permits, BATCH)];
    await settle();
    await permits.close();
    for (const { permit } of waiting) await expect(permit).rejects.toBeInstanceOf(CancelledError);
    await expect(permits.acquire(INTERACTIVE)).rejects.toBeInstanceOf(CancelledError);
  });

  it('refuse an caller who has left already', async () => {
    const { permits } = open();
    await expect(permits.acquire({ ...BATCH, signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
      CancelledError,
    );
    expect((await permits.status()).inUse).toBe(0);
  });
});
