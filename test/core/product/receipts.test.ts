import { afterEach, describe, expect, it } from 'vitest';
import { formatResult, sameInBoth, toProblem } from '../../../src/core/index.js';
import { countBilled } from '../../../src/core/product/result.js';
import { openSandboxCore, type SandboxCore } from '../../helpers/open-sandbox-core.js';

const RECORDED = 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864';
const UNKNOWN = 'https://mobile.yangkeduo.com/goods.html?goods_id=100000404';

let opened: SandboxCore | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

/** Only the paid upstream says what was billed. */
const ONLY_PAID = { PDD_DDK_CLIENT_ID: undefined, PDD_DDK_CLIENT_SECRET: undefined, PDD_DDK_PID: undefined };

async function open() {
  opened = await openSandboxCore({ environment: ONLY_PAID });
  return { ...opened, get: opened.core.get };
}

it('says whether a call was billed and under which number, and logs the number', async () => {
  const { get, log } = await open();
  const [found, missing] = await get([RECORDED, UNKNOWN]);
  if (!found || !missing) throw new Error('no results');
  expect(formatResult(found)).toMatchObject({ billed: true, trace: '781176386153000592870169' });
  expect(formatResult(missing)).toMatchObject({
    billed: true,
    error: { code: 'not_found', trace: '91022205788462492535' },
  });
  expect(countBilled([found, missing])).toBe(2);
  expect(log.join('\n')).toContain('trace="91022205788462492535"');
});

it('bills a cached answer to nobody, a product as well as one that is not there', async () => {
  const { get } = await open();
  await get([RECORDED, UNKNOWN]);
  const cached = await get([RECORDED, UNKNOWN]);
  expect(countBilled(cached)).toBe(0);
  expect(cached.map((result) => formatResult(result).billed)).toEqual([undefined, undefined]);
  // The number still leads to the call that brought it.
  expect(cached.map((result) => formatResult(result).trace ?? formatResult(result).error?.trace)).toEqual([
    '781176386153000592870169',
    '91022205788462492535',
  ]);
});

it('counts what several asked for together once', async () => {
  const { get } = await open();
  expect(countBilled(await get([RECORDED, RECORDED]))).toBe(1);
});

it("hands on the upstream's own answer where it is asked for, and only there", async () => {
  const { get } = await open();
  const [plain] = await get([RECORDED]);
  expect(plain?.product?.raw).toBeUndefined();
  const [raw] = await get([RECORDED], { raw: true });
  expect(raw && formatResult(raw)).toMatchObject({
    billed: true,
    raw: { code: 200, taskNo: '781176386153000592870169', data: { goods_id: 8420152864, cate_id3: 20412 } },
  });
});

it('keeps what the upstream says of a failure for operators, asks once, and tells nobody else', async () => {
  const { core, sandbox, log, ...rest } = await openSandboxCore({ environment: ONLY_PAID });
  opened = { core, sandbox, log, ...rest };
  sandbox.setFaults([{ kind: 'code', code: '999', times: 1 }]);
  const [result] = await core.get([RECORDED]);
  if (!result) throw new Error('no result');
  expect(result.error).toMatchObject({
    code: 'upstream_refused',
    receipt: { said: '其他错误', billed: false },
  });
  expect(JSON.stringify(formatResult(result))).not.toContain('其他错误');
  expect(toProblem('pdd-jumdata', sameInBoth('x'), result.error).found.en).toContain('其他错误');
});

it('never hands on the answer that brought a token', async () => {
  const { get } = await open();
  const [result] = await get(['https://item.jd.com/100012345678.html'], { raw: true });
  const raw = JSON.stringify(result?.product?.raw);
  expect(raw).toContain('goodsInfo');
  expect(raw).not.toContain('token');
});

