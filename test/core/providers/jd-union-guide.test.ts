import { createHash, createHmac } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { NotFoundError, ResponseError } from '../../../src/core/errors.js';
import { parseJson } from '../../../src/core/product/json.js';
import type { Call, TokenSpec, Toolbox } from '../../../src/core/provider.js';
import { buildGuideRequest } from '../../../src/core/providers/jd/guide/gateway.js';
import { connectGuide } from '../../../src/core/providers/jd-union/guide/connect.js';
import { normalizeGoodsInfo } from '../../../src/core/providers/jd-union/guide/normalize.js';
import { GoodsInfo } from '../../../src/core/providers/jd-union/guide/schema.js';
import type { JdUnionValues } from '../../../src/core/providers/jd-union/settings.js';
import { type OpenedCase, openProviderCase, providerCases } from '../../helpers/provider-cases.js';

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
    expect(
      normalize()
        ?.skus?.slice(0, 2)
        .map(({ attributes }) => attributes),
    ).toEqual([
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

  it.each([
    '颜色：黑色；内存：256GB',
    '颜色:黑色; 内存:256GB',
    '颜色:黑色，内存:256GB',
    '颜色:黑色|内存:256GB',
  ])('splits the spec name %s as well', (specName) => {
    const [sku] = normalize({ skuList: [{ skuId: 1, specName }] })?.skus ?? [];
    expect(sku?.attributes).toEqual([
      { name: '颜色', value: '黑色' },
      { name: '内存', value: '256GB' },
    ]);
  });

  it('leaves separators inside a value alone', () => {
    const [sku] = normalize({ skuList: [{ skuId: 1, specName: '颜色:黑,白;灰/蓝' }] })?.skus ?? [];
    expect(sku?.attributes).toEqual([{ name: '颜色', value: '黑,白;灰/蓝' }]);
  });

  it('counts a SKU that is listed twice once, as it came first', () => {
    const skuList = [
      { skuId: 1, specName: '颜色:黑', price: 10 },
      { skuId: '2', price: 20 },
      { skuId: '1', specName: '颜色:白', price: 30 },
    ];
    const { skus, prices, notes } = normalize({ skuList }) ?? {};
    expect(notes).toMatchObject([{ en: 'Variants that come twice, of which the first counts: 1' }]);
    expect(skus?.map(({ id, name }) => [id, name])).toEqual([
      ['1', '颜色:黑'],
      ['2', '2'],
    ]);
    expect(prices?.find(({ kind }) => kind === 'list')?.toFen).toBe(2000);
  });

  it.each([0, '0', '', [], undefined, -1, '5??9'])('knows no price written %j', (value) => {
    expect(normalize({ price: value, lowPrice: value, couponPrice: value, skuList: [] })?.prices).toEqual([]);
  });

  it.each([0, '0'])('leaves sales %j out and says why', (monthSales) => {
    const product = normalize({ monthSales });
    expect(product?.sales).toBeUndefined();
    expect(product?.notes?.[0]?.en).toMatch(/No monthly sales figure/);
  });

  it.each([undefined, '', null, []])(
    'says nothing about sales where the answer says nothing: %j',
    (monthSales) => {
      const product = normalize({ monthSales });
      expect([product?.sales, product?.notes]).toEqual([undefined, undefined]);
    },
  );

  it.each([
    [true, true],
    ['0', false],
    ['是', true],
    ['否', false],
    ['?', undefined],
  ])('reads 自营 written %j', (isSelf, selfOperated) => {
    expect(normalize({ isSelf })?.shop?.selfOperated).toBe(selfOperated);
  });

  it.each([
    [true, 'in_stock'],
    ['0', 'out_of_stock'],
    ['有货', 'in_stock'],
    ['无货', 'out_of_stock'],
    [33, 'unknown'],
  ])('reads stock written %j', (stockState, status) => {
    expect(normalize({ stockState })?.stock).toEqual({ status });
  });

  it.each([
    ['5000+', { count: 5000, atLeast: true }],
    ['1.2万', { count: 12_000, atLeast: true }],
    [931, { count: 931 }],
  ])('reads the reviews written %j, and whether there are more', (commentCount, reviews) => {
    expect(normalize({ commentCount, goodCommentRate: undefined })?.reviews).toEqual(reviews);
  });

  it('keeps a text about sales that holds no number', () => {
    expect(normalize({ monthSales: '热销' })?.sales).toMatchObject({ text: '月销量 热销', period: 'month' });
  });

  it.each([
    [
      { commission: 12.5, commissionShare: 2.5 },
      { amountFen: 1250, ratePercent: 2.5 },
    ],
    [{ commissionInfo: { commission: '3' } }, { amountFen: 300, ratePercent: undefined }],
    [{}, undefined],
    [{ commission: 0, commissionShare: 0, commissionInfo: [] }, undefined],
  ])('reads the commission where the answer holds one: %o', (fields, commission) => {
    expect(normalize(fields)?.commission).toEqual(commission);
  });

  it('never gives the id of a spec value out as that of a variant', () => {
    const skuList = [
      { skuId: 1, specId: '12345', specName: '颜色:黑' },
      { specId: '12345', specName: '颜色:白' },
      { specId: '12346' },
    ];
    const product = normalize({ skuList });
    expect(product?.skus?.map(({ id, specId, name }) => [id, specId, name])).toEqual([
      ['1', '12345', '颜色:黑'],
      [undefined, '12345', '颜色:白'],
    ]);
    expect(product?.notes?.map(({ zh }) => zh)).toEqual(['有 1 个规格没有编号和名称，没有列出']);
  });

  it('marks that the price of a variant is taken for its list price', () => {
    const [sku] = normalize({ skuList: [{ skuId: 1, price: 10 }] })?.skus ?? [];
    expect(sku?.prices).toEqual([{ kind: 'list', amountFen: 1000, isAssumed: true }]);
  });

  it.each([
    [0.985, 98.5],
    [98, 98],
    ['97', 97],
    [1, 100],
    ['98%', 98],
    ['98.5 ％', 98.5],
    ['0.9%', 0.9],
    ['1%', 1],
    ['%', undefined],
    [0, undefined],
    [200, undefined],
    ['200%', undefined],
  ])('reads the good rate %j as %j percent', (rate, percent) => {
    expect(normalize({ goodCommentRate: rate })?.reviews?.goodRatePercent).toBe(percent);
  });

  it.each([
    [1, 'in_stock'],
    ['1', 'in_stock'],
    [0, 'out_of_stock'],
    [true, 'in_stock'],
    [false, 'out_of_stock'],
    [33, 'unknown'],
  ])('reads stock state %j as %s', (stockState, status) => {
    expect(normalize({ stockState })?.stock?.status).toBe(status);
  });

  it('takes the id that was asked for when the row has none, and skips a row of a list', () => {
    expect(normalize({ skuId: undefined })?.id).toBe('100012345678');
    expect(normalizeGoodsInfo(GoodsInfo.parse({ title: 'x' }), undefined)).toBeUndefined();
  });

  it('says so when another product was answered', () => {
    expect(normalize({ skuId: 5 })?.notes).toEqual([
      { en: 'Asked for 100012345678; JD answered with 5', zh: '查询的是 100012345678，京东返回的是 5' },
    ]);
  });

  it('survives a row without any other field', () => {
    expect(normalizeGoodsInfo(GoodsInfo.parse({}), '1')).toMatchObject({
      id: '1',
      prices: [],
      skus: undefined,
    });
  });
});

