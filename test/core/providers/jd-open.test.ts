import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createTransport, type Transport, type TransportAnswer } from '../../../src/core/call/transport.js';
import { createCore, formatResult, parseConfig } from '../../../src/core/index.js';
import type { Call, Toolbox } from '../../../src/core/provider.js';
import { normalizeItem } from '../../../src/core/providers/jd-open/guide/normalize.js';
import { Item } from '../../../src/core/providers/jd-open/guide/schema.js';
import { connectJos } from '../../../src/core/providers/jd-open/jos/connect.js';
import { normalizeOwnProduct } from '../../../src/core/providers/jd-open/jos/normalize.js';
import {
  SkuPage,
  SkuRow,
  StockAnswer,
  WareAnswer,
  WarePage,
  WareRow,
} from '../../../src/core/providers/jd-open/jos/schema.js';
import { getFirstSkus, getVariants } from '../../../src/core/providers/jd-open/jos/variants.js';
import type { JdOpenValues } from '../../../src/core/providers/jd-open/settings.js';
import { type OpenedCase, openProviderCase, providerCases } from '../../helpers/provider-cases.js';

const ID = '100012345678';
const SHOP = '1000462158';
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

async function open(
  dialect: 'guide' | 'jos',
  environment: Record<string, string | undefined> = {},
): Promise<OpenedCase> {
  const wanted = providerCases.find((one) => one.provider.id === 'jd-open' && one.dialect === dialect);
  if (!wanted) throw new Error(`dialect ${dialect} is not registered`);
  const opened = await openProviderCase(wanted, environment);
  closing.push(opened.close);
  return opened;
}

async function getOne({ core, options }: OpenedCase, id: string, more: object = {}) {
  const [result] = await core.get(id, { ...options, ...more });
  if (!result) throw new Error('no result');
  return { ...formatResult(result), failure: result.error };
}

const listNames = ({ sandbox }: OpenedCase) =>
  sandbox.arrivals().map(({ name }) => name.replace(/^jingdong\./, ''));
const listTokenCalls = ({ sent }: OpenedCase) =>
  sent.filter(({ url }) => url.includes('/oauth2/')).map(({ url }) => new URL(url));

/** Another process on the same state folder. */
function openProcess({ environment }: OpenedCase) {
  const core = createCore(parseConfig(environment), { writeLog: () => undefined, random: () => 0 });
  closing.push(core.close);
  return core;
}

/** Another process, which hears something else from the authorisation service. */
function openListener({ environment }: OpenedCase, hear: (answer: TransportAnswer) => TransportAnswer) {
  const transport = createTransport({ timeoutMs: 5000 });
  const send: Transport['send'] = async (request, signal) => {
    const answer = await transport.send(request, signal);
    return request.url.includes('/oauth2/') ? hear(answer) : answer;
  };
  const parts = { transport: { ...transport, send }, writeLog: () => undefined, random: () => 0 };
  const core = createCore(parseConfig(environment), parts);
  closing.push(core.close);
  return core;
}

describe('dialect guide', () => {
  it('tells list, member and cost price, and the stock of each region', async () => {
    const { product } = await getOne(await open('guide'), ID);
    expect(product?.prices.map(({ kind }) => kind)).toEqual(['list', 'member', 'cost']);
    expect(product?.price?.kind).toBe('list');
    const regions = product?.stock?.regions ?? [];
    expect(regions.map(({ name }) => name)).toContain('北京');
    expect(product?.stock?.quantity).toBe(regions.reduce((sum, { quantity }) => sum + quantity, 0));
    expect(product?.sku_count).toBe(12);
  });

  it('says whose goods it can see', async () => {
    const { outcome, error } = await getOne(await open('guide'), '100000000777');
    expect(outcome).toBe('not_found');
    expect(error?.message).toMatch(/shop that authorised this application has no product 100000000777/);
  });

  it.each([
    [{ code: '0', item: { title: '手机' } }],
    [{ result: { data: { title: '手机' } } }],
    [{ result: '{"item":{"title":"手机"}}' }],
  ])('does not take an answer of another shape for goods of another shop: %j', async (response) => {
    const opened = await open('guide');
    opened.rewrite(() => JSON.stringify({ jingdong_item_read_get_responce: response }));
    expect(await getOne(opened, ID)).toMatchObject({
      outcome: 'upstream_error',
      error: { code: 'unexpected_response' },
    });
  });

  it('says which dialect lists a shop', async () => {
    const { core, options } = await open('guide');
    await expect(core.getShopProducts(SHOP, options)).rejects.toMatchObject({
      outcome: 'unsupported',
      message: expect.stringContaining('JD_OPEN_DIALECT=jos'),
    });
  });
});

