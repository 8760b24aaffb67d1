import { describe, expect, it } from 'vitest';
import { BijiaError } from '../../../src/core/errors.js';
import { below, collect, openWorld, see, sweepLater, toRef, watchBelow } from '../../helpers/watch/world.js';

const LOCAL = { owner: 'local', to: 'stdout' };

describe('setting an alert', () => {
  it('again changes it, and one whose rule stays remembers what was told', async () => {
    const world = await openWorld();
    world.prices.set('1', 100_000);
    const { watch } = await watchBelow(world, '1', 90_000);
    world.prices.set('1', 80_000);
    await sweepLater(world);
    expect(await collect(world)).toHaveLength(1);
    await watchBelow(world, '1', 90_000);
    expect(await world.watches.list()).toHaveLength(1);
    await sweepLater(world);
    expect(await collect(world)).toEqual([]);
    const changed = await watchBelow(world, '1', 70_000);
    expect(changed.watch.id).toBe(watch.id);
    expect((await world.watches.list()).map(({ rule }) => rule)).toEqual([below(70_000)]);
    world.prices.set('1', 65_000);
    await sweepLater(world);
    expect(await collect(world)).toMatchObject([{ targetFen: 70_000 }]);
  });

  it('is refused for a product that is gone, and not for one that does not answer just now', async () => {
    const world = await openWorld();
    world.prices.set('1', 'gone');
    await expect(watchBelow(world, '1', 90_000)).rejects.toMatchObject({ outcome: 'not_found' });
    const { look } = await watchBelow(world, '2', 90_000);
    expect(look.isBuyable).toBeUndefined();
    expect(await world.watches.list()).toHaveLength(1);
  });

  it('opens short links', async () => {
    const world = await openWorld();
    world.prices.set('7', 100_000);
    const short = { platform: 'acme', kind: 'short', id: null, url: 'https://s.acme.example/7' } as const;
    const { watch } = await world.watches.add({ ...LOCAL, refs: [short], rule: below(1) });
    expect(watch.products).toEqual([
      { platform: 'acme', id: '7', askId: '7', url: 'https://acme.example/7' },
    ]);
  });

  it.each(['shop', 'none', 'short'] as const)(
    'is refused for what leads to no product, which has an id like one: a reference of kind %s',
    async (kind) => {
      const world = await openWorld();
      const id = kind === 'shop' ? '7' : null;
      const url = `https://acme.example/${kind === 'short' ? 'shop-7' : '7'}`;
      const wish = { ...LOCAL, refs: [{ platform: 'acme', kind, id, url }], rule: below(1) };
      await expect(world.watches.add(wish)).rejects.toMatchObject({ outcome: 'invalid' });
      expect(await world.watches.list()).toEqual([]);
    },
  );

  it('says when the target is reached, and when it is far below', async () => {
    const world = await openWorld();
    world.prices.set('1', 100_000);
    expect(await watchBelow(world, '1', 100_000)).toMatchObject({ isReached: true, isFarBelow: false });
    expect(await watchBelow(world, '1', 29_999)).toMatchObject({ isReached: false, isFarBelow: true });
    expect(await watchBelow(world, '1', 30_000)).toMatchObject({ isFarBelow: false });
  });

  it('is refused where it would be told to a webhook that nobody named', async () => {
    const world = await openWorld();
    const wish = { refs: [toRef('1')], rule: below(1), owner: 'local', to: 'webhook:SHOOP' };
    await expect(world.watches.add(wish)).rejects.toThrow('BIJIA_WEBHOOK_SHOOP_URL. Set already: SHOP.');
  });

  it('is refused where no prices are noted', async () => {
    const world = await openWorld({ isHistoryOff: true });
    await expect(watchBelow(world, '1', 1)).rejects.toThrow('BIJIA_HISTORY=0');
  });
});

describe('a list', () => {
  const listOf = (count: number) =>
    Array.from({ length: count }, (_, at) => ({ ...LOCAL, refs: [toRef(String(at + 1))], rule: below(100) }));

  it('of ten thousand is set without a call, each line by itself, and looked at by the sweeps', async () => {
    const world = await openWorld();
    const made = await world.watches.addAll(listOf(10_000));
    expect(made.filter((one) => one instanceof BijiaError)).toEqual([]);
    expect(world.calls).toEqual([]);
    expect(new Set((await world.watches.list()).map(({ id }) => id)).size).toBe(10_000);
    expect(await world.watches.countDue()).toBe(10_000);
    expect(await world.watches.sweep({ maxCalls: 3 })).toMatchObject({ calls: 3, looks: 300 });
    expect(await world.watches.countDue()).toBe(9700);
    const ids = (await world.watches.list()).map(({ id }) => id);
    expect(await world.watches.remove(ids, 'local')).toHaveLength(10_000);
    expect(await world.watches.countDue()).toBe(0);
  });

  it('of up to a hundred is looked up in as few calls as there are', async () => {
    const world = await openWorld();
    for (let at = 1; at <= 100; at += 1) world.prices.set(String(at), 50_000);
    const made = await world.watches.addAll(listOf(100));
    expect(world.calls).toHaveLength(1);
    expect(made.every((one) => 'look' in one && one.look.price?.fen === 50_000)).toBe(true);
  });

  it('is taken as far as each price can be looked at once a day', async () => {
    const quota = { calls: 10, windowMs: 24 * 3_600_000 };
    const world = await openWorld({ idsPerCall: 1, quota, share: 0.3 });
    const results = await world.watches.addAll(listOf(5));
    expect(results.map((one) => ('code' in one ? one.code : 'made'))).toEqual([
      'made',
      'made',
      'made',
      'too_many_watches',
      'too_many_watches',
    ]);
    expect(results.at(-1)).toMatchObject({ message: expect.stringContaining('every 32 hours') });
    // What is watched already is not more.
    const again = await world.watches.addAll(listOf(3));
    expect(again.every((one) => 'watch' in one)).toBe(true);
  });
});

it('what changed since a report is listed with the largest drop first', async () => {
  const world = await openWorld();
  for (const id of ['1', '2', '3', '4']) world.prices.set(id, 100_000);
  for (const id of ['1', '2', '3', '4']) await watchBelow(world, id, 95_000);
  world.prices.set('1', 90_000).set('2', 110_000).set('3', 60_000);
  await sweepLater(world);
  const changes = await world.watches.listChanges('local');
  expect(changes.map(({ product, share, targetFen }) => [product.id, share, targetFen])).toEqual([
    ['3', 0.4, 95_000],
    ['1', 0.1, 95_000],
    ['2', -0.1, 95_000],
  ]);
  await world.watches.noteReport(changes);
  expect(await world.watches.listChanges('local')).toEqual([]);
  world.nowMs += 3_600_000;
  see(world, '3', 100_000);
  expect(await world.watches.listChanges('local')).toMatchObject([{ beforeFen: 60_000, nowFen: 100_000 }]);
  expect(await world.watches.listChanges('somebody else')).toEqual([]);
});
