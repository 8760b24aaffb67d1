import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { providers } from '../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { runCli, runCliProcess, startCli, startCliProcess } from '../helpers/run-cli.js';

let sandbox: Sandbox;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-cli-'));
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  sandbox = await startSandbox({ upstreams });
  environment = { ...sandbox.environment, BIJIA_STATE_DIR: folder };
});
afterAll(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const embedded = () => ({ BIJIA_SANDBOX: '1', BIJIA_STATE_DIR: folder });

describe('bijia get', () => {
  it('prints a card in the embedded sandbox, marked as such', async () => {
    const { code, stdout, stderr } = await runCliProcess(
      ['get', '8420152864', '--source', 'pdd-jumdata', '--platform', 'pdd'],
      {
        environment: embedded(),
      },
    );
    expect(code).toBe(0);
    for (const text of ['¥15.60–¥85.80 group', '¥21–¥121', '¥122', '100K+', '931', '4 variants']) {
      expect(stdout).toContain(text);
    }
    expect(stdout).toContain('宝贝粮仓母婴用品店');
    expect(stdout).toContain('[SIMULATED DATA]');
    expect(stderr).toMatch(/Sandbox: everything below is simulated data/);
  });

  it('prints one JSON document on stdout and nothing else', async () => {
    const run = await runCliProcess(
      ['get', '8420152864', '--source', 'pdd-jumdata', '--platform', 'pdd', '--json'],
      { environment },
    );
    expect(JSON.parse(run.stdout)).toMatchObject({
      sandbox: true,
      results: [
        {
          input: '8420152864',
          outcome: 'ok',
          platform: 'pdd',
          product: {
            price: { amount: 15.6, kind: 'group', currency: 'CNY', from: 15.6, to: 85.8 },
            sales: { count: 100000, at_least: true },
            sku_count: 4,
            sandbox: true,
          },
        },
      ],
    });
    expect(run.stderr).toBe('');
  });

  it('adds SKUs, attributes and images with --full', async () => {
    const run = await runCli(['get', '100012345678', '--platform', 'jd', '--full', '--json'], {
      environment,
    });
    const { product } = JSON.parse(run.stdout).results[0];
    expect(product.skus.length).toBe(product.sku_count);
  });

  it('exits with 1 when any input is not ok, and still prints the document', async () => {
    const args = ['get', 'https://item.jd.com/100012345678.html', 'nothing here', '--json'];
    const { code, stdout } = await runCli(args, { environment });
    expect(code).toBe(1);
    expect(JSON.parse(stdout).results.map(({ outcome }: { outcome: string }) => outcome)).toEqual([
      'ok',
      'invalid',
    ]);
  });

  it.each([
    ['en', '100012345678', 'Run: bijia get 100012345678 --platform jd (or pdd'],
    ['zh', '100012345678', '运行：bijia get 100012345678 --platform jd（或 pdd'],
    ['en', 'https://www.amazon.com/dp/B0C1', "amazon.com isn't supported. Supported: JD, Pinduoduo"],
    ['zh', 'https://www.amazon.com/dp/B0C1', 'amazon.com 不是支持的平台。支持：京东、拼多多'],
    ['zh', 'https://mobile.yangkeduo.com/mall_page.html?mall_id=216822562', '拼多多的店铺不能列出'],
  ])('leads on, in %s, from %s', async (lang, text, sentence) => {
    const { code, stderr } = await runCli(['get', text, '--lang', lang], { environment });
    expect([code, stderr]).toEqual([1, expect.stringContaining(sentence)]);
    expect(stderr).not.toContain('bijia shop');
  });

  it('exits with 2 without credentials, saying what to set and how to try', async () => {
    const bare = { BIJIA_STATE_DIR: folder };
    const run = await runCli(['get', 'https://item.jd.com/1.html'], { environment: bare });
    expect(run.code).toBe(2);
    expect(run.stdout).toBe('');
    expect(run.stderr).toMatch(/JD_UNION_APP_KEY and JD_UNION_APP_SECRET.*BIJIA_SANDBOX=1/s);
    const json = await runCli(['get', 'https://item.jd.com/1.html', '--json'], { environment: bare });
    expect(JSON.parse(json.stdout).results[0].outcome).toBe('not_configured');
  });

  it('names every problem of the configuration at once', async () => {
    const run = await runCli(['get', '1'], {
      environment: { JD_UNION_APP_KEY: 'x', JD_UNION_QUOTA: 'many' },
    });
    expect(run.code).toBe(2);
    expect(run.stderr).toMatch(/JD_UNION_QUOTA expects/);
    expect(run.stderr).toMatch(/JD_UNION_APP_SECRET is missing/);
    expect(run.stderr).not.toMatch(/\n\s+at /);
  });

  it('says that credentials are not used in the sandbox', async () => {
    const run = await runCli(['get', '100012345678', '--platform', 'jd'], {
      environment: { ...embedded(), JD_UNION_APP_KEY: 'real', JD_UNION_APP_SECRET: 'real-secret' },
    });
    expect(run.code).toBe(0);
    expect(run.stderr).toMatch(/Your credentials are not used/);
  });

  it('explains a usage mistake and exits with 2', async () => {
    const missing = await runCli(['get'], { environment });
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringMatching(/missing required argument/)]);
    const unknown = await runCli(['get', '1', '--platfrom', 'jd'], { environment });
    expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringMatching(/Did you mean --platform/)]);
    expect((await runCli(['gte'], { environment })).stderr).toMatch(/Did you mean get/);
  });

  it.each(['get', 'batch', 'shop'])('tells in the help of %s what its options may name', async (command) => {
    const help = (await runCli([command, '--help'])).stdout.replace(/\s+/g, ' ');
    const named = (option: string) =>
      new RegExp(`--${option} <[^:]*: ((?:[\\w-]+(?:, | or ))*[\\w-]+)`).exec(help)?.[1]?.split(/, | or /);
    expect(named('platform')).toEqual([...new Set(providers.map((one) => one.marketplace.id))]);
    expect(named('source')).toEqual(providers.map(({ id }) => id));
  });

  it.each([
    ['shop', '1', '--limit', 'abc'],
    ['shop', '1', '--limit', '0'],
    ['shop', '1', '--limit', '-1'],
    ['shop', '1', '--all', '--limit', '5'],
    ['batch', '-', '--max-calls', '1.5'],
    ['batch', '-', '--out', 'prices.pdf'],
    ['shop', '1', '--out', 'shop.txt'],
    ['sandbox', '--port', '99999'],
    ['sandbox', '--quota', '100'],
    ['get', '1', '--platform', 'jdd'],
    ['get', '1', '--source', 'foo'],
    ['batch', '-', '--platform', 'jdd'],
    ['shop', '1', '--source', 'foo'],
    ['shop', '1', '--out', 'shop.csv', '--json'],
    ['drops', '--out', 'drops.csv', '--json'],
    ['drops', '--out', 'drops.pdf'],
    ['drops', '--min', '150%'],
    ['watch', '1', '--drop', '0%'],
    ['watch', '1', '--below', '5000', '--drop', '5%'],
    ['watch', '1', '--low', '--stock'],
  ])('names the option that cannot be read: %s %s %s %s', async (...args) => {
    const { code, stdout, stderr } = await runCli(args, { environment });
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(
      /^error: option '--(limit|max-calls|out|port|quota|platform|source|min|drop|below|low)( <|').*(is invalid\. (It expects|\S+ must end)|cannot be used)/,
    );
  });

  it.each([['-'], ['-', '--json']])('does not take nothing on stdin for success: get %j', async (...args) => {
    const { code, stderr } = await runCli(['get', ...args], { environment, stdin: '\n \n' });
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^Nothing was given/)]);
  });

  it('makes one call for the same link a hundred times, and warns of nothing', async () => {
    const before = sandbox.arrivals().length;
    const links = Array.from({ length: 100 }, () => 'https://item.jd.com/100012345001.html');
    const { code, stdout, stderr } = await runCliProcess(['get', '--json', ...links], { environment });
    expect([code, stderr]).toEqual([0, '']);
    expect(JSON.parse(stdout).results).toHaveLength(100);
    expect(sandbox.arrivals().length).toBe(before + 1);
  });

  it('ends with 130 on Ctrl-C, whatever is in flight', async () => {
    const before = sandbox.arrivals().length;
    sandbox.setFaults([{ kind: 'hang' }]);
    const ids = Array.from({ length: 20 }, (_, at) => String(100012346000 + at));
    const { signal, end } = startCliProcess(['get', '--json', '--platform', 'jd', ...ids], { environment });
    await expect.poll(() => sandbox.arrivals().length).toBe(before + 20);
    signal('SIGINT');
    const { code, stdout, stderr } = await end;
    sandbox.setFaults([]);
    expect([code, stderr]).toEqual([130, '']);
    expect(new Set(JSON.parse(stdout).results.map(({ outcome }: { outcome: string }) => outcome))).toEqual(
      new Set(['cancelled']),
    );
  });

  it('shows no control character of what was pasted', async () => {
    const { stderr } = await runCli(['get', '\u001B]0;title\u0007\u202Ehello'], { environment });
    expect(stderr).toMatch(/^not recognised {2}\]0;titlehello\n/);
  });

  it('reads texts from stdin where - is given', async () => {
    const stdin = 'https://item.jd.com/100012345678.html\r\n\nhttps://item.jd.com/100012345001.html\n';
    const { code, stdout } = await runCli(['get', '-', '--json'], { environment, stdin });
    expect([code, JSON.parse(stdout).results.map(({ id }: { id: string }) => id)]).toEqual([
      0,
      ['100012345678', '100012345001'],
    ]);
  });

  it.each([
    [{ BIJIA_LANG: 'zh' }, []],
    [{ LANG: 'zh_CN.UTF-8' }, []],
    [{ LANG: 'en_GB.UTF-8' }, ['--lang', 'zh']],
  ])('speaks Chinese with %s %s', async (spoken, args) => {
    const run = await runCli(
      ['get', '8420152864', '--source', 'pdd-jumdata', '--platform', 'pdd', '1.2', ...args],
      {
        environment: { ...embedded(), ...spoken },
      },
    );
    for (const text of ['现价', '拼单价', '10万+', '有货', '模拟数据', '数据源']) {
      expect(run.stdout + run.stderr).toContain(text);
    }
    expect(run.stderr).toMatch(/^沙箱：以下都是模拟数据。\n无法识别 {2}1\.2\n {2}\p{Script=Han}/mu);
  });

  it('prints help on stdout and exits with 0', async () => {
    const { code, stdout } = await runCliProcess(['--help']);
    expect(code).toBe(0);
    for (const command of ['get', 'resolve', 'shop', 'sandbox']) expect(stdout).toContain(command);
  });
});

