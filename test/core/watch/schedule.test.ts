import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { getInterval, getNextDue } from '../../../src/core/watch/schedule.js';

const HOUR_MS = 3_600_000;
const QUOTA = { calls: 100, windowMs: 60_000, share: 0.2 };

describe('the interval', () => {
  it.each([
    ['many ids a call', { products: 1000, idsPerCall: 100 }, 0.5],
    ['one id a call', { products: 100, idsPerCall: 1 }, 1],
    ['one id a call, and many products', { products: 2400, idsPerCall: 1 }, 2],
    ['paid calls, few', { products: 3, idsPerCall: 1, paidDaily: 100 }, 12],
    ['paid calls, more than are allowed a day', { products: 200, idsPerCall: 1, paidDaily: 100 }, 48],
  ])('of %s', (_, budget, hours) => {
    expect(getInterval({ ...QUOTA, ...budget })).toBe(hours * HOUR_MS);
  });

  it('never lets looks take more than their share', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100_000 }),
        fc.integer({ min: 1, max: 100 }),
        (products, idsPerCall) => {
          const interval = getInterval({ ...QUOTA, products, idsPerCall });
          const callsPerWindow = Math.ceil(products / idsPerCall) / (interval / QUOTA.windowMs);
          expect(callsPerWindow).toBeLessThanOrEqual(QUOTA.calls * QUOTA.share * (1 + 1e-9));
        },
      ),
    );
  });
});

describe('the next look', () => {
  it('is never later than the interval, and never before half of it', () => {
    const times = fc.integer({ min: 1.7e12, max: 1.9e12 });
    const intervals = fc.integer({ min: HOUR_MS / 2, max: 24 * HOUR_MS });
    fc.assert(
      fc.property(
        times,
        intervals,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (nowMs, interval, place) => {
          const due = getNextDue(nowMs, interval, place);
          expect(due).toBeLessThanOrEqual(nowMs + interval);
          expect(due).toBeGreaterThanOrEqual(nowMs + interval / 2);
        },
      ),
    );
  });

  it('comes right after ten in the morning in China', () => {
    const at = (clock: string) => Date.parse(`2026-11-29T${clock}:00+08:00`);
    expect(getNextDue(at('07:00'), 4 * HOUR_MS, 0)).toBe(at('10:05'));
    expect(getNextDue(at('07:00'), 4 * HOUR_MS, 0.5)).toBe(at('10:15'));
    expect(getNextDue(at('12:00'), 4 * HOUR_MS, 0)).toBe(at('16:00'));
  });
});
