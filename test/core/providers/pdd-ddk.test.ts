import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { BijiaError, type ProductFacts } from '../../../src/core/index.js';
import { parseJson } from '../../../src/core/product/json.js';
import type { Call, CallOptions, Toolbox } from '../../../src/core/provider.js';
import { connectDdk, createConsent } from '../../../src/core/providers/pdd-ddk/connect.js';
import { createDdkError } from '../../../src/core/providers/pdd-ddk/errors.js';
import { signParams } from '../../../src/core/providers/pdd-ddk/gateway.js';
import type { DdkValues } from '../../../src/core/providers/pdd-ddk/settings.js';
import { formatDdkSignature } from '../../../src/core/providers/pdd-ddk/sign.js';
import { type OpenedCase, openProviderCase, providerCases } from '../../helpers/provider-cases.js';

const read = (name: string) =>
  readFileSync(new URL(`../../fixtures/ddk-${name}.json`, import.meta.url), 'utf8');
const ID = '795783843683';
const SIGN = 'E9T2exMpLeXSiGnNwfDAOq0bijiA0v3K_JTestOnly1';
const OPTIONS: CallOptions = { lane: 'interactive' };
const NOW_MS = Date.UTC(2026, 5, 1);

const noop = () => undefined;

const SETTINGS: DdkValues = {
  clientId: 'CLIENTID',
  clientSecret: 'SECRET',
  pid: '10001_20002',
  customParameters: '{"uid":"bijia"}',
  gatewayUrl: 'https://gw-api.pinduoduo.com/api/router',
  quota: { calls: 5, windowMs: 1000 },
  interval: undefined,
};

/** A gateway that gives answers by method, in turn, and keeps what was sent. */
function connect(answers: Readonly<Record<string, string | readonly string[]>>, nowMs = NOW_MS) {
  const sent: Record<string, string>[] = [];
  const left = new Map(Object.entries(answers).map(([name, texts]) => [name, [texts].flat()]));
  const send = async <T>(call: Call<T>): Promise<T> => {
    const { body = '' } = call.build({ nowMs, token: '' });
    sent.push(Object.fromEntries(new URLSearchParams(body)));
    const texts = left.get(call.name) ?? [];
    const text = (texts.length > 1 ? texts.shift() : texts[0]) ?? '{}';
    return call.read({ status: 200, text, json: () => parseJson(text) });
  };
  const toolbox: Toolbox<DdkValues> = {
    settings: SETTINGS,
    send,
    now: () => nowMs,
    log: { error: noop, warn: noop, info: noop, debug: noop },
    createTokenSource: () => {
      throw new Error('no tokens here');
    },
  };
  return { connection: connectDdk(toolbox), consent: createConsent(toolbox), sent };
}

const SEARCH = 'pdd.ddk.goods.search';
const DETAIL = 'pdd.ddk.goods.detail';
const CONVERT = 'pdd.ddk.goods.zs.unit.url.gen';

/** The recorded search with other rows. */
function searchOf(change: (row: Record<string, unknown>) => object, count = 1, total = count): string {
  const answer = JSON.parse(read('goods-search')).goods_search_response;
  const goods_list = answer.goods_list.slice(0, count).map(change);
  return JSON.stringify({ goods_search_response: { ...answer, goods_list, total_count: total } });
}

const getById = (answers: Parameters<typeof connect>[0], nowMs?: number): Promise<ProductFacts> =>
  connect(answers, nowMs).connection.getProduct({ id: ID }, 'summary', OPTIONS);

const fenOf = ({ prices }: ProductFacts, kind: string) =>
  prices.find((price) => price.kind === kind)?.amountFen;

