import { createHash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { abandonOnAbort } from './abort.js';
import type { Redactor } from './logger.js';
import type { CallOptions, TokenSource, TokenSpec } from './provider.js';
import type { StoredToken, TokenStore } from './token-store.js';

/** A token is renewed when this share of its life is over. */
const EARLY = 0.9;

export interface TokenCacheOptions {
  readonly store: TokenStore;
  readonly redactor: Redactor;
  /** Wall clock: processes and restarts share it. */
  readonly now: () => number;
}

/**
 * Makes token sources whose tokens are fetched once for all processes: memory first, then the shared store, then
 * one request under the store's lock. A failed request is forgotten, so that the next asker tries again.
 */
export function createTokenCache(options: TokenCacheOptions): (spec: TokenSpec) => TokenSource {
  const cache = new LRUCache<string, StoredToken, { spec: TokenSpec; options: CallOptions }>({
    max: 100,
    fetchMethod: (name, _stale, { context }) => loadToken(name, context.spec, context.options, options),
  });
  return (spec) => {
    const name = createHash('sha256').update(JSON.stringify(spec.key)).digest('hex').slice(0, 32);
    return {
      get: async (callOptions) => {
        const known = cache.get(name);
        if (known && !isUsable(known, options.now())) cache.delete(name);
        // The first asker's signal stays out of it: others may be waiting for the same token.
        const shared = { ...callOptions, signal: undefined };
        const fetched = cache.forceFetch(name, { context: { spec, options: shared } });
        return (await abandonOnAbort(fetched, callOptions.signal)).token;
      },
      expire: async (token) => {
        if (cache.get(name)?.token === token) cache.delete(name);
        await options.store.forget(name, token);
      },
    };
  };
}

function isUsable({ fetchedAtMs, lifeMs }: StoredToken, nowMs: number): boolean {
  // Dated in the future: the clock was set back, so its age is unknown.
  return fetchedAtMs <= nowMs && nowMs < fetchedAtMs + lifeMs * EARLY;
}

async function loadToken(
  name: string,
  spec: TokenSpec,
  callOptions: CallOptions,
  { store, redactor, now }: TokenCacheOptions,
): Promise<StoredToken> {
  const isValid = (stored: StoredToken) => isUsable(stored, now());
  const stored = await store.readOrRenew(name, isValid, async () => {
    const { token, lifeMs } = await spec.getToken(callOptions);
    return { token, lifeMs, fetchedAtMs: now() };
  });
  redactor.add(stored.token);
  return stored;
}
