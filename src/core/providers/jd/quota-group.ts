import type { Quota } from '../../settings.js';

/** JD counts calls per gateway and app key, across its interfaces: both providers share one quota. */
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