describe('the signature', () => {
  const COMMON = {
    access_token: 'asd78172s8ds9a921j9qqwda12312w1w21211',
    client_id: '1',
    order_status: 1,
    page: 1,
    page_size: 10,
    timestamp: 1480411125,
    type: 'pdd.order.number.list.get',
  };

  it.each([
    ['XML', 'E4DE3ED21002510DED352819E7AE6775'],
    ['JSON', '92A61361F6F8FDECCF611A19D1CE9F16'],
  ])("is that of Pinduoduo's own example, %s", (data_type, sign) => {
    expect(formatDdkSignature({ ...COMMON, data_type }, 'testSecret')).toBe(sign);
  });

  it.each([
    [
      {
        type: SEARCH,
        keyword: `https://mobile.yangkeduo.com/goods.html?goods_id=${ID}`,
        page: 1,
        page_size: 10,
        with_coupon: false,
        pid: SETTINGS.pid,
        custom_parameters: SETTINGS.customParameters,
      },
      '0CCB9DFFED458C758662531CC32278AA',
    ],
    [
      {
        type: SEARCH,
        goods_sign_list: ['c9r2omogKFFAc7WBwvbZU1ikIb16_J3CTa8HNN'],
        pid: SETTINGS.pid,
        custom_parameters: '',
      },
      'C3D33D5CBC16896E7775D0EE62AA77D6',
    ],
  ])('covers lists, objects and booleans as they are sent: %#', (business, sign) => {
    expect(signParams(SETTINGS, business, 1_750_000_000_000)).toMatchObject({ sign });
  });

  it('is sent with the form that it covers, a space as %20', async () => {
    const { connection, sent } = connect({ [SEARCH]: read('goods-search') });
    await connection.search?.({ words: '洗脸 毛巾', count: 5 }, undefined, OPTIONS);
    const [{ sign, ...params } = { sign: '' }] = sent;
    expect(params).toMatchObject({ keyword: '洗脸 毛巾', page_size: '10', data_type: 'JSON' });
    expect(formatDdkSignature(params, 'SECRET')).toBe(sign);
  });
});

describe('a product by its goods_id', () => {
  it('is searched for by the address of its page, and read with its units', async () => {
    const { connection, sent } = connect({ [SEARCH]: read('goods-search') });
    const facts = await connection.getProduct({ id: ID }, 'summary', OPTIONS);
    expect(sent).toMatchObject([{ keyword: `https://mobile.yangkeduo.com/goods.html?goods_id=${ID}` }]);
    expect(facts).toMatchObject({
      id: ID,
      title: '样品 纯棉毛巾 3条装 成人洗脸家用吸水',
      prices: [
        { kind: 'coupon', amountFen: 1690 },
        { kind: 'group', amountFen: 1990 },
        { kind: 'single', amountFen: 2690 },
      ],
      coupons: [{ amountFen: 300, thresholdFen: 300, remaining: 31_200, to: '2026-12-31T15:59:59.000Z' }],
      commission: { ratePercent: 12, amountFen: 202 },
      sales: { count: 53_300, scope: 'item' },
      shop: { id: '100000001', name: '样品家纺旗舰店', rating: '描述 高 · 服务 高 · 物流 中' },
      promotions: ['3元券', '近30天低价'],
      service: ['包邮', '运费险', '48小时发货'],
      activities: ['百亿补贴'],
      subsidy: true,
    });
    expect(facts.stock).toBeUndefined();
  });

  it('is taken for the only row that names no id, and says that this is assumed', async () => {
    const facts = await getById({ [SEARCH]: searchOf(({ goods_id: _, ...row }) => row) });
    expect(facts).toMatchObject({
      id: ID,
      notes: expect.arrayContaining([{ en: expect.stringMatching(/only product/), zh: expect.any(String) }]),
    });
  });

  it('is told from several rows without an id by the sign in its promotion link', async () => {
    const rows = searchOf(({ goods_id: _, ...row }) => row, 2);
    const { connection, sent } = connect({
      [SEARCH]: rows,
      [CONVERT]: read('zs-unit-url'),
      [DETAIL]: read('goods-detail'),
    });
    const facts = await connection.getProduct({ id: ID }, 'summary', OPTIONS);
    expect(sent.map(({ type, goods_sign }) => [type, goods_sign])).toEqual([
      [SEARCH, undefined],
      [CONVERT, undefined],
      [DETAIL, SIGN],
    ]);
    expect(facts).toMatchObject({
      id: ID,
      prices: expect.arrayContaining([{ kind: 'group', amountFen: 1990 }]),
    });
  });

  it('stays unresolved where even its promotion link names no sign', async () => {
    const link = '{"goods_zs_unit_generate_response":{"short_url":"https://p.pinduoduo.com/TeSt0001"}}';
    const answers = { [SEARCH]: searchOf(({ goods_id: _, ...row }) => row, 2), [CONVERT]: link };
    await expect(getById(answers)).rejects.toMatchObject({ code: 'several_products' });
  });

  it('is told by its promotion link where the application may not search', async () => {
    const { no_permission } = JSON.parse(read('errors'));
    const { connection, sent } = connect({
      [SEARCH]: JSON.stringify(no_permission),
      [CONVERT]: read('zs-unit-url'),
      [DETAIL]: read('goods-detail'),
    });
    expect(await connection.getProduct({ id: ID }, 'summary', OPTIONS)).toMatchObject({ id: ID });
    expect(sent.map(({ type }) => type)).toEqual([SEARCH, CONVERT, DETAIL]);
  });

  it('that takes no part in the promotion programme is not found, for that reason', async () => {
    const answers = { [SEARCH]: searchOf((row) => row, 0) };
    await expect(getById(answers)).rejects.toMatchObject({ code: 'not_promoted', outcome: 'not_found' });
  });

  it('is asked for in full as what the search has found, whichever part of its answer names the search', async () => {
    const answers = { [SEARCH]: searchOf(({ search_id: _, ...row }) => row), [DETAIL]: read('goods-detail') };
    const { connection, sent } = connect(answers);
    await connection.getProduct({ id: ID }, 'full', OPTIONS);
    const { search_id } = JSON.parse(read('goods-search')).goods_search_response;
    expect(search_id).toEqual(expect.any(String));
    expect(sent[1]).toMatchObject({ type: DETAIL, search_id });
  });

  it('that risk control hides is a loud failure', async () => {
    const hidden = searchOf((row) => ({ ...row, goods_name: '', min_group_price: 0, min_normal_price: 0 }));
    await expect(getById({ [SEARCH]: hidden })).rejects.toMatchObject({
      code: 'risk_control',
      retryable: false,
    });
  });
});

