import { describe, expect, it } from 'vitest';
import { parseJosTimestamp } from '../../src/core/providers/jd/sandbox/jos-gateway.js';
import {
  createUnionClient,
  formatGmt8,
  JdClient,
  type Json,
  readJson,
  type Texts,
} from '../helpers/sandbox/clients.js';
import { createStarter } from '../helpers/sandbox/running.js';

const start = createStarter();
const QUERY = 'jd.union.open.goods.query';
const PRICES = 'jd.union.open.goods.promotiongoodsinfo.query';
const BIG_FIELDS = 'jd.union.open.goods.bigfield.query';

const createClient = async () => new JdClient((await start()).environment);
const byIds = (...skuIds: (number | string)[]) => ({ goodsReqDTO: { skuIds, sceneId: 2 } });

describe('the signature of dialect jos', () => {
  const SECRETS = { yourappkey: 'yourappSecret' };
  // From public tests and from JD's own guide page; see the wire document.
  const FIRST: Texts = {
    v: '2.0',
    method: 'jingdong.innovation.product.write.createSkus',
    app_key: 'yourappkey',
    access_token: 'yourtoken',
    '360buy_param_json': '{"paramStrin":"abc"}',
    timestamp: '2019-06-27 15:41:49',
    sign: 'E79CD3D49918172CA907A4CB493D9361',
  };
  const SECOND: Texts = {
    v: '2.0',
    method: 'jingdong.pop.order.search',
    app_key: 'yourappkey',
    access_token: 'yourtoken',
    '360buy_param_json':
      '{"end_date":null,"optional_fields":null,"order_state":"WAIT_SELLER_STOCK_OUT","page":"1","page_size":"200","start_date":null}',
    timestamp: '2021-05-07 09:20:39.683+0800',
    sign: 'D70825340F4084360B9362B60DFD7930',
  };

  // 15: the signature was right, only the method is not one that is simulated.
  it.each([
    ['takes the first vector', FIRST, '15'],
    [
      'covers the exact text',
      {
        ...FIRST,
        '360buy_param_json': '{"paramStrin": "abc"}',
        sign: 'CB679E808F08AA8942357589568D70DB',
      },
      '15',
    ],
    ['takes the second vector', SECOND, '15'],
    ['refuses another text', { ...FIRST, '360buy_param_json': '{"paramStrin": "abc"}' }, '12'],
    ['refuses lower case', { ...FIRST, sign: (FIRST['sign'] ?? '').toLowerCase() }, '12'],
    ['misses a signature', { ...FIRST, sign: '' }, '11'],
  ])('%s', async (_, sent, code) => {
    const now = () => Date.parse(`${sent['timestamp']?.slice(0, 19).replace(' ', 'T')}+08:00`);
    const { environment } = await start({ secrets: SECRETS, now });
    const body = new URLSearchParams(sent).toString();
    const answer = await new JdClient(environment).post('application/x-www-form-urlencoded', body);
    expect((await readJson(answer)).error_response.code).toBe(code);
  });
});

