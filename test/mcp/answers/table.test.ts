import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import type { Product } from '../../../src/core/index.js';
import { HOSTILE_TITLES } from '../../../src/core/simulation/titles.js';
import { estimateTokens, MAX_RESULT_CHARS, MAX_RESULT_TOKENS } from '../../../src/mcp/answers/page-size.js';
import { formatAnswer, toNotice } from '../../../src/mcp/answers/result.js';
import {
  countFittingRows,
  describeAge,
  type ListRow,
  listColumnNames,
  toRows,
  toTable,
} from '../../../src/mcp/answers/table.js';

const toProduct = (at: number, more: Partial<Product> = {}): Product => ({
  platform: 'shop',
  id: String(100000000000 + at),
  url: `https://shop.example/${100000000000 + at}.html`,
  title: `商品 ${at}`,
  prices: [{ kind: 'sale', amountFen: 1990 + at }],
  source: 'shop-api',
  fetchedAtMs: 1_700_000_000_000 + at,
  ...more,
});

const products = (count: number, more: (at: number) => Partial<Product> = () => ({})) =>
  toRows(Array.from({ length: count }, (_, at) => toProduct(at, more(at))));

const FIELDS = ['line', 'id', 'title', 'price', 'price_kind', 'stock', 'platform', 'source', 'url'];

describe('a table', () => {
  it('names columns once and hoists what all rows share', () => {
    expect(toTable(products(2), FIELDS)).toEqual({
      columns: ['line', 'id', 'title', 'price', 'price_kind'],
      rows: [
        [1, '100000000000', '商品 0', 19.9, 'sale'],
        [2, '100000000001', '商品 1', 19.91, 'sale'],
      ],
      same: { platform: 'shop', source: 'shop-api', url: 'https://shop.example/{id}.html' },
    });
  });

  it('keeps in the rows what differs, with an empty text for what is unknown', () => {
    const rows = products(2, (at) => (at === 0 ? { stock: { status: 'in_stock' } } : {}));
    expect(toTable(rows, ['id', 'stock']).rows).toEqual([
      ['100000000000', 'in_stock'],
      ['100000000001', ''],
    ]);
  });

  it('hoists by source where the sources differ', () => {
    const rows = products(4, (at) => (at % 2 === 0 ? {} : { platform: 'mall', source: 'mall-api' }));
    const table = toTable(rows, ['id', 'platform', 'source']);
    expect(table.columns).toEqual(['id', 'source']);
    expect(table.same_by_source).toEqual({
      'shop-api': { platform: 'shop' },
      'mall-api': { platform: 'mall' },
    });
  });

  it('takes nothing from rows that have no product', () => {
    const failed: ListRow = { line: 3, input: 'x', outcome: 'unsupported', platform: 'elsewhere' };
    const table = toTable([...products(2), failed], ['line', 'outcome', 'platform', 'source']);
    expect(table.columns).toEqual(['line', 'outcome', 'platform']);
    expect(table.rows[2]).toEqual([3, 'unsupported', 'elsewhere']);
    expect(table.same).toEqual({ source: 'shop-api' });
  });

  it('keeps a link that is not made of the id', () => {
    const rows = products(2, (at) => ({ url: `https://shop.example/p?x=${at}` }));
    expect(toTable(rows, ['id', 'url']).rows[1]).toEqual(['100000000001', 'https://shop.example/p?x=1']);
  });

  it('leaves inputs empty that have the form of the first, and says the form', () => {
    const link = (id: string) => `https://shop.example/${id}.html`;
    const rows = products(4).map((row) => ({
      ...row,
      input: row.line === 3 ? 'something else' : link(row.id ?? ''),
    }));
    const { columns, rows: shown, same } = toTable(rows, ['line', 'input', 'id']);
    expect(columns).toEqual(['line', 'input', 'id']);
    expect(shown.map(([, input]) => input)).toEqual(['', '', 'something else', '']);
    expect(same).toEqual({ input: 'https://shop.example/{id}.html' });
    const all = rows.filter(({ line }) => line !== 3);
    expect(toTable(all, ['line', 'input', 'id']).columns).toEqual(['line', 'id']);
  });

  it('says a note once, and its code in the rows', () => {
    const often = { en: 'Price before coupon', zh: '券前价' };
    const rows = products(3, (at) => ({
      notes: at === 1 ? [often, { en: 'Presale', zh: '预售' }] : [often],
    }));
    expect(toTable(rows, ['id', 'notes'])).toMatchObject({
      rows: [
        ['100000000000', 'n1'],
        ['100000000001', 'n1 n2'],
        ['100000000002', 'n1'],
      ],
      notes: { n1: 'Price before coupon', n2: 'Presale' },
    });
  });

  it('holds as many rows as before when more rows come behind them', () => {
    const rows = products(400, (at) => ({ title: `旗舰店 新款 ${at} 号`, ...(at > 200 && { rating: '9' }) }));
    const count = countFittingRows(rows, FIELDS);
    for (const more of [count, count + 1, count + 50])
      expect(countFittingRows(rows.slice(0, more), FIELDS)).toBe(count);
    expect(toTable(rows.slice(0, count).reverse(), FIELDS).rows.length).toBe(count);
  });

  it('holds fewer tokens than the rows as objects', () => {
    const rows = products(20);
    const table = JSON.stringify(toTable(rows, FIELDS));
    const objects = JSON.stringify(rows.map(({ product }) => product));
    expect(encode(table).length).toBeLessThan(0.5 * encode(objects).length);
  });

  it('has unique column names', () => {
    const names = listColumnNames();
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('a result', () => {
  it.each([
    ['ordinary', (at: number) => ({ title: `旗舰店 新款 2026 夏季 ${at} 号 纯棉短袖` })],
    ['longest', () => ({ title: '极长'.repeat(100), notes: ['价格可能因地区而异'.repeat(10)] })],
    [
      'hostile',
      (at: number) => ({ title: (HOSTILE_TITLES[at % HOSTILE_TITLES.length]?.title ?? '').slice(0, 200) }),
    ],
  ])('of 500 rows with %s titles is cut to what hosts pass on', (_, more) => {
    const rows = products(500, more);
    const table = toTable(rows, listColumnNames());
    const { content } = formatAnswer({ data: { ...table, notice: toNotice(true) } }, (text) => text);
    const text = content[0]?.text ?? '';
    expect(text.length).toBeLessThanOrEqual(MAX_RESULT_CHARS);
    expect(encode(text).length).toBeLessThanOrEqual(MAX_RESULT_TOKENS);
    expect(table.rows.length).toBeGreaterThan(0);
    expect(table.rows.length).toBeLessThan(500);
  });

  it('says how old its oldest answer is', () => {
    expect(describeAge(products(3), 1_700_000_060_000)).toEqual({
      fetched_at: '2023-11-14T22:13:20.000Z',
      age_s: 60,
    });
    expect(describeAge([], 0)).toEqual({});
  });
});

describe('the estimate of tokens', () => {
  it.each([
    ['ordinary', (at: number) => ({ title: `旗舰店 新款 2026 夏季 ${at} 号 纯棉短袖` })],
    ['English', (at: number) => ({ title: `Wireless mechanical keyboard, RGB, ${at} keys` })],
    ['mixed', (at: number) => ({ title: `罗技（Logitech）G${at} 无线键盘【官方】` })],
  ])('is on the safe side for %s titles', (_, more) => {
    const text = JSON.stringify(toTable(products(60, more), listColumnNames()));
    expect(estimateTokens(text)).toBeGreaterThanOrEqual(encode(text).length);
  });
});
