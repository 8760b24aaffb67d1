import { afterEach, describe, expect, it } from 'vitest';
import { createBatches, formatProduct, ProductJson } from '../../../src/core/index.js';
import { openSandboxCore, type SandboxCore } from '../../helpers/open-sandbox-core.js';

/** Takes no part in the promotion programme; the paid source knows it. */
const UNPROMOTED_ID = '300010777';
const UNPROMOTED = `https://mobile.yangkeduo.com/goods.html?goods_id=${UNPROMOTED_ID}`;
const PROMOTED_ID = '8420152864';
const PROMOTED = `https://mobile.yangkeduo.com/goods.html?goods_id=${PROMOTED_ID}`;
const ASKING = { BIJIA_PAID_FALLBACK: '1' };

let opened: SandboxCore | undefined;
afterEach(async () => {
  await opened?.close();
  opened = undefined;
});

async function open(environment: Readonly<Record<string, string>> = {}): Promise<SandboxCore> {
  opened = await openSandboxCore({ environment: { PDD_DDK_QUOTA: '1000/1s', ...environment } });
  return opened;
}

const countPaid = ({ sandbox }: SandboxCore) =>
  sandbox.arrivals().filter(({ upstream }) => upstream === 'pdd-jumdata').length;

describe('a product that the first source does not have', () => {
  it('is not asked for where that costs money, and the source that may know it is named', async () => {
    const { core, sandbox } = await open();
    const [result] = await core.get(UNPROMOTED);
    expect(result).toMatchObject({ outcome: 'not_found', error: { code: 'not_promoted' } });
    expect(result?.error?.message).toMatch(/--source pdd-jumdata.*BIJIA_PAID_FALLBACK=1/);
    expect(sandbox.arrivals()).toHaveLength(1);
  });

  it('is asked for where the operator has said so, and it is said whose product it is', async () => {
    const { core } = await open(ASKING);
    const [result] = await core.get(UNPROMOTED);
    expect(result).toMatchObject({ outcome: 'ok', product: { source: 'pdd-jumdata' } });
    expect(result?.product?.notes?.at(-1)).toEqual({
      en: 'Duoduo Jinbao does not have it',
      zh: '多多进宝没有这个商品',
    });
  });

  it('is asked for nowhere else where a source is named', async () => {
    const { core } = await open(ASKING);
    const [named] = await core.get(UNPROMOTED, { source: 'pdd-ddk' });
    expect(named?.error?.message).not.toContain('--source');
  });
});

describe('what the first source does not know of a product', () => {
  const FULL = { detail: 'full' } as const;

  it('is named with the paid source that may know it, which is not asked', async () => {
    const one = await open();
    const [result] = await one.core.get(PROMOTED, FULL);
    expect(result?.product?.completableBy).toEqual({ source: 'pdd-jumdata', parts: ['stock', 'reviews'] });
    expect(result?.product?.stock).toBeUndefined();
    expect(countPaid(one)).toBe(0);
    const [brief] = await one.core.get(PROMOTED);
    expect(brief?.product?.completableBy).toBeUndefined();
  });

  it('comes from the paid source where the operator has said so, but never its prices', async () => {
    const one = await open(ASKING);
    const [alone] = await one.core.get(PROMOTED, { ...FULL, source: 'pdd-ddk' });
    const [{ product } = {}] = await one.core.get(PROMOTED, FULL);
    expect(product).toMatchObject({
      source: 'pdd-ddk',
      prices: alone?.product?.prices,
      skus: alone?.product?.skus,
      completedBy: { source: 'pdd-jumdata', parts: ['stock', 'reviews'] },
    });
    expect(product?.stock).toBeDefined();
    expect(product?.notes?.at(-1)?.en).toBe("From jumdata: stock, reviews; all prices are Duoduo Jinbao's");
    expect(product && ProductJson.parse(formatProduct(product)).completed_by).toMatchObject({
      source: 'pdd-jumdata',
      fetched_at: expect.any(String),
    });
    expect(countPaid(one)).toBe(1);
    await one.core.get(PROMOTED);
    expect(countPaid(one)).toBe(1);
  });

  it('is left out, and that is said, where the paid source fails', async () => {
    const one = await open(ASKING);
    one.sandbox.setFaults([{ kind: 'code', code: '603', upstream: 'pdd-jumdata' }]);
    const [{ outcome, product } = {}] = await one.core.get(PROMOTED, FULL);
    expect([outcome, product?.source, product?.completedBy]).toEqual(['ok', 'pdd-ddk', undefined]);
    expect(product?.notes?.at(-1)?.en).toMatch(/jumdata could not add to this: .*balance/);
  });
});

describe('one batch over two Pinduoduo upstreams', () => {
  const promoted = Array.from({ length: 20 }, (_, at) => String(300_020_001 + at)).filter(
    (id) => !/(404|666|777|888)$/.test(id),
  );
  const unpromoted = ['300010777', '300011777', '300012777'];
  const items = [...promoted, ...unpromoted].map(
    (id) => `https://mobile.yangkeduo.com/goods.html?goods_id=${id}`,
  );
  const request = { owner: 'local', label: 'two sources', detail: 'summary' } as const;

  it('says how many paid calls it may take, takes no more than it needs, and each only once', async () => {
    const one = await open(ASKING);
    const batches = createBatches(one.core);
    const prepared = await batches.prepare({ items }, request);
    expect(prepared.plan).toMatchObject({ calls: items.length, paidCalls: 0, mostPaidMore: items.length });
    const { id } = await prepared.save();
    const report = await batches.run(id);
    expect(report).toMatchObject({
      state: 'finished',
      counts: { ok: items.length },
      calls: items.length + unpromoted.length,
    });
    expect(countPaid(one)).toBe(unpromoted.length);
    await expect(batches.run(id)).rejects.toMatchObject({ code: 'job_finished' });
    expect(countPaid(one)).toBe(unpromoted.length);
  });

  it('pays nothing where the operator has not said so: what is not promoted is not found', async () => {
    const one = await open();
    const batches = createBatches(one.core);
    const prepared = await batches.prepare({ items }, request);
    expect(prepared.plan).toMatchObject({ paidCalls: 0, mostPaidMore: 0 });
    const { id } = await prepared.save();
    expect(await batches.run(id)).toMatchObject({
      counts: { ok: promoted.length, not_found: unpromoted.length },
    });
    expect(countPaid(one)).toBe(0);
  });

  it('stops when the paid calls of the day are used up, and later asks only for what is left', async () => {
    const one = await open({ ...ASKING, JUMDATA_DAILY_CALLS: '2' });
    const batches = createBatches(one.core);
    const { id } = await (await batches.prepare({ items }, request)).save();
    const report = await batches.run(id);
    expect(report).toMatchObject({ state: 'stopped', cause: { code: 'daily_calls_used' } });
    expect(countPaid(one)).toBe(2);
    const calls = one.sandbox.arrivals().length;
    expect(await batches.run(id)).toMatchObject({ state: 'stopped' });
    expect(one.sandbox.arrivals().length - calls).toBeLessThanOrEqual(items.length - promoted.length);
  });
});
