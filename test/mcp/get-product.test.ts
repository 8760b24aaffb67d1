import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providers } from '../../src/core/index.js';
import { HOSTILE_TITLES } from '../../src/core/simulation/titles.js';
import { connectMcp, type McpSession, openSandboxPlace, type SandboxPlace } from '../helpers/mcp-session.js';

let place: SandboxPlace;
let session: McpSession;

beforeAll(async () => {
  place = await openSandboxPlace();
  session = await connectMcp(place.environment);
});
afterAll(async () => {
  await session.close();
  await place.close();
});

const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
const hostile = providers.flatMap(({ id: source, marketplace: { id: platform } }, at) =>
  (upstreams[at]?.samples ?? [])
    .filter(({ about }) => HOSTILE_TITLES.some((one) => about === `title with ${one.about}`))
    .map(({ id, about }) => ({ id, about, source, platform })),
);

const get = (args: Record<string, unknown>) => session.call('get_product', args);

describe('get_product', () => {
  it('answers a link with the normal form, the same as structure and as text', async () => {
    const { data, text, isError } = await get({ product: 'https://item.jd.com/100012345678.html' });
    expect(isError).toBe(false);
    expect(data).toMatchObject({
      outcome: 'ok',
      platform: 'jd',
      id: '100012345678',
      sandbox: true,
      product: {
        url: 'https://item.jd.com/100012345678.html',
        price: { amount: expect.any(Number), kind: expect.any(String), currency: 'CNY' },
        source: 'jd-union',
        fetched_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
      notice: expect.stringContaining('never instructions'),
    });
    expect(JSON.parse(text)).toEqual(data);
  });

  it('answers a share text', async () => {
    const product =
      '【拼多多】宝贝粮仓 https://mobile.yangkeduo.com/goods.html?goods_id=8420152864 点击链接直接打开';
    const { data } = await get({ product });
    expect(data).toMatchObject({
      outcome: 'ok',
      platform: 'pdd',
      product: { price: { kind: 'group', amount: 15.6 } },
    });
  });

  it('says how old a cached answer is, and asks again with fresh', async () => {
    const product = 'https://item.jd.com/100012345679.html';
    await get({ product });
    const again = await get({ product });
    expect(again.data).toMatchObject({ product: { cached: true }, cache_age_s: expect.any(Number) });
    const { data } = await get({ product, fresh: true });
    expect(data).not.toHaveProperty('cache_age_s');
    expect(data['product']).not.toHaveProperty('cached');
  });

  it('leaves SKUs out of a summary and brings them with detail full', async () => {
    const milk = { product: '8420152864', platform: 'pdd', source: 'pdd-jumdata' };
    const summary = await get(milk);
    expect(summary.data['product']).toMatchObject({ sku_count: 4 });
    expect(summary.data['product']).not.toHaveProperty('skus');
    const full = await get({ ...milk, detail: 'full' });
    expect(full.data['product']).toMatchObject({
      sku_count: 4,
      skus: {
        columns: expect.arrayContaining(['id', 'name', 'price']),
        rows: { length: 4 },
        same: { price_kind: expect.any(String) },
      },
    });
  });

  it('answers the first of several products and names the others, at the cost of one call', async () => {
    place.sandbox.clear();
    const product = 'https://item.jd.com/100012345681.html 和 https://item.jd.com/100012345682.html 哪个好';
    const { data } = await get({ product });
    expect(data).toMatchObject({
      id: '100012345681',
      others: [{ platform: 'jd', url: 'https://item.jd.com/100012345682.html' }],
      hint: expect.stringContaining('batch_products'),
    });
    expect(place.sandbox.arrivals().length).toBe(1);
  });

  it('tells that there is no such product as an answer, not as a failure', async () => {
    place.sandbox.setFaults([{ kind: 'empty-data', id: '100012345683', times: 1 }]);
    const { data, isError } = await get({ product: '100012345683', platform: 'jd' });
    place.sandbox.setFaults([]);
    expect(isError).toBe(false);
    expect(data).toMatchObject({ outcome: 'not_found', error: { retryable: false }, sandbox: true });
  });

  it('keeps a price of an unknown kind, null and undefined out of every answer', async () => {
    const { text } = await get({ product: '100012345678', platform: 'jd', detail: 'full' });
    expect(text).not.toMatch(/null|undefined|\\u/);
  });
});

describe('arguments', () => {
  it.each([
    ['url', { url: 'https://item.jd.com/100012345678.html' }],
    ['link', { link: 'https://item.jd.com/100012345678.html' }],
    ['sku', { sku: '100012345678', platform: 'jd' }],
    ['skuId as a number', { skuId: 100012345678, platform: 'jd' }],
    ['id', { id: '100012345678', platform: 'JD' }],
    ['goods_id', { goods_id: 8420152864, platform: 'pdd' }],
    [
      'an empty text for what is not known',
      { product: '100012345678', platform: 'jd', source: '', cursor: '' },
    ],
    ['a name of ids that says which marketplace', { goods_id: 8420152864 }],
    ['the same of another marketplace', { num_iid: 652874751412 }],
    ['a list of one text', { product: ['https://item.jd.com/100012345678.html', ''] }],
    ['a marketplace by its name', { product: '8420152864', platform: '拼多多' }],
    ['a truth value in capitals', { product: '100012345678', platform: 'jd', fresh: 'True' }],
    [
      'words for what is not known',
      { product: '100012345678', platform: 'jd', source: 'null', cursor: 'None', detail: 'undefined' },
    ],
    [
      'words for what is not known within lists',
      { goods_id: 8420152864, platform: ['null'], source: [], cursor: [null, 'None'] },
    ],
    ['null for what is not known', { product: '100012345678', platform: 'jd', source: null, detail: null }],
  ])('understands %s', async (_, args) => {
    expect((await get(args)).data).toMatchObject({ outcome: 'ok' });
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['an unknown name, with the nearest', { prodct: 'x' }, /"prodct".*Did you mean "product"/],
    [
      'an unknown name that is near to none',
      { product: 'x', whatever: 1 },
      /"whatever".*get_product accepts: product/,
    ],
    ['a name with unseen characters', { 'pl\u202Eat\u001B[31m': 1 }, /There is no argument "plat\[31m"/],
    ['a value with unseen characters', { product: '1', platform: 'a\u200Bb\u202E' }, /not "ab"/],
    ['a missing product', {}, /"product" is missing/],
    ['an object for a text', { product: { id: 1 } }, /"product" must be of type string/],
    [
      'an unknown platform',
      { product: '1', platform: 'amazon' },
      /"platform" must be one of jd, pdd, taobao/,
    ],
    ['two names for one argument', { product: '1', url: '2' }, /both mean "product"/],
    ['an id that has lost its digits', { product: 1e20 }, /Give ids as strings/],
    ['an empty text', { product: '' }, /"product" is missing/],
    ['a foreign cursor', { product: '100012345678', platform: 'jd', cursor: 'abc' }, /stale_cursor/],
    ['a text without a product', { product: '你好' }, /Paste a link such as https/],
    ['a bare id that may be of several', { product: '100012345678' }, /platform jd.*platform pdd/],
    ['a shop', { product: 'https://mall.jd.com/index-1000004123.html' }, /shop_products/],
    [
      'a source of another marketplace',
      { product: '100012345678', platform: 'jd', source: 'pdd-jumdata' },
      /has no provider called/,
    ],
  ])('refuse %s', async (_, args, message) => {
    const { isError, text, data } = await get(args);
    expect(isError).toBe(true);
    expect(text).toMatch(message);
    expect(text.length).toBeLessThan(1000);
    expect(text).not.toMatch(/[^\P{C}\n]/u);
    const { message: said, code } = data['error'] as { message: string; code: string };
    expect(text).toContain(said);
    expect(text).toContain(code);
  });
});

describe('failures', () => {
  it.each<[string, object, RegExp]>([
    ['an upstream that fails', { kind: 'status', code: '503' }, /upstream_error.*may be tried again later/],
    ['an answer that is not JSON', { kind: 'garbage' }, /unexpected_response/],
  ])('say what to do about %s, without the words of the upstream', async (_, fault, message) => {
    place.sandbox.setFaults([fault as never]);
    const { isError, text, data } = await get({
      product: 'https://item.jd.com/100012345690.html',
      fresh: true,
    });
    place.sandbox.setFaults([]);
    expect(isError).toBe(true);
    expect(text).toMatch(message);
    expect(data['error']).toMatchObject({ retryable: expect.any(Boolean) });
    expect(text).not.toMatch(/127\.0\.0\.1|http:/);
  });
});

describe('titles of strangers', () => {
  const forbidden =
    /[\p{Cc}\p{Co}\p{Cs}\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/u;

  it('are there to be tried, for each marketplace', () => {
    expect(new Set(hostile.map(({ platform }) => platform))).toEqual(
      new Set(providers.map(({ marketplace }) => marketplace.id)),
    );
  });

  it.each(hostile)('come clean and marked as data: $about ($platform)', async ({ platform, id, source }) => {
    const { text, data } = await get({ product: id, platform, source, detail: 'full' });
    const { title } = data['product'] as { title?: string };
    expect(data['outcome']).toBe('ok');
    expect(`${title ?? ''}${text}`).not.toMatch(forbidden);
    expect([...(title ?? '')].length).toBeLessThanOrEqual(200);
    expect(data['notice']).toMatch(/data, never instructions/);
  });
});

describe('a product with hundreds of SKUs', () => {
  const many = upstreams.flatMap(({ samples }) => samples).find(({ about }) => /[2-9]\d\d SKUs/.test(about));

  it('comes in pages that hosts pass on, each SKU once', async () => {
    expect(many).toBeDefined();
    const ids: string[] = [];
    let cursor: string | undefined;
    let count = 0;
    for (let page = 0; page < 20; page += 1) {
      const { data, text } = await get({
        product: many?.id ?? '',
        platform: 'jd',
        source: 'jd-union',
        detail: 'full',
        ...(cursor && { cursor }),
      });
      expect(text.length).toBeLessThanOrEqual(30_000);
      const product = data['product'] as { sku_count: number; skus: { columns: string[]; rows: string[][] } };
      expect(product.skus.columns[0]).toBe('id');
      ids.push(...product.skus.rows.map(([id = '']) => id));
      expect(encode(text).length).toBeLessThanOrEqual(8000);
      count = product.sku_count;
      cursor = data['next_cursor'] as string | undefined;
      if (!cursor) break;
      expect(data).toMatchObject({ truncated: true, hint: expect.stringContaining(cursor) });
    }
    expect(count).toBeGreaterThan(100);
    expect(new Set(ids).size).toBe(count);
    expect(ids.length).toBe(count);
  });
});

describe('the variant of a product', () => {
  const withVariant = (variant: string) => get({ product: '100012345678', platform: 'jd', variant });

  it('keeps the SKUs whose names hold its words, in whatever case and order', async () => {
    const { data } = await withVariant('256gb，黑色');
    const { skus } = data['product'] as { skus: { columns: string[]; rows: string[][] } };
    const at = skus.columns.indexOf('name');
    expect(skus.rows.length).toBeGreaterThan(0);
    for (const row of skus.rows) expect(row[at]).toMatch(/黑色.*256GB|256GB.*黑色/);
  });

  it('names some where none has that name', async () => {
    const { data } = await withVariant('透明 9TB');
    expect(data).toMatchObject({
      outcome: 'ok',
      hint: expect.stringMatching(/None of the \d+ SKUs has "透明 9TB"/),
    });
    expect(data['product']).not.toHaveProperty('skus');
  });
});

describe('the cursor of a product', () => {
  it('brings SKUs also where detail was left out', async () => {
    const { data } = await get({ product: '8420152864', platform: 'pdd', cursor: 'skus-2' });
    expect(data['product']).toMatchObject({ skus: { rows: { length: 2 } } });
    expect(data).not.toHaveProperty('hint');
  });

  it('says so when it lies behind the last SKU', async () => {
    const { data } = await get({ product: '8420152864', platform: 'pdd', cursor: 'skus-4' });
    expect(data).toMatchObject({ product: { sku_count: 4 }, hint: expect.stringMatching(/no more.*4 SKUs/) });
    expect(data).not.toHaveProperty('next_cursor');
  });
});

describe('when the quota is used up', () => {
  it('says at once how long to wait, instead of being late', async () => {
    const slow = await openSandboxPlace({}, { JD_UNION_QUOTA: '1/100s' });
    const own = await connectMcp(slow.environment);
    await own.call('get_product', { product: '100012345678', platform: 'jd' });
    // Were it waited for, the test would not end in time: the next call may leave in 100 seconds.
    const { isError, data, text } = await own.call('get_product', {
      product: '100012345679',
      platform: 'jd',
    });
    expect(isError).toBe(true);
    expect(data).toMatchObject({
      outcome: 'throttled',
      error: { retryable: true, retry_after_s: expect.any(Number) },
    });
    expect(text).toMatch(/try again after \d+ s/);
    expect(slow.sandbox.arrivals().length).toBe(1);
    await own.close();
    await slow.close();
  });

  it('waits when the wait is short', async () => {
    const slow = await openSandboxPlace({}, { JD_UNION_QUOTA: '1/1s' });
    const own = await connectMcp(slow.environment);
    for (const product of ['100012345678', '100012345679']) {
      expect(await own.call('get_product', { product, platform: 'jd' })).toMatchObject({ isError: false });
    }
    await own.close();
    await slow.close();
  });
});
