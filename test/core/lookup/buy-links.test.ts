import { afterEach, expect, it } from 'vitest';
import { formatProduct } from '../../../src/core/index.js';
import { CouponJson } from '../../../src/core/product/product-schema.js';
import { openSandboxCore, type SandboxCore } from '../../helpers/open-sandbox-core.js';

const PDD = 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864';
const JD = 'https://item.jd.com/100012345678.html';
const SHOWING = { BIJIA_BUY_LINKS: '1', JD_UNION_DIALECT: 'jos' };
const CONVERT = 'pdd.ddk.goods.zs.unit.url.gen';

let opened: SandboxCore | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function open(environment: Readonly<Record<string, string>>): Promise<SandboxCore> {
  opened = await openSandboxCore({ environment: { PDD_DDK_QUOTA: '1000/1s', ...environment } });
  return opened;
}

const countLinkCalls = ({ sandbox }: SandboxCore) =>
  sandbox.arrivals().filter(({ name }) => name === CONVERT).length;

it('a product that somebody looks at has a promotion link where the operator shows them, made once', async () => {
  const one = await open(SHOWING);
  const [pdd, jd] = await one.core.get([PDD, JD]);
  expect(pdd?.product?.buyLink).toBe('https://p.pinduoduo.com/p8420152864');
  expect(jd?.product?.buyLink).toBe('https://u.jd.com/s100012345678');
  await one.core.get(PDD, { fresh: true });
  expect(countLinkCalls(one)).toBe(1);
});

it('has the plain page alone where the operator does not, and in a batch', async () => {
  const one = await open({});
  expect((await one.core.get(PDD))[0]?.product).toMatchObject({ url: PDD, buyLink: undefined });
  await one.close();
  const showing = await open(SHOWING);
  expect((await showing.core.get(PDD, { lane: 'batch' }))[0]?.product?.buyLink).toBeUndefined();
  expect(countLinkCalls(showing)).toBe(0);
});

it('is shown without one where the right is missing, which is met once', async () => {
  const one = await open(SHOWING);
  one.sandbox.setFaults([{ kind: 'code', code: '20031', upstream: 'pdd-ddk', method: CONVERT }]);
  for (const id of ['8420152864', '300020001']) {
    const [result] = await one.core.get(id, { platform: 'pdd' });
    expect([result?.outcome, result?.product?.buyLink]).toEqual(['ok', undefined]);
  }
  expect(countLinkCalls(one)).toBe(1);
});

it('is told from a plain link in JSON, also where a coupon is taken', async () => {
  const { core } = await open({ ...SHOWING, TBK_QUOTA: '1000/1s' });
  const { products } = await core.search('保温杯', { platform: 'taobao', limit: 20 });
  const coupons = products.flatMap((product) => formatProduct(product).coupons ?? []);
  expect(coupons.length).toBeGreaterThan(5);
  for (const coupon of coupons) {
    expect(CouponJson.strict().parse(coupon)).toMatchObject({
      link: expect.stringContaining('uland.taobao.com'),
      promotion_link: true,
    });
  }
});
