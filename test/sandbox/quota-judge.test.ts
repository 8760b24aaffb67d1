import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createQuotaJudge } from '../../src/sandbox/quota-judge.js';
import { createUnionClient, getJumdata, readJson } from '../helpers/sandbox/clients.js';
import { createStarter } from '../helpers/sandbox/running.js';

const start = createStarter();
const CALL = { upstream: 'u', name: 'n', group: 'g', ids: [] };

describe('the quota judge', () => {
  it('finds exactly the calls whose own trailing window already held the quota', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 60 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 1, max: 5 }), (gapsUs, calls) => {
        const clock = { us: 0 };
        const judge = createQuotaJudge(() => clock.us);
        const arrived: number[] = [];
        for (const gapUs of gapsUs) {
          clock.us += gapUs;
          const inWindow = arrived.filter((us) => us > clock.us - 1_000).length;
          expect(judge.arrive(CALL, { calls, windowMs: 1 }).violation).toBe(inWindow >= calls);
          arrived.push(clock.us);
        }
      }),
    );
  });

  it('counts the fullest window and each group on its own', () => {
    const clock = { us: 0 };
    const judge = createQuotaJudge(() => clock.us);
    const limit = { calls: 2, windowMs: 1 };
    for (const us of [0, 10, 20, 1_015]) {
      clock.us = us;
      judge.arrive(CALL, limit);
    }
    judge.arrive({ ...CALL, group: 'other' }, limit);
    expect(judge.stats()).toEqual([
      { group: 'g', calls: 4, violations: 1, mostInWindow: 3 },
      { group: 'other', calls: 1, violations: 0, mostInWindow: 1 },
    ]);
  });

  it('lets a call in again the moment its window has moved on', () => {
    const clock = { us: 0 };
    const judge = createQuotaJudge(() => clock.us);
    const limit = { calls: 1, windowMs: 1 };
    const verdicts = [0, 999, 1_998, 2_998].map((us) => {
      clock.us = us;
      return judge.arrive(CALL, limit).violation;
    });
    expect(verdicts).toEqual([false, true, true, false]);
  });
});

describe('the quota of the simulated upstreams', () => {
  it('is what the environment says, per upstream', async () => {
    const environment = { JD_UNION_QUOTA: '2/60s', JUMDATA_QUOTA: '1/60s' };
    const sandbox = await start({ quota: undefined, environment });
    expect(sandbox.environment).toMatchObject({ ...environment, JD_OPEN_QUOTA: '100/60s' });
    const client = await createUnionClient(sandbox.environment);
    const jd = [
      await client.guideProduct('1'),
      await client.guideProduct('1'),
      await client.guideProduct('1'),
    ];
    expect(jd.map((answer) => answer.message)).toEqual([undefined, undefined, '频率超限']);
    expect(jd[2].code).toBe(13);
    await getJumdata(sandbox.environment, { goodsId: '8420152864' });
    expect(await getJumdata(sandbox.environment, { goodsId: '8420152864' })).toMatchObject({ code: 609 });
  });

  it('is one for both dialects, and throttles dialect jos with gateway code 2', async () => {
    const { environment } = await start({ quota: '1/60s' });
    const client = await createUnionClient(environment);
    await client.guideProduct('100012345678');
    const answer = await client.jos('jd.union.open.goods.query', { goodsReqDTO: { skuIds: [1] } });
    expect(answer.error_response).toMatchObject({ code: '2' });
  });

  it('does not count token calls, and logs each arrival with its ids', async () => {
    const sandbox = await start({ quota: '1/60s', appKey: 'sandbox-key' });
    const client = await createUnionClient(sandbox.environment);
    await client.login();
    await client.guideProduct('100012345678');
    await client.guideProduct('100012345679');
    const common = {
      upstream: 'jd-union',
      name: 'jd.union.open.goods.detail.query',
      group: 'jd sandbox-key',
    };
    expect(sandbox.arrivals()).toMatchObject([
      { ...common, ids: ['100012345678'], violation: false },
      { ...common, ids: ['100012345679'], violation: true },
    ]);
  });

  it('is judged for other programs over HTTP', async () => {
    const { origin, environment } = await start({ quota: '1/60s' });
    await getJumdata(environment, { goodsId: '8420152864' });
    await getJumdata(environment, { goodsId: '8420152864' });
    const { groups } = await readJson(await fetch(`${origin}/_sandbox/stats`));
    expect(groups).toMatchObject([{ calls: 2, violations: 1, mostInWindow: 2 }]);
    const arrivals = await readJson(await fetch(`${origin}/_sandbox/arrivals`));
    expect(arrivals[0].atUs).toBeLessThan(arrivals[1].atUs);
    await fetch(`${origin}/_sandbox/clear`, { method: 'POST' });
    expect(await readJson(await fetch(`${origin}/_sandbox/arrivals`))).toEqual([]);
  });

  it('names the variable that holds no quota', async () => {
    const environment = { JUMDATA_QUOTA: 'many' };
    await expect(start({ quota: undefined, environment })).rejects.toThrow(/^JUMDATA_QUOTA expects/);
  });
});
