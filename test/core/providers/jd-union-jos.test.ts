import { afterEach, describe, expect, it } from 'vitest';
import { createBudgetError } from '../../../src/core/batch/budget.js';
import { createCoreBatchSource } from '../../../src/core/batch/core-batch-source.js';
import { formatResult, type Result } from '../../../src/core/index.js';
import type { Call, Toolbox } from '../../../src/core/provider.js';
import { connectJos } from '../../../src/core/providers/jd-union/jos/connect.js';
import { matchRows, splitIds } from '../../../src/core/providers/jd-union/jos/ids.js';
import { normalizeGoodsRow, normalizePriceRow } from '../../../src/core/providers/jd-union/jos/normalize.js';
import { BigFieldRow, GoodsRow, PriceRow } from '../../../src/core/providers/jd-union/jos/schema.js';
import type { JdUnionValues } from '../../../src/core/providers/jd-union/settings.js';
import { type OpenedCase, openProviderCase, providerCases } from '../../helpers/provider-cases.js';

const NOW_MS = Date.UTC(2025, 5, 1);
const DAY_MS = 86_400_000;
const ITEM_ID = 'MsDxpCw3eBBU3UGhlbKb4c2o_3LZQVebpuKbbMBrvsH';

let opened: OpenedCase | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function open(): Promise<OpenedCase> {
  const jos = providerCases.find(({ provider, dialect }) => provider.id === 'jd-union' && dialect === 'jos');
  if (!jos) throw new Error('dialect jos is not registered');
  opened = await openProviderCase(jos);
  return opened;
}

async function getMany(ids: readonly string[], more: object = {}): Promise<Result[]> {
  const { core, options } = opened ?? (await open());
  const refs = ids.flatMap((id) => core.parseProductRefs(id, options));
  return core.lookUp(refs, { ...options, lane: 'batch', ...more });
}

async function getOne(id: string, more: object = {}) {
  const [result] = await getMany([id], more);
  if (!result) throw new Error('no result');
  return { ...formatResult(result), error: result.error };
}

const listIds = (count: number, first = 100_012_400_000) =>
  Array.from({ length: count }, (_, index) => String(first + index));
const isLeftOut = (id: string) => /(404|777)$/.test(id);
const calls = () => opened?.sandbox.arrivals() ?? [];

/** `IDS=10000` is the figure of docs/quota.md. */
const IDS = Number(process.env['IDS'] ?? 2000);

describe('a list of ids', () => {
  it('takes a permit for twenty, and loses none', async () => {
    const ids = listIds(IDS);
    const results = await getMany(ids);
    expect(results.map(({ id }) => id)).toEqual(ids);
    expect(results.map(({ outcome }) => outcome)).toEqual(
      ids.map((id) => (isLeftOut(id) ? 'not_found' : 'ok')),
    );
    expect(calls()).toHaveLength(IDS / 20);
  });

  it('takes a permit for a hundred where prices are enough', async () => {
    const ids = listIds(IDS);
    const results = await getMany(ids, { detail: 'price' });
    expect(results.map(({ outcome }) => outcome)).toEqual(
      ids.map((id) => (isLeftOut(id) ? 'not_found' : 'ok')),
    );
    expect(calls()).toHaveLength(IDS / 100);
  });

  it('says why an id is not answered', async () => {
    const [unknown, known, unpaid] = await getMany(['100000000404', '100012345678', '100000000777']);
    expect([unknown?.outcome, known?.outcome, unpaid?.outcome]).toEqual(['not_found', 'ok', 'not_found']);
    expect(unpaid?.error?.message).toMatch(/100000000777.*no commission/);
    expect(calls()).toHaveLength(1);
  });

  it('keeps what was answered when half of it is missing', async () => {
    const { play } = await open();
    play({ kind: 'missing-rows' });
    const results = await getMany(listIds(20));
    expect(results.map(({ outcome }) => outcome)).toEqual(
      listIds(20).map((_, at) => (at % 2 ? 'not_found' : 'ok')),
    );
  });

  it('answers an id that no call could hold without sending it', async () => {
    const results = await getMany(['100012345678', 'https://item.jd.com/99999999999999999999.html']);
    expect(results.map(({ outcome }) => outcome)).toEqual(['ok', 'not_found']);
    expect(calls()[0]?.ids).toEqual(['100012345678']);
  });

  it('fails by the call: ids of another call keep their answers', async () => {
    const { play } = await open();
    play({ kind: 'result-broken', times: 1 });
    const results = await getMany(listIds(40));
    const outcomes = results.map(({ outcome }) => outcome);
    expect(outcomes.filter((outcome) => outcome === 'upstream_error')).toHaveLength(20);
    expect(outcomes.filter((outcome) => outcome === 'ok')).toHaveLength(20);
  });

  it.each(['no-data', 'empty-data', 'not-found'] as const)('is not found as a whole on %s', async (kind) => {
    const { play } = await open();
    play({ kind });
    const results = await getMany(listIds(3));
    expect(results.map(({ outcome }) => outcome)).toEqual(['not_found', 'not_found', 'not_found']);
  });

  it('takes a result that is an object instead of text', async () => {
    const { play } = await open();
    play({ kind: 'result-object' });
    expect((await getOne('100012345678')).outcome).toBe('ok');
  });
});