describe('normalizeItem', () => {
  it.each([
    ['nothing', {}],
    ['lists instead of values', { title: [], price: [], areaStock: {}, skuList: 'x', stockNum: [] }],
    ['unknown amounts', { price: -1, memberPrice: 0, costPrice: '', sales: 0 }],
  ])('survives %s', (_, item) => {
    expect(normalizeItem(Item.parse(item), '1')).toMatchObject({ id: '1', prices: [], sales: undefined });
  });

  it('reads what the variants have of their own: prices, quantity, regions', () => {
    const skuList = [
      {
        skuId: 1,
        specName: '颜色:黑',
        price: 10,
        memberPrice: 9,
        costPrice: 6,
        stockState: 1,
        stockNum: 7,
        areaStock: [{ area: '北京', stockNum: 7 }],
      },
      { skuId: 2, specName: '颜色:白', stockState: 0 },
    ];
    const { skus, prices } = normalizeItem(Item.parse({ memberPrice: 9.5, skuList }), '1');
    expect(skus).toMatchObject([
      {
        prices: [
          { kind: 'list', amountFen: 1000, isAssumed: true },
          { kind: 'member', amountFen: 900 },
          { kind: 'cost', amountFen: 600 },
        ],
        stock: { status: 'in_stock', quantity: 7, regions: [{ name: '北京', quantity: 7 }] },
      },
      { stock: { status: 'out_of_stock' } },
    ]);
    expect(prices).toEqual([{ kind: 'member', amountFen: 950, fromFen: 900, toFen: 900 }]);
  });

  it.each([
    [{ sales: 5 }, { count: 5, text: '销量 5' }, undefined],
    [{ sales: '1万+', monthSales: 3 }, { count: 3, period: 'month' }, ['JD also gives: 销量 1万+']],
    [{ totalSales: 9, monthSales: 0 }, { count: 9, period: 'total' }, undefined],
  ])('keeps every sales figure, and names no period that JD does not: %o', (item, sales, notes) => {
    const facts = normalizeItem(Item.parse(item), '1');
    expect(facts.sales).toMatchObject(sales);
    expect(facts.sales?.period).toBe((sales as { period?: string }).period);
    expect(facts.notes?.map(({ en }) => en)).toEqual(notes);
  });

  it('knows the stock from the regions where no total is given', () => {
    const areaStock = [{ area: '北京', stockNum: 0 }, { area: '上海', stockNum: '3' }, { area: '广州' }];
    expect(normalizeItem(Item.parse({ areaStock }), '1').stock).toEqual({
      status: 'in_stock',
      quantity: undefined,
      regions: [
        { name: '北京', quantity: 0 },
        { name: '上海', quantity: 3 },
      ],
    });
  });
});

