import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { parseJson } from '../../../src/core/product/json.js';
import { type Call, createRights } from '../../../src/core/provider.js';
import {
  createCommonLinkCall,
  createSubUnionLinkCall,
} from '../../../src/core/providers/jd-union/jos/link-calls.js';
import { GoodsRow } from '../../../src/core/providers/jd-union/jos/schema.js';
import { searchGoods } from '../../../src/core/providers/jd-union/jos/search.js';
import {
  createMaterialCall,
  createRankCall,
  createSearchCall,
} from '../../../src/core/providers/jd-union/jos/search-calls.js';
import { type OpenedCase, openProviderCase, providerCases } from '../../helpers/provider-cases.js';

let opened: OpenedCase | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function open() {
  const jos = providerCases.find(({ provider, dialect }) => provider.id === 'jd-union' && dialect === 'jos');
  if (!jos) throw new Error('dialect jos is not registered');
  opened = await openProviderCase(jos);
  const { environment } = opened;
  const gateway = {
    url: environment['JD_UNION_GATEWAY_URL'] ?? '',
    appKey: environment['JD_UNION_APP_KEY'] ?? '',
    appSecret: environment['JD_UNION_APP_SECRET'] ?? '',
  };
  const send = async <T>(call: Call<T>): Promise<T> => {
    const { url, body, headers } = call.build({ nowMs: Date.now(), token: '' });
    const response = await fetch(url, { method: 'POST', body, headers });
    const text = await response.text();
    return call.read({ status: response.status, text, json: () => parseJson(text) });
  };
  return { gateway, send };
}

const PAGE = { page: 1, size: 20 };

describe('a search', () => {
  it('is signed as it is sent', () => {
    const gateway = { url: '', appKey: 'APPKEY', appSecret: 'SECRET' };
    const call = createSearchCall(gateway, { keyword: '手机', ...PAGE });
    const sent = new URLSearchParams(call.build({ nowMs: Date.UTC(2025, 5, 15, 15, 6, 40), token: '' }).body);
    const fields = Object.fromEntries(sent);
    const base = Object.keys(fields)
      .filter((name) => name !== 'sign')
      .sort()
      .map((name) => name + fields[name])
      .join('');
    const sign = createHash('md5').update(`SECRET${base}SECRET`).digest('hex').toUpperCase();
    expect(fields['sign']).toBe(sign);
    expect(JSON.parse(fields['360buy_param_json'] ?? '')).toEqual({
      goodsReqDTO: { keyword: '手机', pageIndex: 1, pageSize: 20, fields: expect.any(String) },
    });
  });

  it('narrows by price and coupon, in the words of JD', () => {
    const call = createSearchCall(
      { url: '', appKey: 'k', appSecret: 's' },
      {
        ...PAGE,
        keyword: 'x',
        fromFen: 1050,
        toFen: 20_000,
        hasCoupon: true,
        sort: 'price',
      },
    );
    const { body } = call.build({ nowMs: 0, token: '' });
    expect(JSON.parse(new URLSearchParams(body).get('360buy_param_json') ?? '').goodsReqDTO).toMatchObject({
      ...{ pricefrom: 10.5, priceto: 200, isCoupon: 1, sortName: 'price', sort: 'asc' },
    });
  });

  it('finds goods, page by page, until JD shows no more', async () => {
    const { gateway, send } = await open();
    const first = await send(createSearchCall(gateway, { keyword: '手机', page: 1, size: 30 }));
    const last = await send(createSearchCall(gateway, { keyword: '手机', page: 3, size: 30 }));
    expect([first.rows.length, first.total, last.rows.length]).toEqual([30, 75, 15]);
    await expect(
      send(createSearchCall(gateway, { keyword: '手机', page: 4, size: 30 })),
    ).rejects.toMatchObject({
      code: 'page_cap',
    });
  });

  it('of what sells and what JD recommends gives rows of the same shape', async () => {
    const { gateway, send } = await open();
    for (const call of [createRankCall(gateway, PAGE), createMaterialCall(gateway, PAGE)]) {
      const { rows } = await send(call);
      expect(rows).toHaveLength(10);
      expect(GoodsRow.parse(rows[0])).toMatchObject({
        skuId: expect.any(String),
        skuName: expect.any(String),
      });
    }
  });
});

