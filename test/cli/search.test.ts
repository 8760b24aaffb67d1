import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ProductJson, providers } from '../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { runCli, startCli } from '../helpers/run-cli.js';

let sandbox: Sandbox;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-search-'));
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  sandbox = await startSandbox({ upstreams, quota: '1000/1s' });
  environment = { ...sandbox.environment, BIJIA_STATE_DIR: folder, JD_UNION_DIALECT: 'jos' };
});
beforeEach(() => sandbox.setFaults([]));
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (args: readonly string[], more: Readonly<Record<string, string>> = {}, stdin?: string) =>
  runCli(args, { environment: { ...environment, ...more }, ...(stdin !== undefined && { stdin }) });
const runJson = async (args: readonly string[], more = {}) => {
  const { code, stdout, stderr } = await run([...args, '--json'], more);
  return { code, stderr, document: JSON.parse(stdout) };
};
const MILK = 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864';

describe('Ctrl-C', () => {
  it.each([
    ['search', ['search', '手机']],
    ['link', ['link', MILK]],
    ['compare', ['compare', MILK, 'https://item.jd.com/100012345679.html']],
    ['history', ['history', '--fresh', MILK]],
  ])('ends %s with 130 while its upstreams are silent', async (_name, args) => {
    sandbox.setFaults([{ kind: 'hang' }]);
    const before = sandbox.arrivals().length;
    const { signal, end } = startCli(args, { environment });
    await expect.poll(() => sandbox.arrivals().length).toBeGreaterThan(before);
    signal('SIGINT');
    expect((await end).code).toBe(130);
  });
});

describe('bijia search', () => {
  it('takes all marketplaces in turn, each row with marketplace, kind of price and shop', async () => {
    const { code, stdout, stderr } = await run(['search', '手机', '--limit', '6']);
    const rows = stdout.trim().split('\n');
    expect([code, rows.length]).toEqual([0, 6]);
    expect(rows.map((row) => /(jd|pdd|taobao) \S+$/.exec(row)?.[1])).toEqual([
      ...['jd', 'pdd', 'taobao'],
      ...['jd', 'pdd', 'taobao'],
    ]);
    for (const row of rows)
      expect(row).toMatch(/¥[\d,.]+ (?:after coupon|sale price|group price|list price)/);
    expect(rows.some((row) => row.includes('旗舰店'))).toBe(true);
    expect(stderr).toContain('More: --cursor ');
  });

  it('says which marketplace is not searched as it is set up, and what to change', async () => {
    const { code, stdout, stderr } = await run(['search', '手机', '--limit', '2'], {
      JD_UNION_DIALECT: 'guide',
    });
    expect([code, stdout.includes('jd ')]).toEqual([0, false]);
    expect(stderr).toContain('set JD_UNION_DIALECT=jos');
  });

  it('prints products, the cursor and failures in JSON, and nothing else', async () => {
    const { code, document } = await runJson(['search', '快充', '--limit', '5', '--platform', 'pdd']);
    expect([code, Object.keys(document)]).toEqual([0, ['products', 'next_cursor']]);
    for (const product of document.products) ProductJson.parse(product);
    const next = await runJson([
      'search',
      '快充',
      '--limit',
      '5',
      '--platform',
      'pdd',
      '--cursor',
      document.next_cursor,
    ]);
    const ids = [...document.products, ...next.document.products].map(({ id }) => id);
    expect(new Set(ids).size).toBe(10);
  });

  it('keeps to the highest price and to coupons, the cheapest first within each marketplace', async () => {
    const { document } = await runJson([
      'search',
      '手机',
      '--sort',
      'price',
      '--max-price',
      '60',
      '--coupon',
    ]);
    const pdd = document.products.filter(({ platform }: { platform: string }) => platform === 'pdd');
    const amounts = pdd.map(({ price }: { price: { amount: number } }) => price.amount);
    expect(amounts.length).toBeGreaterThan(1);
    expect(amounts).toEqual([...amounts].sort((a, b) => a - b));
    for (const { price } of document.products) expect(price.amount).toBeLessThanOrEqual(60);
  });

  it('is not spoilt by a marketplace that fails, which it names', async () => {
    sandbox.setFaults([{ kind: 'code', code: '20004', upstream: 'pdd-ddk' }]);
    const { code, document } = await runJson(['search', '手机', '--limit', '4']);
    expect([code, Object.keys(document)]).toEqual([1, ['products', 'next_cursor', 'failed']]);
    expect(document.products).toHaveLength(4);
    expect(document.failed).toMatchObject([
      { platform: 'pdd', source: 'pdd-ddk', error: { retryable: false } },
    ]);
    const { stderr } = await run(['search', '手机', '--limit', '4']);
    expect(stderr).toMatch(/pdd-ddk: .*PDD_DDK_CLIENT_SECRET/);
  });

  it.each([
    ['one character', ['搜'], 0, undefined],
    ['500 characters', ['x'.repeat(500)], 1, 'too_many_words'],
    ['no words', [' '], 1, 'no_words'],
    ['a cursor of something else', ['手机', '--cursor', 'abc'], 1, 'wrong_cursor'],
  ])('has an answer to %s', async (_, args, code, errorCode) => {
    const answer = await runJson(['search', ...args, '--platform', 'pdd']);
    expect([answer.code, answer.document.error?.code]).toEqual([code, errorCode]);
    if (errorCode) expect(answer.document).toMatchObject({ products: [], outcome: 'invalid' });
    const { stderr } = await run(['search', ...args, '--platform', 'pdd', '--lang', 'zh']);
    if (errorCode) expect(stderr).toMatch(/\p{Script=Han}.*。/u);
  });

  it.each([
    ['nothing found', '没有这种东西', 'Nothing was found'],
    ['nothing found, in Chinese', '没有这种东西', '没有搜到', '--lang', 'zh'],
  ])('says what to do about %s', async (_, words, sentence, ...more) => {
    const { code, stdout, stderr } = await run(['search', words, '--platform', 'pdd', ...more]);
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toContain(sentence);
  });

  it('says that the cursor of yesterday names a list that is gone', async () => {
    const { document } = await runJson(['search', '快充', '--limit', '5', '--platform', 'pdd']);
    const cursor = JSON.parse(Buffer.from(document.next_cursor, 'base64url').toString());
    cursor.places['pdd-ddk'] = { continuation: '2 10 of-yesterday' };
    const old = Buffer.from(JSON.stringify(cursor)).toString('base64url');
    const args = ['search', '快充', '--limit', '5', '--platform', 'pdd', '--cursor', old];
    const { code, document: answer } = await runJson(args);
    expect(code).toBe(1);
    expect(answer.failed[0].error).toMatchObject({ code: 'continuation_expired', retryable: false });
  });

  it.each([
    ['an unauthorised PID', '10001_20404', 'pid_not_authorised', 'bijia login pdd-ddk'],
    ['a foreign PID', '10001_99999', 'pid_refused', 'not a promotion place of this account'],
    ['a missing right', '10001_40004', 'interface_not_permitted', 'open.pinduoduo.com'],
  ])('says what to do about %s', async (_, PDD_DDK_PID, code, sentence) => {
    const { document } = await runJson(['search', '手机', '--platform', 'pdd'], { PDD_DDK_PID });
    expect(document.failed).toMatchObject([{ error: { code, message: expect.stringContaining(sentence) } }]);
  });
});

