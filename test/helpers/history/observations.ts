import type { Observation } from '../../../src/core/prices/observation.js';

export const DAY = 1440;
/** 2026-11-29 at noon in GMT+8, in minutes since 1970. */
export const NOON = Math.floor(Date.parse('2026-11-29T12:00:00+08:00') / 60_000);

/** An observation of one product, today at noon unless said otherwise. */
export function observe(fields: Partial<Observation> = {}): Observation {
  return { platform: 'acme', id: '1', sku: '', source: 'acme-api', minute: NOON, prices: {}, ...fields };
}
