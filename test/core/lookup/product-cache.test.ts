import { expect, it } from 'vitest';
import { createProductCache } from '../../../src/core/lookup/product-cache.js';

const ANSWERED = { facts: { id: '1', prices: [] }, fetchedAtMs: 0 };

function create(maxEntries: number) {
  return createProductCache({ now: () => 0, monotonicNow: () => 0, ttlMs: 1000, maxEntries });
}

it('keeps as many answers as it may, the newest', () => {
  const cache = create(2);
  for (const key of ['a', 'b', 'c']) cache.set(key, ANSWERED);
  expect(['a', 'b', 'c'].map((key) => cache.find(key) !== undefined)).toEqual([false, true, true]);
});

it('keeps none where it may keep none', () => {
  const cache = create(0);
  cache.set('a', ANSWERED);
  expect(cache.find('a')).toBeUndefined();
});
