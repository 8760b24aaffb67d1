import { describe, expect, it } from 'vitest';
import { createSkuKeyboard } from '../../../src/telegram/cards/card-keyboard.js';
import { MAX_CAPTION } from '../../../src/telegram/cards/card-view.js';
import { renderSkuPage } from '../../../src/telegram/cards/sku-page.js';
import { createPhone, createView, price, sku } from '../../helpers/telegram/products.js';

const many = (count: number) =>
  createPhone({ skus: Array.from({ length: count }, (_, at) => sku(`v${at + 1}`, 100 + at)) });
const linesOf = (page: number, product = many(33)) =>
  renderSkuPage(product, page, createView()).text.split('\n');

describe('a page of variants', () => {
  it('lists ten, one per line, and marks the lowest price', () => {
    const lines = linesOf(1);
    expect(lines).toHaveLength(13);
    expect(lines[1]).toBe('规格 33 个 · 第 1/4 页');
    expect(lines[2]).toBe('1. v1  ¥100 划线价  ⬇️ 最低');
    expect(lines[3]).toBe('2. v2  ¥101 划线价');
    expect(linesOf(4).slice(2, -1)).toEqual([
      '31. v31  ¥130 划线价',
      '32. v32  ¥131 划线价',
      '33. v33  ¥132 划线价',
    ]);
  });

  it('strikes through what is out of stock and never marks it', () => {
    const product = createPhone({
      skus: [sku('a', 1, { stock: { status: 'out_of_stock' } }), sku('b', 2), sku('c', 3)],
    });
    const { text, entities } = renderSkuPage(product, 1, createView());
    expect(text.split('\n').slice(2, 5)).toEqual([
      '1. a  ¥1 划线价  无货',
      '2. b  ¥2 划线价  ⬇️ 最低',
      '3. c  ¥3 划线价',
    ]);
    const struck = entities.filter(({ type }) => type === 'strikethrough');
    expect(struck.map(({ offset, length }) => text.slice(offset, offset + length))).toEqual(['a  ¥1 划线价']);
  });

  it('compares no prices of different kinds', () => {
    const product = createPhone({ skus: [sku('a', 1), sku('b', 2, { prices: [price('sale', 2)] })] });
    expect(renderSkuPage(product, 1, createView()).text).not.toContain('最低');
  });

  it('marks no variant without a price, whatever the others cost', () => {
    const bare = sku('b', 1, { prices: [] });
    for (const others of [[sku('a', 1), sku('c', 1)], [sku('a', 1), sku('c', 2)], []]) {
      const { text } = renderSkuPage(createPhone({ skus: [bare, ...others] }), 1, createView());
      expect(text.split('\n')[2]).toBe('1. b');
    }
  });

  it('shows the last page for one beyond the end', () => {
    expect(linesOf(99)[1]).toBe('规格 33 个 · 第 4/4 页');
    expect(linesOf(0)[1]).toBe('规格 33 个 · 第 1/4 页');
  });

  it('fits under a photo with the longest names', () => {
    const product = createPhone({
      skus: Array.from({ length: 10 }, () => sku('长'.repeat(200), 999_999.99)),
    });
    expect(renderSkuPage(product, 1, createView()).text.length).toBeLessThanOrEqual(MAX_CAPTION);
  });

  it('is turned by ‹ 2/4 ›', () => {
    const rows = (page: number) =>
      createSkuKeyboard(many(33), page, createView()).inline_keyboard.map((row) =>
        row.map((button) => [button.text, 'callback_data' in button && button.callback_data]),
      );
    expect(rows(2)).toEqual([
      [
        ['‹', 'v1:s:ab100012043978:1'],
        ['2/4', 'v1:s:ab100012043978:2'],
        ['›', 'v1:s:ab100012043978:3'],
      ],
      [['↩️ 返回', 'v1:c:ab100012043978:0']],
    ]);
    expect(rows(1)[0]?.map(([text]) => text)).toEqual(['1/4', '›']);
    expect(rows(4)[0]?.map(([text]) => text)).toEqual(['‹', '4/4']);
  });
});