describe('bijia link', () => {
  it('gives the same text with the links of the operator', async () => {
    const { code, stdout } = await run(['link', `好价 ${MILK} 快抢`, '--sub-id', 'blog']);
    expect(code).toBe(0);
    expect(stdout.trim()).toMatch(/^好价 https:\/\/p\.pinduoduo\.com\/\S+ 快抢$/);
  });

  it('reads a file, and stdin', async () => {
    const file = join(folder, 'post.txt');
    await writeFile(file, `一\n${MILK}\n三`);
    const runs = [
      await run(['link', file]),
      await run(['link', '-'], {}, `一\n${MILK}\n三`),
      await runCli(['link', 'post.txt'], { cwd: folder, environment: { ...environment } }),
    ];
    for (const { stdout } of runs) {
      expect(stdout).toMatch(/^一\nhttps:\/\/p\.pinduoduo\.com\/\S+\n三\n/);
    }
  });

  it('takes the name of a file that is not there for no text', async () => {
    const { code, stdout, stderr } = await run(['link', 'pots.txt']);
    expect([code, stdout, stderr]).toEqual([1, '', expect.stringMatching(/^There is no file .*pots\.txt\./)]);
  });

  it('leaves what cannot be converted as it is, and lists it', async () => {
    const unknown = 'https://item.jd.com/100000000777.html';
    const { code, document } = await runJson(['link', `${MILK} ${unknown}`]);
    expect(code).toBe(1);
    expect(document.text).toContain(unknown);
    expect(document.links).toMatchObject([
      { platform: 'pdd', id: '8420152864', promotion_link: expect.any(String) },
    ]);
    expect(document.failed).toMatchObject([
      { link: unknown, platform: 'jd', error: { code: 'not_promoted' } },
    ]);
  });

  it('shows promotion links in a lookup only where the operator wants that, marked as such', async () => {
    const hidden = await run(['get', MILK]);
    const shown = await run(['get', MILK], { BIJIA_BUY_LINKS: '1' });
    expect(hidden.stdout).not.toContain('Promotion link');
    expect(shown.stdout).toMatch(/Promotion link +https:/);
  });
});
