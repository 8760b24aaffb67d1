import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { formatResult } from '../../../src/core/index.js';
import { parseJson } from '../../../src/core/product/json.js';
import type { CallOptions } from '../../../src/core/provider.js';
import { createTopError } from '../../../src/core/providers/taobao-tbk/errors.js';
import { METHODS } from '../../../src/core/providers/taobao-tbk/methods.js';
import { normalizeItem } from '../../../src/core/providers/taobao-tbk/normalize.js';
import { Item } from '../../../src/core/providers/taobao-tbk/schema.js';
import { formatTopSignature, type SignMethod } from '../../../src/core/providers/taobao-tbk/sign.js';
import { type OpenedCase, openProviderCase, providerCases } from '../../helpers/provider-cases.js';

const OPTIONS: CallOptions = { lane: 'interactive' };
const HALF = 'SandboxPartAxxxxxxxxxxxx';
const itemId = (number: string, half = HALF) => `${half}-B${number.padStart(16, '0')}`;
const ORDINARY = itemId('600000000001');

const opened: OpenedCase[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function open(environment: Readonly<Record<string, string>> = {}) {
  const tbk = providerCases.find(({ provider }) => provider.id === 'taobao-tbk');
  if (!tbk) throw new Error('not registered');
  const one = await openProviderCase(tbk, environment);
  opened.push(one);
  const { connection } = one.core.getUpstream('taobao', { source: 'taobao-tbk' });
  const get = async (text: string, more: object = {}) =>
    formatResult((await one.core.get(text, { ...one.options, ...more }))[0] ?? { input: '', outcome: 'ok' });
  return { ...one, connection, get };
}

const readFixture = (name: string) =>
  readFileSync(new URL(`../../fixtures/taobao/${name}.json`, import.meta.url), 'utf8');
const forms = ({ sent }: OpenedCase) => sent.map(({ body }) => Object.fromEntries(new URLSearchParams(body)));

describe('the signature', () => {
  const guide = {
    method: 'taobao.item.seller.get',
    app_key: '12345678',
    session: 'test',
    timestamp: '2016-01-01 12:00:00',
    format: 'json',
    v: '2.0',
    fields: 'num_iid,title,nick,price,num',
    num_iid: '11223344',
  };

  it.each<[SignMethod, string]>([
    ['md5', '66987CB115214E59E6EC978214934FB8'],
    ['hmac', 'D56D7858309C31B6251083A874D48273'],
    ['hmac-sha256', '04DB15AD0774D5CFCE2C837DE43E3FCEA9011ED74F3038FB6AB5F3C4CEA119E8'],
  ])('is that of the vectors: %s', (method, sign) => {
    expect(formatTopSignature(method, { ...guide, sign_method: method }, 'helloworld')).toBe(sign);
  });

  it('covers Chinese words', () => {
    const params = {
      method: 'taobao.tbk.dg.material.optional.upgrade',
      app_key: 'APPKEY',
      timestamp: '2025-06-15 23:06:40',
      format: 'json',
      v: '2.0',
      sign_method: 'md5',
      q: '女装',
      adzone_id: '12345678',
      page_no: 1,
      page_size: 20,
    };
    expect(formatTopSignature('md5', params, 'SECRET')).toBe('813AE6B98BB621B85618885E0905D4D5');
  });

  it.each(['md5', 'hmac', 'hmac-sha256'])('is taken by the gateway in each form: %s', async (method) => {
    const { get } = await open({ TBK_SIGN: method });
    expect(await get(ORDINARY)).toMatchObject({ outcome: 'ok' });
  });
});

describe('the recorded product', () => {
  const TESTED = 'TestPartByyyyyyyyyyyyyyyy-TestPartBxxxxxxxxx';

  it('is read with the unit of each field', async () => {
    const { get, rewrite } = await open();
    rewrite(() => readFixture('tbk-item-info-upgrade'));
    const { product } = await get(TESTED, { detail: 'full' });
    expect(product).toMatchObject({
      // As it was asked for: only the half that changes is another one.
      id: TESTED,
      title: '样品 保温杯 500ml 不锈钢',
      image: 'https://img.alicdn.com/bao/uploaded/i1/0000000000/O1CN01test_!!0-item_pic.jpg',
      price: { amount: 69, kind: 'coupon' },
      prices: [
        { kind: 'coupon', amount: 69 },
        { kind: 'sale', amount: 79 },
        { kind: 'list', amount: 129 },
      ],
      coupons: [
        {
          amount: 10,
          threshold: 79,
          from: '2025-12-31T16:00:00.000Z',
          to: '2026-12-31T15:59:59.000Z',
        },
      ],
      sales: { count: 3200, period: '30d' },
      shop: { id: '2200000000001', name: '样品旗舰店' },
      commission: { rate: 5.5, amount: 3.8 },
      delivery: ['包邮'],
    });
    expect(product?.prices.map(({ amount }) => amount)).not.toContain(64.5);
    expect(product?.notes).toEqual(
      expect.arrayContaining(['Sold on Tmall', '¥64.5 only when several are bought (需买2件)']),
    );
  });

  it('is found by words, with its promotion link', async () => {
    const { connection, rewrite } = await open();
    rewrite(() => readFixture('tbk-material-optional-upgrade'));
    const page = await connection.search?.({ words: '保温杯', count: 1 }, undefined, OPTIONS);
    expect(page).toMatchObject({
      continuation: '20:2',
      products: [
        {
          id: 'TestPartAxxxxxxxxxxxxxxxx-TestPartBxxxxxxxxx',
          idType: 'item_id',
          buyLink: 'https://uland.taobao.com/coupon/edetail?e=test',
          coupons: [{ amountFen: 1000, isPromotionLink: true }],
        },
      ],
    });
  });

  it('is what its share code leads to', async () => {
    const { connection, rewrite } = await open();
    rewrite(() => readFixture('tbk-general-link-parse'));
    expect(await connection.openText?.('￥TeStKoUlInG￥', OPTIONS)).toEqual({
      platform: 'taobao',
      id: 'TestPartAxxxxxxxxxxxxxxxx-TestPartBxxxxxxxxx',
      idType: 'item_id',
    });
  });
});

describe('a product', () => {
  it('pays commission and subsidy, in the rate as in the amount', () => {
    const income_info = {
      ...{ commission_rate: '5.50', commission_amount: '3.80', subsidy_rate: '1.10', subsidy_amount: '0.76' },
    };
    const item = Item.parse({ item_basic_info: { title: '杯' }, publish_info: { income_info } });
    expect(normalizeItem(item, 0).commission).toEqual({ ratePercent: 6.6, amountFen: 456 });
  });

  it.each([
    ['满79减10', 7900],
    ['满1,299.50减100', 129_950],
    ['立减10', undefined],
  ])('has the threshold of its coupon in words: %s', (promotion_desc, thresholdFen) => {
    const promotion = { promotion_title: '商品券', promotion_desc, promotion_fee: '10.00' };
    const item = Item.parse({
      item_basic_info: { title: '杯' },
      price_promotion_info: {
        final_promotion_path_list: { final_promotion_path_map_data: [promotion] },
      },
    });
    expect(normalizeItem(item, 0).coupons).toMatchObject([{ amountFen: 1000, thresholdFen }]);
  });
});

describe('an unlisted refusal', () => {
  it.each([
    ['15', 'isv.new-kind', /code 15 \(isv\.new-kind\)/],
    ['15', undefined, /code 15\./],
    ['98', 'isv.x', /code 98 \(isv\.x\)/],
  ])('names both of its codes: %s %s', (code, subCode, message) => {
    const { name, scope } = METHODS.info;
    expect(createTopError({ code, subCode, text: '' }, { name, scope }).message).toMatch(message);
  });
});

describe('recorded refusals', () => {
  const refusals = parseJson(readFixture('tbk-errors')) as Record<string, unknown>;

  it.each([
    ['permission', 'not_configured', /packages 381, 11655, 16189/],
    ['throttled', 'throttled', /too often/],
    ['sign', 'not_configured', /TBK_APP_SECRET/],
    ['app_key', 'not_configured', /TBK_APP_KEY/],
    ['numeric_id', 'unsupported', /no longer takes numeric ids.*e\.tb\.cn/],
    ['theirs', 'upstream_error', /on its side/],
  ])('say what to do: %s', async (name, outcome, message) => {
    const { core, options, rewrite } = await open();
    rewrite(() => JSON.stringify(refusals[name]));
    const [result] = await core.get(ORDINARY, options);
    expect(result).toMatchObject({ outcome, error: { message: expect.stringMatching(message) } });
    if (name === 'throttled') expect(result?.error?.retryAfterMs).toBe(2000);
  });

  it('name the permission package that is missing, in each of the probes', async () => {
    const { connection, rewrite } = await open();
    rewrite(() => JSON.stringify(refusals['permission']).replace('16189', '9'));
    const said = await Promise.all(
      (connection.probes ?? []).map(({ run }) => run(OPTIONS).catch((error: Error) => error.message)),
    );
    expect(said).toEqual([
      expect.stringContaining('lacks 16189'),
      expect.stringContaining('lacks 27939'),
      expect.stringContaining('lacks 31094'),
    ]);
  });
});

describe('ids', () => {
  it('are the same product whatever the first half, and are asked for once', async () => {
    const { get, sandbox } = await open();
    const first = await get(itemId('600000000007'));
    const again = await get(itemId('600000000007', 'AnotherPartAyyyyyyyyyyyy'));
    expect(again.product).toMatchObject({ title: first.product?.title, cached: true });
    expect(sandbox.arrivals()).toHaveLength(1);
  });

  it('travel twenty in a call, and the first halves of the answer do not come out', async () => {
    const { core, options, sandbox } = await open();
    const ids = Array.from({ length: 40 }, (_, at) => itemId(String(600_000_000_500 + at)));
    const results = await core.lookUp(
      ids.flatMap((id) => core.parseProductRefs(id, options)),
      options,
    );
    expect(results.map(({ product }) => product?.id)).toEqual(ids);
    expect(sandbox.arrivals()).toHaveLength(2);
  });

  it('of another account are matched by what the answer says was asked for', async () => {
    const one = await open();
    const other = itemId('600000000011');
    one.rewrite((text) => text.replaceAll(/("item_id":"[^"]*)B0000600000000011/g, '$1B0000999999999999'));
    const refs = [ORDINARY, other].flatMap((id) => one.core.parseProductRefs(id, one.options));
    const results = await one.core.lookUp(refs, one.options);
    expect(results.map(({ outcome, product }) => [outcome, product?.id])).toEqual([
      ['ok', ORDINARY],
      ['ok', other],
    ]);
    expect(one.sandbox.arrivals()).toHaveLength(1);
  });

  it('are not told to be missing where rows may be about any of them', async () => {
    const one = await open();
    const other = itemId('600000000011');
    one.rewrite((text) => text.replaceAll('B0000600000000011', 'B0000999999999999'));
    const refs = [ORDINARY, other].flatMap((id) => one.core.parseProductRefs(id, one.options));
    const results = await one.core.lookUp(refs, one.options);
    expect(results.map(({ outcome, error }) => [outcome, error?.code])).toEqual([
      ['ok', undefined],
      ['upstream_error', 'other_product'],
    ]);
  });

  it('that may not be opened are refused with one call, however many there are', async () => {
    const { core, options, play, sandbox } = await open();
    play({ kind: 'code', code: '11' });
    const ids = ['679540837892', '679540837882', '679540837872'];
    const results = await core.lookUp(
      ids.flatMap((id) => core.parseProductRefs(id, options)),
      options,
    );
    expect(results.map(({ error }) => error?.code)).toEqual(ids.map(() => 'numeric_id_unsupported'));
    expect(sandbox.arrivals()).toHaveLength(1);
  });

  it('of old links are opened first, and the answer says that it has another one', async () => {
    const { get } = await open();
    const { product } = await get('https://item.taobao.com/item.htm?id=679540837892');
    expect(product).toMatchObject({ id_type: 'item_id', title: expect.any(String) });
    expect(product?.id).toMatch(/-B0000679540837892$/);
    expect(product?.notes?.join()).toContain('Asked for 679540837892');
  });

  it('that stay numbers, or may not be opened, get a sentence that says what to paste', async () => {
    const { get, play } = await open();
    const expectSentence = async (id: string) =>
      expect(await get(`https://item.taobao.com/item.htm?id=${id}`)).toMatchObject({
        outcome: 'unsupported',
        error: { code: 'numeric_id_unsupported', message: expect.stringMatching(/Paste.*e\.tb\.cn/) },
      });
    await expectSentence('713417934359');
    play({ kind: 'code', code: '11', times: 1 });
    await expectSentence('679540837892');
  });
});

