import { LRUCache } from 'lru-cache';
import type { NotFoundError } from '../errors.js';
import type { ProductFacts } from '../product/product.js';

/** What an upstream said about an id: facts, or that there is no such product. */
export interface Answered {
  readonly facts: ProductFacts | NotFoundError;
  /** Wall clock, milliseconds. */
  readonly fetchedAtMs: number;
}

export interface ProductCache {
  readonly get: (key: string) => Answered | undefined;
  readonly set: (key: string, answered: Answered) => void;
}

export interface ProductCacheOptions {
  readonly ttlMs: number;
  readonly maxEntries: number;
  /** Monotonic clock, milliseconds. */
  readonly monotonicNow?: () => number;
}

/** Answers of the last few minutes, "not found" among them: both cost a call to learn again. */
export function createProductCache({ ttlMs, maxEntries, monotonicNow }: ProductCacheOptions): ProductCache {
  const cache = new LRUCache<string, Answered>({
    max: maxEntries,
    ttl: ttlMs,
    ttlResolution: 0,
    ...(monotonicNow && { perf: { now: monotonicNow } }),
  });
  return {
    get: (key) => cache.get(key),
    set: (key, answered) => void cache.set(key, answered),
  };
}
