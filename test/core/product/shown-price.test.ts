import { describe, expect, it } from 'vitest';
import type { Price } from '../../../src/core/product/product.js';
import { findShownPrice } from '../../../src/core/product/shown-price.js';

const price = (kind: Price['kind'], amountFen: number): Price => ({ kind, amountFen });

describe('findShownPrice', () => {
  it.each([
    [[price('list', 300), price('sale', 200), price('coupon', 100)], 'coupon'],
    [[price('list', 300), price('sale', 200), price('coupon', 200)], 'coupon'],
    [[price('list', 300), price('sale', 200), price('coupon', 250)], 'sale'],
    [[price('list', 300), price('coupon', 250)], 'coupon'],
    [[price('list', 300), price('group', 200), price('single', 100)], 'group'],
    [[price('list', 300), price('member', 1), price('cost', 1)], 'list'],
    [[price('cost', 1)], undefined],
    [[], undefined],
  ])('takes from %j the %s price', (prices, kind) => {
    expect(findShownPrice(prices)?.kind).toBe(kind);
  });
});
