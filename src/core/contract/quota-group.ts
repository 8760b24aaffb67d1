import type { Quota } from '../setting-parsers.js';

interface QuotaValues {
  readonly quota: Quota;
  readonly interval?: number;
}

/**
 * Calls per window, and what shares it: whatever goes to one address with one key.
 * @param name the same for providers that draw on one quota
 */
export function toQuotaGroup(name: string, { quota, interval }: QuotaValues, address: string, key: string) {
  return { limit: { ...quota, intervalMs: interval }, group: [name, new URL(address).origin, key] };
}
