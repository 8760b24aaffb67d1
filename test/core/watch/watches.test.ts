import { createHmac } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHistory, type History } from '../../../src/core/history/history.js';
import type { NotedRef } from '../../../src/core/links/reference.js';
import type { LookUp } from '../../../src/core/lookup/look-up.js';
import type { Result } from '../../../src/core/product/result.js';
import { openHistoryStore } from '../../../src/core/state/history/open-history-store.js';
import { type Alert, formatAlert } from '../../../src/core/watch/watch.js';
import { createWatches, type Watches } from '../../../src/core/watch/watches.js';
import { acme, createProvider, createSource } from '../../helpers/acme.js';

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-11-29T12:00:00+08:00');

/** A shop whose prices the test sets, with everything real but the network. */
interface World {
  nowMs: number;
  readonly prices: Map<string, number | undefined>;
  /** Ids of each call. */
  readonly calls: string[][];
  readonly watches: Watches;
  readonly history: History;
}

const posted: { url: string; headers: Readonly<Record<string, string>>; body: string }[] = [];
const postStatus = { value: 200 };
let folder: string;
const opened: History[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-watch-'));
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((history) => history.close()));
  await rm(folder, { recursive: true, force: true });
});

function openWorld({
  idsPerCall = 100,
  callsPerGroup = 1,
  paidDaily,
  isPaid = false,
}: {
  idsPerCall?: number;
  callsPerGroup?: number;
  paidDaily?: number;
  isPaid?: boolean;
} = {}) {
  const world = { nowMs: START_MS, prices: new Map<string, number | undefined>(), calls: [] as string[][] };
  const now = () => world.nowMs;
  const history = createHistory({
    folder,
    openStore: (path) => openHistoryStore(path, { now, tell: () => undefined }),
    findProduct: (platform, id) => ({ platform, id }),
    keptDays: 1100,
    pid: process.pid,
    now,
    onFailure: (error) => expect.unreachable(String(error)),
  });
  opened.push(history);
  const provider = createProvider('acme-api', acme);
  const paid = { ...provider, dailyCalls: () => ({ ceiling: undefined, env: 'X' }) };
  const upstream = {
    ...createSource(isPaid ? paid : provider, {
      getProducts: async () => new Map(),
      idsPerCall: () => idsPerCall,
      callsPerGroup: () => callsPerGroup,
    }),
    limit: { calls: 100, windowMs: 60_000 },
  };
  const lookUp: LookUp = async (refs, { onPermit, signal } = {}): Promise<Result[]> => {
    if (signal?.aborted) return refs.map(({ url }) => ({ input: url, outcome: 'cancelled' }));
    for (let call = 0; call < callsPerGroup; call += 1) onPermit?.();
    world.calls.push(refs.map(({ id }) => id ?? ''));
    return refs.map(({ id, url }): Result => {
      const fen = world.prices.get(id ?? '');
      if (fen === undefined) return { input: url, outcome: 'upstream_error' };
      const facts = { id: id ?? '', prices: [{ kind: 'sale' as const, amountFen: fen }] };
      history.record(facts, { platform: 'acme', id: facts.id, source: 'acme-api', atMs: world.nowMs }, []);
      return { input: url, outcome: 'ok' };
    });
  };
  const watches = createWatches({
    openStore: history.openWatches,
    getHistory: () => history,
    lookUp,
    getUpstream: () => upstream,
    providers: [provider],
    webhooks: [{ name: 'SHOP', url: 'https://hooks.example/price', secret: 'hush' }],
    post: async (url, { headers, body }) => {
      posted.push({ url, headers, body });
      return postStatus.value;
    },
    share: 0.2,
    paidDaily,
    now,
  });
  return Object.assign(world, { history, watches }) satisfies World;
}

const toRef = (id: string): NotedRef => ({
  platform: 'acme',
  kind: 'product',
  id,
  url: acme.productUrl(id) ?? '',
});
const watchBelow = (world: World, id: string, fen: number, owner = 'local') =>
  world.watches.add({ refs: [toRef(id)], rule: { kind: 'below', fen }, owner, to: 'stdout' });

