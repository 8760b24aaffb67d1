import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Product } from '../../../src/core/index.js';
import { type CardLine, listCardLines, renderCard } from '../../../src/telegram/cards/card.js';
import { createCardKeyboard } from '../../../src/telegram/cards/card-keyboard.js';
import { fitLines, MAX_CAPTION } from '../../../src/telegram/cards/card-view.js';
import { createPhone, createView, price, sku } from '../../helpers/telegram/products.js';

const linesOf = (product: Product, view = createView()) => renderCard(product, view).text.split('\n');

describe('the card', () => {
  it('shows the example as the document draws it', () => {
    const lines = linesOf(createPhone());
    expect(lines).toEqual([
      '甲店自营 · Apple iPhone 17 256GB 黑色 支持移动联通电信5G 双卡双待手机 官方标配 全国联保…',
      '¥5,699 券后   划线价 ¥5,999',
      '销量 20万+ · 评价 50万（好评率 97%） · 有货',
      '店铺：Apple产品自营旗舰店',
      '促销价 ¥5,899',
      '规格 3 个 · ¥5,999 – ¥8,999 划线价',
      ' ├ 256GB 黑色  ¥5,999 划线价  有货',
      ' └ 512GB 黑色  ¥7,299 划线价  无货   …更多见「规格」',
      '商品编号 100012043978',
      '🕒 14:03 查价 · 模拟数据',
    ]);
    expect(Array.from(lines[0] ?? '').length).toBeLessThanOrEqual(60);
  });

  it('speaks English', () => {
    expect(linesOf(createPhone(), createView('en'))).toEqual([
      'Alpha (self-operated) · Apple iPhone 17 256GB 黑色 支持移动联通电信5G…',
      '¥5,699 after coupon   list price ¥5,999',
      '200K+ sold · 500K reviews (97% positive) · in stock',
      'Shop: Apple产品自营旗舰店',
      'sale price ¥5,899',
      '3 variants · ¥5,999 – ¥8,999 list price',
      ' ├ 256GB 黑色  ¥5,999 list price  in stock',
      ' └ 512GB 黑色  ¥7,299 list price  out of stock   … more under “Variants”',
      'Product ID 100012043978',
      '🕒 Checked 14:03 · simulated data',
    ]);
  });

  it('says how a coupon is used, and what the operator earns to the operator alone', () => {
    const product = createPhone({
      coupons: [{ amountFen: 20_000, thresholdFen: 100_000, to: '2026-12-31T15:59:59.000Z' }],
      commission: { amountFen: 5699, ratePercent: 1 },
      buyLink: 'https://u.alpha.example/x',
    });
    expect(linesOf(product).slice(4, 6)).toEqual(['优惠券：满 1,000 减 200，2026年12月31日止', '推广链接']);
    const { text, entities } = renderCard(product, { ...createView('en'), isForOperator: true });
    expect(text).toContain(
      'Coupon: ¥200 off ¥1,000, until 31 Dec 2026\nCommission: ¥56.99, 1%\nPromotion link',
    );
    expect(entities.map((one) => (one.type === 'text_link' ? one.url : ''))).toContain(
      'https://u.alpha.example/x',
    );
  });

  it('says the sale price, offers, delivery and stock by region, one line each', () => {
    const product = createPhone({
      promotions: ['满100减5', '2件9.9折 @evil'],
      delivery: ['全场包邮', '48小时发货'],
      stock: {
        status: 'in_stock',
        regions: [
          { name: '北京', quantity: 4 },
          { name: '上海', quantity: 1200 },
        ],
      },
    });
    expect(linesOf(product).slice(4, 8)).toEqual([
      '促销价 ¥5,899',
      '优惠：满100减5、2件9.9折 ＠evil',
      '配送：全场包邮、48小时发货',
      '各地库存：北京 4、上海 1,200',
    ]);
  });

  it('gives way line by line where it would be too long: offers first, the price never', () => {
    const words = 'x'.repeat(70);
    const product = createPhone({
      shop: { name: words },
      promotions: [words],
      delivery: [words],
      stock: { status: 'in_stock', regions: [{ name: words, quantity: 1 }] },
      notes: ['a', 'b', 'c'].map((letter) => ({ en: letter.repeat(80), zh: letter.repeat(80) })),
      skus: [sku(words, 1), sku(`${words}y`, 2), sku('z', 3)],
    });
    const textOf = ({ text }: CardLine) => text?.text ?? '';
    const all = listCardLines(product, createView()).filter((line) => textOf(line) !== '');
    const given: string[] = [];
    let left = all;
    while (left.length > 3) {
      const length = left.map(textOf).join('\n').length;
      const kept = fitLines(all, length - 1).text.split('\n');
      given.push(...left.filter((line) => !kept.includes(textOf(line))).map(({ name }) => name));
      left = left.filter((line) => kept.includes(textOf(line)));
    }
    expect(given).toEqual([
      ...['regions', 'delivery', 'promotions', 'sale', 'variant', 'variant', 'notes', 'notes', 'notes'],
      ...['variants', 'shop', 'time', 'facts'],
    ]);
    expect(left.map(({ name }) => name)).toEqual(['title', 'prices', 'id']);
  });

  it('calls the price of a variant whose kind nobody names no more than that', () => {
    const assumed = (yuan: number) => [{ ...price('list', yuan), isAssumed: true }];
    const skus = [sku('a', 1, { prices: assumed(5999) }), sku('b', 1, { prices: assumed(8999.5) })];
    const linesIn = (view?: ReturnType<typeof createView>) =>
      linesOf(createPhone({ skus }), view).filter((line) => /规格|variant|[├└]/.test(line));
    expect(linesIn()).toEqual([
      '规格 2 个 · 规格价 ¥5,999 – ¥8,999.50',
      ' ├ a  规格价 ¥5,999',
      ' └ b  规格价 ¥8,999.50',
    ]);
    expect(linesIn(createView('en'))[1]).toBe(' ├ a  variant price ¥5,999');
  });

  it('says of counts that are cut down that there are more', () => {
    const product = createPhone({
      reviews: { count: 12_000, atLeast: true },
      stock: { status: 'in_stock', quantity: 100, atLeast: true },
    });
    expect(linesOf(product)[2]).toMatch(/评价 1\.2万\+ · 有货 剩 100\+ 件$/);
    expect(linesOf(product, createView('en'))[2]).toMatch(/12K\+ reviews · in stock \(100\+ left\)$/);
  });

  it('has no line for a sale price that is the price to pay', () => {
    const prices = [price('coupon', 5899), price('sale', 5899)];
    expect(linesOf(createPhone({ prices })).join('\n')).not.toContain('促销价');
  });

  it('says only what is known', () => {
    const bare: Product = {
      platform: 'abc',
      id: '5',
      url: '',
      prices: [],
      source: 'x',
      fetchedAtMs: Date.parse('2025-11-20T06:03:00Z'),
    };
    expect(linesOf(bare)).toEqual(['乙店 · （没有标题）', '暂无价格', '商品编号 5', '🕒 11-20 14:03 查价']);
  });

  it('names the two prices of group buying and the sales in the marketplace’s words', () => {
    const product = createPhone({
      prices: [
        price('group', 15.6, { fromFen: 1560, toFen: 4200 }),
        price('single', 21),
        price('list', 39.9),
      ],
      sales: {
        count: 100_000,
        atLeast: true,
        approximate: false,
        scope: 'item',
        text: '已拼10万+件',
        period: 'total',
      },
    });
    const lines = linesOf(product);
    expect(lines[1]).toBe('¥15.60 起 拼单价   单买价 ¥21   划线价 ¥39.90');
    expect(lines[2]).toMatch(/^已拼 10万\+件 · /);
  });

  it('says what must be known to read the numbers, once, in the reader’s language', () => {
    const before = { en: 'Price before coupon', zh: '价格为券前价' };
    const promoted = { en: 'Orders that promoters brought', zh: '推广带来的订单' };
    const sales = { count: 5, atLeast: false, approximate: false, scope: 'item', text: '5件' } as const;
    const product = createPhone({
      notes: [before, promoted, before],
      sales: { ...sales, period: '30d', note: promoted },
    });
    const notesIn = (view = createView()) => linesOf(product, view).filter((line) => line.startsWith('ℹ️'));
    expect(notesIn()).toEqual(['ℹ️ 价格为券前价', 'ℹ️ 推广带来的订单']);
    expect(notesIn(createView('en'))).toEqual(['ℹ️ Price before coupon', 'ℹ️ Orders that promoters brought']);
  });

  it('tells how to fix what is missing to those who can, and to nobody else', () => {
    const zh = '各仓库存没有取到';
    const note = { en: 'Without stock: apply for the method', enForUsers: 'Without stock', zh };
    const notesIn = (view: ReturnType<typeof createView>) =>
      linesOf(createPhone({ notes: [note] }), view).filter((line) => line.startsWith('ℹ️'));
    expect(notesIn(createView('en'))).toEqual(['ℹ️ Without stock']);
    expect(notesIn({ ...createView('en'), isForOperator: true })).toEqual([`ℹ️ ${note.en}`]);
    expect(notesIn(createView())).toEqual([`ℹ️ ${zh}`]);
  });

  it('marks up prices, title and id with entities', () => {
    const { text, entities } = renderCard(createPhone(), createView());
    const marked = entities.map(({ type, offset, length }) => [type, text.slice(offset, offset + length)]);
    expect(marked).toContainEqual(['bold', '¥5,699']);
    expect(marked).toContainEqual(['strikethrough', '¥5,999']);
    expect(marked).toContainEqual(['code', '100012043978']);
    expect(entities.find(({ type }) => type === 'text_link')).toMatchObject({
      offset: 0,
      url: 'https://item.alpha.example/100012043978.html',
    });
  });

  it('leaves out a variant’s price when there is none, and still names an unknown kind', () => {
    const product = createPhone({
      skus: [sku('a', 1, { prices: [] }), sku('b', 1, { prices: [price('member', 3)] })],
    });
    expect(linesOf(product).filter((line) => /[├└]/.test(line))).toEqual([' ├ a', ' └ b  ¥3 会员价']);
  });

  it('keeps strangers’ words from becoming mentions, tags, commands and links', () => {
    const shop = { name: '@durov #sale /start evil.example $AAPL', id: undefined };
    const line = linesOf(createPhone({ shop }))[3];
    expect(line).toBe('店铺：＠durov ＃sale ／start evil．example ＄AAPL');
  });

  it('fits under a photo whatever an upstream sends, and cuts no character in two', () => {
    const words = fc.string({ unit: 'grapheme', minLength: 0, maxLength: 3000 });
    const anyProduct = fc.record({
      title: words,
      shop: fc.record({ name: words }),
      notes: fc.array(
        words.map((note) => ({ en: note, zh: note })),
        { maxLength: 5 },
      ),
      skus: fc.array(
        words.map((name) => sku(name, 5)),
        { maxLength: 4 },
      ),
    });
    fc.assert(
      fc.property(anyProduct, (facts) => {
        const { text, entities } = renderCard(createPhone(facts), createView());
        expect(text.length).toBeLessThanOrEqual(MAX_CAPTION);
        expect(text).not.toMatch(/\p{Cs}/u);
        for (const { offset, length } of entities) expect(offset + length).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 60 },
    );
  });
});

describe('the buttons under a card', () => {
  it('refresh, list variants, copy the id and open the page', () => {
    expect(createCardKeyboard(createPhone(), createView()).inline_keyboard).toEqual([
      [
        { text: '🔄 刷新', callback_data: 'v1:r:ab100012043978:0' },
        { text: '📋 规格 3', callback_data: 'v1:s:ab100012043978:1' },
        { text: '📎 复制编号', copy_text: { text: '100012043978' } },
      ],
      [
        { text: '🔔 降价提醒', callback_data: 'v1:n:ab100012043978:0' },
        { text: '📈 走势', callback_data: 'v1:e:ab100012043978:0' },
        { text: '🔍 找同款', callback_data: 'v1:i:ab100012043978:0' },
      ],
      [{ text: '🛒 打开甲店', url: 'https://item.alpha.example/100012043978.html' }],
    ]);
  });

  it('look for possible matches only where a marketplace can be searched', () => {
    const view = { ...createView(), canSearch: false };
    const texts = createCardKeyboard(createPhone(), view)
      .inline_keyboard.flat()
      .map(({ text }) => text);
    expect(texts).not.toContain('🔍 找同款');
  });

  it('leave out what would not fit into 64 bytes', () => {
    const product = createPhone({ id: 'x'.repeat(60) });
    expect(createCardKeyboard(product, createView()).inline_keyboard).toEqual([
      [{ text: '📎 复制编号', copy_text: { text: 'x'.repeat(60) } }],
      [{ text: '🛒 打开甲店', url: product.url }],
    ]);
  });
});
