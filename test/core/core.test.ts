import { afterEach, describe, expect, it } from 'vitest';
import type { Transport } from '../../src/core/call/transport.js';
import { openSandboxCore, type SandboxCore, type SandboxCoreOptions } from '../helpers/open-sandbox-core.js';

let opened: SandboxCore[] = [];
afterEach(async () => {
  await Promise.all(opened.map(({ close }) => close()));
  opened = [];
});
async function open(options: SandboxCoreOptions = {}): Promise<SandboxCore> {
  const one = await openSandboxCore(options);
  opened.push(one);
  return one;
}

/** A transport that answers everything alike. */
function createEcho(text: string): Transport {
  return {
    send: async () => ({
      status: 200,
      text,
      json: () => JSON.parse(text),
      sandbox: false,
      dateMs: undefined,
    }),
    openDispatcher: () => Promise.reject(new Error('not asked for')),
    close: async () => undefined,
  };
}

const JD = 'https://item.jd.com/100012345678.html';
const PDD = 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864';
const without = (...names: string[]) => Object.fromEntries(names.map((name) => [name, undefined]));
const noUnion = without(
  'JD_UNION_APP_KEY',
  'JD_UNION_APP_SECRET',
  'JD_OPEN_APP_KEY',
  'JD_OPEN_APP_SECRET',
  'TBK_APP_KEY',
  'TBK_APP_SECRET',
  'TBK_PID',
  'DATAOKE_APP_KEY',
  'DATAOKE_APP_SECRET',
  'DATAOKE_PID',
);
const noJumdata = without('JUMDATA_APP_ID', 'JUMDATA_APP_SECRET');
const noDdk = without('PDD_DDK_CLIENT_ID', 'PDD_DDK_CLIENT_SECRET', 'PDD_DDK_PID');

