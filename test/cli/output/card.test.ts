import stringWidth from 'fast-string-width';
import { describe, expect, it } from 'vitest';
import { formatCard, formatFailure, formatSales } from '../../../src/cli/output/card.js';
import type { Terminal } from '../../../src/cli/output/terminal.js';
import { TEXTS } from '../../../src/cli/words/index.js';
import {
  type BijiaError,
  BoundError,
  ConfigError,
  CredentialError,
  type Language,
  NotFoundError,
  type Product,
  StateError,
  ThrottledError,
  WORDS,
} from '../../../src/core/index.js';

const terminal = {
  columns: 60,
  style: (style: string, text: string) => `<${style}>${text}</>`,
} as unknown as Terminal;
const plain = { ...terminal, style: (_style: unknown, text: string) => text } as Terminal;
const inWords = (used: Terminal, language: Language = 'en') => ({
  terminal: used,
  language,
  words: WORDS[language],
  texts: TEXTS[language],
});

const product: Product = {
  platform: 'acme',
  id: '1',
  url: 'https://acme.example/1',
  title: '手机',
  prices: [{ kind: 'sale', amountFen: 123_456 }],
  source: 'acme-api',
  fetchedAtMs: 0,
};
const rowsOf = (changes: Partial<Product>, full = false, language: Language = 'en') =>
  formatCard({ ...product, ...changes }, inWords(plain, language), full)
    .split('\n')
    .map((line) => line.trim().replace(/ {2,}/g, ' | '));

describe('formatCard', () => {
  it('shows what is known, and nothing else', () => {
    expect(rowsOf({}).slice(0, -1)).toEqual([
      '手机',
      'Price | ¥1,234.56 sale price',
      'Link | https://acme.example/1',
    ]);
    expect(rowsOf({ title: undefined, prices: [] })).toHaveLength(3);
  });

  it('marks data of the sandbox and data from memory', () => {
    expect(formatCard({ ...product, sandbox: true, cached: true }, inWords(terminal), false)).toMatch(
      /<bold>手机<\/> {2}<yellow>\[SIMULATED DATA\]<\/>[\s\S]*acme-api · 1970-01-01 08:00 · cached$/,
    );
  });

  it('words every other fact', () => {
    const rows = rowsOf({
      prices: [
        { kind: 'sale', amountFen: 100 },
        { kind: 'list', amountFen: 200, fromFen: 200, toFen: 300 },
      ],
      reviews: { count: 1500, goodRatePercent: 97.5 },
      stock: { status: 'in_stock', quantity: 9, regions: [{ name: '北京', quantity: 4 }] },
      shop: { id: '7', name: '旗舰店', selfOperated: true },
      commission: { amountFen: 150, ratePercent: 3 },
      promotions: ['满100减5', '2件9.9折'],
      delivery: ['包邮'],
      notes: [{ en: 'Price before coupon', zh: '券前价' }],
    });
    expect(rows.slice(2, -2)).toEqual([
      'Also | ¥2–¥3 list price',
      'Reviews | 1,500 reviews, 97.5% positive',
      'Stock | in stock · 9 left · 北京: 4',
      'Shop | 旗舰店 (7) · self-operated',
      'Commission | ¥1.50, 3%',
      'Offers | 满100减5 · 2件9.9折',
      'Delivery | 包邮',
      'Note | Price before coupon',
    ]);
  });

  it('shows the first variants, and all with their attributes on request', () => {
    const skus = Array.from({ length: 8 }, (_, at) => ({
      ...{ id: String(at), name: `颜色 ${at}`, attributes: [] },
      prices: [{ kind: 'list' as const, amountFen: 100 + at }],
    }));
    const attributes = [{ name: '材质', values: ['棉', '麻'] }];
    const short = rowsOf({ skus, attributes });
    expect(short).toContain('Variants | 8 variants');
    expect(short.slice(-2)).toEqual(['颜色 5 | ¥1.05 list price', '… 2 more: --full']);
    const full = rowsOf({ skus, attributes }, true);
    expect(full).toContain('材质 | 棉, 麻');
    expect(full.at(-1)).toBe('颜色 7 | ¥1.07 list price');
    expect(rowsOf({ skus: skus.slice(0, 1) })).toContain('Variants | 1 variant');
  });
});

