import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { formatResult } from '../../../src/core/index.js';
import type { CallOptions } from '../../../src/core/provider.js';
import { createDataokeError } from '../../../src/core/providers/taobao-dataoke/errors.js';
import { normalizeGoods } from '../../../src/core/providers/taobao-dataoke/normalize.js';
import { Goods } from '../../../src/core/providers/taobao-dataoke/schema.js';
import {
  formatNonceSignature,
  formatSortedSignature,
  signParams,
} from '../../../src/core/providers/taobao-dataoke/sign.js';
import { type OpenedCase, openProviderCase, providerCases } from '../../helpers/provider-cases.js';

const OPTIONS: CallOptions = { lane: 'interactive' };
const ORDINARY = 'SandboxPartAxxxxxxxxxxxx-B0000600000000001';

const opened: OpenedCase[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function open(environment: Readonly<Record<string, string>> = {}) {
  const dataoke = providerCases.find(({ provider }) => provider.id === 'taobao-dataoke');
  if (!dataoke) throw new Error('not registered');
  const one = await openProviderCase(dataoke, environment);
  opened.push(one);
  const { connection } = one.core.getUpstream('taobao', { source: 'taobao-dataoke' });
  const get = async (text: string) =>
    formatResult((await one.core.get(text, one.options))[0] ?? { input: '', outcome: 'ok' });
  return { ...one, connection, get };
}

describe('the signature', () => {
  it('is that of the vector over all parameters', () => {
    const params = { appKey: 'APPKEY', content: '￥AbC12dEfGhI￥', version: 'v1.0.0' };
    expect(formatSortedSignature(params, 'SECRET')).toBe('B9CE78F0CDE34FE8F96B9692829E00B5');
  });

  it('is that of the vector over key, time and nonce', () => {
    expect(formatNonceSignature('APPKEY', '1750000000000', '110505', 'SECRET')).toBe(
      '9D16AC13BB28D9DFEBD499510FB50999',
    );
    const { timer, nonce } = signParams('sign-ran', { appKey: 'APPKEY' }, 'SECRET', 1_750_000_110_505);
    expect([timer, nonce]).toEqual(['1750000110505', '110505']);
  });

  it.each(['sign', 'sign-ran'])('is taken in both forms: %s', async (form) => {
    const { get } = await open({ DATAOKE_SIGN: form });
    expect(await get(ORDINARY)).toMatchObject({ outcome: 'ok' });
  });
});

describe('texts', () => {
  it('hold the recorded product', async () => {
    const { connection, get, rewrite } = await open();
    rewrite(() =>
      readFileSync(new URL('../../fixtures/taobao/tbk-dataoke-content-parse.json', import.meta.url), 'utf8'),
    );
    expect(await connection.openText?.('￥TeStKoUlInG￥', OPTIONS)).toEqual({
      platform: 'taobao',
      id: 'TestPartAxxxxxxxxxxxxxxxx-TestPartBxxxxxxxxx',
      idType: 'item_id',
      title: '样品 保温杯 500ml 不锈钢',
    });
    expect((await get('https://item.taobao.com/item.htm?id=600000000001')).product).toMatchObject({
      id: 'TestPartAxxxxxxxxxxxxxxxx-TestPartBxxxxxxxxx',
      price: { amount: 69, kind: 'coupon' },
      coupons: [{ amount: 10, remaining: 95_800 }],
      sales: { count: 3200, period: 'month' },
      commission: { rate: 5.5, amount: 3.79 },
    });
  });

  it.each([
    ['￥JD100012043978￥', { platform: 'jd', id: '100012043978' }],
    ['￥PDD8420152864￥', { platform: 'pdd', id: '8420152864' }],
    ['https://e.tb.cn/h.7qFeOVKt2sKIyvf', { platform: 'taobao', idType: 'item_id' }],
  ])('of whichever marketplace come back as references: %s', async (text, reference) => {
    const { connection } = await open();
    expect(await connection.openText?.(text, OPTIONS)).toMatchObject(reference);
  });

  it('that lead nowhere are not found', async () => {
    const { connection } = await open();
    await expect(connection.openText?.('￥dead12345￥', OPTIONS)).rejects.toMatchObject({
      outcome: 'not_found',
    });
  });
});

describe('a coupon', () => {
  const NOW_MS = Date.UTC(2026, 5, 1);
  const row = { itemName: '杯', originalPrice: 79, actualPrice: 69, couponPrice: 10 };
  const read = (more: object) => normalizeGoods(Goods.parse({ ...row, ...more }), { id: '1' }, NOW_MS);

  it.each([
    ['holds', { couponEndTime: '2026-12-31 23:59:59' }, ['coupon', 'sale'], 1],
    ['says nothing of its time', {}, ['coupon', 'sale'], 1],
    ['has ended', { couponEndTime: '2026-05-31 23:59:59' }, ['sale'], undefined],
    ['has ended on a day', { couponEndTime: '2026-05-31' }, ['sale'], undefined],
    ['ends today', { couponEndTime: '2026-06-01' }, ['coupon', 'sale'], 1],
    ['begins later', { couponStartTime: '2026-07-01 00:00:00' }, ['sale'], 1],
    ['is used up', { couponTotalNum: 100, couponReceiveNum: 100 }, ['sale'], undefined],
  ])('gives a price while it can be used: one that %s', (_, more, kinds, count) => {
    const { prices, coupons } = read(more);
    expect([prices.map(({ kind }) => kind), coupons?.length]).toEqual([kinds, count]);
  });
});

describe('an empty answer', () => {
  it.each([{ list: [] }, {}, [], null])('is a text without a product: %j', async (data) => {
    const { connection, rewrite } = await open();
    rewrite(() => JSON.stringify({ code: 0, msg: '成功', data }));
    await expect(connection.openText?.('￥AbC12dEfGhI￥', OPTIONS)).rejects.toMatchObject({
      code: 'text_without_product',
    });
  });
});

describe('a refusal', () => {
  it.each([
    ['您没有开通该接口', 'credentials_refused'],
    ['没有权限访问', 'credentials_refused'],
    ['接口调用频率过高', 'throttled'],
    ['请求过快，请稍后再试', 'throttled'],
    ['没有找到该商品', 'not_returned'],
    ['没有查询到数据', 'not_returned'],
    ['参数错误', 'parameters_refused'],
    ['版本号错误', 'unexpected_response'],
    ['没有更多了', 'unexpected_response'],
  ])('is told by its words: %s', (words, code) => {
    expect(createDataokeError('1', words)).toMatchObject({ code });
  });
});

describe('a PID', () => {
  it.each(['mm_1', '10001_20002', 'mm_a_b_c'])(
    'of another form is refused, and not sent: %s',
    async (pid) => {
      await expect(open({ DATAOKE_PID: pid })).rejects.toThrow(/DATAOKE_PID.*mm_123456_789012_345678/);
    },
  );
});

describe('pasted texts', () => {
  it('that the alliance does not know are asked about here, and answered by their own marketplace', async () => {
    const { core } = await open();
    const find = async (text: string) => (await core.get(text))[0];
    expect(await find('￥JD100012043978￥')).toMatchObject({
      platform: 'jd',
      id: '100012043978',
      outcome: 'ok',
    });
    expect(await find('￥AbC12dEfGhI￥')).toMatchObject({
      platform: 'taobao',
      product: { source: 'taobao-tbk' },
    });
    expect(await find('￥dead12345￥')).toMatchObject({ error: { code: 'text_without_product' } });
  });

  it('may be an id of today alone, which fits no other marketplace', async () => {
    const { core } = await open();
    expect(await core.get(ORDINARY)).toMatchObject([{ outcome: 'ok', platform: 'taobao', id: ORDINARY }]);
  });
});

describe('old links', () => {
  it('are answered, with a word about the id; one that stays a number says what to paste', async () => {
    const { get } = await open();
    const { product } = await get('https://item.taobao.com/item.htm?id=679540837892');
    expect(product?.notes?.join()).toContain('Asked for 679540837892');
    expect(await get('https://item.taobao.com/item.htm?id=713417934359')).toMatchObject({
      outcome: 'unsupported',
      error: { code: 'numeric_id_unsupported' },
    });
  });

  it('are left to this upstream where the alliance is configured too, and ids of today to the alliance', async () => {
    const { core } = await open();
    const sourceOf = async (id: string) => (await core.get(id, { platform: 'taobao' }))[0]?.product?.source;
    expect(await sourceOf('679540837892')).toBe('taobao-dataoke');
    expect(await sourceOf(ORDINARY)).toBe('taobao-tbk');
  });
});

describe('a promotion link', () => {
  it('is made for the PID that is set', async () => {
    const { connection, sent } = await open({ DATAOKE_PID: 'mm_1_2_3' });
    const product = { id: ORDINARY, idType: 'item_id', url: '' };
    expect(await connection.getPromotionLink?.(product, OPTIONS)).toEqual({
      url: 'https://s.click.taobao.com/B0000600000000001',
    });
    expect(sent[0]?.url).toContain('pid=mm_1_2_3');
  });
});