describe('a promotion link', () => {
  const productUrl = 'https://item.jd.com/100012345678.html';

  it('is long and short by the one method, long by the other', async () => {
    const { gateway, send } = await open();
    expect(await send(createSubUnionLinkCall(gateway, { productUrl }))).toEqual({
      url: expect.stringMatching(/^https:\/\/union-click\.jd\.com\//),
      shortUrl: expect.stringMatching(/^https:\/\/u\.jd\.com\//),
    });
    expect((await send(createCommonLinkCall(gateway, { productUrl }, '99'))).shortUrl).toBeUndefined();
  });

  it('is not given for what JD does not promote', async () => {
    const { gateway, send } = await open();
    const call = createSubUnionLinkCall(gateway, { productUrl: 'https://item.jd.com/100000000777.html' });
    await expect(send(call)).rejects.toMatchObject({ code: 'not_promoted', outcome: 'not_found' });
  });

  const readCode = (code: number) => {
    const call = createCommonLinkCall({ url: '', appKey: 'k', appSecret: 's' }, { productUrl }, '1');
    const getResult = JSON.stringify({ code, message: '失败' });
    const body = { jd_union_open_promotion_common_get_responce: { code: '0', getResult } };
    return () => call.read({ status: 200, text: '', json: () => body });
  };

  it.each([
    1_002_024, 2_001_201, 2_001_212, 2_001_217, 2_001_501, 2_001_601, 2_001_610, 2_001_701, 2_001_703,
  ])('says that the site or the account is wrong, not the product: %d', (code) => {
    expect(readCode(code)).toThrow(/site or position/);
  });

  it.each([2_001_101, 2_001_103, 2_001_105, 2_001_107])(
    'is not made of a page that does not fit: %d',
    (code) => {
      expect(readCode(code)).toThrow(
        expect.objectContaining({ code: 'link_not_fit', outcome: 'unsupported' }),
      );
    },
  );

  it.each([2_001_504, 2_001_609, 2_001_904, 2_001_910, 2_001_912])('is worth another try: %d', (code) => {
    expect(readCode(code)).toThrow(expect.objectContaining({ outcome: 'upstream_error', retryable: true }));
  });

  it.each([2_001_905, 2_001_909, 2_001_911, 2_001_917])(
    'never asked for a coupon that JD refuses: %d',
    (code) => {
      expect(readCode(code)).toThrow(
        expect.objectContaining({ code: 'parameters_refused', retryable: false }),
      );
    },
  );
});

describe('as a source', () => {
  const openCore = async () => {
    await open();
    if (!opened) throw new Error('not opened');
    return opened;
  };
  const faults = (method: string) => [{ kind: 'code', code: '403', upstream: 'jd-union', method }] as const;

  it('is searched page by page', async () => {
    const { core, options } = await openCore();
    const first = await core.search('手机', { ...options, limit: 30 });
    expect(first).toMatchObject({ failed: [], products: { length: 30 } });
    const second = await core.search('手机', { ...options, limit: 30, cursor: first.nextCursor });
    expect(new Set([...first.products, ...second.products].map(({ id }) => id)).size).toBe(60);
  });

  it('is searched in the lists that are open to everyone where the search is not, and says so', async () => {
    const { core, options, sandbox } = await openCore();
    const [example] = (await core.search('手机', options)).products;
    sandbox.setFaults([...faults('jd.union.open.goods.query')]);
    const { connection } = core.getUpstream('jd', { source: 'jd-union' });
    const ids = new Set<string>();
    let continuation: string | undefined;
    do {
      const page = await connection.search?.({ words: '', count: 10 }, continuation, { lane: 'interactive' });
      for (const { id, notes } of page?.products ?? []) {
        ids.add(id);
        expect(notes?.at(-1)?.en).toMatch(/may not search JD/);
      }
      continuation = page?.continuation;
    } while (continuation);
    expect(example).toBeDefined();
    // Two lists of 20.
    expect(ids.size).toBe(40);
  });

  it('goes on with pages of one size, however many products are wanted later', async () => {
    const { core, sandbox } = await openCore();
    const { connection } = core.getUpstream('jd', { source: 'jd-union' });
    const search = (count: number, from?: string) =>
      connection.search?.({ words: '手机', count }, from, { lane: 'interactive' });
    const first = await search(10);
    const second = await search(30, first?.continuation);
    const all = [...(first?.products ?? []), ...(second?.products ?? [])].map(({ id }) => id);
    expect([all.length, new Set(all).size]).toEqual([20, 20]);
    expect(sandbox.arrivals()).toHaveLength(2);
  });

  it('reads the rows of a rank, which name price, rate and image in their own way, wrapped or not', async () => {
    const row = { skuName: '手机 1号', itemId: 'AAA_BBB', wlprice: 99.5, commissionShare: 2 };
    const rank = [
      row,
      { rankGoodsResp: { ...row, itemId: 'AAA_CCC', imageUrl: 'https://img14.360buyimg.com/a.jpg' } },
    ];
    const answers: Readonly<Record<string, object>> = {
      'jd.union.open.goods.query': { code: 403, message: '无访问权限' },
      'jd.union.open.goods.rank.query': { code: 200, data: rank },
      'jd.union.open.goods.material.query': { code: 201, message: '暂无数据' },
    };
    const send = async <T>(call: Call<T>): Promise<T> => {
      const body = {
        [`${call.name.replaceAll('.', '_')}_responce`]: { code: '0', queryResult: answers[call.name] },
      };
      return call.read({ status: 200, text: '', json: () => body });
    };
    const gateway = { url: 'https://api.jd.com/routerjson', appKey: 'K', appSecret: 'S' };
    const promoter = { gateway, send, now: () => 0, rights: createRights(() => 0) };
    const { products } = await searchGoods(promoter, { words: '手机', count: 10 }, undefined, {
      lane: 'interactive',
    });
    expect(products).toMatchObject([
      {
        id: 'AAA_BBB',
        idType: 'item_id',
        prices: [{ kind: 'sale', amountFen: 9950 }],
        commission: { ratePercent: 2 },
      },
      { id: 'AAA_CCC', image: 'https://img14.360buyimg.com/a.jpg' },
    ]);
  });

  it('makes short links, and says what to set where JD gives no right to them', async () => {
    const { core, sandbox } = await openCore();
    const { connection } = core.getUpstream('jd', { source: 'jd-union', capability: 'link' });
    const product = { id: '100012345678', url: 'https://item.jd.com/100012345678.html' };
    const make = () => connection.getPromotionLink?.(product, { lane: 'interactive', subId: 'blog' });
    expect(await make()).toEqual({ url: 'https://u.jd.com/s100012345678' });
    sandbox.setFaults([{ kind: 'code', code: '24', upstream: 'jd-union' }]);
    await expect(make()).rejects.toMatchObject({ message: expect.stringContaining('JD_UNION_SITE_ID') });
  });

  it('names in dialect guide what the other dialect has', async () => {
    const guide = providerCases.find((one) => one.provider.id === 'jd-union' && one.dialect === 'guide');
    if (!guide) throw new Error('dialect guide is not registered');
    opened = await openProviderCase(guide);
    expect(() => opened?.core.getUpstream('jd', { capability: 'search' })).toThrow(/JD_UNION_DIALECT=jos/);
    expect(await opened.core.search('快充')).toMatchObject({
      failed: [],
      products: expect.arrayContaining([expect.objectContaining({ platform: 'pdd' })]),
    });
  });

  it('keeps an affiliate id together by the half that does not change', () => {
    const union = providerCases.find(({ provider }) => provider.id === 'jd-union')?.provider;
    expect(union?.stableId?.({ id: 'AAA_BBB', idType: 'item_id' })).toBe('BBB');
    expect(union?.stableId?.({ id: '100012345678' })).toBe('100012345678');
  });
});
