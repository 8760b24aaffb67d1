import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Goods } from '../../../src/core/providers/pdd-jumdata/goods.js';
import { normalizeGoods } from '../../../src/core/providers/pdd-jumdata/normalize.js';
import { formatJumdataSignature } from '../../../src/core/providers/pdd-jumdata/sign.js';

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../fixtures/jumdata-goods-detail.ok.json'), 'utf8'),
).data;
const normalize = (changes: Record<string, unknown> = {}) =>
  normalizeGoods(Goods.parse({ ...recorded, ...changes }), '8420152864');

it('signs as the vector says', () => {
  expect(formatJumdataSignature('xyzxy2121zxyz', 'efcefcef1121cefcefc1212121', '1555378976238')).toBe(
    '6ddcdc405743c576cb6d34b17b47ed56e2b9b6670fae1fe85ed01244fd31558b',
  );
});

describe('normalizeGoods', () => {
  it('reads the recorded answer', () => {
    const product = normalize();
    expect(product.prices).toEqual([
      { kind: 'group', amountFen: 1560, fromFen: 1560, toFen: 8580 },
      { kind: 'single', amountFen: 2100, fromFen: 2100, toFen: 12100 },
      { kind: 'list', amountFen: 12200 },
    ]);
    expect(product).toMatchObject({
      id: '8420152864',
      sales: { count: 100000, atLeast: true, scope: 'item', period: 'total' },
      reviews: { count: 931 },
      // As given; the SKUs' quantities add up to something else.
      stock: { status: 'in_stock', quantity: 978 },
      shop: { id: '216822562', name: '宝贝粮仓母婴用品店' },
      promotions: ['再拼179件后恢复20元起', '2件9.9折', '满100减5'],
      notes: ['Price before coupon (券前)'],
    });
    expect(product.skus).toHaveLength(4);
    expect(product.skus?.[3]).toMatchObject({
      id: '1407684908282',
      attributes: [{ name: '组合', value: '6袋(23年3月产)+赠封口夹' }],
      prices: [
        { kind: 'group', amountFen: 8580 },
        { kind: 'single', amountFen: 12100 },
      ],
      stock: { quantity: 56 },
    });
  });

  it('reads the fields of the price object as fen, whatever their size', () => {
    const price = { min_group_price: 5, max_group_price: '7', min_normal_price: 3000000, line_price: 0 };
    expect(normalize({ price, original_price: 0, sku_products: [] }).prices).toEqual([
      { kind: 'group', amountFen: 5, fromFen: 5, toFen: 7 },
      { kind: 'single', amountFen: 3000000, fromFen: 3000000, toFen: 3000000 },
    ]);
  });

  it('falls back to SKU prices, then to the yuan fields', () => {
    expect(normalize({ price: [] }).prices).toEqual(normalize().prices.map(({ ...price }) => price));
    expect(normalize({ price: '', sku_products: '' }).prices).toEqual([
      { kind: 'group', amountFen: 1560 },
      { kind: 'list', amountFen: 12200 },
    ]);
  });

  it.each(['', [], '5??9', -1, null])('does not know a price written %j', (value) => {
    const product = normalize({ price: [], prices: value, original_price: value, sku_products: [] });
    expect(product.prices).toEqual([]);
  });

  it('prefers the side tip for sales and never takes sold_total', () => {
    expect(normalize({ side_sales_tip: '已拼77.2万+件' }).sales?.count).toBe(772000);
    expect(normalize({ sales_tip: '', sold_total: 12 }).sales).toBeUndefined();
    expect(normalize({ sales_tip: '已售罄' }).sales).toBeUndefined();
  });

  it.each([
    [{ is_onsale: 0 }, 'off_sale'],
    [{ is_pre_sale: 1 }, 'presale'],
    [{ quantity: 0 }, 'out_of_stock'],
  ])('reads %j as %s', (changes, status) => {
    expect(normalize(changes).stock?.status).toBe(status);
  });

  it('says nothing about stock it knows nothing of', () => {
    expect(normalize({ quantity: '' }).stock).toBeUndefined();
  });

  it('takes the id that was asked for when the answer has none', () => {
    expect(normalize({ goods_id: undefined }).id).toBe('8420152864');
  });

  it('shows images of known hosts only', () => {
    const product = normalize({
      thumb: 'https://evil.example/a.jpg',
      main_figures: ['//img.pddpic.com/b.jpg', 7],
    });
    expect(product.images).toEqual(['https://img.pddpic.com/b.jpg']);
  });

  it('survives an answer without any field', () => {
    expect(normalizeGoods(Goods.parse({}), '8420152864')).toMatchObject({ id: '8420152864', prices: [] });
  });
});
