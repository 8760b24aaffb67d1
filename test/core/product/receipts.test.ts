import { afterEach, expect, it } from 'vitest';
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