describe('dialect jos', () => {
  it('tells sale, list and cost price and the stock of each warehouse, and what it cannot tell', async () => {
    const opened = await open('jos');
    const { product } = await getOne(opened, ID);
    expect(product?.prices.map(({ kind }) => kind)).toEqual(['sale', 'list', 'cost']);
    expect(product?.stock?.regions?.[0]?.name).toBe('仓库 1');
    expect(product?.notes).toEqual([
      expect.stringContaining('Member price and sales counts are not offered'),
    ]);
    expect(listNames(opened).toSorted()).toEqual([
      'sku.read.searchSkuList',
      'ware.read.findWareById',
      'ware.stock.sku.query',
    ]);
  });

  it("tells the merchant's own code, which is asked for by name", async () => {
    const { product } = await getOne(await open('jos'), ID, { detail: 'full' });
    expect(product?.attributes).toContainEqual({ name: '商家编码', values: [`OUT-${ID}`] });
  });

  it('adds all variants for detail full', async () => {
    const { product } = await getOne(await open('jos'), ID, { detail: 'full' });
    expect(product?.skus).toHaveLength(12);
    expect(product?.skus?.[3]).toMatchObject({
      name: '黑色 512GB',
      stock: { status: 'out_of_stock', quantity: 0 },
    });
    expect(product?.price).toMatchObject({ amount: 5999, from: 5999, to: 9299 });
  });

  it('asks for twenty products with two calls, with one where prices are enough', async () => {
    const opened = await open('jos');
    const { core, options } = opened;
    const refs = Array.from({ length: 40 }, (_, at) =>
      core.parseProductRefs(String(100_012_400_000 + at), options),
    ).flat();
    const results = await core.lookUp(refs, options);
    expect(results.every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(results[0]?.product?.prices.map(({ kind }) => kind)).toContain('list');
    expect(listNames(opened)).toHaveLength(4);
    await core.lookUp(refs, { ...options, detail: 'price' });
    expect(listNames(opened)).toHaveLength(6);
  });

  it('asks for twenty products in full together, and tells of each what it tells of one alone', async () => {
    const opened = await open('jos');
    const { core, options } = opened;
    const ids = [ID, ...Array.from({ length: 19 }, (_, at) => String(100_012_400_000 + at))];
    const refs = ids.flatMap((id) => core.parseProductRefs(id, options));
    const together = await core.lookUp(refs, { ...options, detail: 'full' });
    const countOf = (method: string) => listNames(opened).filter((name) => name === method).length;
    expect(countOf('sku.read.searchSkuList')).toBeLessThanOrEqual(1 + 4);
    expect(countOf('ware.read.searchWare4Valid')).toBe(1);
    expect(countOf('ware.stock.sku.query')).toBe(20);
    expect(countOf('ware.read.findWareById')).toBe(0);
    for (const result of together.slice(0, 3)) {
      const alone = await getOne(opened, result.id ?? '', { detail: 'full', fresh: true });
      const { fetched_at: _, ...product } = formatResult(result).product ?? {};
      expect(alone.product).toMatchObject(product);
    }
  });

  it('asks once for the variants and prices that several products share', async () => {
    const opened = await open('jos');
    const { core, options } = opened;
    const refs = [ID, '100012345679', '100012345680'].flatMap((id) => core.parseProductRefs(id, options));
    const results = await core.lookUp(refs, { ...options, detail: 'full' });
    expect(results.map(({ product }) => product?.skus?.length)).toEqual([12, 12, 12]);
    expect(listNames(opened).toSorted()).toEqual([
      'sku.read.searchSkuList',
      'sku.read.searchSkuList',
      'ware.read.findWareById',
      ...Array(3).fill('ware.stock.sku.query'),
    ]);
  });

  it.each([
    ['price', 312, 16],
    ['summary', 312, 32],
    ['summary', 1, 3],
    ['full', 1, 4],
    ['full', 20, 23],
  ] as const)('plans detail %s of %i ids with %i calls', async (detail, idCount, calls) => {
    const { core, options } = await open('jos');
    const { connection } = core.getUpstream(options.platform, { source: options.source });
    const { idsPerCall = () => 1, callsPerGroup = () => 1 } = connection;
    const size = idsPerCall(detail);
    const groups = Array.from({ length: Math.ceil(idCount / size) }, (_, at) =>
      Math.min(size, idCount - at * size),
    );
    expect(groups.reduce((sum, count) => sum + callsPerGroup(detail, count), 0)).toBe(calls);
  });

  it('meets a refused method once, not with every product of a group', async () => {
    const opened = await open('jos');
    const { core, options } = opened;
    opened.sandbox.setFaults([{ kind: 'code', code: '24', method: 'jingdong.ware.stock.sku.query' }]);
    const refs = Array.from({ length: 20 }, (_, at) =>
      core.parseProductRefs(String(100_012_400_000 + at), options),
    ).flat();
    const results = await core.lookUp(refs, { ...options, detail: 'full' });
    expect(results.every(({ product }) => product?.stock?.regions)).toBe(true);
    expect(listNames(opened).filter((name) => name === 'ware.stock.sku.query')).toHaveLength(1);
  });

  it('says that a variant has no price of its own, and what its product page says', async () => {
    const { product } = await getOne(await open('jos'), '100000000555');
    expect(product?.prices.map(({ kind }) => kind)).not.toContain('sale');
    expect(product?.notes).toContainEqual(expect.stringMatching(/no price of this variant.*¥\d/));
  });

  it.each([
    ['list and cost price', 'jingdong.ware.read.findWareById'],
    ['variants', 'jingdong.sku.read.searchSkuList'],
  ])('has the rest when it is refused %s', async (what, method) => {
    const opened = await open('jos');
    const isFirst = method.endsWith('searchSkuList');
    opened.sandbox.setFaults([{ kind: 'code', code: '24', method, ...(isFirst && { id: `7${ID}` }) }]);
    const { outcome, product } = await getOne(opened, ID, { detail: 'full' });
    expect(outcome).toBe('ok');
    expect(product?.notes).toContainEqual(
      expect.stringMatching(new RegExp(`^Without ${what}: .*may not call this interface`)),
    );
    expect(product?.prices[0]?.kind).toBe('sale');
  });

  it.each([
    ['43', undefined],
    ['24', true],
  ])('is asked for again after code %s unless that would only be refused again', async (code, cached) => {
    const opened = await open('jos');
    opened.sandbox.setFaults([{ kind: 'code', code, method: 'jingdong.ware.read.findWareById' }]);
    await getOne(opened, ID);
    expect((await getOne(opened, ID)).product?.cached).toBe(cached);
  });

  it('asks the other method for stock, and keeps to the one that answers', async () => {
    const opened = await open('jos');
    opened.sandbox.setFaults([{ kind: 'code', code: '24', method: 'jingdong.ware.stock.sku.query' }]);
    for (const id of [ID, '100012345679']) {
      expect((await getOne(opened, id)).product?.stock?.regions?.length).toBeGreaterThan(0);
    }
    expect(listNames(opened).filter((name) => name.includes('stock'))).toEqual([
      'ware.stock.sku.query',
      'stock.read.findSkuStock',
      'stock.read.findSkuStock',
    ]);
  });

  it('lists its own shop by the ids that product pages go by', async () => {
    const opened = await open('jos');
    const shop = await opened.core.getShopProducts(SHOP, { ...opened.options, limit: 250 });
    expect(shop).toMatchObject({ complete: true, total: 250, name: '海尔京东自营旗舰店', skipped: 0 });
    expect(shop.products.every(({ url }) => /^https:\/\/item\.jd\.com\/\d+\.html$/.test(url))).toBe(true);
    expect(new Set(shop.products.map(({ id }) => id)).size).toBe(250);
  });

  it('lists no other shop, and says which is its own', async () => {
    const { core, options } = await open('jos');
    await expect(core.getShopProducts('1000000127', options)).rejects.toMatchObject({
      outcome: 'unsupported',
      message: expect.stringContaining(SHOP),
    });
  });

  it('lists nothing as long as JD does not say whose goods these are', async () => {
    const sent: string[] = [];
    const send = async <T>(call: Call<T>): Promise<T> => {
      sent.push(call.name);
      const body = { answer_responce: { code: '0', shop_jos_result: { shop_name: '店' } } };
      return call.read({ status: 200, text: '', json: () => body });
    };
    const toolbox = { settings: {}, send, createTokenSource: () => ({}) };
    const { getShopPage } = connectJos(toolbox as unknown as Toolbox<JdOpenValues>);
    for (let round = 0; round < 2; round += 1) {
      await expect(getShopPage?.(SHOP, 1, 20, { lane: 'batch' })).rejects.toMatchObject({
        code: 'own_shop_unknown',
      });
    }
    expect(sent).toEqual(Array(2).fill('jingdong.vender.shop.query'));
  });
});

describe('rows of dialect jos', () => {
  it.each([
    ['SKUs', SkuRow],
    ['wares', WareRow],
    ['a page of SKUs', SkuPage],
    ['a page of wares', WarePage],
    ['stock', StockAnswer],
    ['a ware', WareAnswer],
  ])('may lack everything: %s', (_, row) => {
    expect(row.safeParse({}).success).toBe(true);
  });

  it('may be off sale, and may name images by path', () => {
    const sku = SkuRow.parse({ skuId: 1, status: 2, stockNum: 5, logo: 'jfs/t1/a.jpg', jdPrice: '9.90' });
    expect(normalizeOwnProduct({ sku }, '1')).toMatchObject({
      stock: { status: 'off_sale', quantity: 5 },
      image: 'https://img14.360buyimg.com/n1/jfs/t1/a.jpg',
      prices: [{ kind: 'sale', amountFen: 990 }],
    });
  });

  it('count warehouses from 0', () => {
    const { skuStocks } = StockAnswer.parse({ skuStocks: [{ storeId: 0, stockNum: 7 }] });
    const { stock } = normalizeOwnProduct({ sku: SkuRow.parse({ skuId: 1 }), stock: skuStocks }, '1');
    expect(stock).toMatchObject({ status: 'in_stock', regions: [{ name: '仓库 0', quantity: 7 }] });
  });
});

describe('variants of wares', () => {
  const gateway = {
    url: '',
    appKey: 'k',
    appSecret: 's',
    token: { get: async () => '', expire: async () => {} },
  };
  const lane = { lane: 'interactive' } as const;

  /** A gateway that answers one page after the other, and the last one again to a caller that asks for more. */
  function openPages(pages: readonly (readonly object[])[], totalItem?: number) {
    let calls = 0;
    const send = async <T>(call: Call<T>): Promise<T> => {
      const data = pages[Math.min(calls, pages.length - 1)];
      calls += 1;
      const body = { answer_responce: { code: '0', page: { data, totalItem } } };
      return call.read({ status: 200, text: '', json: () => body });
    };
    return { merchant: { gateway, send, now: Date.now }, countCalls: () => calls };
  }

  it('are not asked for again and again where a ware has none', async () => {
    for (const total of [1, undefined]) {
      const { merchant, countCalls } = openPages([[{ skuId: 11, wareId: 1 }]], total);
      expect(await getFirstSkus(merchant, ['1', '2'], lane)).toEqual(new Map([['1', '11']]));
      expect(countCalls()).toBe(total === undefined ? 2 : 1);
    }
  });

  it('are each told once, however often their page comes', async () => {
    const pages = [
      [{ skuId: 11 }, { skuId: 12 }, {}],
      [{ skuId: 12 }, { skuId: 13 }],
    ];
    const { merchant, countCalls } = openPages(pages, 9);
    const variants = await getVariants(merchant, ['1'], lane);
    expect(variants.get('1')?.map(({ skuId }) => skuId)).toEqual(['11', '12', '13']);
    expect(countCalls()).toBe(3);
  });
});

describe('tokens', () => {
  it('come from the environment until they are refused, then from the refresh token', async () => {
    const opened = await open('guide');
    await getOne(opened, ID);
    expect(listTokenCalls(opened)).toHaveLength(0);
    opened.sandbox.expireTokens();
    expect((await getOne(opened, ID, { fresh: true })).outcome).toBe('ok');
    const [call, ...others] = listTokenCalls(opened);
    expect(others).toHaveLength(0);
    expect(call?.pathname).toMatch(/\/oauth2\/refresh_token$/);
    expect(call?.searchParams.get('refresh_token')).toBe(opened.environment['JD_OPEN_REFRESH_TOKEN']);
  });

  it('are renewed with the refresh token that came last, across processes, one at a time', async () => {
    const opened = await open('guide');
    const cores = [opened.core, openProcess(opened), openProcess(opened)];
    for (let round = 0; round < 3; round += 1) {
      opened.sandbox.expireTokens();
      const results = await Promise.all(
        cores.flatMap((core) =>
          [ID, '100012345679'].map((id) => core.get(id, { ...opened.options, fresh: true })),
        ),
      );
      expect(results.flat().map(({ outcome }) => outcome)).toEqual(Array(6).fill('ok'));
    }
  });

  it('are kept for the owner only, with the refresh token', async () => {
    const opened = await open('guide');
    opened.sandbox.expireTokens();
    await getOne(opened, ID);
    const folder = join(opened.stateDir, 'tokens');
    // A lock that was given back stays, empty, so that its number never comes again.
    const [file, ...others] = (await readdir(folder)).filter((name) => !name.includes('.lock-'));
    expect(others).toEqual([]);
    expect((await stat(join(folder, file ?? ''))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const stored = JSON.parse(await readFile(join(folder, file ?? ''), 'utf8'));
    expect(stored.renewal).toEqual(expect.any(String));
    expect(stored.renewal).not.toBe(opened.environment['JD_OPEN_REFRESH_TOKEN']);
  });

  it('of a changed environment beat the stored ones', async () => {
    const opened = await open('guide');
    opened.sandbox.expireTokens();
    await getOne(opened, ID);
    const [file] = await readdir(join(opened.stateDir, 'tokens'));
    const { token } = JSON.parse(await readFile(join(opened.stateDir, 'tokens', file ?? ''), 'utf8'));
    const changed = { ...opened.environment, JD_OPEN_ACCESS_TOKEN: token, JD_OPEN_REFRESH_TOKEN: undefined };
    const core = openProcess({ ...opened, environment: changed });
    expect((await core.get(ID, opened.options))[0]?.outcome).toBe('ok');
    opened.sandbox.expireTokens();
    const [result] = await core.get(ID, { ...opened.options, fresh: true });
    expect(result?.error).toMatchObject({ code: 'login_needed' });
  });

  it('that cannot be renewed ask for a login', async () => {
    const opened = await open('jos', { JD_OPEN_REFRESH_TOKEN: 'spent-long-ago' });
    opened.sandbox.expireTokens();
    const { failure, outcome } = await getOne(opened, ID);
    expect(outcome).toBe('not_configured');
    expect(failure).toMatchObject({
      code: 'login_needed',
      stopsBatch: true,
      message: expect.stringMatching(/refuses the refresh token.*bijia login jd-open/),
    });
  });

  it('that came without a refresh token are renewed with the one before', async () => {
    const opened = await open('guide');
    const core = openListener(opened, (answer) => {
      const { refresh_token: _, ...rest } = answer.json() as Record<string, unknown>;
      return { ...answer, json: () => rest };
    });
    opened.sandbox.expireTokens();
    expect((await core.get(ID, opened.options))[0]?.outcome).toBe('ok');
    const folder = join(opened.stateDir, 'tokens');
    const stored = JSON.parse(await readFile(join(folder, (await readdir(folder))[0] ?? ''), 'utf8'));
    expect(stored.renewal).toBe(opened.environment['JD_OPEN_REFRESH_TOKEN']);
  });

  it.each([
    [404, 'not_configured', /answers HTTP 404\. Check .*JD_OPEN_AUTH_URL/],
    [429, 'throttled', /too often/],
    // What the refresh token has come to is unknown then: trying again later cannot help.
    [503, 'not_configured', /works once, so it is not sent again\. Log in again/],
  ])('are not called refused when the service answers HTTP %i', async (status, outcome, message) => {
    const opened = await open('guide');
    const core = openListener(opened, (answer) => ({ ...answer, status, json: () => ({ code: status }) }));
    opened.sandbox.expireTokens();
    const [result] = await core.get(ID, opened.options);
    expect(result?.outcome).toBe(outcome);
    expect(result?.error?.message).toMatch(message);
  });

  it('that ran out with nothing to renew them say so', async () => {
    const opened = await open('guide', { JD_OPEN_REFRESH_TOKEN: undefined });
    opened.sandbox.expireTokens();
    const { failure } = await getOne(opened, ID);
    expect(failure).toMatchObject({
      code: 'login_needed',
      message: expect.stringMatching(/has expired.*no refresh token.*bijia login jd-open/),
    });
  });

  it('are missing before the first login', async () => {
    const opened = await open('guide', { JD_OPEN_ACCESS_TOKEN: undefined, JD_OPEN_REFRESH_TOKEN: undefined });
    const { failure } = await getOne(opened, ID);
    expect(failure?.message).toMatch(/not authorised this application yet.*bijia login jd-open/);
    expect(opened.sent).toHaveLength(0);
  });
});

describe('login', () => {
  const bare = { JD_OPEN_ACCESS_TOKEN: undefined, JD_OPEN_REFRESH_TOKEN: undefined };
  const findLogin = ({ core, options }: OpenedCase) =>
    core.getUpstream(options.platform, { source: options.source }).login;

  it('leads to a page that sends a code back, which becomes a token for all processes', async () => {
    const opened = await open('guide', bare);
    const login = findLogin(opened);
    const page = await fetch(login?.formatLink('state-1') ?? '', { redirect: 'manual' });
    const back = new URL(page.headers.get('location') ?? '');
    expect(back.href).toMatch(/^http:\/\/127\.0\.0\.1\/bijia\?code=/);
    expect(back.searchParams.get('state')).toBe('state-1');
    const { lifeMs } =
      (await login?.exchange(back.searchParams.get('code') ?? '', { lane: 'interactive' })) ?? {};
    expect(lifeMs).toBe(7 * 86_400_000);
    expect((await getOne(opened, ID)).outcome).toBe('ok');
    const other = openProcess(opened);
    expect((await other.get(ID, opened.options))[0]?.outcome).toBe('ok');
  });

  it('refuses a code that JD refuses, and keeps what it had', async () => {
    const opened = await open('guide');
    const login = findLogin(opened);
    await expect(login?.exchange('stale', { lane: 'interactive' })).rejects.toMatchObject({
      code: 'login_needed',
    });
    expect((await getOne(opened, ID)).outcome).toBe('ok');
  });

  it('replaces a token that was stored before', async () => {
    const opened = await open('guide', { JD_OPEN_REFRESH_TOKEN: undefined });
    await getOne(opened, ID);
    opened.sandbox.expireTokens();
    expect((await getOne(opened, ID, { fresh: true })).outcome).toBe('not_configured');
    await findLogin(opened)?.exchange('sandbox-code', { lane: 'interactive' });
    expect((await getOne(opened, ID, { fresh: true })).outcome).toBe('ok');
  });
});
