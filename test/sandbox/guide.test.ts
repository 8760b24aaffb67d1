import { describe, expect, it } from 'vitest';
import { deriveSandboxSecret } from '../../src/core/simulation/upstream.js';
import { createUnionClient, JdClient, readJson, type Texts } from '../helpers/sandbox/clients.js';
import { createStarter } from '../helpers/sandbox/running.js';

const start = createStarter();

describe('the signature of dialect guide', () => {
  const SENT: Texts = {
    method: 'jd.union.open.goods.detail.query',
    app_key: 'APPKEY',
    access_token: 'TOKEN',
    timestamp: '1750000000000',
    format: 'json',
    v: '2.0',
    sign_method: 'hmac-sha256',
    param_json: '{"skuId":"100012345678"}',
  };
  const spaced = { param_json: '{"skuId": "100012345678"}' };
  // Computed by running the reference document's own function; see the wire document.
  const WRAPPED = '7150C6033765EBDA70A42C1DA6CD3E574693DD478E99313A26BEBF23852BB121';
  const KEYED = '37512E5642998F147B79BCFAFD0AEE3E484BD7BFC7204937FCDDFF2F0AC2ADC5';
  const WRAPPED_SPACED = '3E96001F274FD6D3938E472C12DBA8AC9EA46F429C7E4CB3652B4EBE83FFD5F6';

  // 19: the signature was right, only the token is not one that was issued here.
  it.each([
    ['secret wrapped around, as the code of the guide does', { sign: WRAPPED }, 19],
    ['HMAC, as the prose of the guide says', { sign: KEYED }, 19],
    ['exactly the text that was sent', { ...spaced, sign: WRAPPED_SPACED }, 19],
    ['another text than was signed', { ...spaced, sign: WRAPPED }, 10001],
    ['lower case', { sign: WRAPPED.toLowerCase() }, 10001],
    ['a parameter added after signing', { extra: '1', sign: WRAPPED }, 10001],
    ['no signature', {}, 10001],
  ])('%s', async (_, changes, code) => {
    const { environment } = await start({ secrets: { APPKEY: 'SECRET' }, now: () => 1_750_000_000_000 });
    const body = JSON.stringify({ ...SENT, ...changes });
    const answer = await new JdClient(environment).post('application/json', body);
    expect((await readJson(answer)).code).toBe(code);
  });

  it('is refused for a key that nobody was given', async () => {
    const { environment } = await start();
    const client = await createUnionClient(environment);
    expect(await client.guideProduct('100012345678', { app_key: 'real-key' })).toEqual({
      code: 10001,
      message: '无效签名',
    });
  });
});

describe('tokens of dialect guide', () => {
  it('are issued for two hours', async () => {
    const { environment } = await start();
    const body = await new JdClient(environment).login();
    expect(body).toEqual({ access_token: expect.stringMatching(/^[0-9a-f]{32}$/), expires_in: 7200 });
  });

  it.each([
    ['a wrong secret', { client_secret: 'wrong' }, 'invalid_client'],
    ['an unknown key', { client_id: 'real-key' }, 'invalid_client'],
    ['another grant', { grant_type: 'password' }, 'unsupported_grant_type'],
  ])('are refused to %s', async (_, fields, error) => {
    const { environment } = await start();
    expect(await new JdClient(environment).login(fields)).toMatchObject({ error });
  });

  it('run out when their life is over', async () => {
    const clock = { ms: Date.now() };
    const { environment } = await start({ now: () => clock.ms, tokenLifeMs: 1_000 });
    const client = await createUnionClient(environment);
    clock.ms += 999;
    expect(await client.guideProduct('100012345678')).not.toHaveProperty('message');
    clock.ms += 1;
    expect(await client.guideProduct('100012345678')).toMatchObject({ code: 19 });
  });

  it('run out together on request, and new ones hold', async () => {
    const sandbox = await start();
    const client = await createUnionClient(sandbox.environment);
    sandbox.expireTokens();
    expect(await client.guideProduct('100012345678')).toMatchObject({ code: 19 });
    await client.login();
    expect(await client.guideProduct('100012345678')).not.toHaveProperty('message');
  });

  it('belong to one application', async () => {
    const { environment } = await start();
    const { token } = await createUnionClient(environment);
    const key = 'sandbox-other';
    const keys = { JD_UNION_APP_KEY: key, JD_UNION_APP_SECRET: deriveSandboxSecret(key) };
    const other = await createUnionClient({ ...environment, ...keys });
    expect(await other.guideProduct('100012345678')).not.toHaveProperty('message');
    other.token = token;
    expect(await other.guideProduct('100012345678')).toMatchObject({ code: 19 });
  });
});