describe('a card in Chinese', () => {
  it('words every fact', () => {
    const rows = rowsOf(
      {
        prices: [
          { kind: 'coupon', amountFen: 529_900 },
          { kind: 'list', amountFen: 1560, fromFen: 1560, toFen: 8580 },
        ],
        coupons: [{ amountFen: 3000, thresholdFen: 30_000 }, { amountFen: 500 }],
        sales: {
          ...{ count: 100_000, atLeast: true, approximate: false, scope: 'item' as const },
          ...{ period: 'total' as const, text: '已拼10万+件' },
        },
        reviews: { count: 15_000, goodRatePercent: 97 },
        stock: { status: 'in_stock', quantity: 56 },
        shop: { id: '7', name: '旗舰店', selfOperated: true },
        commission: { amountFen: 150, ratePercent: 3 },
        notes: [{ en: 'Price before coupon', zh: '券前价' }],
        sandbox: true,
      },
      false,
      'zh',
    );
    expect(rows).toEqual([
      '手机 | [模拟数据]',
      '现价 | ¥5,299 券后',
      '其他价格 | ¥15.60～¥85.80 划线价',
      '优惠券 | 满 300 减 30 · 减 5',
      '销量 | 10万+',
      '评价 | 1.5万条，好评率 97%',
      '库存 | 有货 · 剩 56 件',
      '店铺 | 旗舰店（7） · 自营',
      '佣金 | ¥1.50，佣金比例 3%',
      '说明 | 券前价',
      '商品链接 | https://acme.example/1',
      '数据源 | acme-api · 1970-01-01 08:00',
    ]);
  });
});

describe('the rows of variants', () => {
  const names = ['黑色', '白色'].map((colour) => `十六英寸满血性能版笔记本电脑 颜色:${colour} 内存:256GB`);
  const skus = names.map((name, at) => ({
    ...{ id: String(at), name, attributes: [] },
    prices: [{ kind: 'list' as const, amountFen: 599_900 }],
    stock: { status: 'in_stock' as const, quantity: 12_345 },
  }));
  const rowsAt = (columns: number) =>
    formatCard({ ...product, skus }, inWords({ ...plain, columns }), true)
      .split('\n')
      .slice(-2);

  it('say how many are left where there is room', () => {
    expect(rowsAt(100)[0]).toMatch(/list price {2}in stock · 12,345 left$/);
  });

  it('drop that before anything of the name', () => {
    const [row = ''] = rowsAt(80);
    expect(row).toMatch(/list price {2}in stock$/);
    expect(row.slice(0, 50).split('  ¥')[0]).toBe(rowsAt(100)[0]?.split('  ¥')[0]);
  });

  it.each([24, 30, 40, 50, 60, 70])('fit into %i columns, and what tells them apart stays', (columns) => {
    const card = formatCard({ ...product, skus }, inWords({ ...plain, columns }), true);
    const [, rows = ''] = card.split(/(?= {4}[十…])/s);
    for (const row of card.split('\n').slice(-2)) expect(stringWidth(row)).toBeLessThanOrEqual(columns);
    expect(card.slice(card.indexOf(rows))).toMatch(columns > 60 ? /GB {2}/ : /黑.*\n.*\n.*白/);
  });
});

it.each([
  [{ kind: 'group', amountFen: 1560 }, '¥15.60 group price'],
  [{ kind: 'group', amountFen: 1560, fromFen: 1560, toFen: 1560 }, '¥15.60 group price'],
  [{ kind: 'single', amountFen: 2100, fromFen: 2100, toFen: 12_100 }, '¥21–¥121 solo price'],
  [{ kind: 'list', amountFen: 5000, fromFen: 6000, toFen: 7000 }, '¥50 (variants ¥60–¥70) list price'],
] as const)('formats the price %j', (price, text) => {
  const [, , also] = rowsOf({ prices: [{ kind: 'sale', amountFen: 1 }, price] });
  expect(also).toBe(`Also | ${text}`);
});