describe('connectGuide', () => {
  const PRODUCT = 'jd_union_open_goods_detail_query_responce';
  const SHOP = 'jingdong_goods_search_responce';

  /** Reads one answer to whatever is asked; requests are kept. */
  function open(body: unknown, status = 200) {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const answer = { status, text, json: () => parseJson(text) };
    const sent: Record<string, unknown>[] = [];
    const send = async (call: Call<unknown>) => {
      const request = call.build({ nowMs: 1_750_000_000_000, token: 'TOKEN' });
      if (call.token) sent.push(JSON.parse(request.body ?? ''));
      return call.read(answer);
    };
    let getToken: TokenSpec['getToken'] | undefined;
    const toolbox = {
      settings: {
        ...{ appKey: 'APPKEY', appSecret: 'SECRET', signForm: 'sha256-wrap' },
        ...{ gatewayUrl: 'https://gateway.example', tokenUrl: 'https://token.example' },
      },
      send,
      createTokenSource: (spec: TokenSpec) => {
        getToken = spec.getToken;
        return {};
      },
    } as unknown as Toolbox<JdUnionValues>;
    const connection = connectGuide(toolbox);
    return {
      sent,
      getProduct: () => connection.getProduct({ id: '1' }, 'full', { lane: 'batch' }),
      getShopPage: () => connection.getShopPage?.('77', 2, 100, { lane: 'batch' }),
      getToken: async () => getToken?.({ lane: 'batch' }),
    };
  }

  it('asks for a product as the reference document does', async () => {
    const { sent, getProduct } = open({ [PRODUCT]: { result: { goodsInfo: info } } });
    expect(await getProduct()).toMatchObject({ id: '100012345678' });
    expect(sent).toEqual([
      {
        ...{ method: 'jd.union.open.goods.detail.query', app_key: 'APPKEY', access_token: 'TOKEN' },
        ...{ timestamp: '1750000000000', format: 'json', v: '2.0', sign_method: 'hmac-sha256' },
        ...{ param_json: '{"skuId":"1"}', sign: expect.stringMatching(/^[0-9A-F]{64}$/) },
      },
    ]);
  });

  it('asks for a page of a shop with numbers, flat among the system parameters', async () => {
    const { sent, getShopPage } = open({ [SHOP]: { result: { goods_list: [info], total: '101' } } });
    expect(await getShopPage()).toMatchObject({ total: 101, skipped: 0, products: [{ id: '100012345678' }] });
    expect(sent).toEqual([
      {
        ...{ method: 'jingdong.goods.search', app_key: 'APPKEY', access_token: 'TOKEN' },
        ...{ timestamp: '1750000000000', format: 'json', v: '2.0' },
        ...{ shop_id: '77', page_no: 2, page_size: 100, sign: expect.stringMatching(/^[0-9A-F]{64}$/) },
      },
    ]);
  });

  it.each([
    [undefined],
    [null],
    [[]],
    [{}],
    [''],
    [{ goodsInfo: null }],
    [{ goodsInfo: [] }],
    [{ goodsInfo: {} }],
  ])('finds no product in the result %j', async (result) => {
    await expect(open({ [PRODUCT]: { result } }).getProduct()).rejects.toBeInstanceOf(NotFoundError);
  });

  it.each([
    ["production's", { code: '0', queryResult: JSON.stringify({ code: 200, data: [info] }) }],
    ['one without a result', { code: '0', goodsInfo: info }],
    ['one with goods next to the result', { result: {}, data: [info] }],
  ])(
    'does not take an answer of another shape for a missing product or an empty shop: %s',
    async (_, response) => {
      const product = open({ [PRODUCT]: response }).getProduct();
      await expect(product).rejects.toMatchObject({ code: 'unexpected_response' });
      const page = open({ [SHOP]: response }).getShopPage();
      await expect(page).rejects.toMatchObject({ code: 'unexpected_response' });
    },
  );

  it('finds no product where the answer only says so', async () => {
    const response = { code: '0', result: { code: 0, message: '没有', total: 0, list: [] }, requestId: 'r' };
    await expect(open({ [PRODUCT]: response }).getProduct()).rejects.toBeInstanceOf(NotFoundError);
  });

  it.each([['text'], [7], [{ goodsInfo: 'text' }], [{ goodsInfo: [info] }], [{ data: [info] }]])(
    'does not take the result %j for a missing product',
    async (result) => {
      await expect(open({ [PRODUCT]: { result } }).getProduct()).rejects.toBeInstanceOf(ResponseError);
    },
  );

  it.each<[unknown, number, number]>([
    [[info, { title: 'no id' }], 1, 1],
    [{ 0: info, 1: { title: 'no id' } }, 1, 1],
    [[null, 'x', [], info], 1, 0],
    [null, 0, 0],
    [{}, 0, 0],
    ['', 0, 0],
    [undefined, 0, 0],
  ])('reads the list %j', async (goods_list, found, skipped) => {
    const page = await open({ [SHOP]: { result: { goods_list, total: 9 } } }).getShopPage();
    expect([page?.products.length, page?.skipped]).toEqual([found, skipped]);
  });

  it('is loud about a page that lists its goods under another name', async () => {
    const page = open({ [SHOP]: { result: { goodsList: [info], total: 9 } } }).getShopPage();
    await expect(page).rejects.toBeInstanceOf(ResponseError);
  });

  it.each([
    [{ access_token: 't', expires_in: 60 }, 60_000],
    [{ access_token: 't', expires_in: '60' }, 60_000],
    [{ access_token: 't' }, 7_200_000],
    [{ access_token: 't', expires_in: null }, 7_200_000],
    [{ access_token: 't', expires_in: -1 }, 7_200_000],
    [{ access_token: 't', expires_in: 'soon' }, 7_200_000],
  ])('reads the token %j', async (body, lifeMs) => {
    expect(await open(body).getToken()).toEqual({ token: 't', lifeMs });
  });

  it.each<[string, unknown, number, string]>([
    ['no token', {}, 200, 'credentials_refused'],
    ['an empty token', { access_token: '' }, 200, 'credentials_refused'],
    ['a list', [], 200, 'credentials_refused'],
    ['a refusal', { error: 'invalid_client' }, 401, 'credentials_refused'],
    ['code 10001', { code: 10001, message: '无效签名' }, 200, 'signature_refused'],
    ['code 13', { code: 13, message: '频率超限' }, 200, 'throttled'],
    ['a failing server', { error: 'down' }, 503, 'unexpected_response'],
    ['a wrong address', { error: 'nothing here' }, 404, 'unexpected_response'],
  ])('does not get a token from %s', async (_name, body, status, code) => {
    // For `unexpected_response` the road says what the HTTP status means.
    await expect(open(body, status).getToken()).rejects.toMatchObject({ code });
  });
});