describe('the gateway of dialect jos', () => {
  it('reads times in GMT+8, whatever the zone of the host', () => {
    expect(parseJosTimestamp('2021-05-07 09:20:39')).toBe(Date.UTC(2021, 4, 7, 1, 20, 39));
    expect(parseJosTimestamp('1750000000000')).toBeNaN();
  });

  it.each([
    ['no app key', { app_key: '' }, '20'],
    ['an unknown app key', { app_key: 'real-key' }, '21'],
    ['no timestamp', { timestamp: '' }, '7'],
    ['milliseconds as timestamp', { timestamp: '1750000000000' }, '8'],
    ['a wrong signature', { sign: 'X' }, '12'],
  ])('refuses %s', async (_, overrides, code) => {
    const client = await createClient();
    const answer = await client.jos(QUERY, byIds(1), overrides);
    expect(answer.error_response).toMatchObject({ code, zh_desc: expect.any(String) });
  });

  it.each([
    ['unknown methods', 'jd.union.open.nothing', '15'],
    ['merchant methods on the Union path', 'jingdong.sku.read.searchSkuList', '15'],
  ])('refuses %s', async (_, method, code) => {
    const client = await createClient();
    expect((await client.jos(method, {})).error_response.code).toBe(code);
  });

  it.each([
    ['the version of merchant methods', { v: '2.0' }, '10'],
    ['no method', { method: '' }, '14'],
    ['a clock seven minutes off', { timestamp: formatGmt8(Date.now() - 7 * 60_000) }, '8'],
    ['the time of another zone', { timestamp: formatGmt8(Date.now() - 8 * 3_600_000) }, '8'],
  ])('refuses %s, however well signed', async (_, changes, code) => {
    const client = await createClient();
    const answer = await client.jos(QUERY, byIds(1), {}, changes);
    expect(answer.error_response).toMatchObject({ code });
  });
});

describe('jd.union.open.goods.query', () => {
  it('answers the goods asked for as JSON text inside JSON', async () => {
    const client = await createClient();
    const answer = await client.jos(QUERY, byIds(100012345678));
    const { code, queryResult } = answer.jd_union_open_goods_query_responce;
    expect([code, typeof queryResult]).toEqual(['0', 'string']);
    const inner = JSON.parse(queryResult);
    expect(inner).toMatchObject({ code: 200, totalCount: 1 });
    expect(inner.data[0]).toMatchObject({
      skuId: 100012345678,
      owner: 'g',
      brandName: 'Apple',
      priceInfo: { price: 5999, lowestPrice: 5899, lowestCouponPrice: 5699 },
      couponInfo: { couponList: [{ discount: 200, isBest: 1 }] },
      shopInfo: { shopId: 1000000127 },
      specInfo: { color: '黑色', size: '256GB' },
    });
  });

  it('says stock and the price to pay only when fields ask for them', async () => {
    const client = await createClient();
    const ask = async (fields?: string) =>
      (await client.josInner(QUERY, { goodsReqDTO: { skuIds: [100012345678], fields } })).data[0];
    expect(await ask()).not.toHaveProperty('stockState');
    expect(await ask('stockState,purchasePriceInfo')).toMatchObject({
      stockState: 1,
      purchasePriceInfo: { purchasePrice: 5899 },
    });
  });

  it('leaves out what is unknown or has no commission', async () => {
    const client = await createClient();
    const inner = await client.josInner(QUERY, byIds(100000000404, 100000000777, 100012345679));
    expect(inner.data.map((row: Json) => row.skuId)).toEqual([100012345679]);
  });

  it('has no data at all when nothing is found', async () => {
    const client = await createClient();
    expect(await client.josInner(QUERY, byIds(100000000404))).not.toHaveProperty('data');
  });

  it('takes twenty ids and no more', async () => {
    const client = await createClient();
    const ids = Array.from({ length: 21 }, (_, index) => 100012340001 + index);
    expect((await client.josInner(QUERY, byIds(...ids.slice(1)))).data).toHaveLength(20);
    expect(await client.josInner(QUERY, byIds(...ids))).toMatchObject({ code: 400 });
  });

  it('keeps ids of twenty digits exact', async () => {
    const client = await createClient();
    const business = '{"goodsReqDTO":{"skuIds":[12345678901234567891],"sceneId":2}}';
    const answer = await client.jos(QUERY, business);
    const { queryResult } = answer.jd_union_open_goods_query_responce;
    expect(queryResult).toContain('"skuId":12345678901234567891,');
  });

  it('gives every answer a new itemId with the same end, by which goods are found again', async () => {
    const client = await createClient();
    const [first] = (await client.josInner(QUERY, byIds(100012345678))).data;
    const [again] = (await client.josInner(QUERY, { goodsReqDTO: { itemIds: [first.itemId] } })).data;
    expect(first.itemId).toMatch(/^[A-Za-z0-9]{24}_[A-Za-z0-9]{18}$/);
    expect(again.itemId).not.toBe(first.itemId);
    expect(again.itemId.split('_')[1]).toBe(first.itemId.split('_')[1]);
    expect(again.skuId).toBe(100012345678);
  });

  it('finds a product for an itemId from outside, and keeps its end', async () => {
    const client = await createClient();
    const itemIds = ['MsDxpCw3eBBU3UGhlbKb4c2o_3LZQVebpuKbbMBrvsH'];
    const [row] = (await client.josInner(QUERY, { goodsReqDTO: { itemIds } })).data;
    expect(row.itemId).toMatch(/_3LZQVebpuKbbMBrvsH$/);
  });

  it('lists a shop in pages of thirty', async () => {
    const client = await createClient();
    const list = (pageIndex: number, pageSize = 30) =>
      client.josInner(QUERY, { goodsReqDTO: { shopId: 1000462158, pageIndex, pageSize } });
    const pages = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9].map((page) => list(page)));
    const ids = pages.flatMap(({ data }) => data.map((row: Json) => row.skuId));
    expect([ids.length, new Set(ids).size, pages[0].totalCount]).toEqual([250, 250, 250]);
    expect(await list(10)).not.toHaveProperty('data');
    expect(await list(1, 31)).toMatchObject({ code: 400 });
    expect(await list(101)).toMatchObject({ code: 202 });
  });

  it('refuses to look for nothing', async () => {
    const client = await createClient();
    expect(await client.josInner(QUERY, { goodsReqDTO: {} })).toMatchObject({ code: 400 });
  });
});

