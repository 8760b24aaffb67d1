import { describe, expect, it } from 'vitest';
import { parseFaults } from '../../src/sandbox/fault-plan.js';
import type { Sandbox } from '../../src/sandbox/start-sandbox.js';
import {
  callJumdata,
  createUnionClient,
  getJumdata,
  type JdClient,
  type Json,
  readJson,
} from '../helpers/sandbox/clients.js';
import { createStarter } from '../helpers/sandbox/running.js';

const start = createStarter();
const FORM = { goodsId: '8420152864' };

const isHealthy = async ({ environment }: Sandbox): Promise<boolean> =>
  (await getJumdata(environment, FORM)).msg === '成功';

describe('faults of the connection', () => {
  it('answer with a status', async () => {
    const sandbox = await start();
    sandbox.setFaults([
      { kind: 'status', times: 1 },
      { kind: 'status', code: '503', times: 1 },
    ]);
    const statuses = [
      (await callJumdata(sandbox.environment, FORM)).status,
      (await callJumdata(sandbox.environment, FORM)).status,
    ];
    expect(statuses).toEqual([500, 503]);
    expect(await isHealthy(sandbox)).toBe(true);
  });

  it('reset the connection, and the call has still arrived', async () => {
    const sandbox = await start();
    sandbox.setFaults([{ kind: 'reset', times: 1 }]);
    await expect(callJumdata(sandbox.environment, FORM)).rejects.toMatchObject({
      cause: { code: 'ECONNRESET' },
    });
    expect(sandbox.arrivals()).toHaveLength(1);
    expect(await isHealthy(sandbox)).toBe(true);
  });

  it('hang until the sandbox closes, which takes no time', async () => {
    const sandbox = await start();
    sandbox.setFaults([{ kind: 'hang' }]);
    const hanging = callJumdata(sandbox.environment, FORM).catch(() => 'cut');
    await expect.poll(() => sandbox.arrivals().length).toBe(1);
    await sandbox.close();
    expect(await hanging).toBe('cut');
  });

  it('garble the body', async () => {
    const sandbox = await start();
    sandbox.setFaults([{ kind: 'garbage' }]);
    await expect(getJumdata(sandbox.environment, FORM)).rejects.toThrow(SyntaxError);
  });

  it('slow the answer down, and give up when the sandbox closes', async () => {
    const sandbox = await start();
    sandbox.setFaults([
      { kind: 'slow', delayMs: 60, times: 1 },
      { kind: 'slow', delayMs: 60_000 },
    ]);
    const before = performance.now();
    await callJumdata(sandbox.environment, FORM);
    expect(performance.now() - before).toBeGreaterThan(55);
    const waiting = callJumdata(sandbox.environment, FORM).catch(() => 'cut');
    await expect.poll(() => sandbox.arrivals().length).toBe(2);
    await sandbox.close();
    expect(await waiting).toBe('cut');
  });

  it('send a body that nobody should read to its end', async () => {
    const sandbox = await start();
    sandbox.setFaults([{ kind: 'huge' }]);
    const reader = (await callJumdata(sandbox.environment, FORM)).body?.getReader();
    let bytes = 0;
    while (bytes < 8 * 2 ** 20) bytes += (await reader?.read())?.value?.length ?? Number.NaN;
    await reader?.cancel();
    sandbox.setFaults([]);
    expect(await isHealthy(sandbox)).toBe(true);
  });
});

describe('faults of the answer', () => {
  const detail = (answer: Json) => answer.jd_union_open_goods_detail_query_responce;

  it.each([
    [{ kind: 'throttled' }, { code: 13, message: '频率超限' }],
    [{ kind: 'expired-token' }, { code: 19 }],
    [
      { kind: 'code', code: '10001' },
      { code: 10001, message: '无效签名' },
    ],
    [{ kind: 'code', code: 424242 }, { code: 424242 }],
    [{ kind: 'unknown-method' }, { error_response: { code: '15' } }],
    [{ kind: 'not-found' }, { jd_union_open_goods_detail_query_responce: { result: {} } }],
    [{ kind: 'no-data' }, { jd_union_open_goods_detail_query_responce: {} }],
    [{ kind: 'empty-data' }, { jd_union_open_goods_detail_query_responce: { result: { goodsInfo: {} } } }],
  ])('%o is played by dialect guide', async (fault, expected) => {
    const sandbox = await start();
    const client = await createUnionClient(sandbox.environment);
    sandbox.setFaults(parseFaults([{ ...fault, times: 1 }]));
    const answer = await client.guideProduct('100012345678');
    expect(answer).toMatchObject(expected);
    expect(detail(answer)?.result?.goodsInfo?.title).toBeUndefined();
    expect(detail(await client.guideProduct('100012345678')).result.goodsInfo.price).toBe(5999);
  });

  it.each([
    [{ kind: 'throttled' }, { code: 609, charge: false }],
    [
      { kind: 'code', code: '603' },
      { code: 603, msg: '余额不足请充值', charge: false },
    ],
    [
      { kind: 'code', code: '201' },
      { code: 201, charge: true },
    ],
    [{ kind: 'not-found' }, { code: 201, charge: true }],
    [{ kind: 'no-data' }, { code: 200, charge: false }],
    [{ kind: 'empty-data' }, { code: 200, charge: true, data: {} }],
  ])('%o is played by jumdata', async (fault, expected) => {
    const sandbox = await start();
    sandbox.setFaults(parseFaults([{ ...fault, times: 1 }]));
    const answer = await getJumdata(sandbox.environment, FORM);
    expect(answer).toMatchObject(expected);
    expect(answer.data?.goods_name).toBeUndefined();
    expect(await isHealthy(sandbox)).toBe(true);
  });

  it.each([
    [{ kind: 'throttled' }, { error_response: { code: '2' } }],
    [{ kind: 'expired-token' }, { error_response: { code: '19' } }],
    [{ kind: 'unknown-method' }, { error_response: { code: '15' } }],
    [{ kind: 'code', code: '25' }, { error_response: { code: '25', zh_desc: '应用未上线' } }],
    [
      { kind: 'code', code: '429' },
      { code: '0', queryResult: expect.stringContaining('"code":429') },
    ],
    [{ kind: 'no-data' }, { queryResult: expect.not.stringContaining('"data"') }],
    [{ kind: 'empty-data' }, { queryResult: expect.stringContaining('"data":[]') }],
    [{ kind: 'result-object' }, { queryResult: { code: 200, data: [{}, {}] } }],
    [{ kind: 'missing-rows' }, { queryResult: expect.not.stringContaining('100012345679') }],
  ])('%o is played by dialect jos', async (fault, expected) => {
    const sandbox = await start();
    const client = await createUnionClient(sandbox.environment);
    sandbox.setFaults(parseFaults([fault]));
    const skuIds = [100012345678, 100012345679];
    const answer = await client.jos('jd.union.open.goods.query', { goodsReqDTO: { skuIds } });
    expect(answer.jd_union_open_goods_query_responce ?? answer).toMatchObject(expected);
  });

  it('can break the inner JSON of dialect jos', async () => {
    const sandbox = await start();
    const client = await createUnionClient(sandbox.environment);
    sandbox.setFaults([{ kind: 'result-broken' }]);
    const inner = client.josInner('jd.union.open.goods.query', { goodsReqDTO: { skuIds: [1] } });
    await expect(inner).rejects.toThrow(SyntaxError);
  });
});