const FORMS = (['sha256-wrap', 'hmac-sha256'] as const).flatMap((signForm) =>
  (['text', 'object'] as const).map((paramJson) => ({ signForm, paramJson })),
);

describe('the forms of a request', () => {
  const running: OpenedCase[] = [];
  afterEach(async () => {
    for (const one of running.splice(0)) await one.close();
  });

  /** Signs what stands in the body as it stands there, with code of its own. */
  function sign(body: string, signForm: string): string {
    const fields: Record<string, unknown> = JSON.parse(body);
    const base = Object.keys(fields)
      .filter((name) => name !== 'sign')
      .sort()
      .map(
        (name) => `${name}${typeof fields[name] === 'object' ? JSON.stringify(fields[name]) : fields[name]}`,
      )
      .join('');
    const digest =
      signForm === 'hmac-sha256'
        ? createHmac('sha256', 'SECRET').update(base)
        : createHash('sha256').update(`SECRET${base}SECRET`);
    return digest.digest('hex').toUpperCase();
  }

  it.each(FORMS)('are signed as they are sent: $signForm, $paramJson', ({ signForm, paramJson }) => {
    const gateway = {
      url: 'https://gateway.example',
      appKey: 'APPKEY',
      appSecret: 'SECRET',
      signForm,
      paramJson,
    };
    const context = { token: 'TOKEN', nowMs: 1_750_000_000_000 };
    const product = buildGuideRequest(gateway, { ...context, method: 'a.b', business: { skuId: '1' } });
    const shop = buildGuideRequest(gateway, {
      ...context,
      method: 'c.d',
      params: { shop_id: '7', page_no: 1 },
    });
    const [sentProduct, sentShop] = [product, shop].map(({ body = '' }) => JSON.parse(body));
    expect(sentProduct.param_json).toEqual(paramJson === 'object' ? { skuId: '1' } : '{"skuId":"1"}');
    expect(sentProduct.sign_method).toBe('hmac-sha256');
    expect(sentShop.sign_method).toBe(signForm === 'hmac-sha256' ? 'hmac-sha256' : undefined);
    expect(sentProduct.sign).toBe(sign(product.body ?? '', signForm));
    expect(sentShop.sign).toBe(sign(shop.body ?? '', signForm));
  });

  it.each(FORMS)('are accepted: $signForm, $paramJson', async ({ signForm, paramJson }) => {
    const guide = providerCases.find(
      ({ provider, dialect }) => provider.id === 'jd-union' && dialect === 'guide',
    );
    if (!guide) throw new Error('dialect guide is not registered');
    const opened = await openProviderCase(guide, { JD_UNION_SIGN: signForm, JD_UNION_PARAM_JSON: paramJson });
    running.push(opened);
    const [product] = await opened.core.get(['100012345678'], opened.options);
    expect(product?.outcome).toBe('ok');
    const page = await opened.core.getShopProducts('1000462158', { ...opened.options, limit: 5 });
    expect(page.products).toHaveLength(5);
  });
});