describe('an answer about many ids', () => {
  const QUERY = 'jd.union.open.goods.query';
  const IDS = ['100012400001', '100012400002', '100012400404'];

  async function ask(detail: 'summary' | 'full', environment: Record<string, string>) {
    opened = await openSandboxCore({ environment });
    const source = environment['JD_OPEN_DIALECT'] ? 'jd-open' : 'jd-union';
    const results = await opened.core.get(IDS, { platform: 'jd', source, detail, raw: true });
    return results.map((result) => formatResult(result));
  }

  it('gives each product its own part, and the number of the call', async () => {
    const results = await ask('summary', { JD_UNION_DIALECT: 'jos' });
    expect(opened?.sandbox.arrivals().map(({ name }) => name)).toEqual([QUERY]);
    expect(results).toMatchObject([
      { trace: 'o_sandbox', raw: { skuId: 100012400001, shopInfo: { shopLevel: 4.9 } } },
      { trace: 'o_sandbox', raw: { skuId: 100012400002 } },
      { outcome: 'not_found', error: { trace: 'o_sandbox' } },
    ]);
  });

  it('gives each product its own part of every call that took several', async () => {
    const [first, second] = await ask('full', { JD_UNION_DIALECT: 'jos' });
    expect(first?.raw).toMatchObject({
      [QUERY]: { skuId: 100012400001 },
      'jd.union.open.goods.bigfield.query': { skuId: 100012400001, skuStatus: 1 },
    });
    expect(JSON.stringify(second?.raw)).not.toContain('100012400001');
  });

  it('gives a product of the own shop its ware, its variants and its stock', async () => {
    const [first] = await ask('full', { JD_OPEN_DIALECT: 'jos' });
    expect(first?.raw).toMatchObject({
      'jingdong.sku.read.searchSkuList': expect.arrayContaining([
        expect.objectContaining({ skuId: 100012400001 }),
      ]),
      'jingdong.ware.read.searchWare4Valid': { wareStatus: 8 },
      'jingdong.ware.stock.sku.query': expect.arrayContaining([
        expect.objectContaining({ storeId: 1, orderBookingNum: 0 }),
      ]),
    });
  });

  it('gives each its own part, with every upstream', async () => {
    const [platform, source, idType] = ['taobao', 'taobao-tbk', 'item_id'] as const;
    opened = await openSandboxCore();
    const marketplace = opened.core.marketplaces.find(({ id }) => id === platform);
    const example = marketplace?.ids.find((one) => one.idType === idType)?.example ?? '';
    const other = `${example.slice(0, -1)}${example.endsWith('a') ? 'b' : 'a'}`;
    const refs = [example, other].map((id) => ({ platform, kind: 'product', id, idType, url: id }) as const);
    const results = await opened.core.lookUp(refs, { source, raw: true });
    const found = results.filter(({ outcome }) => outcome === 'ok');
    expect(found.length).toBeGreaterThan(0);
    for (const { product } of found) expect(product?.raw).toMatchObject({ [idType]: expect.any(String) });
  });

  it('is kept by nobody who did not ask for it', async () => {
    opened = await openSandboxCore({ environment: { JD_UNION_DIALECT: 'jos' } });
    const results = await opened.core.get(IDS, { platform: 'jd' });
    expect(results.map(({ product }) => product?.raw)).toEqual([undefined, undefined, undefined]);
  });
});

it.each([
  ['guide', { JD_UNION_DIALECT: 'guide' }, '10001', '无效签名'],
  ['jos', { JD_UNION_DIALECT: 'jos' }, '12', '无效签名'],
  ['jos, inside', { JD_UNION_DIALECT: 'jos' }, '410', '错误 410'],
])('keeps what JD says of a refusal for operators: dialect %s', async (_, environment, code, said) => {
  opened = await openSandboxCore({ environment });
  // What a call for a token answers is nobody's.
  await opened.core.get(['100012400002'], { platform: 'jd' });
  opened.sandbox.setFaults([{ kind: 'code', code, times: 1 }]);
  const [result] = await opened.core.get(['100012400001'], { platform: 'jd' });
  expect(result?.error?.receipt?.said).toContain(said);
});
