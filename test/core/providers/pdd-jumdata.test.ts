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
        billed.push(call.isBilled?.(answer) ?? false);
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
  const UNPROVEN = ['parameters_refused', true];
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

  it('survives answers that are no objects', async () => {
    const { outcomes, billed } = await ask(null, [], 'x', { ...good, data: 'x' });
    expect(new Set(outcomes.map(String))).toEqual(new Set(['unexpected_response,false']));
    expect(billed).toEqual([false, false, false, true]);
  });

  it('takes 400 for wrong credentials as long as nothing proves them', async () => {
    const unproving = { code: 200, charge: false, data: [] };
    expect((await ask(refused, unproving, refused)).outcomes).toEqual([UNPROVEN, INVALID, UNPROVEN]);
  });

  it.each([[good], [notFound]])(
    'takes 400 for a wrong id after %j, but not three in a row',
    async (proof) => {
      const { outcomes } = await ask(proof, refused, refused, proof, refused, refused, refused);
      expect(outcomes.slice(1, 3)).toEqual([INVALID, INVALID]);
      expect(outcomes.slice(4)).toEqual([INVALID, INVALID, UNPROVEN]);
    },
  );
});
