import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatExact, formatMoney } from '../../../src/core/words/format.js';

const MOST_FEN = 1e13;

describe('formatMoney', () => {
  it('writes fen as the locale would, without its tables', () => {
    fc.assert(
      fc.property(fc.integer({ min: -MOST_FEN, max: MOST_FEN }), (fen) => {
        const digits = fen % 100 === 0 ? 0 : 2;
        const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
        expect(formatMoney(fen)).toBe(`¥${(fen / 100).toLocaleString('en-US', options)}`);
      }),
      { examples: [[0], [1], [99_999], [100_000], [123_456_789], [-5], [-520_000]] },
    );
  });
});

describe('formatExact', () => {
  it('groups the digits before the point only', () => {
    expect([999, 1000, 1234567, 1234.5, 0.1234, 1e6 + 0.25].map(formatExact)).toEqual([
      ...['999', '1,000', '1,234,567', '1,234.5', '0.123', '1,000,000.25'],
    ]);
  });

  it('writes whole numbers as the locale would', () => {
    fc.assert(
      fc.property(fc.maxSafeNat(), (count) => {
        expect(formatExact(count)).toBe(count.toLocaleString('en-US'));
      }),
    );
  });
});