describe('the gateway of dialect guide', () => {
  it.each([
    [5, undefined],
    [-5, undefined],
    [7, 8],
    [-7, 8],
  ])('with a clock %i minutes off answers code %s', async (minutes, code) => {
    const { environment } = await start({ now: () => Date.now() + minutes * 60_000 });
    const client = await createUnionClient(environment);
    const answer = await client.guideProduct('100012345678');
    expect(answer.message === undefined ? undefined : answer.code).toBe(code);
  });

  it('sends its own time in the Date header', async () => {
    const { environment } = await start({ now: () => Date.UTC(2030, 0, 1) });
    const answer = await new JdClient(environment).guideCall({});
    expect(answer.headers.get('date')).toBe('Tue, 01 Jan 2030 00:00:00 GMT');
  });

  it('marks every answer as simulated', async () => {
    const { environment, origin } = await start();
    const answers = [await new JdClient(environment).guideCall({}), await fetch(`${origin}/elsewhere`)];
    expect(answers.map((answer) => answer.headers.get('x-bijia-sandbox'))).toEqual(['1', '1']);
  });

  it('answers the flagship product', async () => {
    const client = await createUnionClient((await start()).environment);
    const answer = await client.guideProduct('100012345678');
    const { goodsInfo } = answer.jd_union_open_goods_detail_query_responce.result;
    expect(goodsInfo).toMatchObject({ skuId: 100012345678, price: 5999, couponPrice: 5699, isSelf: 1 });
    expect(goodsInfo.skuList).toHaveLength(12);
    expect(goodsInfo.skuList[0]).toMatchObject({ specName: '颜色:黑色/内存:256GB', price: 5999 });
  });

  it('has no goods for an unknown id', async () => {
    const client = await createUnionClient((await start()).environment);
    const answer = await client.guideProduct('100000000404');
    expect(answer.jd_union_open_goods_detail_query_responce).toEqual({ result: {} });
  });

  it.each([
    ['an unknown method', { method: 'jd.union.open.nothing' }, 15],
    ['no product id', { method: 'jd.union.open.goods.detail.query', param_json: '{}' }, 61],
    ['parameters that are not JSON', { method: 'jd.union.open.goods.detail.query', param_json: '{' }, 61],
    ['a page that is too large', { shop_id: '774077', page_no: '1', page_size: '101' }, 61],
    ['page 0', { shop_id: '774077', page_no: '0', page_size: '10' }, 61],
    ['another version', { v: '1.0' }, 61],
  ])('refuses %s', async (_, params, code) => {
    const client = await createUnionClient((await start()).environment);
    expect(await client.guide({ method: 'jingdong.goods.search', ...params })).toMatchObject({ code });
  });
});

describe('shops of dialect guide', () => {
  it.each([
    ['1000000001', 0],
    ['195980', 1],
    ['774077', 7],
    ['1000000127', 100],
    ['1000462158', 250],
    ['1000377827', 2_500],
  ])('%s lists all its %i goods once', async (shopId, size) => {
    const client = await createUnionClient((await start()).environment);
    const ids: unknown[] = [];
    for (let page = 1; page <= Math.max(1, Math.ceil(size / 100)); page += 1) {
      const { goods_list, total } = await client.guideShop(shopId, page, 100);
      expect(total).toBe(size);
      ids.push(...goods_list.map((row: { skuId: unknown }) => row.skuId));
    }
    expect(new Set(ids).size).toBe(size);
    expect(ids).toHaveLength(size);
  });

  it('list products that answer on their own, also where their id ends in 404', async () => {
    const client = await createUnionClient((await start()).environment);
    const { goods_list } = await client.guideShop('1000377827', 41, 10);
    const row = goods_list[3];
    expect(String(row.skuId)).toMatch(/404$/);
    const alone = await client.guideProduct(String(row.skuId));
    expect(alone.jd_union_open_goods_detail_query_responce.result.goodsInfo.title).toBe(row.title);
  });

  it('may change their total from page to page', async () => {
    const client = await createUnionClient((await start()).environment);
    const totals = [1, 2, 3].map(async (page) => (await client.guideShop('1000000002', page, 100)).total);
    expect(await Promise.all(totals)).toEqual([250, 280, 230]);
  });

  it('may have rows without an id', async () => {
    const client = await createUnionClient((await start()).environment);
    const { goods_list } = await client.guideShop('1000000003', 1, 100);
    const lost = goods_list.filter((row: object) => !('skuId' in row));
    expect([goods_list.length, lost.length]).toEqual([100, 10]);
    expect(lost[0].title).toBeTypeOf('string');
  });

  it('may repeat rows of the page before', async () => {
    const client = await createUnionClient((await start()).environment);
    const pages = await Promise.all([1, 2].map((page) => client.guideShop('1000000004', page, 100)));
    const [first, second] = pages.map(({ goods_list }) => goods_list.map((row: Texts) => row['skuId']));
    expect(second.slice(0, 5)).toEqual(first.slice(-5));
  });

  it('are empty when unknown', async () => {
    const client = await createUnionClient((await start()).environment);
    expect(await client.guideShop('1000000404', 1, 20)).toEqual({ goods_list: [], total: 0 });
  });
});
