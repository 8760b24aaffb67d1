import { afterEach, describe, expect, it } from 'vitest';
import type { BatchRequest } from '../../../src/core/batch/prepared-batch.js';
import { createBatches } from '../../../src/core/index.js';
import { type OpenedCase, openProviderCase, providerCases } from '../../helpers/provider-cases.js';

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

type Case = readonly [provider: 'jd-union' | 'jd-open', dialect: 'guide' | 'jos'];

async function open([provider, dialect]: Case, environment: Record<string, string> = {}) {
  const wanted = providerCases.find((one) => one.provider.id === provider && one.dialect === dialect);
  if (!wanted) throw new Error(`${provider}, dialect ${dialect} is not registered`);
  const opened = await openProviderCase(wanted, environment);
  closing.push(opened.close);
  return opened;
}

/** Ids that the sandbox knows, and that take part in the Union. */
const listIds = (count: number) =>
  Array.from({ length: count * 2 }, (_, at) => String(100_012_400_000 + at))
    .filter((id) => !/(404|777)$/.test(id))
    .slice(0, count);

async function run(
  { core, options }: OpenedCase,
  ids: readonly string[],
  detail: BatchRequest['detail'],
  isBounded = false,
) {
  const batches = createBatches(core);
  const request = { detail, owner: 'local', label: 'a list', ...options } as const;
  const prepared = await batches.prepare({ items: ids }, request);
  const { id } = await prepared.save();
  // The plan's own number of calls is enough.
  const { calls: maxCalls } = prepared.plan;
  return { plan: prepared.plan, report: await batches.run(id, isBounded ? { maxCalls } : {}) };
}

const listCalls = ({ sandbox }: OpenedCase) => sandbox.arrivals().filter(({ name }) => name !== 'token');

describe('a list of 312 ids, dialect jos', () => {
  it.each([
    ['jd-union', 'price', 4],
    ['jd-union', 'summary', 16],
    ['jd-union', 'full', 48],
    ['jd-open', 'price', 16],
    ['jd-open', 'summary', 32],
  ] as const)('takes the calls that its plan says: %s, detail %s, %i', async (provider, detail, calls) => {
    const opened = await open([provider, 'jos']);
    const { plan, report } = await run(opened, listIds(312), detail, true);
    expect(report).toMatchObject({ state: 'finished', counts: { ok: 312 } });
    expect([plan.calls, listCalls(opened).length]).toEqual([calls, calls]);
  });

  it('takes one call for each stock and few more in full detail of the own shop', async () => {
    const opened = await open(['jd-open', 'jos']);
    const { plan, report } = await run(opened, listIds(312), 'full');
    expect(report).toMatchObject({ state: 'finished', counts: { ok: 312 } });
    const furtherPages =
      listCalls(opened).filter(({ name, ids }) => name.endsWith('searchSkuList') && ids[0]?.startsWith('7'))
        .length - 16;
    expect(plan.calls).toBe(16 + 16 + 16 + 312);
    // Variants of twenty wares may fill more than the one page that a plan can count with.
    expect(listCalls(opened).length).toBe(plan.calls + furtherPages);
  });
});

/** The first two variants of each product page side by side, as a merchant exports them. */
const listVariants = (count: number) => listIds(count / 2).flatMap((id) => [id, `${id}01`]);

describe('a list in full detail of the own shop', () => {
  it('asks once for the ware that neighbours share: 11 calls for 312 products, where 16 were planned', async () => {
    const opened = await open(['jd-open', 'jos']);
    const { report } = await run(opened, listVariants(312), 'full');
    expect(report).toMatchObject({ state: 'finished', counts: { ok: 312 } });
    const wares = listCalls(opened).filter(({ name }) => name.endsWith('searchWare4Valid'));
    expect(wares).toHaveLength(11);
    expect(wares.every(({ ids }) => ids.length <= 20)).toBe(true);
  });

  it('finishes the groups that it began before it begins many others', async () => {
    const opened = await open(['jd-open', 'jos']);
    await run(opened, listIds(200), 'full');
    const kinds = listCalls(opened).map(({ name, ids }) => {
      if (name.endsWith('ware.stock.sku.query')) return 'stock';
      return ids.length === 20 && !ids[0]?.startsWith('7') ? 'begin' : 'other';
    });
    const begunBeforeHalf = kinds.slice(0, kinds.length / 2).filter((kind) => kind === 'begin');
    expect(kinds.filter((kind) => kind === 'begin')).toHaveLength(10);
    expect(begunBeforeHalf.length).toBeLessThanOrEqual(7);
  });
});

const CASES: readonly Case[] = [
  ['jd-union', 'guide'],
  ['jd-union', 'jos'],
  ['jd-open', 'guide'],
  ['jd-open', 'jos'],
];

describe('a list of 312 ids', () => {
  it.each(CASES)('costs at most two calls with a wrong secret: %s, dialect %s', async (...wanted) => {
    const env = wanted[0] === 'jd-union' ? 'JD_UNION_APP_SECRET' : 'JD_OPEN_APP_SECRET';
    const opened = await open(wanted, { [env]: 'wrong' });
    const { report } = await run(opened, listIds(312), 'full');
    expect(report).toMatchObject({ state: 'stopped', cause: { outcome: 'not_configured' } });
    expect(listCalls(opened).length).toBeLessThanOrEqual(2);
  });

  it.each(CASES.filter(([provider, dialect]) => provider === 'jd-open' || dialect === 'guide'))(
    'costs at most two calls where every token is refused: %s, dialect %s',
    async (...wanted) => {
      const opened = await open(wanted);
      opened.play({ kind: 'expired-token' });
      const { report } = await run(opened, listIds(312), 'summary');
      expect(report).toMatchObject({ state: 'stopped', cause: { outcome: 'not_configured' } });
      expect(listCalls(opened).length).toBeLessThanOrEqual(2);
    },
  );
});
