import { afterEach, describe, expect, it } from 'vitest';
import { sandboxUpstream as jdUnion } from '../../src/core/providers/jd-union/sandbox.js';
import { RECORDED_PRODUCT } from '../../src/core/providers/pdd-jumdata/fixtures.js';
import { sandboxUpstream as jumdata } from '../../src/core/providers/pdd-jumdata/sandbox.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { getGuideGoods, getGuideShop, getGuideToken, getJumdataGoods } from './clients.js';

const running: Sandbox[] = [];

async function start(options: Partial<SandboxOptions> = {}): Promise<Sandbox> {
  const sandbox = await startSandbox({ upstreams: [jdUnion, jumdata], quota: '1000/60s', ...options });
  running.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  await Promise.all(running.splice(0).map((sandbox) => sandbox.close()));
});

describe('the sandbox', () => {
  it('answers the flagship product in the words of the guide', async () => {
    const { environment } = await start();
    const answer = await getGuideGoods(environment, await getGuideToken(environment), '100012345678');
    const { goodsInfo } = answer.jd_union_open_goods_detail_query_responce.result;
    expect(goodsInfo).toMatchObject({ skuId: 100012345678, price: 5999, couponPrice: 5699, isSelf: 1 });
    expect(goodsInfo.skuList).toHaveLength(12);
    expect(goodsInfo.skuList[0].specName).toBe('颜色:黑色/内存:256GB');
  });

  it('answers the recorded Pinduoduo sample word for word', async () => {
    const { environment } = await start();
    const answer = await getJumdataGoods(environment, '8420152864');
    expect(answer.data).toEqual(RECORDED_PRODUCT.data);
  });

  it('lists a shop page', async () => {
    const { environment } = await start();
    const result = await getGuideShop(environment, await getGuideToken(environment), ['1000462158', 3, 100]);
    expect(result.total).toBe(250);
    expect(result.goods_list).toHaveLength(50);
  });
});