async function collect(
  world: World,
  isOurs: (to: string) => boolean = (to) => to === 'stdout',
): Promise<Alert[]> {
  const told: Alert[] = [];
  await world.watches.deliver(isOurs, async (alerts) => {
    told.push(...alerts);
    return 'sent';
  });
  return told;
}

/** A day later: everything is due. */
async function sweepLater(world: World) {
  world.nowMs += 25 * HOUR_MS;
  return world.watches.sweep();
}

describe('a price alert', () => {
  it('is told once, with what it was and what was wished', async () => {
    const world = openWorld();
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
    const world = openWorld();
    world.prices.set('1', 100_000);
    for (let at = 0; at < 100; at += 1) await watchBelow(world, '1', 90_000, `telegram:${at}`);
    world.calls.length = 0;
    world.prices.set('1', 80_000);
    const report = await sweepLater(world);
    expect(world.calls).toEqual([['1']]);
    expect(report).toMatchObject({ looks: 1, calls: 1 });
    expect(await collect(world)).toHaveLength(100);
  });

  it('asks about many products together, and about no more than are due', async () => {
    const world = openWorld({ idsPerCall: 3 });
    for (const id of ['1', '2', '3', '4']) {
      world.prices.set(id, 100_000);
      await watchBelow(world, id, 90_000);
    }
    world.calls.length = 0;
    await sweepLater(world);
    expect(world.calls.map((ids) => ids.length).sort()).toEqual([1, 3]);
    await world.watches.sweep();
    expect(world.calls).toHaveLength(2);
  });

  it('counts the calls that are made, and begins none that would pass the bound', async () => {
    const world = openWorld({ idsPerCall: 1, callsPerGroup: 2 });
    for (const id of ['1', '2', '3']) {
      world.prices.set(id, 529_900);
      await watchBelow(world, id, 500_000);
    }
    world.nowMs += 2 * HOUR_MS;
    expect(await world.watches.sweep({ maxCalls: 3 })).toMatchObject({ calls: 2, looks: 1 });
    expect(await world.watches.sweep()).toMatchObject({ calls: 4, looks: 2 });
  });

  it('stops at a bound of calls and goes on with the next sweep', async () => {
    const world = openWorld({ idsPerCall: 1 });
    for (const id of ['1', '2', '3']) {
      world.prices.set(id, 100_000);
      await watchBelow(world, id, 90_000);
    }
    world.calls.length = 0;
    world.nowMs += 25 * HOUR_MS;
    expect(await world.watches.sweep({ maxCalls: 2 })).toMatchObject({ calls: 2 });
    expect(await world.watches.sweep()).toMatchObject({ calls: 1 });
    expect(new Set(world.calls.flat())).toEqual(new Set(['1', '2', '3']));
  });

  it('looks at each product once, however many runners there are', async () => {
    const world = openWorld({ idsPerCall: 1 });
    for (const id of ['1', '2', '3', '4']) {
      world.prices.set(id, 100_000);
      await watchBelow(world, id, 90_000);
    }
    world.calls.length = 0;
    world.nowMs += 25 * HOUR_MS;
    await Promise.all([world.watches.sweep(), world.watches.sweep(), world.watches.sweep()]);
    expect(world.calls.flat().sort()).toEqual(['1', '2', '3', '4']);
  });

  it('is not told when looks fail, and the product is looked at again', async () => {
    const world = openWorld();
    world.prices.set('1', 100_000);
    await watchBelow(world, '1', 90_000);
    world.prices.set('1', undefined);
    expect(await sweepLater(world)).toMatchObject({ failed: 1 });
    expect(await collect(world)).toEqual([]);
    world.prices.set('1', 80_000);
    await sweepLater(world);
    expect(await collect(world)).toHaveLength(1);
  });

  it('that was cut off while it was sent is never sent again', async () => {
    const world = openWorld();
    world.prices.set('1', 100_000);
    await watchBelow(world, '1', 90_000);
    world.prices.set('1', 80_000);
    await sweepLater(world);
    const store = await world.history.openWatches();
    // A process takes the alert and dies before it can say what became of it.
    expect(await store.takeAlerts(() => true, 10)).toHaveLength(1);
    await sweepLater(world);
    expect(await collect(world)).toEqual([]);
    expect((await world.watches.listAlerts(0)).map(({ status }) => status)).toEqual(['unknown']);
  });

  it('that could not be sent is shown as failed', async () => {
    const world = openWorld();
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
    const world = openWorld();
    world.prices.set('1', 100_000).set('2', 110_000);
    await world.watches.add({
      refs: [toRef('1'), toRef('2')],
      rule: { kind: 'below', fen: 90_000 },
      owner: 'local',
      to: 'stdout',
    });
    world.prices.set('2', 85_000);
    await sweepLater(world);
    expect((await collect(world)).map(({ productId }) => productId)).toEqual(['2']);
  });

  it('comes as one message where there are many for one place', async () => {
    const world = openWorld();
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

  it('that certainly did not arrive is sent later, each by itself', async () => {
    const world = openWorld();
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
    const world = openWorld();
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
    const world = openWorld();
    world.prices.set('1', 100_000);
    await watchBelow(world, '1', 90_000, 'telegram:7');
    await watchBelow(world, '1', 90_000, 'telegram:8');
    world.prices.set('1', 80_000);
    await sweepLater(world);
    await world.watches.forget('telegram:7');
    expect((await world.watches.list()).map(({ owner }) => owner)).toEqual(['telegram:8']);
    expect((await world.watches.listAlerts(0)).map(({ alert }) => alert.owner)).toEqual(['telegram:8']);
  });

  it('belongs to whoever set it', async () => {
    const world = openWorld();
    world.prices.set('1', 100_000);
    const { watch } = await watchBelow(world, '1', 90_000, 'telegram:7');
    expect(await world.watches.list('local')).toEqual([]);
    expect(await world.watches.remove(watch.id, 'local')).toBe(false);
    expect(await world.watches.remove(watch.id, 'telegram:7')).toBe(true);
    world.calls.length = 0;
    await sweepLater(world);
    expect(world.calls).toEqual([]);
  });

  it('goes to a webhook, signed, and again until it is taken', async () => {
    const world = openWorld();
    world.prices.set('1', 100_000);
    await world.watches.add({
      refs: [toRef('1')],
      rule: { kind: 'below', fen: 90_000 },
      owner: 'local',
      to: 'webhook:SHOP',
    });
    world.prices.set('1', 80_000);
    await sweepLater(world);
    posted.length = 0;
    postStatus.value = 500;
    await world.watches.deliverToWebhooks();
    postStatus.value = 204;
    await world.watches.deliverToWebhooks();
    await world.watches.deliverToWebhooks();
    expect(posted).toHaveLength(2);
    const [{ url, headers, body } = { url: '', headers: {} as Record<string, string>, body: '' }] = posted;
    expect(url).toBe('https://hooks.example/price');
    expect(JSON.parse(body)).toMatchObject({ alerts: [{ reason: 'below', price: { amount: 800 } }] });
    const signature = createHmac('sha256', 'hush').update(body).digest('hex');
    expect(headers['x-bijia-signature']).toBe(`sha256=${signature}`);
  });

  it('is refused where looks cost money that nobody has allowed, and bounded where somebody has', async () => {
    const refused = openWorld({ isPaid: true, idsPerCall: 1 });
    await expect(watchBelow(refused, '1', 100)).rejects.toThrow('BIJIA_WATCH_PAID_DAILY');
    const world = openWorld({ isPaid: true, idsPerCall: 1, paidDaily: 2 });
    for (const id of ['1', '2', '3', '4']) {
      world.prices.set(id, 100_000);
      if (id < '3') await watchBelow(world, id, 90_000);
    }
    await expect(
      Promise.all(['5', '6', '7', '8'].map((id) => watchBelow(world, id, 90_000))),
    ).rejects.toThrow('BIJIA_WATCH_SHARE');
  });
});
