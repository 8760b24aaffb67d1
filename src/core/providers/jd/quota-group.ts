import type { Quota } from '../../settings.js';

/** JD counts calls by gateway and app key, whichever of its interfaces is called: both providers draw on one quota. */
export function toQuota({
  quota,
  interval,
  gatewayUrl,
  appKey,
}: {
  readonly quota: Quota;
  readonly interval: number | undefined;
  readonly gatewayUrl: string;
  readonly appKey: string;
}) {
  return { limit: { ...quota, intervalMs: interval }, group: ['jd', new URL(gatewayUrl).origin, appKey] };
}
