import { describe, expect, it } from 'vitest';
import { JdClient, type Json, readJson, type Texts } from '../helpers/sandbox/clients.js';
import { createStarter } from '../helpers/sandbox/running.js';

const start = createStarter();
const SKUS = 'jingdong.sku.read.searchSkuList';
const WARE = 'jingdong.ware.read.findWareById';
const WARES = 'jingdong.ware.read.searchWare4Valid';

async function createMerchant() {
  const sandbox = await start();
  return { sandbox, client: new JdClient(sandbox.environment, 'JD_OPEN') };
}

async function ask(client: JdClient, method: string, business: object): Promise<Json> {
  const answer = await client.jos(method, business);
  return answer[`${method.replaceAll('.', '_')}_responce`] ?? answer;
}

describe('the authorisation service', () => {
  const createOauth = async () => {
    const { sandbox, client } = await createMerchant();
    const base = sandbox.environment['JD_OPEN_AUTH_URL'];
    const get = async (page: string, fields: Texts) => {
      const query = new URLSearchParams({ app_key: client.appKey, app_secret: client.secret, ...fields });
      return readJson(await fetch(`${base}/${page}?${query}`));
    };
    const exchange = (code: string) => get('access_token', { grant_type: 'authorization_code', code });
    const refresh = (token: string) =>
      get('refresh_token', { grant_type: 'refresh_token', refresh_token: token });
    return { sandbox, client, base, get, exchange, refresh };
  };

  it('sends the browser back with a code and the state', async () => {
    const { base } = await createOauth();
    const query = new URLSearchParams({ redirect_uri: 'http://127.0.0.1:9/back?a=1', state: 's p' });
    const answer = await fetch(`${base}/to_login?${query}`, { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe('http://127.0.0.1:9/back?a=1&code=sandbox-code&state=s+p');
  });

  it('exchanges the code for tokens that work', async () => {
    const { client, exchange } = await createOauth();
    const tokens = await exchange('sandbox-code');
    expect(tokens).toMatchObject({
      code: 0,
      token_type: 'bearer',
      expires_in: 604800,
      time: expect.any(Number),
    });
    client.token = tokens.access_token;
    expect(await ask(client, 'jingdong.vender.shop.query', {})).toMatchObject({ code: '0' });
  });

  it('rotates refresh tokens: each one works once', async () => {
    const { sandbox, refresh } = await createOauth();
    const first = await refresh(sandbox.environment['JD_OPEN_REFRESH_TOKEN'] ?? '');
    const second = await refresh(first.refresh_token);
    expect(second.code).toBe(0);
    expect(await refresh(first.refresh_token)).toEqual({ code: 304, msg: expect.any(String) });
    expect(await refresh(sandbox.environment['JD_OPEN_REFRESH_TOKEN'] ?? '')).toMatchObject({ code: 304 });
  });

  it.each([
    ['another code', { grant_type: 'authorization_code', code: 'stale' }],
    ['an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'stale' }],
    ['a wrong secret', { app_secret: 'wrong', grant_type: 'authorization_code', code: 'sandbox-code' }],
    ['another grant', { grant_type: 'password' }],
  ])('refuses %s', async (_, fields) => {
    const { get } = await createOauth();
    expect(await get('access_token', fields)).toEqual({ code: 304, msg: expect.any(String) });
  });

  it('lets access tokens run out, after which the refresh token helps', async () => {
    const { sandbox, client, refresh } = await createOauth();
    sandbox.expireTokens();
    expect((await client.jos(SKUS, { skuId: '1' })).error_response.code).toBe('19');
    client.token = (await refresh(sandbox.environment['JD_OPEN_REFRESH_TOKEN'] ?? '')).access_token;
    expect(await ask(client, SKUS, { skuId: '100012345678' })).toMatchObject({ page: { totalItem: 1 } });
  });
});

describe('the gateway for merchants', () => {
  it('answers the guide with inside prices and stock by region', async () => {
    const { client } = await createMerchant();
    const business = { sign_method: 'hmac-sha256', param_json: '{"skuId":"100012345678"}' };
    const answer = await client.guide({ method: 'jingdong.item.read.get', ...business });
    const { item } = answer.jingdong_item_read_get_responce.result;
    expect(item).toMatchObject({ skuId: 100012345678, price: 5999, areaStock: expect.any(Array) });
    expect(item.areaStock[0]).toEqual({ area: '北京', stockNum: expect.any(Number) });
    const sum = item.areaStock.reduce((total: number, { stockNum }: Json) => total + stockNum, 0);
    expect(item.stockNum).toBe(sum);
    expect([item.costPrice > 0, item.costPrice < item.memberPrice, item.memberPrice < item.price]).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("does not answer another merchant's goods", async () => {
    const { client } = await createMerchant();
    const business = { sign_method: 'hmac-sha256', param_json: '{"skuId":"100000000777"}' };
    const answer = await client.guide({ method: 'jingdong.item.read.get', ...business });
    expect(answer.jingdong_item_read_get_responce).toEqual({ result: {} });
  });

  it('answers only the fields that were asked for', async () => {
    const { client } = await createMerchant();
    const rows = async (field?: string) =>
      (await ask(client, SKUS, { skuId: '100012345678', field })).page.data[0];
    expect(await rows()).toEqual({ skuId: 100012345678, wareId: 7100012345678 });
    expect(await rows('jdPrice,saleAttrs')).toMatchObject({
      jdPrice: 5999,
      saleAttrs: [{ attrValueAlias: ['黑色'] }, { attrValueAlias: ['256GB'] }],
    });
  });

  it('answers several SKUs at once and leaves unknown ones out', async () => {
    const { client } = await createMerchant();
    const skuId = '100012345678,100000000404,100000000777,100012345680';
    const { page } = await ask(client, SKUS, { skuId, field: 'skuId' });
    expect(page.data.map((row: Json) => row.skuId)).toEqual([100012345678, 100012345680]);
  });

  it('answers all SKUs of a ware, page by page', async () => {
    const { client } = await createMerchant();
    const get = (pageNo: number) => ask(client, SKUS, { wareId: '7100012345678', pageNo, page_size: 10 });
    const [first, second] = [await get(1), await get(2)];
    expect([first.page.totalItem, first.page.data.length, second.page.data.length]).toEqual([12, 10, 2]);
  });

  it('gives neighbouring wares no SKU in common, in either dialect', async () => {
    const { client } = await createMerchant();
    const goods = ['10004621580001', '10004621580002', '10004621580003'];
    const ofWares = await Promise.all(
      goods.map((id) => ask(client, SKUS, { wareId: `7${id}`, page_size: 50 })),
    );
    const ofItems = await Promise.all(
      goods.map((skuId) =>
        client.guide({
          method: 'jingdong.item.read.get',
          sign_method: 'hmac-sha256',
          param_json: JSON.stringify({ skuId }),
        }),
      ),
    );
    const lists: string[][] = [
      ofWares.flatMap(({ page }) => page.data.map((row: Json) => String(row.skuId))),
      ofItems.flatMap(({ jingdong_item_read_get_responce: { result } }) =>
        result.item.skuList.map((row: Json) => String(row.skuId)),
      ),
    ];
    for (const ids of lists) {
      expect(ids.length).toBeGreaterThan(goods.length);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids).toEqual(expect.arrayContaining(goods));
    }
  });

  it('answers a ware with list and cost price', async () => {
    const { client } = await createMerchant();
    const field = 'title,jdPrice,marketPrice,costPrice,images,wareStatus';
    const { ware } = await ask(client, WARE, { wareId: '7100012345678', field });
    expect(ware).toMatchObject({ wareId: 7100012345678, jdPrice: 5999, marketPrice: 7198.8, wareStatus: 8 });
    expect(await ask(client, WARE, { wareId: '7100000000404', field })).toEqual({ code: '0' });
  });

  it('lists the shop, and single wares by id', async () => {
    const { client } = await createMerchant();
    const list = (business: object) =>
      ask(client, WARES, { field: 'wareId', wareStatusValue: '8', ...business });
    const pages = await Promise.all([1, 2, 3, 4, 5, 6].map((pageNo) => list({ pageNo, pageSize: 50 })));
    const ids = pages.flatMap(({ page }) => page.data.map((row: Json) => row.wareId));
    expect([ids.length, new Set(ids).size, pages[0].page.totalItem]).toEqual([250, 250, 250]);
    expect((await list({ wareId: `${ids[0]},7100000000404` })).page.data).toEqual([{ wareId: ids[0] }]);
  });

  it('tells stock by warehouse with both methods alike', async () => {
    const { client } = await createMerchant();
    const skuId = '100012345678';
    const first = (await ask(client, 'jingdong.ware.stock.sku.query', { skuId })).returnType.obj
      .skuStockInfos;
    const second = (await ask(client, 'jingdong.stock.read.findSkuStock', { skuId })).skuStocks;
    expect(first.length).toBeGreaterThan(0);
    expect(second.map(({ storeId, stockNum }: Json) => [storeId, stockNum])).toEqual(
      first.map(({ storeId, stockNum }: Json) => [storeId, stockNum]),
    );
  });

  it('has no stock of what is sold out', async () => {
    const { client } = await createMerchant();
    // Black in 512GB, the fourth variant of the phone.
    const { skuStocks } = await ask(client, 'jingdong.stock.read.findSkuStock', { skuId: '100012345681' });
    expect(skuStocks.every(({ stockNum }: Json) => stockNum === 0)).toBe(true);
  });

  it('says which shop this is', async () => {
    const { client } = await createMerchant();
    expect(await ask(client, 'jingdong.vender.shop.query', {})).toMatchObject({
      shop_jos_result: { shop_id: 1000462158, shop_name: '海尔京东自营旗舰店' },
    });
  });

  it.each([
    ['no token', '', '18'],
    ['a stale token', 'stale', '19'],
  ])('refuses %s', async (_, token, code) => {
    const { client } = await createMerchant();
    client.token = token;
    expect((await client.jos(SKUS, { skuId: '1' })).error_response.code).toBe(code);
  });

  it.each(['22', '24'])('plays code %s', async (code) => {
    const { sandbox, client } = await createMerchant();
    sandbox.setFaults([{ upstream: 'jd-open', kind: 'code', code }]);
    expect((await client.jos(SKUS, { skuId: '1' })).error_response.code).toBe(code);
  });

  it('counts under a key of its own', async () => {
    const { sandbox, client } = await createMerchant();
    await client.jos(SKUS, { skuId: '1,2' });
    expect(sandbox.arrivals()).toMatchObject([{ group: `jd ${client.appKey}`, ids: ['1', '2'] }]);
    expect(client.appKey).not.toBe(sandbox.environment['JD_UNION_APP_KEY']);
  });
});