it.each([
  [{ count: 100_000, atLeast: true, scope: 'item', text: '已拼10万+件' }, '100K+ sold'],
  [{ count: 12_000, approximate: true, scope: 'shop', text: '1.2万' }, 'about 12K sold (shop total)'],
  [{ count: 5, scope: 'people', text: '5人', note: { en: 'odd', zh: '怪' } }, '5 buyers; odd'],
] as const)('formats the sales %j', (sales, text) => {
  const whole = {
    ...product,
    sales: { atLeast: false, approximate: false, period: 'total' as const, ...sales },
  };
  expect(formatSales(whole, WORDS.en)).toBe(text);
});

it('says where goods come from, what is promised and how they are rated; categories in full', () => {
  const facts: Partial<Product> = {
    reviews: { count: 10_000, atLeast: true },
    stock: { status: 'in_stock', quantity: 100, atLeast: true },
    subsidy: true,
    rating: '4.8',
    local: '河南省',
    service: ['7天无理由退货'],
    activities: ['年货节'],
    categories: [{ id: '6536' }, { id: '20412', name: '奶粉' }],
  };
  expect(rowsOf(facts)).toEqual(
    expect.arrayContaining([
      'Reviews | 10K+ reviews',
      'Stock | in stock · 100+ left',
      '百亿补贴 | yes',
      'Rating | 4.8',
      'Ships from | 河南省',
      'Promises | 7天无理由退货',
      'Events | 年货节',
    ]),
  );
  expect(rowsOf(facts).join()).not.toContain('Category');
  expect(rowsOf(facts, true)).toContain('Category | 6536 > 奶粉');
  expect(rowsOf(facts, false, 'zh')).toEqual(expect.arrayContaining(['发货地 | 河南省', '评价 | 1万+ 条']));
});

it('adds what the upstream itself says of a failure, and its id of the call; not where it found nothing', () => {
  const receipt = { said: '余额不足', trace: '7811' };
  const error = Object.assign(new CredentialError('The account is refused.'), { receipt });
  const fail = (failure: BijiaError, language: Language) =>
    formatFailure(
      { input: 'x', outcome: failure.outcome, error: failure },
      inWords(plain, language),
      plain.style,
    );
  expect(fail(error, 'en')).toContain('\n  The source says: "余额不足" · call ID 7811');
  expect(fail(error, 'zh')).toContain('\n  数据源原话：“余额不足” · 请求号 7811');
  expect(fail(Object.assign(new NotFoundError('None.'), { receipt }), 'en')).not.toContain('余额不足');
});

it.each<readonly [BijiaError, en: string, zh: string]>([
  [new ThrottledError('Wait.'), 'rate limited', '太频繁'],
  [new StateError('Away.'), 'database unreachable', '连不上数据库'],
  [new StateError('Full.', { code: 'state_full' }), 'database full', '数据库磁盘已满'],
  [new ConfigError('Update.', { code: 'newer_schema' }), 'database unusable', '数据库不可用'],
  [new BoundError('Enough.', { code: 'daily_calls_used' }), 'daily limit reached', '今日已用完'],
])('is headed by what happened: %s', (error, en, zh) => {
  const headOf = (language: Language) =>
    formatFailure({ input: 'x', outcome: error.outcome, error }, inWords(plain, language), plain.style);
  expect([headOf('en').split('  ')[0], headOf('zh').split('  ')[0]]).toEqual([en, zh]);
});

it('says what could not be answered, on one line, and why', () => {
  const input = `一个\n很长\u001B[31m的\u202E链接${'x'.repeat(100)}`;
  const text = formatFailure(
    { input, outcome: 'not_found', error: new NotFoundError('There is none.') },
    inWords(terminal),
    terminal.style,
  );
  expect(text).toBe(`<red>not found</>  一个 很长[31m的链接${'x'.repeat(40)}…\n  There is none.`);
});
