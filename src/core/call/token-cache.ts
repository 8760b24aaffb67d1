import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import type { Redactor } from '../logger.js';
import type { CallOptions, StoredTokenSource, TokenGrant, TokenSpec } from '../provider.js';
import type { StoredToken, TokenStore } from '../state/token-store.js';
import { abandonOnAbort } from './abort.js';

/** A token is renewed when this share of its life is over. */
const EARLY = 0.9;
/** Earlier, where a renewal that fails cannot be repeated: a person needs time to log in again. */
const EARLY_ONCE = 0.75;

export interface TokenCacheOptions extends Pick<Clock, 'now'> {
  readonly store: TokenStore;
  readonly redactor: Redactor;
}

/**
 * Makes token sources whose tokens are fetched once for all processes: memory first, then the shared store, then
 * one request under the store's lock. A failed request is forgotten, so that the next caller tries again.
 */
export function createTokenCache(options: TokenCacheOptions): (spec: TokenSpec) => StoredTokenSource {
  const cache = new LRUCache<string, StoredToken, { spec: TokenSpec; options: CallOptions }>({
    max: 100,
    fetchMethod: (name, _stale, { context }) => loadToken(name, context.spec, context.options, options),
  });
  return (spec) => {
    const name = hash('sha256', JSON.stringify(spec.key)).slice(0, 32);
    return {
      get: async (callOptions) => {
        const known = cache.get(name);
        if (known && !isUsable(known, options.now(), spec)) cache.delete(name);
        // The first caller's signal stays out of it: others may be waiting for the same token.
        const shared = { ...callOptions, signal: undefined };
        const fetched = cache.forceFetch(name, { context: { spec, options: shared } });
        return (await abandonOnAbort(fetched, callOptions.signal)).token;
      },
      expire: async (token) => {
        if (cache.get(name)?.token === token) cache.delete(name);
        await options.store.expire(name, token);
      },
      replace: async (grant) => {
        const stored = toStored(grant, options);
        await options.store.write(name, stored);
        cache.set(name, stored);
      },
    };
  };
}

function isUsable(stored: StoredToken, nowMs: number, { renewsOnce }: TokenSpec): boolean {
  return isYounger(stored, nowMs, renewsOnce ? EARLY_ONCE : EARLY);
}

/** Dated in the future, its age is unknown: the clock was set back. */
function isYounger({ fetchedAtMs, lifeMs }: StoredToken, nowMs: number, share: number): boolean {
  return fetchedAtMs <= nowMs && nowMs < fetchedAtMs + lifeMs * share;
}

async function loadToken(
  name: string,
  spec: TokenSpec,
  callOptions: CallOptions,
  options: TokenCacheOptions,
): Promise<StoredToken> {
  const stored = await options.store.readOrRenew(name, {
    isValid: (known) => isUsable(known, options.now(), spec),
    isAlive: (known) => isYounger(known, options.now(), 1),
    once: spec.renewsOnce === true,
    initial: spec.initial && toStored(spec.initial, options),
    renew: async (previous) => toStored(await spec.getToken(callOptions, previous), options),
  });
  addSecrets(stored, options.redactor);
  return stored;
}

function toStored(grant: TokenGrant, { now, redactor }: TokenCacheOptions): StoredToken {
  addSecrets(grant, redactor);
  return { ...grant, fetchedAtMs: now() };
}

function addSecrets({ token, renewal }: TokenGrant, redactor: Redactor): void {
  redactor.add(token);
  if (renewal !== undefined) redactor.add(renewal);
}