describe('get', () => {
  it('answers every product of a text, in order and without repeats', async () => {
    const { core } = await open();
    const results = await core.get(`看 ${PDD}，还有${JD}。再看一次 ${JD}`);
    expect(results.map(({ outcome, platform, id }) => [outcome, platform, id])).toEqual([
      ['ok', 'pdd', '8420152864'],
      ['ok', 'jd', '100012345678'],
    ]);
    expect(results.every(({ sandbox, product }) => sandbox && product?.sandbox)).toBe(true);
  });

  it('answers each id of a text, and none with the product of another', async () => {
    const { core } = await open({
      environment: noDdk,
      parts: {
        transport: createEcho('{"code":200,"charge":true,"data":{"goods_id":8420152864,"goods_name":"T"}}'),
      },
    });
    const ids = ['8420152864', '8420152865', '8420152866'];
    const text = ids.map((id) => `https://mobile.yangkeduo.com/goods.html?goods_id=${id}`).join(' ');
    const results = await core.get(text);
    expect(results.map(({ id, outcome, error }) => [id, error?.code ?? outcome])).toEqual([
      [ids[0], 'ok'],
      [ids[1], 'other_product'],
      [ids[2], 'other_product'],
    ]);
  });

  it('asks for the products of several texts together, and says which result belongs to which', async () => {
    const { core, sandbox } = await open({ environment: { JD_UNION_DIALECT: 'jos' } });
    const texts = [JD, 'nothing', `https://item.jd.com/100012345679.html ${JD}`, PDD];
    const results = await core.get(texts);
    expect(results.map(({ input, platform, id }) => [input, platform, id])).toEqual([
      [JD, 'jd', '100012345678'],
      ['nothing', undefined, undefined],
      [texts[2], 'jd', '100012345679'],
      [texts[2], 'jd', '100012345678'],
      [PDD, 'pdd', '8420152864'],
    ]);
    expect(sandbox.arrivals()).toHaveLength(2);
  });

  it('makes one upstream call for 100 who ask at once', async () => {
    const { core, sandbox } = await open();
    const results = await Promise.all(Array.from({ length: 100 }, () => core.get(JD)));
    expect(results.flat().every(({ outcome }) => outcome === 'ok')).toBe(true);
    expect(sandbox.arrivals()).toHaveLength(1);
  });

  it('answers again from the cache, saying so, until fresh data is asked for', async () => {
    const { core, sandbox } = await open();
    await core.get(JD);
    const [again] = await core.get(JD);
    expect(again?.product?.cached).toBe(true);
    const [fresh] = await core.get(JD, { fresh: true });
    expect(fresh?.product?.cached).toBeUndefined();
    expect(sandbox.arrivals()).toHaveLength(2);
  });

  it('remembers what was not found', async () => {
    const { core, sandbox } = await open();
    sandbox.setFaults([{ kind: 'not-found' }]);
    const [first] = await core.get(PDD);
    const [second] = await core.get(PDD);
    expect([first?.outcome, second?.outcome]).toEqual(['not_found', 'not_found']);
    expect(sandbox.arrivals()).toHaveLength(1);
  });

  it('gives the short and the long link of one product one answer', async () => {
    const { core } = await open();
    const short = 'https://3.cn/2Xhi-9CP';
    const [opened] = await core.get(short);
    expect(opened?.outcome).toBe('ok');
    const results = await core.get(`${short} https://item.jd.com/${opened?.id}.html`);
    expect(results).toHaveLength(1);
  });

  it.each([
    ['', 'invalid', /Nothing was given/],
    ['茅台 飞天', 'invalid', /No product link or id/],
    ['https://item.jd.com.evil.example/1.html', 'invalid', /^item\.jd\.com\.evil\.example isn't supported/],
    ['https://item.jd.com/list.html', 'invalid', /names no product/],
    ['https://mall.jd.com/index-1000004067.html', 'invalid', /bijia shop/],
    [
      'https://haohuo.jinritemai.com/views/product/item2?id=3375241637788821075',
      'unsupported',
      /not supported yet/,
    ],
    [
      'https://jingfen.jd.com/detail/MsDxpCw3eBBU3UGhlbKb4c2o_3LZQVebpuKbbMBrvsH.html',
      'unsupported',
      /product page/,
    ],
    [
      'https://jinbao.pinduoduo.com/goods-detail?s=Y9X2m1wSlN1U8LcVwvfZHeaZwozbWFjf_JQvP59gKL7',
      'unsupported',
      /goods_sign/,
    ],
    ['100012345678', 'invalid', /Say which: .*platform jd/],
    ['https://3.cn/dead', 'invalid', /paste/i],
    ['https://3.cn/loop', 'invalid', /paste/i],
  ])('answers %j with %s and what to do', async (text, outcome, message) => {
    const { core, sandbox } = await open({ environment: noDdk });
    const [result] = await core.get(text);
    expect(result).toMatchObject({ input: text, outcome });
    expect(result?.error?.message).toMatch(message);
    expect(sandbox.arrivals()).toHaveLength(0);
  });

  it('reads a bare id as of the platform that is named', async () => {
    const { core } = await open();
    expect(await core.get('8420152864', { platform: 'pdd' })).toMatchObject([
      { outcome: 'ok', platform: 'pdd' },
    ]);
    expect(await core.get('8420152864', { platform: 'jd' })).toMatchObject([
      { outcome: 'ok', platform: 'jd' },
    ]);
    expect(await core.get('12', { platform: 'pdd' })).toMatchObject([{ outcome: 'invalid' }]);
    expect(await core.get('1', { platform: 'ebay' })).toMatchObject([{ outcome: 'unsupported' }]);
    expect(await core.get('1', { platform: 'nowhere' })).toMatchObject([{ outcome: 'invalid' }]);
  });

  it('reads a bare id as of the only configured marketplace, and says so', async () => {
    const { core } = await open({ environment: noUnion });
    const [result] = await core.get('8420152864');
    expect(result).toMatchObject({ outcome: 'ok', platform: 'pdd' });
    expect(result?.product?.notes?.slice(-1)).toMatchObject([
      {
        en: expect.stringMatching(/no other marketplace is configured/),
        zh: expect.stringMatching(/^按拼多多编号/),
      },
    ]);
  });

  it('names the variables to set when a marketplace is not configured', async () => {
    const { core } = await open({ environment: { ...noJumdata, ...noDdk } });
    const [result] = await core.get(PDD);
    expect(result?.outcome).toBe('not_configured');
    expect(result?.error?.message).toMatch(/JUMDATA_APP_ID and JUMDATA_APP_SECRET.*BIJIA_SANDBOX=1/);
  });

  it.each([
    ['JD_UNION_APP_SECRET', JD],
    ['PDD_DDK_CLIENT_SECRET', PDD],
  ])('says that a wrong %s is the credentials’ fault, and does not repeat it', async (name, link) => {
    const { core, sandbox } = await open({ environment: { [name]: 'wrong-secret' } });
    const [result] = await core.get(link);
    expect(result).toMatchObject({ outcome: 'not_configured', error: { retryable: false } });
    expect(result?.error?.message).not.toMatch(/wrong-secret/);
    expect(sandbox.arrivals().length).toBeLessThanOrEqual(1);
  });

  it('renews a token that has expired upstream', async () => {
    const { core, sandbox } = await open();
    await core.get(JD);
    sandbox.expireTokens();
    expect(await core.get(JD, { fresh: true })).toMatchObject([{ outcome: 'ok' }]);
  });

  it.each(['status', 'reset', 'garbage', 'hang'] as const)(
    'turns an upstream that keeps failing (%s) into a result',
    async (kind) => {
      const { core, sandbox } = await open({ environment: { BIJIA_CALL_TIMEOUT: '200ms' } });
      sandbox.setFaults([{ kind }]);
      const [result] = await core.get(PDD);
      expect(result?.outcome).toBe('upstream_error');
      expect(result?.error?.message).not.toMatch(/\bat \w+|127\.0\.0\.1|http:/);
    },
  );
});

describe('people who ask for one product while the quota is used up', () => {
  it('all hear at once how long it takes', async () => {
    const { core } = await open({ environment: { ...noDdk, JUMDATA_QUOTA: '1/30s' } });
    await core.get(PDD);
    const waits: number[] = [];
    const leave = new AbortController();
    const ask = () =>
      core.get('https://mobile.yangkeduo.com/goods.html?goods_id=8420152865', {
        signal: leave.signal,
        onWait: (waitMs) => waits.push(waitMs),
      });
    const first = ask();
    await expect.poll(() => waits.length).toBe(1);
    const second = ask();
    expect(waits).toHaveLength(2);
    expect(waits[1]).toBeLessThanOrEqual(waits[0] ?? 0);
    leave.abort();
    expect((await Promise.all([first, second])).flat().map(({ outcome }) => outcome)).toEqual([
      'cancelled',
      'cancelled',
    ]);
  });

  it('are refused during a freeze, also for the product that a batch waits for', async () => {
    const { core, sandbox } = await open({ environment: { ...noDdk, JUMDATA_QUOTA: '20/5s' } });
    sandbox.setFaults([{ kind: 'throttled', upstream: 'pdd-jumdata', times: 1 }]);
    const batch = core.get(PDD, { lane: 'batch' });
    await expect.poll(() => sandbox.arrivals().length).toBe(1);
    await expect
      .poll(async () => (await core.get(PDD)).map(({ error }) => error?.retryAfterMs !== undefined))
      .toEqual([true]);
    expect(await batch).toMatchObject([{ outcome: 'ok' }]);
  });
});

describe('a daily ceiling', () => {
  it('refuses at once, and takes no permit for what it refuses', async () => {
    const { core } = await open({
      environment: { ...noDdk, JUMDATA_QUOTA: '5/60s', JUMDATA_DAILY_CALLS: '2' },
    });
    const link = (id: number) => `https://mobile.yangkeduo.com/goods.html?goods_id=${8420152864 + id}`;
    const outcomes: (string | undefined)[] = [];
    for (let id = 0; id < 8; id += 1) {
      const [result] = await core.get(link(id), { onWait: () => outcomes.push('waits') });
      outcomes.push(result?.error?.code ?? result?.outcome);
    }
    expect(outcomes).toEqual(['ok', 'ok', ...Array.from({ length: 6 }, () => 'daily_calls_used')]);
    expect(await core.getUpstream('pdd').limiter.status()).toMatchObject({ inUse: 2 });
  });
});

describe('lookUp', () => {
  it('answers each reference by itself, in order', async () => {
    const { core } = await open();
    const refs = core.resolve(
      `${JD} https://item.jd.com/list.html ${PDD} https://detail.1688.com/offer/713417934359.html`,
    );
    const results = await core.lookUp(refs, { lane: 'batch' });
    expect(results.map(({ outcome }) => outcome)).toEqual(['ok', 'invalid', 'ok', 'unsupported']);
  });
});

describe('getShopProducts', () => {
  const SHOP = 'https://mall.jd.com/index-1000004067.html';

  it('lists one page of 20 and continues at its cursor', async () => {
    const { core } = await open();
    const first = await core.getShopProducts(SHOP);
    expect(first).toMatchObject({ platform: 'jd', id: '1000004067', complete: false, sandbox: true });
    expect(first.products).toHaveLength(20);
    const next = await core.getShopProducts(SHOP, { cursor: first.nextCursor });
    expect(next.products[0]?.id).not.toBe(first.products[0]?.id);
  });

  it('lists a whole shop without repeats', async () => {
    const { core } = await open();
    const all = await core.getShopProducts(SHOP, { limit: Number.POSITIVE_INFINITY });
    expect(all.complete).toBe(true);
    expect(all.nextCursor).toBeUndefined();
    expect(new Set(all.products.map(({ id }) => id)).size).toBe(all.products.length);
    expect(all.products.length).toBe(all.total);
  });

  it('reads a bare shop id', async () => {
    const { core } = await open();
    expect(await core.getShopProducts('1000004067', { platform: 'jd', limit: 3 })).toMatchObject({
      id: '1000004067',
    });
  });

  it.each([
    ['https://mobile.yangkeduo.com/mall_page.html?mall_id=216822562', 'unsupported', /not available/],
    [JD, 'invalid', /not a shop/],
    ['whatever', 'invalid', /No shop link/],
  ])('refuses %s with %s', async (text, outcome, message) => {
    const { core } = await open();
    await expect(core.getShopProducts(text)).rejects.toMatchObject({
      outcome,
      message: expect.stringMatching(message),
    });
  });

  it('refuses a cursor of another shop', async () => {
    const { core } = await open();
    await expect(core.getShopProducts(SHOP, { cursor: 'bm9uc2Vuc2U' })).rejects.toMatchObject({
      code: 'stale_cursor',
    });
  });
});

describe('the embedded sandbox', () => {
  it('marks every failure, whether or not an upstream was asked', async () => {
    const { core, sandbox } = await open({
      environment: { BIJIA_SANDBOX: '1', BIJIA_CALL_TIMEOUT: '2s' },
    });
    sandbox.setFaults([{ kind: 'hang', upstream: 'pdd-ddk' }]);
    const results = await Promise.all(
      ['nothing', 'https://3.cn/dead', PDD, JD].map((text) => core.get(text)),
    );
    expect(results.flat().map(({ outcome, sandbox }) => [outcome, sandbox])).toEqual([
      ['invalid', true],
      ['invalid', true],
      ['upstream_error', true],
      ['ok', true],
    ]);
    await expect(core.getShopProducts('nothing')).rejects.toThrow('No shop link');
    expect(core.isSandbox).toBe(true);
  });

  it('is not marked where only addresses lead to a sandbox that was not asked', async () => {
    const { core } = await open();
    expect((await core.get('nothing'))[0]?.sandbox).toBeUndefined();
    expect(core.isSandbox).toBe(false);
  });

  it('is known from the first answer on: what fails later is marked, too', async () => {
    const { core, sandbox } = await open();
    await core.get(PDD);
    expect(core.isSandbox).toBe(true);
    sandbox.setFaults([{ kind: 'reset' }]);
    expect(await core.get(PDD, { fresh: true })).toMatchObject([
      { outcome: 'upstream_error', sandbox: true },
    ]);
  });
});

describe('secrets', () => {
  it('appear in no log line and no result', async () => {
    const { core, sandbox, log, environment } = await open({ environment: { BIJIA_CALL_TIMEOUT: '300ms' } });
    sandbox.setFaults([
      { kind: 'status', code: '500', times: 2 },
      { kind: 'garbage', times: 2 },
      { kind: 'throttled', times: 2 },
      { kind: 'code', code: '10001', times: 2 },
      { kind: 'reset', times: 2 },
    ]);
    const results = [];
    for (let round = 0; round < 4; round += 1) {
      for (const link of [JD, PDD]) results.push(await core.get(link, { fresh: true }));
    }
    const said = JSON.stringify(results) + log.join('\n');
    expect(log.length).toBeGreaterThan(3);
    for (const name of ['JD_UNION_APP_SECRET', 'JUMDATA_APP_SECRET', 'JD_OPEN_APP_SECRET']) {
      const secret = environment[name];
      if (secret) expect(said).not.toContain(secret);
    }
    expect(said).not.toMatch(/sign=|[0-9A-F]{64}/);
  });
});