describe('bijia resolve', () => {
  it('works without network and credentials', async () => {
    const text =
      '【京东】https://3.cn/2porp-78?jkl=@OFzLBAZcuinE@ CA8680 「海尔」 https://item.jd.com/100008348542.html';
    const { code, stdout } = await runCli([
      'resolve',
      text,
      'https://item.jd.com/100008348542.html',
      '--json',
    ]);
    expect(code).toBe(0);
    expect(JSON.parse(stdout).results[1]).toEqual({
      text: 'https://item.jd.com/100008348542.html',
      refs: [
        { platform: 'jd', kind: 'product', id: '100008348542', url: 'https://item.jd.com/100008348542.html' },
      ],
    });
  });

  it('reads texts line by line', async () => {
    const stdin = '"https://item.jd.com/1515101139.html"\n{"text":"茅台"}\nplain https://u.jd.com/0CMGTMh\n';
    const { code, stdout, stderr } = await runCli(['resolve', '--jsonl'], { stdin });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(
      lines.map(({ refs }) => refs.map(({ kind, id }: { kind: string; id: string }) => [kind, id])),
    ).toEqual([[['product', '1515101139']], [], [['short', null]]]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^1 line is read as plain text/);
  });
});

describe('bijia resolve --jsonl', () => {
  it('reads a file with a byte order mark, and answers in lines that no reader splits', async () => {
    const text = 'a\u2028b\u0085c\u2029https://item.jd.com/1515101139.html';
    const stdin = `\ufeff${JSON.stringify(text)}\n`;
    const { code, stdout, stderr } = await runCli(['resolve', '--jsonl'], { stdin });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).not.toMatch(/[\u0085\u2028\u2029]/);
    expect(JSON.parse(stdout)).toMatchObject({ text, refs: [{ id: '1515101139' }] });
  });

  it('ends on Ctrl-C while it waits for lines', async () => {
    const { stdin, stdout, signal, end } = startCli(['resolve', '--jsonl']);
    stdin.write('"https://item.jd.com/1515101139.html"\n');
    await once(stdout, 'data');
    signal('SIGINT');
    expect(await end).toMatchObject({ code: 130, stderr: '' });
  });
});

