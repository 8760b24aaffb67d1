import { join } from 'node:path';
import { type Config, isSandbox } from '../config.js';
import type { Logger } from '../logger.js';
import type { RecordAnswer } from '../lookup/product-lookup.js';
import type { Upstream } from '../lookup/upstream.js';
import type { PriceKind, ProductFacts } from '../product/product.js';
import type { HistoryPlace } from '../state/state.js';
import type { History } from './history.js';

export interface HistoriesParts {
  readonly config: Config;
  /** Shared by all processes of this machine. */
  readonly stateDir: string;
  readonly openHistory: (place: HistoryPlace, log: Logger) => History;
}

export type Histories = ReturnType<typeof createHistories>;

/** What is real and what is made up never meet: the sandbox behind an ordinary address has a history of its own. */
export function createHistories({ config, stateDir, openHistory }: HistoriesParts, log: Logger) {
  const real = openHistory({ folder: join(stateDir, 'history'), isMadeUp: false }, log);
  const madeUp = isSandbox(config)
    ? real
    : openHistory({ folder: join(stateDir, 'sandbox', 'history'), isMadeUp: true }, log);
  const get = (isMadeUp: boolean) => (isMadeUp ? madeUp : real);
  const note = (upstream: Upstream, facts: ProductFacts, atMs: number, tells: readonly PriceKind[]) => {
    if (!config.general.history || facts.incomplete) return;
    const { provider, isSandbox: isMadeUp } = upstream;
    const id = provider.stableId?.(facts) ?? facts.id;
    const origin = { platform: provider.marketplace.id, id, source: provider.id, atMs };
    get(isMadeUp === true).record(facts, origin, tells);
  };
  const record: RecordAnswer = (upstream, facts, atMs, detail) =>
    note(upstream, facts, atMs, upstream.connection.tells?.(detail) ?? []);
  /** What a page of a shop says of its products; what it leaves out is not known to be gone. */
  const recordListed = (upstream: Upstream, products: readonly ProductFacts[], atMs: number) => {
    for (const facts of products) note(upstream, facts, atMs, []);
  };
  return {
    get,
    record,
    recordListed,
    close: () => Promise.all([...new Set([real, madeUp])].map((history) => history.close())),
  };
}
