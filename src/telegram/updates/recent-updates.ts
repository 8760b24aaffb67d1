import { LRUCache } from 'lru-cache';
import type { SeenUpdates } from './seen-updates.js';

const KEPT = 2000;

/** Updates that this process has begun, where every other one is kept in a database. */
export function createRecentUpdates(): SeenUpdates {
  const recent = new LRUCache<number, true>({ max: KEPT });
  return {
    enter: (updateId) => {
      if (recent.has(updateId)) return false;
      recent.set(updateId, true);
      return true;
    },
  };
}
