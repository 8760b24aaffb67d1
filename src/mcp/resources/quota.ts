import type { Upstream } from '../../core/index.js';
import type { Resource } from '../resource.js';

const URI = 'quota://calls';

/** How many upstream calls are left now, and when more come. */
export const QUOTA: Resource = {
  name: 'calls',
  title: 'Calls left',
  description: 'How many upstream calls each source has left now, and when more come',
  mimeType: 'application/json',
  pattern: /^quota:\/\/calls$/,
  list: () => [{ uri: URI, name: 'calls', title: 'Calls left', mimeType: 'application/json' }],
  read: async (_, { core, now }) => {
    const sources = await Promise.all(core.upstreams.map(describeSource));
    const at = new Date(now()).toISOString();
    return { uri: URI, mimeType: 'application/json', text: JSON.stringify({ at, sources }) };
  },
};

async function describeSource({ provider, limiter, limit }: Upstream) {
  const { effectiveCalls, free, frozenForMs, waitMs } = await limiter.status();
  const nextMs = Math.max(frozenForMs, waitMs('interactive'));
  return {
    source: provider.id,
    platform: provider.marketplace.id,
    calls_left: frozenForMs > 0 ? 0 : free,
    calls_allowed: effectiveCalls,
    window_s: limit.windowMs / 1000,
    ...(nextMs > 0 && { next_call_in_s: Math.ceil(nextMs / 1000) }),
    ...(frozenForMs > 0 && { paused: 'rate limited by the marketplace' }),
  };
}
