import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { BijiaError, ConfigError, NotFoundError } from '../../../src/core/errors.js';
import { createHistory, type History } from '../../../src/core/history/history.js';
import { assertProductRef, type NotedRef } from '../../../src/core/links/reference.js';
import type { LookUp } from '../../../src/core/lookup/look-up.js';
import type { Upstream } from '../../../src/core/lookup/upstream.js';
import type { Alert } from '../../../src/core/prices/alert.js';
import type { Result } from '../../../src/core/product/result.js';
import type { HistoryTables } from '../../../src/core/state/history/history-store.js';
import { openHistoryStore } from '../../../src/core/state/history/open-history-store.js';
import { createWatches, type Watches } from '../../../src/core/watch/watches.js';
import { acme, createProvider, createTestUpstream } from '../acme.js';

export const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-11-29T12:00:00+08:00');
const SOURCE = 'acme-api';

/** A shop whose prices the test sets, with everything real but the network and the clock. */
export interface World {
  nowMs: number;
  postStatus: number;
  /** Whether there is a key with which the shop can be asked. */
  hasKey: boolean;
  /** What every call ends with instead of an answer. */
  fault?: BijiaError;
  /** In fen by id; what is not there does not answer, and `gone` is not sold any more. */
  readonly prices: Map<string, number | 'gone'>;
  /** Ids of each call, and when it was made. */
  readonly calls: { readonly ids: readonly string[]; readonly atMs: number }[];
  readonly posted: { url: string; headers: Readonly<Record<string, string>>; body: string }[];
  /** What the operator was told. */
  readonly warnings: object[];
  readonly watches: Watches;
  /** Another machine, which nothing is wrong with. */
  readonly openOther: (options?: WorldOptions) => Watches;
  readonly history: History;
}

export interface WorldOptions {
  readonly idsPerCall?: number;
  readonly callsPerGroup?: number;
  readonly paidDaily?: number;
  readonly isPaid?: boolean;
  readonly share?: number;
  readonly quota?: { readonly calls: number; readonly windowMs: number };
  readonly isHistoryOff?: boolean;
  readonly leastMs?: number;
}

export type OpenWorld = (options?: WorldOptions) => Promise<World>;

/** Where watches and what was seen lie. */
export type OpenTables = (folder: string, now: () => number) => Promise<HistoryTables>;

const openSqliteTables: OpenTables = (folder, now) =>
  openHistoryStore(folder, { now, tell: () => undefined });

/** Gone with the test that opened it. */
export async function openWorld(
  options: WorldOptions = {},
  openTables: OpenTables = openSqliteTables,
): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'bijia-watch-'));
  const facts = {
    ...{
      nowMs: START_MS,
      postStatus: 200,
      hasKey: true,
      prices: new Map(),
      calls: [],
      posted: [],
      warnings: [],
    },
  } satisfies Omit<World, 'watches' | 'history' | 'openOther'> as Omit<
    World,
    'watches' | 'history' | 'openOther'
  >;
  const world = facts as World;
  const history = openHistory(folder, () => world.nowMs, openTables);
  onTestFinished(async () => {
    await history.close();
    await rm(folder, { recursive: true, force: true });
  });
  const open = (own = options) => openWatches(world, history, own);
  return Object.assign(world, { history, openOther: (own?: WorldOptions) => open(own), watches: open() });
}

function openHistory(folder: string, now: () => number, openTables: OpenTables): History {
  return createHistory({
    folder,
    openStore: () => openTables(folder, now),
    findProduct: (platform, id) => ({ platform, id }),
    keptDays: 1100,
    pid: process.pid,
    now,
    onFailure: (error) => expect.unreachable(String(error)),
  });
}