describe('bijia sandbox', () => {
  it('says that its port is taken', async () => {
    const { port } = new URL(sandbox.origin);
    const { code, stderr } = await runCli(['sandbox', '--port', port]);
    expect([code, stderr]).toEqual([2, expect.stringMatching(/^The port \d+ is taken by another program/)]);
  });

  it('prints settings that a shell takes as they are, JSON among them', async () => {
    const started = startCli(['sandbox', '--port', '0']);
    await once(started.stdout, 'data');
    started.signal('SIGINT');
    const { stdout } = await started.end;
    const script = `${stdout}\nnode -e 'process.stdout.write(JSON.stringify(process.env))'`;
    const seen = JSON.parse(execFileSync('sh', ['-c', script], { encoding: 'utf8' }));
    for (const name of Object.keys(sandbox.environment)) expect(stdout).toContain(`export ${name}=`);
    expect(JSON.parse(seen.PDD_DDK_CUSTOM_PARAMETERS)).toMatchObject({ uid: expect.any(String) });
  });
});

describe('bijia shop', () => {
  it.each([[[]], [['--all']]])('prints the error as JSON too (%j)', async (flags) => {
    sandbox.setFaults([{ kind: 'garbage', upstream: 'jd-union', method: 'jingdong.goods.search' }]);
    const args = ['shop', '1000004067', '--platform', 'jd', '--json', ...flags];
    const { code, stdout, stderr } = await runCli(args, { environment });
    sandbox.setFaults([]);
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      input: '1000004067',
      outcome: 'upstream_error',
      error: { code: 'unexpected_response' },
      sandbox: true,
    });
    expect(stderr).toMatch(/not JSON/);
  });

  it('shows no count of a shop whose size nobody has said yet', async () => {
    const state = { ...environment, BIJIA_STATE_DIR: join(folder, 'unlisted') };
    sandbox.setFaults([{ kind: 'garbage', upstream: 'jd-union', method: 'jingdong.goods.search' }]);
    await runCli(['shop', '1000004067', '--platform', 'jd', '--all'], { environment: state });
    sandbox.setFaults([]);
    const { stdout } = await runCli(['jobs'], { environment: state });
    expect(stdout).toMatch(/shop {2}stopped/);
    expect(stdout).not.toContain('0/0');
    const [job] = JSON.parse((await runCli(['jobs', '--json'], { environment: state })).stdout).jobs;
    expect(job).not.toHaveProperty('total');
  });

  it('writes what it lists to a file', async () => {
    const out = join(folder, 'shop.csv');
    const args = ['shop', '1000004067', '--platform', 'jd', '--limit', '3', '--out', out];
    const { code, stdout, stderr } = await runCli(args, { environment });
    expect([code, stdout]).toEqual([0, '']);
    expect(stderr).toMatch(/^3 products → .*shop\.csv\nMore: --cursor/);
    expect((await readFile(out, 'utf8')).trim().split('\n')).toHaveLength(4);
  });

  it('lists one page by default and everything with --all', async () => {
    const page = JSON.parse(
      (await runCli(['shop', '1000004067', '--platform', 'jd', '--json'], { environment })).stdout,
    );
    expect(page).toMatchObject({
      shop: { platform: 'jd', id: '1000004067' },
      count: 20,
      complete: false,
      sandbox: true,
    });
    expect(page.next_cursor).toBeTruthy();
    const all = await runCli(['shop', '1000004067', '--platform', 'jd', '--all', '--json'], { environment });
    expect(JSON.parse(all.stdout)).toMatchObject({ complete: true, count: page.total });
  });

  it('says why a shop cannot be listed', async () => {
    const link = 'https://mobile.yangkeduo.com/mall_page.html?mall_id=216822562';
    const { code, stderr } = await runCli(['shop', link], { environment });
    expect(code).toBe(1);
    expect(stderr).toMatch(/not available for Pinduoduo/);
  });
});

