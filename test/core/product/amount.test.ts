import { describe, expect, it } from 'vitest';
import { parseAmountFen } from '../../../src/core/product/amount.js';

describe('an amount', () => {
  it.each([
    ['5000', 500_000],
    ['¥5,000', 500_000],
    ['￥４９９９．５', 499_950],
    ['5k', 500_000],
    ['0.5万', 500_000],
    ['5000元', 500_000],
    ['1.2w', 1_200_000],
  ])('%s is %i fen', (text, fen) => {
    expect(parseAmountFen(text)).toBe(fen);
  });

  it.each(['0', '-5', '', 'cheap', '99999999', '1.2.3', '5 apples'])('%s is none', (text) => {
    expect(parseAmountFen(text)).toBeUndefined();
  });
});
