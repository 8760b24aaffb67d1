import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import type { NotFoundError, Receipt } from '../errors.js';
import type { ProductFacts } from '../product/product.js';

/** What an upstream said about an id: facts, or that there is no such product. */
export interface Answered {
  readonly facts: ProductFacts | NotFoundError;
  /** Wall clock, milliseconds. */
  readonly fetchedAtMs: number;
  /** The receipt of the call that brought it. */
  readonly receipt?: Receipt;
}

export interface ProductCache {
  readonly find: (key: string) => Answered | undefined;
  readonly set: (key: string, answered: Answered) => void;
}

export interface ProductCacheOptions extends Pick<Clock, 'now' | 'monotonicNow'> {
  readonly ttlMs: number;
  readonly maxEntries: number;
}

const NO_CACHE: ProductCache = { find: () => undefined, set: () => undefined };

/**
 * Answers of the last few minutes, "not found" among them: both cost a call to learn again. An answer must be young
 * by both clocks: the monotonic one stands still while a machine sleeps, and the wall clock can be set back.
 */
export function createProductCache(options: ProductCacheOptions): ProductCache {
  const { ttlMs, maxEntries, now, monotonicNow } = options;
  // The package takes 0 to mean unlimited.
  if (maxEntries === 0) return NO_CACHE;
  const cache = new LRUCache<string, Answered>({
    max: maxEntries,
    ttl: ttlMs,
    ttlResolution: 0,
    perf: { now: monotonicNow },
  });
  return {
    find: (key: string) => {
      const known = cache.get(key);
      return known && now() - known.fetchedAtMs <= ttlMs ? known : undefined;
    },
    set: (key: string, answered: Answered) => void cache.set(key, answered),
  };
}