describe('rows that name no id', () => {
  /** What becomes of the ids `1` and `2` when these rows are answered. */
  async function ask(detail: 'price' | 'summary', data: readonly object[]) {
    const body = { answer_responce: { code: '0', queryResult: { code: 200, data } } };
    const send = async <T>(call: Call<T>) => call.read({ status: 200, text: '', json: () => body });
    const toolbox = { settings: {}, send, now: () => NOW_MS } as unknown as Toolbox<JdUnionValues>;
    const { getProducts } = connectJos(toolbox);
    return getProducts?.([{ id: '1' }, { id: '2' }], detail, { lane: 'batch' });
  }

  it.each(['summary', 'price'] as const)('may be about any id that is missing: detail %s', async (detail) => {
    const answers = await ask(detail, [{ skuId: 1 }, { itemId: ITEM_ID }]);
    expect(answers?.get('1')).toMatchObject({ id: '1' });
    expect(answers?.get('2')).toMatchObject({
      code: 'rows_without_id',
      outcome: 'upstream_error',
      message: expect.stringMatching(/not known whether 2 is among them/),
    });
  });

  it('are none where every row names one', async () => {
    expect((await ask('summary', [{ skuId: 1 }]))?.get('2')).toMatchObject({ code: 'not_returned' });
  });
});

describe('the plan of a batch', () => {
  it.each([
    ['price', undefined, 100],
    ['price', 'item_id', 20],
    ['summary', 'item_id', 20],
    ['full', undefined, 20],
    ['full', 'item_id', 20],
  ] as const)('knows that a call of detail %s holds, of ids %s, %i', async (detail, idType, idsPerCall) => {
    const { core } = await open();
    const source = createCoreBatchSource(core, { detail, source: 'jd-union' });
    expect(source.getRoute({ platform: 'jd', kind: 'product', idType }).idsPerCall).toBe(idsPerCall);
  });
});

describe('a product in full', () => {
  it.each([
    [312, 48],
    [20, 3],
    [10, 2],
    [1, 2],
  ])('takes as many calls of %i ids as the plan says: %i', async (idCount, expected) => {
    const { core, options } = await open();
    const { connection } = core.getUpstream(options.platform, { source: options.source });
    const ids = listIds(400)
      .filter((id) => !isLeftOut(id))
      .slice(0, idCount);
    await getMany(ids, { detail: 'full' });
    const groups = Array.from({ length: Math.ceil(idCount / 20) }, (_, at) =>
      Math.min(20, idCount - at * 20),
    );
    const planned = groups.reduce((sum, count) => sum + (connection.callsPerGroup?.('full', count) ?? 0), 0);
    expect([calls().length, planned]).toEqual([expected, expected]);
  });
});

