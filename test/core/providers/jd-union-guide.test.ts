import { describe, expect, it } from 'vitest';
import { GoodsInfo } from '../../../src/core/providers/jd-union/goods-info.js';
import { normalizeGoodsInfo } from '../../../src/core/providers/jd-union/normalize-guide.js';

const info = {
  skuId: 100012345678,
  title: '手机 &amp; 壳',
  price: 5999,
  lowPrice: '5799.00',
  couponPrice: '5699.0',
  monthSales: 20000,
  commentCount: '500000',
  goodCommentRate: 0.97,
  isSelf: 1,
  stockState: 1,
  skuList: [
    { skuId: '1', specId: '12345', specName: '颜色:黑色/内存:256GB', price: 5999.0, stockState: 1 },
    { skuId: '2', specName: '尺码:170/92A/颜色:黑', price: 8999, stockState: 0 },
    { specName: '没有编号' },
  ],
};
const normalize = (changes: Record<string, unknown> = {}, askedId: string | undefined = '100012345678') =>
  normalizeGoodsInfo(GoodsInfo.parse({ ...info, ...changes }), askedId);

describe('normalizeGoodsInfo', () => {
  it('binds the kind of price to the field', () => {
    expect(normalize()?.prices).toEqual([
      { kind: 'coupon', amountFen: 569900 },
      { kind: 'sale', amountFen: 579900 },
      { kind: 'list', amountFen: 599900, fromFen: 599900, toFen: 899900 },
    ]);
  });

  it('reads the rest', () => {
    expect(normalize()).toMatchObject({
      id: '100012345678',
      title: '手机 & 壳',
      sales: { count: 20000, period: 'month', scope: 'item' },
      reviews: { count: 500000, goodRatePercent: 97 },
      stock: { status: 'in_stock' },
      shop: { selfOperated: true },
    });
    expect(normalize()?.notes).toBeUndefined();
  });

  it('splits a spec name at slashes that begin a new attribute only', () => {
    expect(normalize()?.skus?.map(({ attributes }) => attributes)).toEqual([
      [
        { name: '颜色', value: '黑色' },
        { name: '内存', value: '256GB' },
      ],
      [
        { name: '尺码', value: '170/92A' },
        { name: '颜色', value: '黑' },
      ],
    ]);
  });

  it.each([0, '0', '', [], undefined, -1, '5??9'])('knows no price written %j', (value) => {
    expect(normalize({ price: value, lowPrice: value, couponPrice: value, skuList: [] })?.prices).toEqual([]);
  });

  it.each([0, '0', undefined, ''])('leaves sales %j out and says why', (monthSales) => {
    const product = normalize({ monthSales });
    expect(product?.sales).toBeUndefined();
    expect(product?.notes?.[0]).toMatch(/No monthly sales figure/);
  });

  it.each([
    [0.985, 98.5],
    [98, 98],
    ['97', 97],
    [1, 100],
    [0, undefined],
    [200, undefined],
  ])('reads the good rate %j as %j percent', (rate, percent) => {
    expect(normalize({ goodCommentRate: rate })?.reviews?.goodRatePercent).toBe(percent);
  });

  it.each([
    [1, 'in_stock'],
    ['1', 'in_stock'],
    [0, 'out_of_stock'],
    [33, 'unknown'],
  ])('reads stock state %j as %s', (stockState, status) => {
    expect(normalize({ stockState })?.stock?.status).toBe(status);
  });

  it('takes the id that was asked for when the row has none, and skips a row of a list', () => {
    expect(normalize({ skuId: undefined })?.id).toBe('100012345678');
    expect(normalizeGoodsInfo(GoodsInfo.parse({ title: 'x' }), undefined)).toBeUndefined();
  });

  it('says so when another product was answered', () => {
    expect(normalize({ skuId: 5 })?.notes).toEqual(['Asked for 100012345678; JD answered with 5']);
  });

  it('survives a row without any other field', () => {
    expect(normalizeGoodsInfo(GoodsInfo.parse({}), '1')).toMatchObject({
      id: '1',
      prices: [],
      skus: undefined,
    });
  });
});
