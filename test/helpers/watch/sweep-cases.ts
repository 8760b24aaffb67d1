import { describe, expect, it, vi } from 'vitest';
import {
  type BijiaError,
  BoundError,
  ConfigError,
  CredentialError,
  StateError,
  ThrottledError,
  UnreachableError,
  UpstreamError,
} from '../../../src/core/errors.js';
import {
  below,
  collect,
  HOUR_MS,
  type OpenWorld,
  see,
  sweepLater,
  toRef,
  type World,
  type WorldOptions,
  watchAllBelow,
  watchBelow,
} from './world.js';

/** What every store of watches has to carry. */
export function defineSweepCases(openWorld: OpenWorld): void {
  const ids = (count: number) => Array.from({ length: count }, (_, at) => String(at + 1));

  async function openShop(count: number, options?: WorldOptions): Promise<World> {
    const world = await openWorld(options);
    for (const id of ids(count)) world.prices.set(id, 100_000);
    await watchAllBelow(world, ids(count), 90_000);
    world.calls.length = 0;
    return world;
  }

  const listLooks = async (world: World) =>
    Promise.all(
      ids(3).map(async (id) =>
        (await world.history.openWatches()).listLooks({ platform: 'acme', id, source: 'acme-api' }),
      ),
    );

  /** The most calls in any window of this length. */
  function countMost(calls: World['calls'], windowMs: number): number {
    const most = calls.map(
      ({ atMs }) => calls.filter((other) => other.atMs > atMs - windowMs && other.atMs <= atMs).length,
    );
    return Math.max(0, ...most);
  }

  describe('an answer that anybody fetched', () => {
    it('is judged without a call of its own, and the next look comes an interval later', async () => {
      const world = await openShop(1);
      world.nowMs += 20 * 60_000;
      see(world, '1', 80_000);
      world.nowMs += 60_000;
      const report = await world.watches.sweep();
      expect(report).toMatchObject({ calls: 0, looks: 0 });
      expect((await collect(world)).map(({ price }) => price?.fen)).toEqual([80_000]);
      // It would have been due ten minutes from now.
      world.nowMs += 20 * 60_000;
      expect(await world.watches.sweep()).toMatchObject({ calls: 0 });
      world.nowMs += 20 * 60_000;
      expect(await world.watches.sweep()).toMatchObject({ calls: 1 });
      expect(await collect(world)).toEqual([]);
    });

    it('is the first look at a product of a long list', async () => {
      const world = await openWorld();
      await watchAllBelow(world, ids(150), 90_000);
      expect(world.calls).toEqual([]);
      see(world, '7', 80_000);
      world.nowMs += 60_000;
      await world.watches.sweep();
      expect(world.calls.flatMap(({ ids: own }) => own)).not.toContain('7');
      const [seven] = (await world.watches.list()).filter(({ products }) => products[0]?.id === '7');
      expect(seven?.state).toMatchObject({ looks: 1, lastFen: 80_000 });
    });

    it('of another source is not compared with the one before', async () => {
      const world = await openWorld();
      world.prices.set('1', 100_000);
      await world.watches.add({ refs: [toRef('1')], rule: { kind: 'drop' }, owner: 'local', to: 'stdout' });
      world.nowMs += 5 * 60_000;
      see(world, '1', 70_000, 'other-api');
      world.nowMs += 60_000;
      await world.watches.sweep();
      expect(await collect(world)).toEqual([]);
    });
  });

  describe('the budget', () => {
    const QUOTA = { calls: 50, windowMs: 60_000 };
    const SHARE = 0.1;

    it.each([
      ['one runner', 1],
      ['three runners', 3],
    ])('is kept in any window, by %s and with everything due at once', async (_, runners) => {
      const world = await openShop(40, { idsPerCall: 1, quota: QUOTA, share: SHARE });
      world.nowMs += 7 * 24 * HOUR_MS;
      for (let minute = 0; minute < 12; minute += 1) {
        await Promise.all(Array.from({ length: runners }, () => world.watches.sweep()));
        world.nowMs += 17_000;
      }
      expect(countMost(world.calls, QUOTA.windowMs)).toBe(QUOTA.calls * SHARE);
      const asked = world.calls.flatMap(({ ids: own }) => own);
      expect(new Set(asked).size).toBe(asked.length);
    });

    it('is waited for by a sweep that may wait, which says when it may not', async () => {
      const world = await openShop(12, { idsPerCall: 1, quota: QUOTA, share: SHARE });
      world.nowMs += 24 * HOUR_MS;
      expect(await world.watches.sweep()).toMatchObject({ calls: 5, isBehind: true });
      world.nowMs += 24 * HOUR_MS;
      const waits: number[] = [];
      const wait = async (ms: number) => {
        waits.push(ms);
        world.nowMs += ms;
      };
      expect(await world.watches.sweep({ wait })).toMatchObject({ calls: 12, isBehind: false });
      expect(waits).toEqual([60_000, 60_000]);
    });

    it('counts calls beyond what was planned', async () => {
      const world = await openShop(6, { idsPerCall: 1, callsPerGroup: 2, quota: QUOTA, share: SHARE });
      world.nowMs += 24 * HOUR_MS;
      expect(await world.watches.sweep()).toMatchObject({ calls: 4, isBehind: true });
    });

    it('of looks that cost money is a number a day', async () => {
      const world = await openWorld({ isPaid: true, idsPerCall: 1, paidDaily: 2 });
      for (const id of ['1', '2']) {
        world.prices.set(id, 100_000);
        const made = await watchBelow(world, id, 90_000);
        expect(made.paidDaily).toBe(2);
      }
      // What is stored must do: setting an alert makes no paid call.
      expect(world.calls).toEqual([]);
      for (let hour = 0; hour < 72; hour += 1) {
        await world.watches.sweep();
        world.nowMs += HOUR_MS;
      }
      expect(countMost(world.calls, 24 * HOUR_MS)).toBeLessThanOrEqual(2);
      expect(world.calls.length).toBeGreaterThanOrEqual(5);
    });
  });

  describe('a call that is made anyway', () => {
    it('takes along what is due soon, and what is due soon makes no call', async () => {
      const world = await openShop(2);
      world.nowMs += 10 * 60_000;
      see(world, '2', 100_000);
      world.nowMs += 60_000;
      await world.watches.sweep();
      // Product 1 is due; 2 was seen a while ago, three quarters of its interval.
      world.nowMs += 23 * 60_000;
      await world.watches.sweep();
      expect(world.calls.map(({ ids: own }) => [...own])).toEqual([['1', '2']]);
      world.nowMs += 20 * 60_000;
      await world.watches.sweep();
      expect(world.calls).toHaveLength(1);
    });
  });

  describe('a price too good to be true', () => {
    it('is looked at again a quarter of an hour later, on the first day too', async () => {
      const world = await openShop(1);
      world.prices.set('1', 100);
      world.nowMs += HOUR_MS;
      await world.watches.sweep();
      expect(await collect(world)).toEqual([]);
      world.prices.set('1', 100_000);
      world.nowMs += 14 * 60_000;
      expect(await world.watches.sweep()).toMatchObject({ looks: 0 });
      world.nowMs += 60_000;
      expect(await world.watches.sweep()).toMatchObject({ looks: 1 });
      expect(await collect(world)).toEqual([]);
    });

    it('is told when the second look says the same', async () => {
      const world = await openShop(1);
      world.prices.set('1', 100);
      world.nowMs += HOUR_MS;
      await world.watches.sweep();
      world.nowMs += 15 * 60_000;
      await world.watches.sweep();
      expect((await collect(world)).map(({ price }) => price?.fen)).toEqual([100]);
    });
  });

  describe('time', () => {
    it('that jumps ahead and comes back loses no look', async () => {
      const world = await openShop(1);
      world.nowMs += 365 * 24 * HOUR_MS;
      await world.watches.sweep();
      world.nowMs -= 365 * 24 * HOUR_MS - HOUR_MS;
      world.calls.length = 0;
      expect(await world.watches.sweep()).toMatchObject({ looks: 1 });
      world.nowMs += HOUR_MS;
      expect(await world.watches.sweep()).toMatchObject({ looks: 1 });
    });

    it('of a machine that is ahead, and asks for nothing, hides nothing that others see', async () => {
      const world = await openShop(1);
      await world.watches.sweep();
      world.nowMs += HOUR_MS;
      world.fault = new ConfigError('Set the clock.', { code: 'clock_off' });
      await world.openOther().sweep();
      world.fault = undefined;
      world.nowMs -= HOUR_MS - 60_000;
      see(world, '1', 80_000);
      world.nowMs += 60_000;
      expect(await world.watches.sweep()).toMatchObject({ calls: 0 });
      expect((await collect(world)).map(({ price }) => price?.fen)).toEqual([80_000]);
    });

    it('without any runner is said, and how long it was', async () => {
      const world = await openShop(1);
      expect(await world.watches.runner()).toMatchObject({ isAlive: false });
      expect((await world.watches.sweep()).awayMs).toBe(0);
      expect(await world.watches.runner()).toEqual({ isAlive: true, lastMs: world.nowMs });
      world.nowMs += 7 * 24 * HOUR_MS;
      expect(await world.watches.runner()).toMatchObject({ isAlive: false });
      expect((await world.watches.sweep()).awayMs).toBe(7 * 24 * HOUR_MS);
    });

    it('of a week without a runner ends with one message', async () => {
      const world = await openShop(20);
      for (const id of ids(20)) world.prices.set(id, 80_000);
      world.nowMs += 7 * 24 * HOUR_MS;
      await world.watches.sweep();
      const messages: number[] = [];
      const send = async (alerts: readonly unknown[]) => {
        messages.push(alerts.length);
        return 'sent' as const;
      };
      await world.watches.deliver(() => true, send);
      expect(messages).toEqual([20]);
    });
  });

  describe('a product whose looks fail', () => {
    it('is asked about once in a sweep, however soon it is due again', async () => {
      const world = await openShop(3, { idsPerCall: 1, leastMs: 1 });
      world.prices.clear();
      world.nowMs += HOUR_MS;
      expect(await world.watches.sweep()).toMatchObject({ calls: 3, failed: 3, isBehind: false });
    });

    it('is looked at once a day after three days, which is told once, and as ever when it answers again', async () => {
      const world = await openShop(1);
      world.prices.delete('1');
      for (let hour = 0; hour < 73; hour += 1) {
        world.nowMs += HOUR_MS;
        await world.watches.sweep();
      }
      expect(world.calls.length).toBeGreaterThan(60);
      expect((await collect(world)).map(({ reason, price }) => [reason, price])).toEqual([
        ['lost', undefined],
      ]);
      world.calls.length = 0;
      for (let hour = 0; hour < 48; hour += 1) {
        world.nowMs += HOUR_MS;
        await world.watches.sweep();
      }
      expect(world.calls.length).toBeLessThanOrEqual(2);
      expect(await collect(world)).toEqual([]);
      world.prices.set('1', 100_000);
      await sweepLater(world);
      world.calls.length = 0;
      world.nowMs += HOUR_MS;
      await world.watches.sweep();
      expect(world.calls).toHaveLength(1);
    });
  });

  describe('a runner without a key', () => {
    const ACME = { platform: 'acme', source: '' };

    it('leaves looks to those that have one, and fails none, after a week without any runner either', async () => {
      const world = await openShop(3);
      await world.watches.sweep();
      world.nowMs += 7 * 24 * HOUR_MS;
      world.hasKey = false;
      for (let minute = 0; minute < 3; minute += 1) {
        expect(await world.watches.listDueOrigins()).toEqual([]);
        expect(await world.watches.countDue()).toBe(0);
        for (const origin of [undefined, ACME]) {
          expect(await world.watches.sweep({ origin })).toMatchObject({
            looks: 0,
            failed: 0,
            isBehind: false,
          });
        }
        world.nowMs += 60_000;
      }
      world.hasKey = true;
      expect(await world.watches.listDueOrigins()).toEqual([ACME]);
      expect(await world.watches.countDue()).toBe(3);
      expect(await world.watches.sweep({ origin: ACME })).toMatchObject({ looks: 3, failed: 0 });
    });

    it('judges what others have seen, and leaves it to them when to look again', async () => {
      const world = await openShop(1);
      world.nowMs += 20 * 60_000;
      see(world, '1', 80_000);
      world.nowMs += 60_000;
      world.hasKey = false;
      await world.watches.sweep();
      expect((await collect(world)).map(({ price }) => price?.fen)).toEqual([80_000]);
      world.hasKey = true;
      world.nowMs += 10 * 60_000;
      expect(await world.watches.sweep()).toMatchObject({ looks: 1 });
    });

    it('tells that nobody could ask for three days, once, and looks as ever where there is a key again', async () => {
      const world = await openShop(1);
      world.hasKey = false;
      for (let hour = 0; hour < 5 * 24; hour += 1) {
        await world.watches.sweep();
        world.nowMs += HOUR_MS;
        if (hour === 70) expect(await collect(world)).toEqual([]);
      }
      expect((await collect(world)).map(({ reason }) => reason)).toEqual(['lost']);
      expect(world.calls).toEqual([]);
      world.hasKey = true;
      await sweepLater(world);
      world.nowMs += HOUR_MS;
      expect(await world.watches.sweep()).toMatchObject({ looks: 1, failed: 0 });
    });
  });

  describe('two sources in one minute', () => {
    it.each(['older', 'newer'])('count by who answered last, be the other one %s', async (age) => {
      const world = await openWorld();
      if (age === 'older') see(world, '1', 99_000, 'other-api');
      await world.history.getReports('acme', '1', 1);
      world.nowMs += HOUR_MS;
      world.prices.set('1', 100_000);
      await watchBelow(world, '1', 90_000);
      world.nowMs += HOUR_MS;
      const { prices } = world;
      const { get } = prices;
      prices.set('1', 80_000);
      prices.get = (id) => {
        // Somebody else asks another source while the sweep is under way.
        see(world, id, 99_000, 'other-api');
        return get.call(prices, id);
      };
      expect(await world.watches.sweep()).toMatchObject({ looks: 1, failed: 0 });
      expect((await collect(world)).map(({ price }) => price?.fen)).toEqual([80_000]);
    });
  });

  describe('what says nothing of the product', () => {
    const ACME = { platform: 'acme', source: '' };
    const CLOCK_OFF = new ConfigError('Set the clock.', { code: 'clock_off' });

    it.each<[string, BijiaError]>([
      ['a clock that is off', CLOCK_OFF],
      ['a refused secret', new CredentialError('refused')],
      ['a bound of our own', new BoundError('used', { code: 'daily_calls_used' })],
      ['a used up quota', new ThrottledError('later')],
      ['a full database', new StateError('full', { code: 'state_full' })],
      ['no way to the upstream', new UnreachableError('no route')],
    ])('%s gives looks back as they were, and asks once', async (_, fault) => {
      const world = await openShop(3, { idsPerCall: 1 });
      await world.watches.sweep();
      world.nowMs += HOUR_MS;
      world.calls.length = 0;
      world.fault = fault;
      const before = await listLooks(world);
      for (const origin of [undefined, ACME]) {
        const report = await world.watches.sweep({ origin });
        expect(report).toMatchObject({ looks: 0, failed: 0, isBehind: false });
        if (!origin) expect(report.fault).toBe(fault);
      }
      expect(world.calls).toHaveLength(1);
      expect(await listLooks(world)).toEqual(before);
      // For the others it is due as before.
      world.fault = undefined;
      const other = world.openOther({ idsPerCall: 1 });
      expect(await other.listDueOrigins()).toEqual([ACME]);
      expect(await other.sweep()).toMatchObject({ looks: 3, failed: 0 });
    });

    it('is tried again after a while, and everything goes on when it is over', async () => {
      const world = await openShop(3);
      world.nowMs += HOUR_MS;
      world.fault = CLOCK_OFF;
      await world.watches.sweep();
      expect(await world.watches.listDueOrigins()).toEqual([]);
      world.nowMs += 10 * 60_000;
      expect(await world.watches.listDueOrigins()).toEqual([ACME]);
      world.calls.length = 0;
      expect(await world.watches.sweep()).toMatchObject({ looks: 0, failed: 0, fault: CLOCK_OFF });
      expect(world.calls).toHaveLength(1);
      world.fault = undefined;
      world.nowMs += 10 * 60_000;
      const report = await world.watches.sweep();
      expect(report).toMatchObject({ looks: 3, failed: 0 });
      expect(report.fault).toBeUndefined();
    });

    it('is told when it has lasted for three days on every machine', async () => {
      const world = await openShop(1);
      world.fault = new CredentialError('refused');
      for (let hour = 0; hour < 5 * 24; hour += 1) {
        await world.watches.sweep();
        world.nowMs += HOUR_MS;
        if (hour === 70) expect(await collect(world)).toEqual([]);
      }
      expect((await collect(world)).map(({ reason }) => reason)).toEqual(['lost']);
    });

    it('is not a failure of the upstream: that is the look of the product', async () => {
      const world = await openShop(2);
      world.nowMs += HOUR_MS;
      world.fault = new UpstreamError('down');
      const report = await world.watches.sweep();
      expect(report).toMatchObject({ looks: 2, failed: 2 });
      expect(report.fault).toBeUndefined();
    });

    it('is that a machine may pay for no look: one that may is not kept from it', async () => {
      const payer = { isPaid: true, paidDaily: 5 };
      const world = await openShop(2, payer);
      world.nowMs += 25 * HOUR_MS;
      const other = world.openOther({ isPaid: true });
      expect(await other.listDueOrigins()).toEqual([]);
      expect(await other.sweep({ origin: ACME })).toMatchObject({ looks: 0, failed: 0 });
      expect(await world.watches.sweep()).toMatchObject({ looks: 2, failed: 0 });
    });
  });

  describe('a sweep', () => {
    it('of another origin looks at nothing', async () => {
      const world = await openShop(2);
      world.nowMs += HOUR_MS;
      const origin = { platform: 'acme', source: 'other-api' };
      expect(await world.watches.sweep({ origin })).toMatchObject({ looks: 0 });
      expect(await world.watches.countDue()).toBe(2);
    });

    it('is missing while something is due, and a minute after the last one, so that what others saw is judged', async () => {
      const world = await openShop(2);
      const { watches } = world;
      const origins = [{ platform: 'acme', source: '' }];
      expect(await watches.listDueOrigins()).toEqual(origins);
      await watches.sweep();
      expect(await watches.listDueOrigins()).toEqual([]);
      world.nowMs += 60_000;
      expect(await watches.listDueOrigins()).toEqual(origins);
      expect(await watches.listDueOrigins(60_000)).toEqual([]);
      await watches.sweep();
      world.nowMs += HOUR_MS;
      expect(await watches.listDueOrigins()).toEqual(origins);
      expect(await watches.listDueOrigins(2 * HOUR_MS)).toEqual([]);
    });

    it('that fails gives back what it has taken', async () => {
      const world = await openShop(3, { idsPerCall: 1 });
      world.nowMs += HOUR_MS;
      const store = await world.history.openWatches();
      const broken = vi.spyOn(store, 'settle').mockRejectedValueOnce(new StateError('away'));
      await expect(world.watches.sweep()).rejects.toThrow('away');
      expect(await world.watches.sweep()).toMatchObject({ looks: 3, failed: 0 });
      broken.mockRestore();
    });

    it('after a long time without any makes up for what was missed within an hour, while that lasts', async () => {
      const world = await openShop(30, { idsPerCall: 1, quota: { calls: 50, windowMs: 60_000 }, share: 0.2 });
      const { watches } = world;
      await watches.sweep();
      await sweepLater(world);
      expect(await watches.isCatchingUp()).toBe(true);
      for (let minute = 0; minute < 2; minute += 1) {
        world.nowMs += 60_000;
        expect(await watches.isCatchingUp()).toBe(true);
        await watches.sweep();
      }
      expect(await watches.isCatchingUp()).toBe(false);
      await sweepLater(world);
      world.nowMs += HOUR_MS;
      expect(await watches.isCatchingUp()).toBe(false);
    });
  });

  describe('a group', () => {
    it('is judged once where all its products are looked at together', async () => {
      const world = await openWorld();
      world.prices.set('1', 100_000).set('2', 110_000);
      const wish = { refs: [toRef('1'), toRef('2')], rule: below(90_000), owner: 'local', to: 'stdout' };
      await world.watches.add(wish);
      world.prices.set('1', 85_000).set('2', 80_000);
      await sweepLater(world);
      expect((await collect(world)).map(({ productId, price }) => [productId, price?.fen])).toEqual([
        ['2', 80_000],
      ]);
      const [watch] = await world.watches.list();
      expect(watch?.state.looks).toBe(2);
    });
  });
}
