import { describe, expect, it } from 'vitest';
import {
  RECORDED_NOT_FOUND,
  RECORDED_PRODUCT,
  RECORDED_REFUSAL,
} from '../../src/core/providers/pdd/sandbox/recorded.js';
import { callJumdata, getJumdata, readJson, type Texts } from '../helpers/sandbox/clients.js';
import { createStarter } from '../helpers/sandbox/running.js';

const start = createStarter();

describe('the signature of jumdata', () => {
  const APP_ID = 'xyzxy2121zxyz';
  const SENT: Texts = {
    appId: APP_ID,
    timestamp: '1555378976238',
    // Computed from the document's example values; see the wire document.
    sign: '6ddcdc405743c576cb6d34b17b47ed56e2b9b6670fae1fe85ed01244fd31558b',
    goodsId: '8420152864',
  };

  it.each([
    ['takes the vector', {}, 1_555_378_976_238, 200],
    ['does not cover the product', { goodsId: '8420152865' }, 1_555_378_976_238, 200],
    ['refuses another timestamp', { timestamp: '1555378976239' }, 1_555_378_976_238, 400],
    ['refuses upper case', { sign: (SENT['sign'] ?? '').toUpperCase() }, 1_555_378_976_238, 400],
    ['refuses an unknown application', { appId: 'other' }, 1_555_378_976_238, 400],
    ['refuses a clock seven minutes off', {}, 1_555_378_976_238 + 7 * 60_000, 400],
  ])('%s', async (_, changes, nowMs, code) => {
    const secrets = { [APP_ID]: 'efcefcef1121cefcefc1212121' };
    const { environment } = await start({ secrets, now: () => nowMs });
    const body = new URLSearchParams({ ...SENT, ...changes });
    const answer = await fetch(`${environment['JUMDATA_BASE_URL']}/pinduoduo/goods/detail`, {
      method: 'POST',
      body,
    });
    expect(Number((await readJson(answer)).code)).toBe(code);
  });
});

describe('jumdata', () => {
  it('answers the recorded sample word for word', async () => {
    const { environment } = await start();
    expect(await getJumdata(environment, { goodsId: '8420152864' })).toEqual(RECORDED_PRODUCT);
  });

  it('answers the same product every time, and another one for another id', async () => {
    const { environment } = await start();
    const [first, again, other] = await Promise.all(
      ['224118279869', '224118279869', '224118279870'].map((goodsId) => getJumdata(environment, { goodsId })),
    );
    expect(first.data.goods_id).toBe(224118279869);
    expect(again).toEqual(first);
    expect(other.data.goods_name + other.data.mall_id).not.toBe(first.data.goods_name + first.data.mall_id);
  });

  it.each([
    ['an unknown id, charged', { goodsId: '100000404' }, RECORDED_NOT_FOUND],
    ['no id, as a success without data', {}, RECORDED_REFUSAL],
    ['an empty id', { goodsId: '' }, RECORDED_REFUSAL],
    ['a malformed id', { goodsId: '12x' }, { code: 400, msg: '参数错误', charge: false }],
  ])('answers %s', async (_, form, expected) => {
    const { environment } = await start();
    expect(await getJumdata(environment, form as Texts)).toEqual(expected);
  });

  it('knows one address only', async () => {
    const { origin } = await start();
    const answer = await fetch(`${origin}/jumdata/pinduoduo/mall/detail`, { method: 'POST' });
    expect(await readJson(answer)).toMatchObject({ code: 404 });
  });

  it('refuses a wrong secret', async () => {
    const { environment } = await start();
    const wrong = { ...environment, JUMDATA_APP_SECRET: 'wrong' };
    const answer = await callJumdata(wrong, { goodsId: '8420152864' });
    expect(await readJson(answer)).toMatchObject({ code: 400, charge: false });
  });

  it('writes yuan and fen that agree', async () => {
    const { environment } = await start();
    const { data } = await getJumdata(environment, { goodsId: '224118279869' });
    const prices = data.sku_products.map((sku: Texts) => Math.round(Number(sku['group_price']) * 100));
    expect(data.price.min_group_price).toBe(Math.min(...prices));
    expect(data.price.max_group_price).toBe(Math.max(...prices));
  });
});