describe('a search', () => {
  const hide = (row: object) => ({ ...row, goods_name: '', min_group_price: 0 });
  const searchFor = (answer: string) =>
    connect({ [SEARCH]: answer }).connection.search?.({ words: '毛巾', count: 10 }, undefined, OPTIONS);

  it('leaves out what risk control hides, and is loud where it hides all', async () => {
    const oneHidden = searchOf((row) => (row['goods_sign'] === SIGN ? hide(row) : row), 2);
    expect((await searchFor(oneHidden))?.products).toHaveLength(1);
    await expect(searchFor(searchOf(hide, 2))).rejects.toMatchObject({ code: 'risk_control' });
  });
});

describe('a coupon', () => {
  it.each([
    ['has ended', { coupon_end_time: 1_767_196_900 }, undefined],
    ['is sold out', { coupon_remain_quantity: 0 }, undefined],
    ['begins tomorrow', { coupon_start_time: NOW_MS / 1000 + 86_400 }, 300],
    ['asks for more than the price', { coupon_min_order_amount: 9900 }, 300],
    ['takes off more than the price', { coupon_discount: 1990 }, 1990],
    ['is there no longer', { has_coupon: false }, undefined],
  ])('that %s gives no price after coupon', async (_, change, listedFen) => {
    const facts = await getById({ [SEARCH]: searchOf((row) => ({ ...row, ...change })) });
    expect(fenOf(facts, 'coupon')).toBeUndefined();
    expect(facts.coupons?.[0]?.amountFen).toBe(listedFen);
    expect(facts.commission?.amountFen).toBe(238);
  });
});