describe('the plan of faults', () => {
  const played = async (client: JdClient, sandbox: Sandbox) => [
    (await client.guideProduct('100012345678')).code === 13,
    (await client.guideProduct('100012345679')).code === 13,
    (await client.guideShop('774077', 1, 10)).code === 13,
    (await getJumdata(sandbox.environment, FORM)).code === 609,
  ];

  it.each([
    ['every call', {}, [true, true, true, true]],
    ['one upstream', { upstream: 'jd-union' }, [true, true, true, false]],
    ['one method', { method: 'jingdong.goods.search' }, [false, false, true, false]],
    ['one id', { id: '100012345679' }, [false, true, false, false]],
    ['one path', { path: '/jumdata/' }, [false, false, false, true]],
    ['a number of times', { times: 2 }, [true, true, false, false]],
    ['never', { rate: 0 }, [false, false, false, false]],
    ['always', { rate: 1 }, [true, true, true, true]],
  ])('meets %s', async (_, where, expected) => {
    const sandbox = await start();
    const client = await createUnionClient(sandbox.environment);
    sandbox.setFaults([{ kind: 'throttled', ...where }]);
    expect(await played(client, sandbox)).toEqual(expected);
  });

  it('follows from the seed where a rate is given', async () => {
    const run = async (seed: string) => {
      const { environment, setFaults } = await start({ seed });
      setFaults([{ kind: 'not-found', rate: 0.5 }]);
      const codes: unknown[] = [];
      for (let call = 0; call < 20; call += 1) codes.push((await getJumdata(environment, FORM)).code);
      return codes;
    };
    const first = await run('a');
    expect(new Set(first).size).toBe(2);
    expect(await run('a')).toEqual(first);
    expect(await run('b')).not.toEqual(first);
  });

  it('never excuses a wrong signature', async () => {
    const sandbox = await start();
    const client = await createUnionClient(sandbox.environment);
    sandbox.setFaults([{ kind: 'not-found' }]);
    expect(await client.guideProduct('100012345678', { sign: 'X' })).toMatchObject({ code: 10001 });
  });

  it('meets token calls by the name token', async () => {
    const sandbox = await start();
    sandbox.setFaults([{ method: 'token', kind: 'status', times: 1 }]);
    await expect(createUnionClient(sandbox.environment)).rejects.toThrow(SyntaxError);
    expect((await createUnionClient(sandbox.environment)).token).toHaveLength(32);
  });

  it('is set by other programs over HTTP, and refuses what it does not know', async () => {
    const { origin, environment } = await start();
    const post = (body: unknown) =>
      fetch(`${origin}/_sandbox/faults`, { method: 'POST', body: JSON.stringify(body) });
    expect((await post([{ kind: 'code', code: 602 }])).status).toBe(200);
    expect(await getJumdata(environment, FORM)).toMatchObject({ code: 602 });
    expect(await readJson(await fetch(`${origin}/_sandbox/stats`))).toMatchObject({ faultsPlayed: 1 });
    for (const wrong of [[{ kind: 'explode' }], [{ kind: 'hang', when: 'now' }], { kind: 'hang' }]) {
      const answer = await post(wrong);
      expect(answer.status).toBe(400);
      expect((await readJson(answer)).error).not.toBe('');
    }
  });

  it('lets tokens be shortened and run out over HTTP', async () => {
    const { origin, environment } = await start();
    const client = await createUnionClient(environment);
    const body = JSON.stringify({ lifeMs: 5_000, expire: true });
    await fetch(`${origin}/_sandbox/tokens`, { method: 'POST', body });
    expect(await client.guideProduct('100012345678')).toMatchObject({ code: 19 });
    expect(await client.login()).toMatchObject({ expires_in: 5 });
  });
});

describe('latency', () => {
  it('delays each answer by what was asked for', async () => {
    const { environment } = await start({ latencyMs: [40, 60], random: () => 0 });
    const before = performance.now();
    await callJumdata(environment, FORM);
    expect(performance.now() - before).toBeGreaterThan(35);
  });
});
