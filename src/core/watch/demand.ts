import { InputError } from '../errors.js';
import { isPaid, type Upstream } from '../lookup/upstream.js';
import type { WatchedProduct } from '../prices/watch.js';
import { countByUpstream, getIntervalOf, nameLook } from './look-plan.js';
import type { SweepParts } from './make-looks.js';
import { LONGEST_INTERVAL_MS } from './schedule.js';

/** What is watched already, and what is added to it as it goes: the addition may make it too much. */
export interface Demand {
  readonly products: Map<Upstream, number>;
  /** Counts looks: a product is looked at once, no matter how many watch it. */
  readonly names: Set<string>;
}

/** Counts what the store has. */
export async function readDemand({
  store,
  getUpstream,
}: Pick<SweepParts, 'store' | 'getUpstream'>): Promise<Demand> {
  const watches = await store.list();
  const names = watches.flatMap(({ products, source = '' }) =>
    products.map((product) => nameLook({ ...product, source })),
  );
  return {
    products: new Map(countByUpstream(await store.countLooks(), getUpstream)),
    names: new Set(names),
  };
}

/** @returns how often the product will be looked at @throws InputError when that is too seldom for a new one */
export function addDemand(
  look: WatchedProduct & { readonly source: string },
  upstream: Upstream,
  { limits }: Pick<SweepParts, 'limits'>,
  { products, names }: Demand,
): number {
  if (isPaid(upstream) && !limits.paidDaily) throw createPaidError(upstream.provider.id);
  const isNew = !names.has(nameLook(look));
  const wanted = (products.get(upstream) ?? 0) + (isNew ? 1 : 0);
  const everyMs = getIntervalOf(upstream, look.idType, wanted, limits);
  if (isNew && everyMs > LONGEST_INTERVAL_MS) throw createTooManyError(everyMs);
  products.set(upstream, wanted);
  names.add(nameLook(look));
  return Math.min(everyMs, LONGEST_INTERVAL_MS);
}

function createPaidError(source: string): InputError {
  return new InputError(
    `Each look at ${source} costs money. Set BIJIA_WATCH_PAID_DAILY to the number of paid looks a day that you allow.`,
    { code: 'paid_watch', facts: { source } },
  );
}

function createTooManyError(everyMs: number): InputError {
  const hours = Math.round(everyMs / 3_600_000);
  return new InputError(
    `Too many products are watched: each would be looked at only every ${hours} hours. Remove some, or raise BIJIA_WATCH_SHARE.`,
    { code: 'too_many_watches', facts: { hours } },
  );
}