describe('texts', () => {
  it.each(['￥AbC12dEfGhI￥', 'https://e.tb.cn/h.7qFeOVKt2sKIyvf', 'https://s.click.taobao.com/AbCdEf1'])(
    'are sent as they are, and opened: %s',
    async (text) => {
      const one = await open();
      expect(await one.connection.openText?.(text, OPTIONS)).toMatchObject({
        platform: 'taobao',
        idType: 'item_id',
      });
      expect(forms(one)[0]).toMatchObject({
        adzone_id: '30003',
        material_dto: JSON.stringify([{ material_url: text }]),
      });
    },
  );

  it.each(['￥dead12345￥', '￥shop12345￥'])('that lead to no product are not found: %s', async (text) => {
    const { connection } = await open();
    await expect(connection.openText?.(text, OPTIONS)).rejects.toMatchObject({
      code: 'text_without_product',
    });
  });
});

describe('a search', () => {
  it('reads all pages, each product once, within the bounds, in the order asked for', async () => {
    const { core, options } = await open();
    const asked = { ...options, limit: 30, sort: 'price', minFen: 2000 } as const;
    const first = await core.search('保温杯', asked);
    const second = await core.search('保温杯', { ...asked, cursor: first.nextCursor });
    const products = [...first.products, ...second.products];
    expect(new Set(products.map(({ id }) => id.split('-')[1])).size).toBe(products.length);
    const amounts = products.map(({ prices }) => prices[0]?.amountFen ?? 0);
    expect(amounts).toEqual(amounts.toSorted((one, other) => one - other));
    expect(amounts[0]).toBeGreaterThanOrEqual(2000);
  });

  it('goes on where one row says nothing about its product, and is loud where none does', async () => {
    const { connection, rewrite } = await open();
    const search = () => connection.search?.({ words: '杯', count: 20 }, undefined, OPTIONS);
    rewrite((text) => text.replace('"item_basic_info"', '"other"'));
    expect((await search())?.products).toHaveLength(19);
    rewrite((text) => text.replaceAll('"item_basic_info"', '"other"'));
    await expect(search()).rejects.toMatchObject({ code: 'interface_changed' });
  });

  it('needs the zone of the PID', async () => {
    const one = await open();
    await one.connection.search?.({ words: '杯', count: 5 }, undefined, OPTIONS);
    expect(forms(one)[0]).toMatchObject({ adzone_id: '30003', q: '杯', page_no: '1', page_size: '20' });
  });
});