describe('a product', () => {
  it('comes with prices by kind, commission, coupon, and orders labelled for what they are', async () => {
    const { product } = await getOne('100012345678');
    expect(product).toMatchObject({
      price: { amount: 5699, kind: 'coupon' },
      prices: [
        { kind: 'coupon', amount: 5699 },
        { kind: 'sale', amount: 5899 },
        { kind: 'list', amount: 5999 },
      ],
      sales: { count: 200_000, period: '30d', note: expect.stringContaining('promoters') },
      reviews: { count: 500_000, good_rate: 97 },
      stock: { status: 'in_stock' },
      shop: { id: '1000000127', name: 'Apple产品京东自营旗舰店', self_operated: true },
      commission: { rate: 1.5 },
      promotions: [expect.stringMatching(/^满5899减200 \(至 \d{4}-\d\d-\d\d\)$/)],
      coupons: [{ amount: 200, threshold: 5899, from: expect.any(String), to: expect.any(String) }],
    });
  });

  it('comes with categories and properties for detail full, with a second call', async () => {
    const { product } = await getOne('100012345678', { detail: 'full' });
    expect(calls().map(({ name }) => name)).toEqual([
      'jd.union.open.goods.query',
      'jd.union.open.goods.bigfield.query',
    ]);
    expect(product?.images?.length).toBeGreaterThan(1);
    expect(product?.attributes).toContainEqual({ name: '品牌', values: ['Apple'] });
    expect(product?.categories?.map(({ name }) => name)).toEqual(['手机通讯', '手机', '手机']);
    expect(product?.detail_images?.[0]).toMatch(/^https:\/\/img14\.360buyimg\.com\//);
  });

  it('is worth having without its long texts', async () => {
    const { play } = await open();
    play({ kind: 'code', code: '403', method: 'jd.union.open.goods.bigfield.query' });
    const { outcome, product } = await getOne('100012345678', { detail: 'full' });
    expect(outcome).toBe('ok');
    expect(product?.notes).toEqual([
      expect.stringMatching(/^Without further images.*may not call this interface/),
    ]);
  });

  it('is asked for again where its long texts failed for now', async () => {
    const { core, options, play } = await open();
    play({ kind: 'code', code: '500', method: 'jd.union.open.goods.bigfield.query' });
    const first = await getOne('100012345678', { detail: 'full' });
    expect(first.product?.notes).toEqual([expect.stringMatching(/^Without further images.*failure on its/)]);
    opened?.sandbox.setFaults([]);
    const [second] = await core.get('100012345678', { ...options, detail: 'full' });
    expect(second?.product).toMatchObject({ cached: undefined, notes: undefined });
  });

  it('is not answered by half where a limit of calls comes between its two calls', async () => {
    const { core, options } = await open();
    let permits = 0;
    const onPermit = () => {
      permits += 1;
      if (permits > 1) throw createBudgetError(1);
    };
    const [result] = await core.get('100012345678', { ...options, detail: 'full', onPermit });
    expect([result?.outcome, result?.error?.code]).toEqual(['throttled', 'max_calls_reached']);
  });

  it('is found by its affiliate id, and matched on what follows the _', async () => {
    const { outcome, product } = await getOne(ITEM_ID);
    expect(outcome).toBe('ok');
    expect(product?.id).toMatch(/^\d+$/);
    const other = ITEM_ID.replace(/^.*_/, 'QQQQQQQQQQQQQQQQQQQQQQQQ_');
    expect((await getOne(other)).product?.id).toBe(product?.id);
  });

  it('may be asked for by both kinds of id at once: one call for each kind', async () => {
    const results = await getMany([ITEM_ID, '100012345678']);
    expect(results.map(({ outcome }) => outcome)).toEqual(['ok', 'ok']);
    expect(calls()).toHaveLength(2);
  });
});

/** A product of the sandbox by what is special about it. */
function getSample(about: string): string {
  const sample = opened?.upstream.samples.find((one) => one.about === about);
  if (!sample) throw new Error(`no sample ${about}`);
  return sample.id;
}

describe('a price that nobody can simply pay now is a note', () => {
  it.each([
    ['coupon ended', /¥80 after a coupon, but no coupon/, 90],
    ['coupon begins later', /¥80 after a coupon, but no coupon/, 90],
    ['coupon no longer given out', /¥80 after a coupon, but no coupon/, 90],
    ['no coupon left', /¥80 after a coupon, but no coupon/, 90],
    ['no coupon at all', /¥80 after a coupon, but no coupon/, 90],
    ['coupon threshold above the price', /¥80 after a coupon, but no coupon/, 90],
  ])('%s', async (about, note, amount) => {
    await open();
    const { product } = await getOne(getSample(about));
    expect(product?.price).toMatchObject({ kind: 'sale', amount });
    expect(product?.prices.map(({ kind }) => kind)).not.toContain('coupon');
    expect(product?.notes).toContainEqual(expect.stringMatching(note));
  });

  it.each([
    ['several pieces', /^¥67\.5 holds for 3 pieces/],
    ['order threshold', /^¥67\.5 holds from an order of ¥270 on/],
  ])('%s', async (about, note) => {
    await open();
    const { product } = await getOne(getSample(about));
    expect(product?.price).toMatchObject({ kind: 'coupon', amount: 80 });
    expect(product?.prices).toContainEqual(expect.objectContaining({ amount: 90 }));
    expect(product?.notes).toContainEqual(expect.stringMatching(note));
  });

  it.each([
    [
      'the coupon behind it ended, and a smaller one goes on',
      [{ discount: 3, useEndTime: NOW_MS - 1 }, { discount: 1 }],
      false,
    ],
    [
      'the one behind it goes on, and another ended',
      [{ discount: 3 }, { discount: 1, useEndTime: NOW_MS - 1 }],
      true,
    ],
    ['nobody says which one is behind it', [{ discount: 2.5 }, { discount: 0.5 }], true],
  ])('only where it has to be: %s', (_, couponList, isShown) => {
    const priceInfo = { price: 20, lowestPrice: 10, lowestCouponPrice: 7 };
    const facts = normalizeGoodsRow(GoodsRow.parse({ priceInfo, couponInfo: { couponList } }), NOW_MS, {
      id: '1',
    });
    expect(facts?.prices.some(({ kind }) => kind === 'coupon')).toBe(isShown);
  });

  it('ignores the price in the end where JD says that there is none', () => {
    const row = { priceInfo: { lowestPrice: 8 }, purchasePriceInfo: { code: 201, purchasePrice: 5 } };
    expect(normalizeGoodsRow(GoodsRow.parse(row), NOW_MS, { id: '1' })?.prices).toEqual([
      { kind: 'sale', amountFen: 800 },
    ]);
  });
});

describe('answers that name affiliate ids instead of SKUs', () => {
  it('are asked for in the scene that keeps the SKU', async () => {
    await getMany(listIds(3));
    expect(opened?.sent.map(({ body }) => new URLSearchParams(body).get('360buy_param_json'))).toEqual([
      expect.stringContaining('"sceneId":2'),
    ]);
  });

  it('cost one call more, which brings the price by SKU', async () => {
    await open();
    const nameless = getSample('named by its affiliate id only');
    const [known, unnamed] = await getMany(['100012345678', nameless]);
    expect(known?.product?.prices[0]?.kind).toBe('coupon');
    expect(unnamed?.product).toMatchObject({ id: nameless, title: expect.any(String) });
    expect(unnamed?.product?.notes).toContainEqual(
      expect.objectContaining({ en: expect.stringContaining('does not say which SKU') }),
    );
    expect(calls().map(({ name, ids }) => [name.split('.').at(-2), ids])).toEqual([
      ['goods', ['100012345678', nameless]],
      ['promotiongoodsinfo', [nameless]],
    ]);
  });
});

describe('without the right to goods.query', () => {
  const QUERY = 'jd.union.open.goods.query';
  const names = () => calls().map(({ name }) => name);

  it.each(['403', '24'])('prices by SKU are answered, with a note: code %s', async (code) => {
    const { play } = await open();
    play({ kind: 'code', code, method: QUERY });
    const results = await getMany(listIds(60));
    const answered = results.filter(({ id }) => !isLeftOut(id ?? ''));
    expect(answered.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(answered[0]?.product?.notes).toContainEqual(
      expect.objectContaining({ en: expect.stringMatching(/Price only.*Apply for it at union\.jd\.com/) }),
    );
    expect(names().filter((name) => name === QUERY)).toHaveLength(1);
    expect(names()).toHaveLength(4);
  });

  it('an affiliate link is not answered, and the message says what to apply for', async () => {
    const { play } = await open();
    play({ kind: 'code', code: '403', method: QUERY });
    const { outcome, error } = await getOne(ITEM_ID);
    expect([outcome, error?.code]).toEqual(['not_configured', 'interface_not_permitted']);
    expect(error?.message).toContain('union.jd.com');
  });

  it('the probe says what is missing', async () => {
    const { core, options, play } = await open();
    play({ kind: 'code', code: '403', method: QUERY });
    const { probes = [] } = core.getUpstream(options.platform, { source: options.source }).connection;
    const lane = { lane: 'interactive' } as const;
    expect((await probes[0]?.run(lane))?.en).toContain('answered');
    await expect(probes[1]?.run(lane)).rejects.toThrow(/goods\.query.*prices by SKU.*work.*union\.jd\.com/);
  });
});

describe('a shop', () => {
  it('is listed in pages of thirty', async () => {
    const { core, options } = await open();
    const shop = await core.getShopProducts('1000462158', { ...options, limit: 250 });
    expect(shop).toMatchObject({ complete: true, total: 250, name: '海尔京东自营旗舰店' });
    expect(new Set(shop.products.map(({ id }) => id)).size).toBe(250);
    expect(calls()).toHaveLength(9);
  });

  it('keeps the other rows of a page where some have no id', async () => {
    const { core, options } = await open();
    const shop = await core.getShopProducts('1000000003', { ...options, limit: 300 });
    expect([shop.products.length, shop.skipped, shop.complete]).toEqual([225, 25, true]);
  });

  it('ends where JD shows no further page, and says that there is more', async () => {
    const { core, options, play } = await open();
    const first = await core.getShopProducts('1000462158', { ...options, limit: 30 });
    play({ kind: 'code', code: '202' });
    const rest = await core.getShopProducts('1000462158', {
      ...options,
      limit: 30,
      cursor: first.nextCursor,
    });
    expect(rest).toMatchObject({ complete: false, products: [] });
    expect(rest.nextCursor).toBeUndefined();
  });

  it('is not found when nothing is listed', async () => {
    const { core, options } = await open();
    await expect(core.getShopProducts('1000000001', options)).rejects.toMatchObject({ outcome: 'not_found' });
  });
});

const toFacts = (row: object) => normalizeGoodsRow(GoodsRow.parse(row), NOW_MS, { id: '1' });
const kinds = (row: object) => toFacts(row)?.prices.map(({ kind, amountFen }) => `${kind} ${amountFen}`);

describe('normalizeGoodsRow', () => {
  it.each([
    ['list and sale', { price: 10, lowestPrice: 8 }, {}, ['sale 800', 'list 1000']],
    ['a group price', { price: 10, lowestPrice: 8, lowestPriceType: 2 }, {}, ['group 800', 'list 1000']],
    [
      'a coupon price',
      { price: 10, lowestPrice: 8, lowestCouponPrice: 7 },
      { couponInfo: { couponList: [{ discount: 1, quota: 8 }] } },
      ['coupon 700', 'sale 800', 'list 1000'],
    ],
    [
      'no coupon where it changes nothing',
      { price: 10, lowestPrice: 8, lowestCouponPrice: 8 },
      {},
      ['sale 800', 'list 1000'],
    ],
    ['no coupon where only the list price is known', { price: 10, lowestCouponPrice: 10 }, {}, ['list 1000']],
    [
      'what one pays in the end',
      { price: 10, lowestPrice: 8 },
      { purchasePriceInfo: { purchasePrice: 7.5 } },
      ['sale 750', 'list 1000'],
    ],
    [
      'what one pays beside a group price',
      { price: 10, lowestPrice: 8, lowestPriceType: 2 },
      { purchasePriceInfo: { code: 200, purchasePrice: '9' } },
      ['sale 900', 'group 800', 'list 1000'],
    ],
    ['nothing for -1 and 0', { price: -1, lowestPrice: 0, lowestCouponPrice: '-1' }, {}, []],
    ['nothing for an empty list', [], {}, []],
  ])('reads %s', (_, priceInfo, more, expected) => {
    expect(kinds({ priceInfo, ...more })).toEqual(expected);
  });

  it.each([
    [
      'objects that are empty lists',
      {
        priceInfo: [],
        shopInfo: [],
        couponInfo: [],
        imageInfo: [],
        specInfo: [],
        commissionInfo: [],
        categoryInfo: [],
        purchasePriceInfo: [],
      },
    ],
    [
      'fields of the wrong kind',
      {
        priceInfo: 1,
        couponInfo: { couponList: {} },
        imageInfo: { imageList: 'x' },
        comments: 'many',
        skuName: {},
      },
    ],
    ['nothing at all', {}],
  ])('survives %s', (_, row) => {
    expect(toFacts(row)).toMatchObject({ id: '1', prices: [] });
  });

  it.each([
    [{ owner: 'g', isJdSale: 0 }, true],
    [{ owner: 'p' }, false],
    [{ isJdSale: 1 }, true],
    [{ isJdSale: 0 }, false],
    [{}, undefined],
  ])('knows whether JD itself sells it: %j', (row, selfOperated) => {
    expect(toFacts(row)?.shop?.selfOperated).toBe(selfOperated);
  });

  it.each([
    [1, ['京东配送']],
    [0, undefined],
    [undefined, undefined],
  ])('says that JD delivers, where it does: %j', (deliveryType, delivery) => {
    expect(toFacts({ deliveryType })?.delivery).toEqual(delivery);
  });

  it('takes the coupon commission where the coupon price is shown', () => {
    const commissionInfo = { commission: 2, commissionShare: 20, couponCommission: 1.4 };
    const couponInfo = { couponList: [{ discount: 3 }] };
    const amounts = [
      { lowestPrice: 10, lowestCouponPrice: 7 },
      { lowestPrice: 10, lowestCouponPrice: 10 },
    ].map((priceInfo) => toFacts({ priceInfo, commissionInfo, couponInfo })?.commission);
    expect(amounts).toEqual([
      { amountFen: 140, ratePercent: 20 },
      { amountFen: 200, ratePercent: 20 },
    ]);
  });

  it('lists coupons that still hold, the best one first, and says from when where that is later', () => {
    const couponList = [
      { discount: 5, quota: 99, useEndTime: NOW_MS + DAY_MS },
      { discount: 50, quota: 50, useEndTime: NOW_MS - 1 },
      { discount: 20.5, quota: 199, isBest: 1 },
      { discount: 3, quota: 0 },
      { quota: 10 },
      { discount: 7, quota: 70, useStartTime: NOW_MS + DAY_MS, useEndTime: NOW_MS + 2 * DAY_MS },
      { discount: 8, quota: 80, useStartTime: NOW_MS + DAY_MS },
      { discount: 9, quota: 90, useStartTime: NOW_MS },
    ];
    expect(toFacts({ couponInfo: { couponList } })?.promotions).toEqual([
      '满199减20.5',
      '满99减5 (至 2025-06-02)',
      '立减3',
      '满70减7 (2025-06-02 至 2025-06-03)',
      '满80减8 (2025-06-02 起)',
      '满90减9',
    ]);
  });

  it.each([
    [{ stockState: 1 }, 'in_stock'],
    [{ stockState: '0' }, 'out_of_stock'],
    [{ stockState: 33 }, 'unknown'],
    [{ stockState: 1, priceInfo: { lowestPriceType: 4 } }, 'presale'],
    [{ stockState: 0, priceInfo: { lowestPriceType: 4 } }, 'out_of_stock'],
    [{}, undefined],
  ])('reads the stock of %o', (row, status) => {
    expect(toFacts(row)?.stock?.status).toBe(status);
  });

  it('says that a flash-sale price does not last', () => {
    expect(toFacts({ priceInfo: { lowestPriceType: 3 } })?.notes).toEqual([
      { en: expect.stringContaining('limited time'), zh: '秒杀价，限时有效' },
    ]);
  });

  it('goes by the itemId where a row names no SKU', () => {
    const row = GoodsRow.parse({ itemId: ITEM_ID });
    expect(normalizeGoodsRow(row, NOW_MS)).toMatchObject({ id: ITEM_ID, idType: 'item_id' });
    expect(normalizeGoodsRow(GoodsRow.parse({}), NOW_MS)).toBeUndefined();
  });

  it('shows no image of a foreign host', () => {
    const imageList = [
      { url: 'http://img14.360buyimg.com/a.jpg' },
      { url: 'https://evil.example/b.jpg' },
      { url: 1 },
    ];
    expect(toFacts({ imageInfo: { imageList } })?.images).toEqual(['https://img14.360buyimg.com/a.jpg']);
  });
});

describe('normalizePriceRow', () => {
  it('reads both prices, and says that coupons are not in them', () => {
    const facts = normalizePriceRow(
      PriceRow.parse({ skuId: 1, unitPrice: 10, wlUnitPrice: 9, inOrderCount: 5 }),
    );
    expect(facts).toMatchObject({
      prices: [
        { kind: 'sale', amountFen: 900 },
        { kind: 'list', amountFen: 1000 },
      ],
      sales: { count: 5, period: '30d' },
      notes: [{ en: expect.stringContaining('before coupons'), zh: expect.stringContaining('券前价') }],
    });
  });

  it('takes -1 for unknown', () => {
    const facts = normalizePriceRow(
      PriceRow.parse({ skuId: 1, unitPrice: 10, wlUnitPrice: -1, inOrderCount: -1 }),
    );
    expect(facts?.prices).toEqual([{ kind: 'list', amountFen: 1000 }]);
    expect(facts?.sales).toBeUndefined();
  });
});

describe('rows', () => {
  it.each([
    ['goods', GoodsRow],
    ['prices', PriceRow],
    ['long texts', BigFieldRow],
  ])('of %s may lack every field', (_, row) => {
    expect(row.safeParse({}).success).toBe(true);
  });

  it('of long texts hold properties as a list or as its JSON text', () => {
    const propGroups = [{ groupName: 'x', atts: [{ attName: '品牌', vals: ['a'] }, { attName: '产地' }] }];
    const read = (value: unknown) =>
      BigFieldRow.parse({ baseBigFieldInfo: { propGroups: value } }).baseBigFieldInfo;
    expect(read(propGroups).propGroups[0]?.atts).toHaveLength(2);
    expect(read(JSON.stringify(propGroups))).toEqual(read(propGroups));
    expect(read('[{"atts').propGroups).toEqual([]);
  });
});

describe('matchRows', () => {
  const rows = (...given: object[]) => given.map((row) => GoodsRow.parse(row));

  it('gives a row that names no id to nobody, not even to a single id', () => {
    expect([...matchRows(rows({}), { idType: undefined, ids: ['1'] }).keys()]).toEqual([]);
    expect([...matchRows(rows({ itemId: ITEM_ID }), { idType: undefined, ids: ['1'] }).keys()]).toEqual([]);
    expect([...matchRows(rows({ skuId: 2 }), { idType: undefined, ids: ['1'] }).keys()]).toEqual([]);
  });

  it('reads the id from the address of the page where it stands there only', () => {
    const pages = rows(
      { materialUrl: 'item.jd.com/1.html' },
      { materialUrl: 'jingfen.jd.com/detail/QQQQQQQQQQQQQQQQQQQQQQQQ_3LZQVebpuKbbMBrvsH.html' },
    );
    expect(matchRows(pages, { idType: undefined, ids: ['1', '2'] }).get('1')).toBe(pages[0]);
    expect(matchRows(pages, { idType: 'item_id', ids: [ITEM_ID] }).get(ITEM_ID)).toBe(pages[1]);
  });

  it('tells several affiliate ids apart by the part that stays', () => {
    const [one, other] = ['A_111111111111111111', 'A_222222222222222222'];
    const found = matchRows(rows({ itemId: 'C_222222222222222222' }, { itemId: 'B_111111111111111111' }), {
      idType: 'item_id',
      ids: [one, other],
    });
    expect([found.get(one)?.itemId, found.get(other)?.itemId]).toEqual([
      'B_111111111111111111',
      'C_222222222222222222',
    ]);
  });
});

describe('splitIds', () => {
  it.each([
    ['price', 100, 20],
    ['summary', 20, 20],
    ['full', 20, 20],
  ] as const)('makes calls of detail %s as large as they may be', (detail, skuIds, itemIds) => {
    const ids = Array.from({ length: 100 }, (_, at) => [
      { id: String(at + 1) },
      { id: `a_${at}`, idType: 'item_id' },
    ]).flat();
    const { parts } = splitIds(ids, detail);
    expect(Math.max(...parts.filter(({ idType }) => !idType).map((part) => part.ids.length))).toBe(skuIds);
    expect(Math.max(...parts.filter(({ idType }) => idType).map((part) => part.ids.length))).toBe(itemIds);
    expect(parts.flatMap((part) => part.ids)).toHaveLength(200);
  });
});
