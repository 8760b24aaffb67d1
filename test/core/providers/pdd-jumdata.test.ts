import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { BijiaError } from '../../../src/core/errors.js';
import type { Call, Toolbox } from '../../../src/core/provider.js';
import { connectJumdata } from '../../../src/core/providers/pdd-jumdata/calls.js';
import { normalizeGoods } from '../../../src/core/providers/pdd-jumdata/normalize.js';
import { Goods } from '../../../src/core/providers/pdd-jumdata/schema.js';
import type { JumdataValues } from '../../../src/core/providers/pdd-jumdata/settings.js';
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
      notes: [{ en: 'Price before coupon (券前)', zh: '价格为券前价' }],
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

  it('prefers the side tip for sales, and keeps what the other says', () => {
    expect(normalize({ side_sales_tip: '已拼77.2万+件' })).toMatchObject({
      sales: { count: 772000 },
      notes: expect.arrayContaining([
        { en: 'Sales are also given as 已拼10万+件', zh: '销量另有说法：已拼10万+件' },
      ]),
    });
  });

  it.each([
    ['where no text says more', { sales_tip: '', sold_total: 12 }, 12],
    ['written as text', { sales_tip: '', sold_total: '1万+' }, 10000],
    ['beyond a text that is cut down', { sold_total: 123456 }, 123456],
    ['never where a text says more', { sold_total: 20 }, 100000],
    ['never beside an exact text', { sales_tip: '已拼1284件', sold_total: 9999 }, 1284],
  ])('takes sold_total %s', (_case, changes, count) => {
    expect(normalize(changes).sales?.count).toBe(count);
  });

  it('knows nothing of sales where every field is empty or 0', () => {
    expect(normalize({ sales_tip: '', side_sales_tip: 0, sold_total: 0 }).sales).toBeUndefined();
  });

  it('keeps a sales text without a number as it stands', () => {
    expect(normalize({ sales_tip: '已售罄' }).sales).toEqual({
      text: '已售罄',
      scope: 'item',
      period: 'total',
      atLeast: false,
      approximate: false,
    });
  });

  it('keeps pictures, video, categories and what the answer says about the shop', () => {
    const product = normalize();
    expect(product.detailImages).toHaveLength(6);
    expect(product).toMatchObject({
      video: 'https://video3.pddpic.com/i1/2021-07-27/8cbfcdc92c2f1ef6497b10f38bc42803.mp4',
      categories: [{ id: '6536' }, { id: '6567' }, { id: '20412' }],
      subsidy: false,
      local: '河南省',
      delivery: ['全场包邮', '48小时发货'],
      shop: { goodsCount: 106, logo: expect.stringContaining('t00img.yangkeduo.com') },
    });
    // The title four times over is not a description; empty fields say nothing.
    for (const field of ['description', 'rating', 'activities', 'service'] as const)
      expect(product[field]).toBeUndefined();
  });

  it('fills what the recorded answer leaves empty', () => {
    expect(
      normalize({
        cate_name: '奶粉',
        goods_star: 4.8,
        goods_name_suffix: '新日期',
        desc: '河北产的奶粉',
        service_promise: ['7天无理由退货', '假一赔十'],
        activity: [{ title: '年货节', color: '#E02E24', link: 'https://a.example' }],
        goods_local: '石家庄',
        mall_data_dsr: { desc: 4.8, service: 4.7 },
        mall_goods_num: '100+',
        pre_sale_stamp: '6月18日',
        price: { new_price_prefix: '百亿补贴' },
      }),
    ).toMatchObject({
      categories: [{ id: '6536' }, { id: '6567' }, { id: '20412', name: '奶粉' }],
      rating: '4.8',
      description: '新日期 · 河北产的奶粉',
      service: ['7天无理由退货', '假一赔十'],
      activities: ['年货节'],
      local: '石家庄',
      shop: { rating: 'desc 4.8 · service 4.7', goodsCount: 100 },
      notes: [
        { en: 'The price is labelled 百亿补贴', zh: '价格标注为百亿补贴' },
        { en: 'Presale: 6月18日', zh: '预售：6月18日' },
      ],
    });
  });

  it('reads the end of a presale written as a time', () => {
    expect(normalize({ pre_sale_stamp: 1893456000 }).notes).toContainEqual({
      en: 'Presale: 2030-01-01T00:00:00.000Z',
      zh: '预售：2030-01-01T00:00:00.000Z',
    });
  });

  it('gives a second list price where the two fields differ', () => {
    const lists = normalize({ original_price: 130 }).prices.filter(({ kind }) => kind === 'list');
    expect(lists.map(({ amountFen }) => amountFen)).toEqual([12200, 13000]);
  });

  it('says that a price is given which is not one of the others', () => {
    expect(normalize({ prices: 14.6 }).notes).toContainEqual({
      en: 'Another price is given: ¥14.6',
      zh: '另有标价¥14.6',
    });
  });

  it.each([
    [{ goods_comment: '1万+' }, { count: 10000, atLeast: true }],
    [{ goods_comment: '5000+' }, { count: 5000, atLeast: true }],
    [
      { goods_comment: 0, goods_comment_text: '100万+条评价' },
      { count: 1000000, atLeast: true },
    ],
  ])('reads reviews from %j', (changes, reviews) => {
    expect(normalize(changes).reviews).toEqual(reviews);
  });

  it('says of a quantity that is cut down that there is more', () => {
    expect(normalize({ quantity: '1000+' }).stock).toEqual({
      status: 'in_stock',
      quantity: 1000,
      atLeast: true,
    });
  });

  it.each([
    [{ is_onsale: 0 }, 'off_sale'],
    [{ is_onsale: false }, 'off_sale'],
    [{ is_pre_sale: true }, 'presale'],
    [{ is_pre_sale: 1 }, 'presale'],
    [{ quantity: 0 }, 'out_of_stock'],
  ])('reads %j as %s', (changes, status) => {
    expect(normalize(changes).stock?.status).toBe(status);
  });

  it('says nothing about stock it knows nothing of', () => {
    expect(normalize({ quantity: '' }).stock).toBeUndefined();
  });

  describe('variants', () => {
    const row = recorded.sku_products[3];

    it('keeps the id of the variant apart from those of its values', () => {
      expect(normalize().skus?.[3]).toMatchObject({
        id: '1407684908282',
        specId: '19324379219',
        specIds: ['19324379219'],
        coupon: 1,
      });
    });

    it('never gives the id of a value out as the id of the variant', () => {
      const [sku] = normalize({ sku_products: [{ ...row, id: '' }] }).skus ?? [];
      expect(sku).toMatchObject({ specId: '19324379219', name: '6袋(23年3月产)+赠封口夹' });
      expect(sku?.id).toBeUndefined();
    });

    it('keeps every row that has a name, with digits or without', () => {
      const bare = [{ specs: row.specs }, { specs: recorded.sku_products[0].specs, id: 'x' }, {}];
      expect(normalize({ sku_products: bare }).skus?.map(({ name }) => name)).toEqual([
        '6袋(23年3月产)+赠封口夹',
        '1袋(23年3月产)',
      ]);
    });

    it('says how many come twice', () => {
      const [first] = recorded.sku_products;
      const sku_products = [...recorded.sku_products, { ...first, group_price: '1.0' }];
      const { skus, notes } = normalize({ sku_products });
      expect(skus?.[0]?.prices[0]).toEqual({ kind: 'group', amountFen: 1560 });
      expect(skus).toHaveLength(4);
      expect(notes?.at(-1)?.en).toBe('Variants that come twice, of which the first counts: 1');
    });

    it('names a variant by the table of values where it has no names itself', () => {
      expect(normalize({ sku_products: [{ ...row, specs: [] }] }).skus?.[0]).toMatchObject({
        name: '6袋(23年3月产)+赠封口夹',
        attributes: [{ name: '组合', value: '6袋(23年3月产)+赠封口夹' }],
      });
    });

    it('says when what is sold in advance is sent', () => {
      const presale = { is_sku_pre_sale: true, sku_pre_sale_time: '6月18日', sku_pre_sale_tip: '7天内发货' };
      expect(normalize({ sku_products: [{ ...row, ...presale }] }).skus?.[0]).toMatchObject({
        stock: { status: 'presale', quantity: 56 },
        presale: { until: '6月18日', tip: '7天内发货' },
      });
    });
  });

  it('takes the id that was asked for when the answer has none', () => {
    expect(normalize({ goods_id: undefined }).id).toBe('8420152864');
  });

  it('says so when another product was answered', () => {
    expect(normalize({ goods_id: 7 })).toMatchObject({
      id: '7',
      notes: expect.arrayContaining([
        {
          en: 'Asked for 8420152864; Pinduoduo answered with 7',
          zh: '查询的是 8420152864，拼多多返回的是 7',
        },
      ]),
    });
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

describe('connectJumdata', () => {
  /** What comes of each answer, one call after the other. */
  async function ask(...answers: unknown[]) {
    const billed: boolean[] = [];
    const waiting = [...answers];
    const toolbox = {
      settings: { appId: 'a', appSecret: 's', baseUrl: 'https://jumdata.example' },
      send: async (call: Call<unknown>) => {
        const body = waiting.shift();
        const answer = { status: 200, text: '', json: () => body };
        billed.push(call.readReceipt?.(answer).billed ?? false);
        return call.read(answer);
      },
    } as unknown as Toolbox<JumdataValues>;
    const connection = connectJumdata(toolbox);
    const outcomes: unknown[] = [];
    for (const _ of answers) {
      const asked = connection.getProduct({ id: '8420152864' }, 'full', { lane: 'batch' });
      outcomes.push(
        await asked.then(
          ({ id }) => id,
          (error: BijiaError) => [error.code, error.stopsBatch],
        ),
      );
    }
    return { outcomes, billed };
  }
  const good = { code: 200, charge: true, data: recorded };
  const notFound = { code: '201', charge: true, data: [] };
  const refused = { code: 400, msg: '参数错误', charge: false };
  const INVALID = ['invalid_input', false];

  it.each([
    [200, '8420152864'],
    ['200', '8420152864'],
    [' 200 ', '8420152864'],
    [undefined, ['unexpected_response', false]],
    ['ok', ['unexpected_response', false]],
  ])('reads the code %j', async (code, outcome) => {
    expect((await ask({ ...good, code })).outcomes).toEqual([outcome]);
  });

  it.each([[[]], [''], [null], [{}], [undefined]])(
    'finds nothing in the data %j, paid for or not',
    async (data) => {
      const paid = await ask({ code: 200, charge: true, data });
      expect(paid).toEqual({ outcomes: [['paid_without_data', false]], billed: [true] });
      const unpaid = await ask({ code: 200, msg: '商品id不能为空', charge: false, data });
      expect(unpaid).toEqual({ outcomes: [INVALID], billed: [false] });
    },
  );

  it.each([
    [true, true],
    ['true', true],
    [1, true],
    ['0', false],
    [undefined, false],
  ])('reads whether it was billed from the charge %j', async (charge, billed) => {
    expect((await ask({ ...good, charge })).billed).toEqual([billed]);
  });

  it('survives answers that are not objects', async () => {
    const { outcomes, billed } = await ask(null, [], 'x', { ...good, data: 'x' });
    expect(new Set(outcomes.map(String))).toEqual(new Set(['unexpected_response,false']));
    expect(billed).toEqual([false, false, false, true]);
  });

  it.each([[good], [notFound], [refused]])(
    'takes 400 for the id or the account after %j',
    async (earlier) => {
      const { outcomes } = await ask(earlier, refused, refused, refused);
      expect(outcomes.slice(1)).toEqual(Array(3).fill(['parameters_refused', false]));
    },
  );
});