function openWatches(world: World, history: History, options: WorldOptions): Watches {
  const { paidDaily, share = 0.2, isHistoryOff = false, leastMs } = options;
  const upstream = createUpstream(options);
  return createWatches({
    openStore: history.openWatches,
    getHistory: () => history,
    lookUp: createLookUp(world, history, options),
    getUpstream: () => {
      if (!world.hasKey) throw new ConfigError('Acme has no key.', { code: 'not_configured' });
      return upstream;
    },
    providers: [upstream.provider],
    webhooks: [{ name: 'SHOP', url: 'https://hooks.example/price', secret: 'hush' }],
    post: async (url, { headers, body }) => {
      world.posted.push({ url, headers, body });
      return world.postStatus;
    },
    log: { warn: (message, fields) => world.warnings.push({ message, ...fields }) },
    limits: { share, paidDaily, leastMs },
    shortLinks: {
      open: async ({ url, ...ref }) => {
        const [kind, id] = /^(?:(shop)-)?(.*)$/.exec(url.split('/').at(-1) ?? '')?.slice(1) ?? [];
        return { ...ref, ...toRef(id ?? ''), ...(kind && { kind: 'shop' as const }) };
      },
    },
    assertProductRef: (ref) => assertProductRef(ref, acme, { supported: [acme], withShops: [] }),
    isHistoryOff,
    isSandbox: () => false,
    now: () => world.nowMs,
  });
}

function createUpstream({ isPaid, idsPerCall = 100, callsPerGroup = 1, quota }: WorldOptions): Upstream {
  const provider = createProvider(SOURCE, acme);
  const paid = { ...provider, dailyCalls: () => ({ ceiling: undefined, env: 'X' }) };
  const connection = {
    getProducts: async () => new Map(),
    idsPerCall: () => idsPerCall,
    callsPerGroup: () => callsPerGroup,
  };
  return {
    ...createTestUpstream(isPaid ? paid : provider, connection),
    limit: quota ?? { calls: 100, windowMs: 60_000 },
  };
}

function createLookUp(world: World, history: History, { callsPerGroup = 1 }: WorldOptions): LookUp {
  const answer = ({ id, url }: NotedRef): Result => {
    const fen = world.prices.get(id ?? '');
    if (fen === undefined) return { input: url, outcome: 'upstream_error' };
    if (fen === 'gone') return { input: url, outcome: 'not_found', error: new NotFoundError('gone') };
    see(world, id ?? '', fen, SOURCE, history);
    return { input: url, outcome: 'ok' };
  };
  return async (refs, { onPermit, signal } = {}) => {
    if (signal?.aborted) return refs.map(({ url }) => ({ input: url, outcome: 'cancelled' }));
    const { fault: error } = world;
    for (let call = 0; call < callsPerGroup; call += 1) onPermit?.();
    world.calls.push({ ids: refs.map(({ id }) => id ?? ''), atMs: world.nowMs });
    return error ? refs.map(({ url }) => ({ input: url, outcome: error.outcome, error })) : refs.map(answer);
  };
}

/** Somebody asks about a product, and is answered. */
export function see(
  world: Pick<World, 'nowMs' | 'history'>,
  id: string,
  fen: number,
  source = SOURCE,
  history = world.history,
): void {
  const facts = { id, prices: [{ kind: 'sale' as const, amountFen: fen }] };
  history.record(facts, { platform: 'acme', id, source, atMs: world.nowMs }, []);
}

export const toRef = (id: string): NotedRef => ({
  platform: 'acme',
  kind: 'product',
  id,
  url: acme.productUrl(id) ?? '',
});

export const below = (fen: number) => ({ kind: 'below', fen }) as const;

export const watchBelow = (world: World, id: string, fen: number, owner = 'local') =>
  world.watches.add({ refs: [toRef(id)], rule: below(fen), owner, to: 'stdout' });

/** Many at once. @throws what could not be set */
export async function watchAllBelow(world: World, ids: readonly string[], fen: number): Promise<void> {
  const wishes = ids.map((id) => ({ refs: [toRef(id)], rule: below(fen), owner: 'local', to: 'stdout' }));
  const failed = (await world.watches.addAll(wishes)).find((one) => one instanceof BijiaError);
  if (failed) throw failed;
}

/** What is told now. */
export async function collect(
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
export async function sweepLater(world: World) {
  world.nowMs += 25 * HOUR_MS;
  return world.watches.sweep();
}