describe('signs', () => {
  it('bring SKUs and pictures by themselves, and keep the id that the answer names', async () => {
    const { connection, sent } = connect({ [DETAIL]: read('goods-detail') });
    const facts = await connection.getProduct({ id: SIGN, idType: 'goods_sign' }, 'full', OPTIONS);
    expect(sent).toMatchObject([{ goods_sign: SIGN, need_sku_info: 'true', pid: SETTINGS.pid }]);
    expect(facts).toMatchObject({
      id: SIGN,
      idType: 'goods_sign',
      skus: [
        {
          id: 'k-0001',
          name: '灰色',
          prices: [
            { kind: 'coupon', amountFen: 1690 },
            { kind: 'group', amountFen: 1990 },
          ],
        },
      ],
    });
  });

  it('go without SKUs where the application has no right to them', async () => {
    const { no_permission } = JSON.parse(read('errors'));
    const { connection, sent } = connect({ [DETAIL]: [JSON.stringify(no_permission), read('goods-detail')] });
    await expect(
      connection.getProduct({ id: SIGN, idType: 'goods_sign' }, 'full', OPTIONS),
    ).resolves.toMatchObject({ id: SIGN });
    expect(sent.map(({ need_sku_info }) => need_sku_info)).toEqual(['true', undefined]);
  });

  it('are asked for without SKUs once that right was refused', async () => {
    const { no_permission } = JSON.parse(read('errors'));
    const { connection, sent } = connect({ [DETAIL]: [JSON.stringify(no_permission), read('goods-detail')] });
    for (let round = 0; round < 3; round += 1)
      await connection.getProduct({ id: SIGN, idType: 'goods_sign' }, 'full', OPTIONS);
    expect(sent.map(({ need_sku_info }) => need_sku_info)).toEqual(['true', undefined, undefined, undefined]);
  });

  it('that come back as others are asked for one by one', async () => {
    const other = searchOf((row) => ({ ...row, goods_sign: 'c9TestOnlyThirdSignXwbvZU1ikIb16_J3Cnx' }));
    const { connection, sent } = connect({ [SEARCH]: other, [DETAIL]: read('goods-detail') });
    const ids = [SIGN, 'c9TestOnlyAnotherSignXwbvZU1ikIb16_J3Cn'].map((id) => ({ id, idType: 'goods_sign' }));
    const answers = await connection.getProducts?.(ids, 'summary', OPTIONS);
    expect(sent.map(({ type }) => type)).toEqual([SEARCH, DETAIL, DETAIL]);
    expect([...(answers?.values() ?? [])]).toMatchObject([
      { title: expect.any(String) },
      { prices: expect.any(Array) },
    ]);
  });

  it('travel together in one call; what is left out is not promoted', async () => {
    const { connection, sent } = connect({ [SEARCH]: searchOf((row) => row) });
    const ids = [SIGN, 'c9TestOnlyAnotherSignXwbvZU1ikIb16_J3Cn'].map((id) => ({ id, idType: 'goods_sign' }));
    const answers = await connection.getProducts?.(ids, 'summary', { ...OPTIONS, raw: true });
    expect(sent.map(({ goods_sign_list }) => goods_sign_list)).toEqual([
      JSON.stringify(ids.map(({ id }) => id)),
    ]);
    // The row names the goods_id that the sign belongs to: that is what the product goes by.
    expect(answers?.get(SIGN)).toMatchObject({ id: ID, raw: { goods_sign: SIGN } });
    expect(answers?.get(ids[1]?.id ?? '')).toMatchObject({ code: 'not_promoted' });
  });
});

describe('a sign', () => {
  const withoutId = ({ goods_id: _, ...row }: Record<string, unknown>) => row;

  it('is the product that an answer has named it for, in answers that name none', async () => {
    const { connection } = connect({
      [SEARCH]: [read('goods-search'), searchOf(withoutId)],
      [DETAIL]: read('goods-detail'),
    });
    const bySign = () => connection.getProduct({ id: SIGN, idType: 'goods_sign' }, 'summary', OPTIONS);
    expect(await bySign()).toMatchObject({ id: SIGN, idType: 'goods_sign' });
    await connection.getProduct({ id: ID }, 'summary', OPTIONS);
    const known = await bySign();
    expect([known.id, known.idType]).toEqual([ID, undefined]);
    const page = await connection.search?.({ words: '毛巾', count: 5 }, undefined, OPTIONS);
    expect(page?.products.map(({ id }) => id)).toEqual([ID]);
  });
});

describe('a promotion link', () => {
  const makeOf = (address: string) => {
    const answer = JSON.stringify({ goods_zs_unit_generate_response: { short_url: address } });
    const product = { id: ID, url: `https://mobile.yangkeduo.com/goods.html?goods_id=${ID}` };
    return connect({ [CONVERT]: answer }).connection.getPromotionLink?.(product, OPTIONS);
  };

  it.each(['https://p.pinduoduo.com/x', '//p.pinduoduo.com/x', 'http://p.pinduoduo.com/x'])(
    "leads to one of Pinduoduo's hosts: %s",
    async (address) => {
      expect(await makeOf(address)).toEqual({ url: 'https://p.pinduoduo.com/x' });
    },
  );

  it.each(['https://evil.example/x', 'javascript:alert(1)', 'https://p.pinduoduo.com.evil.example/'])(
    'is never shown where it leads elsewhere: %s',
    async (address) => {
      await expect(makeOf(address)).rejects.toMatchObject({ code: 'unexpected_response' });
    },
  );
});

