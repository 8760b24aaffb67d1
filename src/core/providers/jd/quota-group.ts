import type { Quota } from '../../settings.js';

/** JD counts calls by gateway and app key, whichever of its interfaces is called: both providers draw on one quota. */
export function toQuota({
  quota,
  gatewayUrl,
  appKey,
}: {
  readonly quota: Quota;
  readonly gatewayUrl: string;
  readonly appKey: string;
}) {
  return { limit: quota, group: ['jd', new URL(gatewayUrl).origin, appKey] };
}
