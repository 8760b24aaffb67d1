import { hash } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../clock.js';
import { toBijiaError } from '../errors.js';
import type { Logger, Redactor } from '../logger.js';
import type { CallOptions, StoredTokenSource, TokenGrant, TokenSpec } from '../provider.js';
import type { StoredToken, TokenStore } from '../state/token-store.js';
import { abandonOnAbort } from './abort.js';

/** A token is renewed when this share of its life is over. */
const EARLY = 0.9;
/** Earlier, where a renewal that fails cannot be repeated: a person needs time to log in again. */
const EARLY_ONCE = 0.75;
/** How long the present token serves after a renewal that failed: no call waits for the next try before. */
const RETRY_MS = 60_000;

export interface TokenCacheOptions extends Pick<Clock, 'now'> {
  readonly store: TokenStore;
  readonly redactor: Redactor;
  readonly log: Pick<Logger, 'warn'>;
}

interface HeldToken {
  readonly stored: StoredToken;
  /** Until then it serves as long as it lives, though it should be renewed: that has just failed. */
  readonly servesUntilMs?: number;
}

/**
 * Makes token sources whose tokens are fetched once for all processes: memory first, then the shared store, then
 * one request under the store's lock. A failed request is forgotten, so that the next caller tries again; but while
 * the present token works, calls go on with it.
 */
export function createTokenCache(options: TokenCacheOptions): (spec: TokenSpec) => StoredTokenSource {
  const cache = new LRUCache<string, HeldToken, { spec: TokenSpec; options: CallOptions }>({
    max: 100,
    fetchMethod: (name, _stale, { context }) => loadToken(name, context.spec, context.options, options),
  });
  return (spec) => {
    const name = hash('sha256', JSON.stringify(spec.key)).slice(0, 32);
    return {
      get: async (callOptions) => {
        const known = cache.get(name);
        if (known && !mayServe(known, options.now(), spec)) cache.delete(name);
        // The first caller's signal stays out of it: others may be waiting for the same token.
        const shared = { ...callOptions, signal: undefined };
        const fetched = cache.forceFetch(name, { context: { spec, options: shared } });
        return (await abandonOnAbort(fetched, callOptions.signal)).stored.token;
      },
      expire: async (token) => {
        if (cache.get(name)?.stored.token === token) cache.delete(name);
        await options.store.expire(name, token);
      },
      replace: async (grant) => {
        const stored = toStored(grant, options);
        await options.store.write(name, stored);
        cache.set(name, { stored });
      },
    };
  };
}

function mayServe({ stored, servesUntilMs }: HeldToken, nowMs: number, spec: TokenSpec): boolean {
  if (isUsable(stored, nowMs, spec)) return true;
  return servesUntilMs !== undefined && nowMs < servesUntilMs && isAlive(stored, nowMs);
}

function isUsable(stored: StoredToken, nowMs: number, { renewsOnce }: TokenSpec): boolean {
  return isYounger(stored, nowMs, renewsOnce ? EARLY_ONCE : EARLY);
}

function isAlive(stored: StoredToken, nowMs: number): boolean {
  return isYounger(stored, nowMs, 1);
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
): Promise<HeldToken> {
  const { now, store } = options;
  let unrenewed: StoredToken | undefined;
  const renew = async (previous: StoredToken | undefined) => {
    try {
      return toStored(await spec.getToken(callOptions, previous), options);
    } catch (error) {
      unrenewed = previous;
      throw error;
    }
  };
  try {
    const stored = await store.readOrRenew(name, {
      isValid: (known) => isUsable(known, now(), spec),
      isAlive: (known) => isAlive(known, now()),
      once: spec.renewsOnce === true,
      initial: spec.initial && toStored(spec.initial, options),
      renew,
    });
    addSecrets(stored, options.redactor);
    return { stored };
  } catch (error) {
    if (!unrenewed || !isAlive(unrenewed, now())) throw error;
    return keepServing(unrenewed, error, options);
  }
}

/** A renewal comes early: what keeps it from working has until the end of the token's life to pass. */
function keepServing(
  stored: StoredToken,
  thrown: unknown,
  { now, log, redactor }: TokenCacheOptions,
): HeldToken {
  addSecrets(stored, redactor);
  const { message, detail } = toBijiaError(thrown);
  const leftMinutes = Math.floor((stored.fetchedAtMs + stored.lifeMs - now()) / 60_000);
  log.warn(`An access token could not be renewed; the present one serves on: ${message}`, {
    leftMinutes,
    detail,
  });
  return { stored, servesUntilMs: now() + RETRY_MS };
}

function toStored(grant: TokenGrant, { now, redactor }: TokenCacheOptions): StoredToken {
  addSecrets(grant, redactor);
  return { ...grant, fetchedAtMs: now() };
}

function addSecrets({ token, renewal }: TokenGrant, redactor: Redactor): void {
  redactor.add(token);
  if (renewal !== undefined) redactor.add(renewal);
}