describe("the operator's mark in a link", () => {
  const PROMOTE = 'pdd.ddk.goods.promotion.url.generate';
  const { pid_not_authorised: refusal } = JSON.parse(read('errors'));
  const made = JSON.stringify({
    goods_promotion_url_generate_response: {
      goods_promotion_url_list: [{ short_url: 'https://p.pinduoduo.com/x' }],
    },
  });
  const product = { id: SIGN, idType: 'goods_sign', url: '' };

  it('stands beside the uid', async () => {
    const { connection, sent } = connect({ [PROMOTE]: made });
    const link = await connection.getPromotionLink?.(product, { ...OPTIONS, subId: 'blog' });
    expect(link).toEqual({ url: 'https://p.pinduoduo.com/x' });
    expect(sent).toMatchObject([{ custom_parameters: '{"uid":"bijia","sid":"blog"}' }]);
  });

  it('is left out, and that is said, where the place was authorised without it', async () => {
    const { connection, sent } = connect({ [PROMOTE]: [JSON.stringify(refusal), made] });
    const link = await connection.getPromotionLink?.(product, { ...OPTIONS, subId: 'blog' });
    expect(link).toEqual({ url: 'https://p.pinduoduo.com/x', withoutSubId: true });
    expect(sent.at(-1)).toMatchObject({ custom_parameters: '{"uid":"bijia"}' });
  });
});

describe('refusals', () => {
  const ERRORS = JSON.parse(read('errors'));
  it.each([
    ['sign', 'CredentialError', /PDD_DDK_CLIENT_SECRET/],
    ['clock', 'CredentialError', /clock of this machine/],
    ['pid_not_authorised', 'CredentialError', /bijia login pdd-ddk/],
    ['not_bound', 'CredentialError', /jinbao\.pinduoduo\.com/],
    ['page_size', 'InputError', /does not accept/],
    ['no_permission', 'CredentialError', /open\.pinduoduo\.com/],
    ['throttled', 'ThrottledError', /Wait/],
  ])('%s: %s', async (name, className, message) => {
    const refused = JSON.stringify(ERRORS[name]);
    const failure = getById({ [SEARCH]: refused, [CONVERT]: refused });
    await expect(failure).rejects.toMatchObject({ name: className, message: expect.stringMatching(message) });
  });

  const refusal = { error_code: '50001', error_msg: '', sub_msg: '' };
  it.each([
    [
      'the words of 备案 beside 20001',
      { ...refusal, sub_code: '20001', sub_msg: '未备案' },
      'pid_not_authorised',
    ],
    ['a foreign PID', { ...refusal, sub_msg: '用户PID不正确' }, 'pid_refused'],
    ['a product that is not promoted', { ...refusal, sub_msg: '该商品未参与推广' }, 'not_promoted'],
    ['an unlisted failure inside', { ...refusal, error_code: '52050' }, 'upstream_error'],
    ['a code that nobody knows', { ...refusal, error_code: '12345' }, 'unexpected_response'],
  ])('%s is told apart', (_, given, code) => {
    expect(createDdkError(given)).toMatchObject({ code });
  });

  it('shows neither secret nor signature', async () => {
    const failure = await getById({ [SEARCH]: JSON.stringify(ERRORS.sign) }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(BijiaError);
    expect(`${failure} ${(failure as BijiaError).detail}`).not.toMatch(/SECRET\b(?!\.)|[0-9A-F]{32}/);
  });
});

describe('consent', () => {
  it('is a page to open, and a state to ask for', async () => {
    const page =
      '{"rp_promotion_url_generate_response":{"url_list":[{"mobile_url":"https://mobile.yangkeduo.com/a.html","url":"https://mobile.yangkeduo.com/b.html"}]}}';
    const { not_authorised_query } = JSON.parse(read('errors'));
    const { consent, sent } = connect({
      'pdd.ddk.rp.prom.url.generate': page,
      'pdd.ddk.member.authority.query': JSON.stringify(not_authorised_query),
    });
    expect(await consent.getPage(OPTIONS)).toBe('https://mobile.yangkeduo.com/a.html');
    expect(await consent.isGiven(OPTIONS)).toBe(false);
    expect(sent).toMatchObject([
      { channel_type: '10', p_id_list: '["10001_20002"]' },
      { pid: '10001_20002', custom_parameters: '{"uid":"bijia"}' },
    ]);
  });
});

const running: OpenedCase[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
});