describe('the other Union methods', () => {
  it('answer prices of a hundred goods with one call', async () => {
    const client = await createClient();
    const ids = Array.from({ length: 101 }, (_, index) => String(100012340001 + index));
    const inner = await client.josInner(PRICES, { skuIds: ids.slice(0, 100).join(',') });
    expect(inner.data.map((row: Json) => String(row.skuId))).toEqual(
      ids.slice(0, 100).filter((id) => !/(404|777)$/.test(id)),
    );
    expect(inner.data.some((row: Json) => row.wlUnitPrice === -1)).toBe(true);
    expect(await client.josInner(PRICES, { skuIds: ids.join(',') })).toMatchObject({ code: 400 });
  });

  it('answer properties of ten goods, as JSON text, without a price', async () => {
    const client = await createClient();
    const skuIds = Array.from({ length: 11 }, (_, index) => 100012345678 + index);
    const inner = await client.josInner(BIG_FIELDS, { goodsReq: { skuIds: skuIds.slice(0, 10) } });
    expect(inner.data).toHaveLength(10);
    expect(inner.data[0]).not.toHaveProperty('priceInfo');
    expect(JSON.parse(inner.data[0].baseBigFieldInfo.propGroups)[0].atts[0]).toEqual({
      attName: '品牌',
      vals: ['Apple'],
    });
    expect(await client.josInner(BIG_FIELDS, { goodsReq: { skuIds } })).toMatchObject({ code: 400 });
  });

  it('need no token, unlike those of the guide', async () => {
    const client = await createClient();
    expect(await client.josInner(QUERY, byIds(100012345678))).toMatchObject({ code: 200 });
    expect(await client.guideProduct('100012345678')).toMatchObject({ code: 19 });
  });
});

describe('both dialects', () => {
  it('tell of the same goods', async () => {
    const client = await createUnionClient((await start()).environment);
    for (const id of [100012345678, 8735304, 10072045922952]) {
      const guide = await client.guideProduct(String(id));
      const { goodsInfo } = guide.jd_union_open_goods_detail_query_responce.result;
      const [row] = (await client.josInner(QUERY, byIds(id))).data;
      expect(row).toMatchObject({ skuName: goodsInfo.title, priceInfo: { price: goodsInfo.price } });
    }
  });
});
