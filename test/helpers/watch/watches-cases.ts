import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { formatAlert } from '../../../src/core/prices/alert.js';
import { below, collect, HOUR_MS, type OpenWorld, sweepLater, toRef, watchBelow } from './world.js';

/** What every store of watches has to carry. */
export function defineWatchCases(openWorld: OpenWorld): void {
  describe('a price alert', () => {
    it('is told once, with what it was and what was wished', async () => {
      const world = await openWorld();
      world.prices.set('1', 100_000);
      const { watch, isReached } = await watchBelow(world, '1', 90_000);
      expect(isReached).toBe(false);
      world.prices.set('1', 89_000);
      await sweepLater(world);
      expect((await collect(world)).map(formatAlert)).toMatchObject([
        {
          watch: watch.id,
          platform: 'acme',
          id: '1',
          reason: 'below',
          price: { amount: 890, kind: 'sale' },
          was: 1000,
          target: 900,
          verdict: 'unknown',
        },
      ]);
      await sweepLater(world);
      expect(await collect(world)).toEqual([]);
    });

    it('costs one call for a hundred who watch one product', async () => {
      const world = await openWorld();
      world.prices.set('1', 100_000);
      const owners = Array.from({ length: 100 }, (_, at) => `telegram:${at}`);
      await world.watches.addAll(
        owners.map((owner) => ({ refs: [toRef('1')], rule: below(90_000), owner, to: 'stdout' })),
      );
      world.calls.length = 0;
      world.prices.set('1', 80_000);
      const report = await sweepLater(world);
      expect(world.calls).toMatchObject([{ ids: ['1'] }]);
      expect(report).toMatchObject({ looks: 1, calls: 1 });
      expect(await collect(world)).toHaveLength(100);
    });

    it('asks about many products together, and about no more than are due', async () => {
      const world = await openWorld({ idsPerCall: 3 });
      for (const id of ['1', '2', '3', '4']) {
        world.prices.set(id, 100_000);
        await watchBelow(world, id, 90_000);
      }
      world.calls.length = 0;
      await sweepLater(world);
      expect(world.calls.map(({ ids }) => ids.length).sort()).toEqual([1, 3]);
      await world.watches.sweep();
      expect(world.calls).toHaveLength(2);
    });

    it('counts the calls that are made, and begins none that would pass the bound', async () => {
      const world = await openWorld({ idsPerCall: 1, callsPerGroup: 2 });
      for (const id of ['1', '2', '3']) {
        world.prices.set(id, 529_900);
        await watchBelow(world, id, 500_000);
      }
      world.nowMs += 2 * HOUR_MS;
      expect(await world.watches.sweep({ maxCalls: 3 })).toMatchObject({ calls: 2, looks: 1 });
      expect(await world.watches.sweep()).toMatchObject({ calls: 4, looks: 2 });
    });

    it('stops at a bound of calls and continues with the next sweep', async () => {
      const world = await openWorld({ idsPerCall: 1 });
      for (const id of ['1', '2', '3']) {
        world.prices.set(id, 100_000);
        await watchBelow(world, id, 90_000);
      }
      world.calls.length = 0;
      world.nowMs += 25 * HOUR_MS;
      expect(await world.watches.sweep({ maxCalls: 2 })).toMatchObject({ calls: 2 });
      expect(await world.watches.sweep()).toMatchObject({ calls: 1 });
      expect(new Set(world.calls.flatMap(({ ids }) => ids))).toEqual(new Set(['1', '2', '3']));
    });

    it('looks at each product once, however many runners there are', async () => {
      const world = await openWorld({ idsPerCall: 1 });
      for (const id of ['1', '2', '3', '4']) {
        world.prices.set(id, 100_000);
        await watchBelow(world, id, 90_000);
      }
      world.calls.length = 0;
      world.nowMs += 25 * HOUR_MS;
      await Promise.all([world.watches.sweep(), world.watches.sweep(), world.watches.sweep()]);
      expect(world.calls.flatMap(({ ids }) => ids).sort()).toEqual(['1', '2', '3', '4']);
    });

    it('is not told when looks fail, and the product is looked at again', async () => {
      const world = await openWorld();
      world.prices.set('1', 100_000);
      await watchBelow(world, '1', 90_000);
      world.prices.delete('1');
      expect(await sweepLater(world)).toMatchObject({ failed: 1 });
      expect(await collect(world)).toEqual([]);
      world.prices.set('1', 80_000);
      await sweepLater(world);
      expect(await collect(world)).toHaveLength(1);
    });

    it('that was cut off while it was sent is never sent again', async () => {
      const world = await openWorld();
      world.prices.set('1', 100_000);
      await watchBelow(world, '1', 90_000);
      world.prices.set('1', 80_000);
      await sweepLater(world);
      const store = await world.history.openWatches();
      // A process takes the alert and dies before it can say what became of it.
      expect(await store.takeAlerts(() => true, { maxSingle: 5, max: 10 })).toHaveLength(1);
      await sweepLater(world);
      expect(await collect(world)).toEqual([]);
      expect((await world.watches.listAlerts(0)).map(({ status }) => status)).toEqual(['unknown']);
    });

    it('after one that was cut off is still sent', async () => {
      const world = await openWorld();
      for (const id of ['1', '2', '3']) {
        world.prices.set(id, 100_000);
        await watchBelow(world, id, 90_000);
        world.prices.set(id, 80_000);
      }
      await sweepLater(world);
      let sent = 0;
      const die = () => {
        sent += 1;
        return sent === 2 ? new Promise<never>(() => undefined) : Promise.resolve('sent' as const);
      };
      void world.watches.deliver(() => true, die);
      await expect.poll(() => sent).toBe(2);
      expect(await collect(world)).toHaveLength(1);
      const statuses = (await world.watches.listAlerts(0)).map(({ status }) => status);
      expect(statuses.sort()).toEqual(['sending', 'sent', 'sent']);
    });

    it('is forgotten some months after it was sent, and given up after one where nobody takes it', async () => {
      const world = await openWorld();
      for (const id of ['1', '2', '3']) {
        world.prices.set(id, 100_000);
        await world.watches.add({
          ...{ refs: [toRef(id)], rule: below(90_000), owner: 'local', to: `telegram:${id}` },
        });
        world.prices.set(id, 80_000);
      }
      await sweepLater(world);
      await collect(world, (to) => to === 'telegram:1');
      const statusesAfter = async (days: number) => {
        world.nowMs += days * 24 * HOUR_MS;
        await world.watches.sweep();
        return (await world.watches.listAlerts(0)).map(({ status }) => status).sort();
      };
      expect(await statusesAfter(29)).toEqual(['due', 'due', 'sent']);
      expect(await statusesAfter(2)).toEqual(['failed', 'failed', 'sent']);
      expect(await statusesAfter(60)).toEqual([]);
    });

    it('that could not be sent is shown as failed', async () => {
      const world = await openWorld();
      world.prices.set('1', 100_000);
      await watchBelow(world, '1', 90_000);
      world.prices.set('1', 80_000);
      await sweepLater(world);
      await world.watches.deliver(
        () => true,
        async () => {
          throw new Error('blocked');
        },
      );
      expect((await world.watches.listAlerts(0)).map(({ status }) => status)).toEqual(['failed']);
    });

    it('of a group is of the cheapest one', async () => {
      const world = await openWorld();
      world.prices.set('1', 100_000).set('2', 110_000);
      await world.watches.add({
        refs: [toRef('1'), toRef('2')],
        rule: below(90_000),
        owner: 'local',
        to: 'stdout',
      });
      world.prices.set('2', 85_000);
      await sweepLater(world);
      expect((await collect(world)).map(({ productId }) => productId)).toEqual(['2']);
    });

    it('comes as one message where there are many for one place', async () => {
      const world = await openWorld();
      for (let at = 0; at < 8; at += 1) {
        world.prices.set(String(at), 100_000);
        await watchBelow(world, String(at), 90_000);
        world.prices.set(String(at), 80_000);
      }
      await sweepLater(world);
      const messages: number[] = [];
      await world.watches.deliver(
        () => true,
        async (alerts) => {
          messages.push(alerts.length);
          return 'sent';
        },
      );
      expect(messages).toEqual([8]);
    });

    it('is sent by one of several who send at once', async () => {
      const world = await openWorld();
      for (let at = 0; at < 12; at += 1) {
        world.prices.set(String(at), 100_000);
        const wish = { refs: [toRef(String(at))], rule: below(90_000), owner: 'local', to: `telegram:${at}` };
        await world.watches.add(wish);
        world.prices.set(String(at), 80_000);
      }
      await sweepLater(world);
      const told: string[] = [];
      const send = async (alerts: readonly { readonly id: string }[]) => {
        told.push(...alerts.map(({ id }) => id));
        return 'sent' as const;
      };
      await Promise.all(Array.from({ length: 4 }, () => world.watches.deliver(() => true, send)));
      expect(told).toHaveLength(12);
      expect(new Set(told).size).toBe(12);
    });

    it('that certainly did not arrive is sent later, each by itself', async () => {
      const world = await openWorld();
      for (const id of ['1', '2', '3', '4', '5', '6']) {
        world.prices.set(id, 100_000);
        await watchBelow(world, id, 90_000);
        world.prices.set(id, 80_000);
      }
      await sweepLater(world);
      await world.watches.deliver(
        () => true,
        async (alerts) => alerts.map(({ productId }) => (productId === '3' ? 'due' : 'sent')),
      );
      expect((await collect(world)).map(({ productId }) => productId)).toEqual(['3']);
      expect(await collect(world)).toEqual([]);
    });

    it('is not looked for while its place is paused, and goes along when the place moves', async () => {
      const world = await openWorld();
      world.prices.set('1', 100_000);
      await watchBelow(world, '1', 90_000);
      await world.watches.pause('stdout');
      world.calls.length = 0;
      world.prices.set('1', 80_000);
      await sweepLater(world);
      expect(world.calls).toEqual([]);
      await world.watches.resume('stdout');
      await sweepLater(world);
      await world.watches.move('stdout', 'webhook:X');
      expect(await collect(world)).toEqual([]);
      const [alert] = await collect(world, (to) => to === 'webhook:X');
      expect(alert).toMatchObject({ productId: '1', to: 'webhook:X' });
      expect((await world.watches.list()).map(({ to }) => to)).toEqual(['webhook:X']);
    });

    it('is gone with everything else of an owner who is forgotten', async () => {
      const world = await openWorld();
      world.prices.set('1', 100_000);
      await watchBelow(world, '1', 90_000, 'telegram:7');
      await watchBelow(world, '1', 90_000, 'telegram:8');
      world.prices.set('1', 80_000);
      await sweepLater(world);
      await world.watches.forget('telegram:7');
      expect((await world.watches.list()).map(({ owner }) => owner)).toEqual(['telegram:8']);
      expect((await world.watches.listAlerts(0)).map(({ alert }) => alert.owner)).toEqual(['telegram:8']);
    });

    it('belongs to the user who set it', async () => {
      const world = await openWorld();
      world.prices.set('1', 100_000);
      const { watch } = await watchBelow(world, '1', 90_000, 'telegram:7');
      expect(await world.watches.list('local')).toEqual([]);
      expect(await world.watches.remove([watch.id], 'local')).toEqual([]);
      expect(await world.watches.remove([watch.id], 'telegram:7')).toEqual([watch.id]);
      world.calls.length = 0;
      await sweepLater(world);
      expect(world.calls).toEqual([]);
    });

    it('goes to a webhook, signed, and again until it is taken', async () => {
      const world = await openWorld();
      world.prices.set('1', 100_000);
      await world.watches.add({
        refs: [toRef('1')],
        rule: below(90_000),
        owner: 'local',
        to: 'webhook:SHOP',
      });
      world.prices.set('1', 80_000);
      await sweepLater(world);
      world.postStatus = 500;
      await world.watches.deliverToWebhooks();
      await world.watches.deliverToWebhooks();
      // Told once: it is tried each minute.
      expect(world.warnings).toEqual([
        {
          message: 'a webhook did not take its alerts; they are posted again until it does',
          name: 'SHOP',
          detail: 'The webhook SHOP answered with status 500.',
        },
      ]);
      world.postStatus = 204;
      await world.watches.deliverToWebhooks();
      await world.watches.deliverToWebhooks();
      expect(world.posted).toHaveLength(3);
      const [{ url, headers, body } = { url: '', headers: {} as Record<string, string>, body: '' }] =
        world.posted;
      expect(url).toBe('https://hooks.example/price');
      expect(JSON.parse(body)).toMatchObject({ alerts: [{ reason: 'below', price: { amount: 800 } }] });
      const signature = createHmac('sha256', 'hush').update(body).digest('hex');
      expect(headers['x-bijia-signature']).toBe(`sha256=${signature}`);
    });

    it('is refused where looks cost money that nobody has allowed, and bounded where somebody has', async () => {
      const refused = await openWorld({ isPaid: true, idsPerCall: 1 });
      await expect(watchBelow(refused, '1', 100)).rejects.toThrow('BIJIA_WATCH_PAID_DAILY');
      const world = await openWorld({ isPaid: true, idsPerCall: 1, paidDaily: 2 });
      for (const id of ['1', '2', '3', '4']) {
        world.prices.set(id, 100_000);
        if (id < '3') await watchBelow(world, id, 90_000);
      }
      await expect(
        Promise.all(['5', '6', '7', '8'].map((id) => watchBelow(world, id, 90_000))),
      ).rejects.toThrow('BIJIA_WATCH_SHARE');
    });
  });
}