async function open(environment: Readonly<Record<string, string>> = {}): Promise<OpenedCase> {
  const provided = providerCases.find(({ provider }) => provider.id === 'pdd-ddk');
  if (!provided) throw new Error('pdd-ddk is not registered');
  const opened = await openProviderCase(provided, environment);
  running.push(opened);
  return opened;
}

describe('against the simulation', () => {
  it('searches page by page, each product once, and keeps to the order', async () => {
    const { core, options } = await open();
    const ids: string[] = [];
    let cursor: string | undefined;
    do {
      const answer = await core.search('快充', { ...options, sort: 'price', limit: 20, cursor });
      expect(answer.failed).toEqual([]);
      expect(answer.products.every(({ title }) => title?.includes('快充'))).toBe(true);
      ids.push(...answer.products.map(({ id }) => id));
      cursor = answer.nextCursor;
    } while (cursor);
    expect(ids.length).toBeGreaterThan(10);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('finds nothing, which is an answer', async () => {
    const { core, options } = await open();
    expect(await core.search('没有这种东西', options)).toMatchObject({ products: [], failed: [] });
  });

  it('says that the continuation of yesterday is worth nothing', async () => {
    const { core } = await open();
    const { connection } = core.getUpstream('pdd', { source: 'pdd-ddk' });
    const query = { words: '快充', count: 10 };
    await expect(connection.search?.(query, '2 10 l-of-yesterday', OPTIONS)).rejects.toMatchObject({
      code: 'continuation_expired',
      outcome: 'invalid',
    });
  });

  it.each([
    ['10001_20404', 'pid_not_authorised'],
    ['10001_40004', 'interface_not_permitted'],
    ['10001_99999', 'pid_refused'],
  ])('tells what is wrong with the promotion place %s', async (pid, code) => {
    const { core, options, productId } = await open({ PDD_DDK_PID: pid });
    const [result] = await core.get(productId, options);
    expect(result).toMatchObject({ outcome: 'not_configured', error: { code } });
  });

  it('has a place authorised by a page', async () => {
    const { core, options, productId } = await open({ PDD_DDK_PID: '10001_20404' });
    const { consent } = core.getUpstream('pdd', { source: 'pdd-ddk' });
    expect(await consent?.isGiven(OPTIONS)).toBe(false);
    expect(await consent?.getPage(OPTIONS)).toMatch(/^https:\/\/mobile\.yangkeduo\.com\//);
    expect(await consent?.isGiven(OPTIONS)).toBe(true);
    expect(await core.get(productId, options)).toMatchObject([{ outcome: 'ok' }]);
  });

  it('makes promotion links for an id and for a sign', async () => {
    const { core, productId } = await open();
    const { connection } = core.getUpstream('pdd', { source: 'pdd-ddk' });
    const url = `https://mobile.yangkeduo.com/goods.html?goods_id=${productId}`;
    const byId = await connection.getPromotionLink?.({ id: productId, url }, OPTIONS);
    const [sign = ''] = [`c9SandboxSign_${productId.padStart(15, '0')}_bijiaTest`];
    const bySign = await connection.getPromotionLink?.({ id: sign, idType: 'goods_sign', url: '' }, OPTIONS);
    expect(byId).toEqual({ url: `https://p.pinduoduo.com/p${productId}` });
    expect(bySign).toEqual(byId);
    await expect(
      connection.getPromotionLink?.({ id: productId, url }, { ...OPTIONS, subId: 'x'.repeat(60) }),
    ).rejects.toMatchObject({ code: 'sub_id_too_long' });
  });

  it('tells one of several products by the sign in the address of its promotion link', async () => {
    const { core, options } = await open({ PDD_DDK_PID: '10001_30003' });
    expect(await core.get('300010666', options)).toMatchObject([{ outcome: 'ok', id: '300010666' }]);
  });

  it('works where rows name no goods_id', async () => {
    const { core, options, productId } = await open({ PDD_DDK_PID: '10001_30003' });
    expect(await core.get(productId, { ...options, detail: 'full' })).toMatchObject([
      { outcome: 'ok', id: productId, product: { skus: expect.any(Array) } },
    ]);
  });
});