describe('.env', () => {
  it('is read from the working directory, and loses against the real environment', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'bijia-env-'));
    const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    await writeFile(join(cwd, '.env'), lines.join('\n'));
    const args = ['get', '100012345678', '--platform', 'jd', '--json'];
    expect((await runCli(args, { cwd })).code).toBe(0);
    const overruled = await runCli(args, {
      cwd,
      environment: { ...environment, JD_UNION_APP_SECRET: 'other' },
    });
    expect(JSON.parse(overruled.stdout).results[0].error.code).toBe('credentials_refused');
    await rm(cwd, { recursive: true });
  });

  it('never sends the credentials of the environment to an address of the file', async () => {
    const cwd = await mkdtemp(join(tmpdir(), 'bijia-env-'));
    const { JD_UNION_APP_KEY, JD_UNION_APP_SECRET, ...rest } = environment;
    await writeFile(
      join(cwd, '.env'),
      Object.entries(rest)
        .filter(([name]) => name.endsWith('_URL'))
        .map(([name, value]) => `${name}=${value}`)
        .join('\n'),
    );
    const before = sandbox.arrivals().length;
    const run = await runCli(['get', '100012345678', '--platform', 'jd', '--json'], {
      cwd,
      environment: {
        JD_UNION_APP_KEY,
        JD_UNION_APP_SECRET,
        BIJIA_STATE_DIR: folder,
        BIJIA_CALL_TIMEOUT: '500ms',
      },
    });
    expect(JSON.parse(run.stdout).results[0].outcome).toBe('upstream_error');
    expect(sandbox.arrivals().length).toBe(before);
    await rm(cwd, { recursive: true });
  });
});

describe('bijia demo', () => {
  it('shows commands that every shell runs as they stand, whatever their links hold', async () => {
    const { code, stdout } = await runCli(['demo'], { environment: embedded() });
    expect(code).toBe(0);
    const links = [...stdout.matchAll(/^\$ bijia (?:get|shop) (\S+)/gm)].map(([, link]) => link);
    expect(links.length).toBeGreaterThan(new Set(providers.map(({ marketplace }) => marketplace)).size);
    expect(links.filter((link) => !/^'[^']+'$/.test(link ?? ''))).toEqual([]);
  });
});
