import { LRUCache } from 'lru-cache';

/** A product is asked for afresh at most so often, however many people press. */
const COOL_DOWN_MS = 60_000;
const REMEMBERED = 5000;

/** How a wish for a fresh answer is met. */
type RefreshMode =
  /** By asking the upstream. */
  | 'ask'
  /** By the question that somebody else has under way. */
  | 'join'
  /** By the answer of a moment ago. */
  | 'recent';

/** @param monotonicNow milliseconds */
export function createRefreshLimit(monotonicNow: () => number) {
  const recent = new LRUCache<string, true>({
    max: REMEMBERED,
    ttl: COOL_DOWN_MS,
    perf: { now: monotonicNow },
    ttlResolution: 0,
  });
  const underWay = new Map<string, Promise<unknown>>();
  const decide = (key: string): RefreshMode =>
    underWay.has(key) ? 'join' : recent.has(key) ? 'recent' : 'ask';
  return {
    decide,
    /** Runs the lookup that is called for now: others may have asked by now. @param lookUp is told whether to ask afresh */
    run: async <T>(key: string, lookUp: (fresh: boolean) => Promise<T>) => {
      if (decide(key) !== 'ask') {
        await underWay.get(key)?.catch(() => undefined);
        return lookUp(false);
      }
      const asked = lookUp(true);
      underWay.set(key, asked);
      recent.set(key, true);
      try {
        return await asked;
      } finally {
        underWay.delete(key);
      }
    },
    /** Lets the next wish through: this one brought nothing. */
    reopen: (key: string) => void recent.delete(key),
  };
}