describe('a promotion link', () => {
  it('is made by id, or by the address of an old link', async () => {
    const one = await open();
    const make = (id: string, idType?: string) =>
      one.connection.getPromotionLink?.(
        { id, idType, url: `https://item.taobao.com/item.htm?id=${id}` },
        OPTIONS,
      );
    expect(await make(ORDINARY, 'item_id')).toEqual({
      url: expect.stringContaining('https://s.click.taobao.com/'),
    });
    expect(await make('679540837892')).toEqual({
      url: expect.stringContaining('https://s.click.taobao.com/'),
    });
    expect(forms(one).map((form) => [form['item_id_list'], form['material_list']])).toEqual([
      [ORDINARY, undefined],
      [undefined, 'https://item.taobao.com/item.htm?id=679540837892'],
    ]);
    await expect(make(itemId('404'), 'item_id')).rejects.toMatchObject({ code: 'not_promoted' });
  });
});

describe('every product of the catalogue', () => {
  it('is read without harm, and there are about three hundred', async () => {
    const { core, options, upstream } = await open();
    const ids = upstream.samples.filter(({ id }) => id.includes('-')).map(({ id }) => id);
    expect(ids.length).toBeGreaterThanOrEqual(300);
    const results = await core.lookUp(
      ids.flatMap((id) => core.parseProductRefs(id, options)),
      { ...options, detail: 'full' },
    );
    expect(new Set(results.map(({ outcome }) => outcome))).toEqual(new Set(['ok', 'not_found']));
    for (const { product } of results) {
      for (const { amountFen } of product?.prices ?? []) expect(amountFen).toBeGreaterThan(0);
      expect(product?.image ?? 'https://img.alicdn.com/').toMatch(/^https:\/\/img\.alicdn\.com\//);
    }
  });
});
