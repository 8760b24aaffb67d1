import { createHistory, type History } from '../../../src/core/history/history.js';
import type { NotedRef } from '../../../src/core/links/reference.js';
import type { LookUp } from '../../../src/core/lookup/look-up.js';
import type { Result } from '../../../src/core/product/result.js';
import { createWatches, type Watches } from '../../../src/core/watch/watches.js';
import { acme, createProvider, createTestUpstream } from '../acme.js';
import { openMachine } from '../postgres/open-tables.js';

const SOURCE = 'acme-api';

export interface FleetWatchesOptions {
  readonly folder: string;
  readonly databaseUrl: string;
  /** Answers what products cost, in fen by id. */
  readonly parent: string;
  readonly timeoutMs?: number;
}

/** The alerts of one machine of a fleet, with a shop whose prices another process knows. Everything is due at once. */
export function openFleetWatches({ folder, databaseUrl, parent, timeoutMs }: FleetWatchesOptions): {
  readonly watches: Watches;
  readonly history: History;
} {
  const history = createHistory({
    folder,
    openStore: async () => openMachine(databaseUrl, folder, { timeoutMs }),
    findProduct: (platform, id) => ({ platform, id }),
    ...{ keptDays: 1100, pid: process.pid, now: Date.now },
    onFailure: (error) => {
      throw error;
    },
  });
  const provider = createProvider(SOURCE, acme);
  const connection = { getProducts: async () => new Map(), idsPerCall: () => 10, callsPerGroup: () => 1 };
  const upstream = { ...createTestUpstream(provider, connection), limit: { calls: 1e6, windowMs: 1000 } };
  const watches = createWatches({
    openStore: history.openWatches,
    getHistory: () => history,
    lookUp: createLookUp(history, parent),
    getUpstream: () => upstream,
    providers: [provider],
    ...{
      webhooks: [],
      post: async () => 500,
      log: { warn: () => undefined },
      limits: { share: 1, leastMs: 1 },
    },
    shortLinks: { open: async (ref) => ref },
    assertProductRef: () => undefined,
    ...{ isHistoryOff: false, isSandbox: () => false, now: Date.now },
  });
  return { watches, history };
}

function createLookUp(history: History, parent: string): LookUp {
  return async (refs) => {
    const prices = (await (await fetch(`${parent}/prices`)).json()) as Readonly<Record<string, number>>;
    return refs.map(({ id, url }): Result => {
      const facts = { id: id ?? '', prices: [{ kind: 'sale' as const, amountFen: prices[id ?? ''] ?? 0 }] };
      history.record(facts, { platform: 'acme', id: id ?? '', source: SOURCE, atMs: Date.now() }, []);
      return { input: url, outcome: 'ok' };
    });
  };
}

export const toFleetRef = (id: string): NotedRef => ({
  ...{ platform: 'acme', kind: 'product', id },
  url: acme.productUrl(id) ?? '',
});
