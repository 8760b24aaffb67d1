import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Observation } from '../../../src/core/prices/observation.js';
import { createPriceReport } from '../../../src/core/prices/price-report.js';
import { addObservations } from '../../../src/core/prices/timeline.js';
import { DAY, NOON, observe } from '../../helpers/history/observations.js';

const reportOf = (observations: readonly Observation[]) =>
  createPriceReport(addObservations(new Map(), observations), NOON * 60_000, 90);

/** One price a day, the last of them today. */
const daily = (amountsFen: readonly number[]) =>
  reportOf(
    amountsFen.map((sale, at) =>
      observe({ minute: NOON - (amountsFen.length - 1 - at) * DAY, prices: { sale } }),
    ),
  );
const repeat = (fen: number, days: number) => Array.from({ length: days }, () => fen);

describe('the verdict', () => {
  it('is unknown with fewer than 14 covered days', () => {
    expect(daily(repeat(100, 13)).verdict).toBe('unknown');
    expect(daily(repeat(100, 14)).verdict).toBe('flat');
  });

  it.each([
    ['flat', [...repeat(500, 20)]],
    ['lowest', [...repeat(500, 19), 400]],
    ['lowest', [400, ...repeat(500, 18), 400]],
    ['good', [400, ...repeat(500, 18), 419]],
    ['good', [300, ...repeat(500, 18), 400]],
    ['usual', [...repeat(400, 10), ...repeat(600, 9), 500]],
    ['high', [...repeat(400, 18), 500]],
  ])('is %s for %j', (verdict, amounts) => {
    expect(daily(amounts).verdict).toBe(verdict);
  });

  it('never rests on the list price while another is known', () => {
    const days = Array.from({ length: 20 }, (_, at) =>
      observe({ minute: NOON - at * DAY, prices: { list: at === 0 ? 900 : 100, sale: 500 } }),
    );
    expect(reportOf(days).verdict).toBe('flat');
  });

  it('is unknown while the product cannot be bought', () => {
    const days = Array.from({ length: 20 }, (_, at) =>
      observe({ minute: NOON - at * DAY, prices: { sale: 500 } }),
    );
    const report = reportOf([...days, observe({ minute: NOON + 1, stock: 'out_of_stock' })]);
    expect(report).toMatchObject({ verdict: 'unknown' });
    expect(report.now).toBeUndefined();
  });

  it('keeps a coupon that was not asked for, and drops one that is gone', () => {
    const withCoupon = observe({ minute: NOON - DAY, prices: { sale: 500, coupon: 400 } });
    const notAsked = observe({ prices: { sale: 500 } });
    const gone = observe({ prices: { sale: 500, coupon: null } });
    expect(reportOf([withCoupon, notAsked]).now).toMatchObject({ fen: 400, kind: 'coupon' });
    expect(reportOf([withCoupon, gone]).now).toMatchObject({ fen: 500, kind: 'sale' });
    expect(reportOf([withCoupon, gone]).changes).toContainEqual(
      expect.objectContaining({ kind: 'coupon', fen: null }),
    );
    expect(reportOf([withCoupon, notAsked]).changes).not.toContainEqual(
      expect.objectContaining({ fen: null }),
    );
  });
});

describe('a window', () => {
  it('agrees with a year of days counted by hand', () => {
    const amounts = Array.from({ length: 365 }, (_, at) => 5000 + ((at * 37) % 11) * 100);
    const { windows } = daily(amounts);
    for (const { days, coveredDays, lowest, medianFen, cheaperShare } of windows) {
      const own = amounts.slice(-days);
      const sorted = own.toSorted((a, b) => a - b);
      const now = own.at(-1) ?? 0;
      const middle = days % 2 === 0 ? [days / 2 - 1, days / 2] : [(days - 1) / 2];
      expect(coveredDays).toBe(days);
      expect(lowest?.fen).toBe(sorted[0]);
      expect(medianFen).toBe(middle.reduce((sum, at) => sum + (sorted[at] ?? 0), 0) / middle.length);
      expect(cheaperShare).toBeCloseTo(own.filter((fen) => fen < now).length / days);
    }
  });

  it('covers the days between two looks, and none of a longer gap', () => {
    const at = (daysAgo: number) => observe({ minute: NOON - daysAgo * DAY, prices: { sale: 500 } });
    expect(reportOf([at(3), at(0)]).windows[0]?.coveredDays).toBe(4);
    expect(reportOf([at(10), at(0)]).windows[0]?.coveredDays).toBe(2);
  });

  it('takes the cheapest price of a day, by the calendar of GMT+8', () => {
    const late = Math.floor(Date.parse('2026-11-28T23:59:00+08:00') / 60_000);
    const observations = [
      observe({ minute: late, prices: { sale: 300 } }),
      observe({ minute: late + 2, prices: { sale: 500 } }),
      observe({ prices: { sale: 450 } }),
    ];
    const [month] = reportOf(observations).windows;
    expect(month).toMatchObject({ coveredDays: 2, lowest: { fen: 300, date: '2026-11-28' } });
  });

  it('does not depend on the order of the observations', () => {
    const anyObservation = fc
      .record({
        minute: fc.integer({ min: NOON - 40 * DAY, max: NOON }),
        sale: fc.integer({ min: 1, max: 9 }),
        coupon: fc.option(fc.integer({ min: 1, max: 9 }), { nil: null }),
        stock: fc.constantFrom('in_stock' as const, 'out_of_stock' as const),
      })
      .map(({ minute, stock, ...prices }) => observe({ minute, stock, prices }));
    const twice = fc
      .array(anyObservation, { maxLength: 40 })
      .chain((all) => fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length })));
    fc.assert(
      fc.property(twice, ([all, shuffled]) => {
        expect(reportOf(shuffled)).toEqual(reportOf(all));
      }),
    );
  });
});
