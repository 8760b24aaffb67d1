import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { examineNode, LOWEST_NODE_VERSION } from '../../src/core/doctor/examine-machine.js';
import { createCore, type formatCheck, parseConfig, providers } from '../../src/core/index.js';
import { type Sandbox, type SandboxOptions, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { createFakeBotApi } from '../fake-telegram/index.js';
import { type CliRun, runCli, runCliProcess } from '../helpers/run-cli.js';

type Check = ReturnType<typeof formatCheck>;
type Environment = Record<string, string | undefined>;

let folder: string;
const running: Pick<Sandbox, 'close'>[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-doctor-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.close()));
  await rm(folder, { recursive: true, force: true });
});

async function start(options: Partial<SandboxOptions> = {}) {
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  const sandbox = await startSandbox({ upstreams, ...options });
  running.push(sandbox);
  return sandbox;
}

interface Examined extends CliRun {
  readonly ok: boolean;
  readonly find: (area: string, name: string) => Check | undefined;
  readonly problems: readonly string[];
}

async function examine(environment: Environment, ...flags: string[]): Promise<Examined> {
  const run = await runCli(['doctor', '--json', ...flags], {
    environment: { BIJIA_STATE_DIR: folder, ...environment },
  });
  return readExamined(run);
}

function readExamined(run: CliRun): Examined {
  const { ok, checks } = JSON.parse(run.stdout) as { ok: boolean; checks: Check[] };
  return {
    ...run,
    ok,
    find: (area, name) => checks.find((check) => check.area === area && check.name === name),
    problems: checks.flatMap(({ area, name, status }) => (status === 'problem' ? [`${area}: ${name}`] : [])),
  };
}

describe('what is assumed', () => {
  it('is told of the dialect that is spoken, not of the other', async () => {
    const { environment } = await start();
    const guide = await examine(environment, '--yes');
    const jos = await examine({ ...environment, JD_UNION_DIALECT: 'jos' }, '--yes');
    const [inGuide, inJos] = [guide, jos].map(({ find }) => find('jd-union', 'assumptions')?.found);
    expect(inGuide).toMatch(/never tried with real credentials; .*JD_UNION_SIGN/);
    expect(inGuide).not.toContain('sceneId');
    expect(inJos).toContain('sceneId 2');
    expect(inJos).not.toContain('JD_UNION_SIGN');
  });
});

describe('bijia doctor in Chinese', () => {
  const inChinese = (environment: Environment) =>
    runCli(['--lang', 'zh', 'doctor', '--yes'], { environment: { BIJIA_STATE_DIR: folder, ...environment } });
  /** Three words of English in a row: what was left in the other language. */
  const ENGLISH = /[a-z]{2,} [a-z]{2,} [a-z]{2,}/;

  it('says everything in Chinese when all is well', async () => {
    const { environment } = await start();
    const { stdout } = await inChinese({ ...environment, JD_UNION_DIALECT: 'jos', JD_OPEN_DIALECT: 'jos' });
    expect(stdout).toMatch(/^✓ 本机 +数据目录/m);
    expect(stdout).toMatch(/用了 1 次付费调用/);
    expect(stdout).toMatch(/没有发现问题。$/m);
    expect(stdout.split('\n').filter((line) => ENGLISH.test(line))).toEqual([]);
  });

  it.each<[string, (sandbox: Sandbox) => Environment, RegExp]>([
    ['nothing is set', () => ({}), /设置其中一组：/],
    [
      'a secret is wrong',
      ({ environment }) => ({ ...environment, JD_UNION_APP_SECRET: 'wrong' }),
      /✗ jd-union .*失败/,
    ],
    ['a setting cannot be read', () => ({ BIJIA_SANDBOX: '1', JD_UNION_QUOTA: 'many' }), /JD_UNION_QUOTA/],
    [
      'nobody listens where the proxy is',
      () => ({ BIJIA_SANDBOX: '1', HTTPS_PROXY: 'http://127.0.0.1:9' }),
      /127\.0\.0\.1:9 连不上/,
    ],
  ])('and when %s', async (_, toEnvironment, expected) => {
    const { stdout, code } = await inChinese(toEnvironment(await start()));
    expect(code).not.toBe(0);
    expect(stdout).toMatch(expected);
    expect(stdout).toMatch(/发现 \d+ 个问题。/);
    expect(stdout.split('\n').filter((line) => ENGLISH.test(line))).toEqual([]);
  });
});

describe('bijia doctor', () => {
  it('finds nothing configured, and says what to set', async () => {
    const { code, ok, problems, find } = await examine({});
    expect([code, ok, problems]).toEqual([1, false, ['configuration: providers']]);
    for (const { settings } of providers) {
      for (const { env, credential } of Object.values(settings)) {
        if (credential) expect(find('configuration', 'providers')?.advice).toContain(env);
      }
    }
  });

  it.each(['guide', 'jos'])('finds everything in order, dialect %s', async (dialect) => {
    const { environment, arrivals } = await start();
    const { code, ok, problems, find } = await examine(
      { ...environment, JD_UNION_DIALECT: dialect, JD_OPEN_DIALECT: dialect },
      '--yes',
    );
    expect([code, ok, problems]).toEqual([0, true, []]);
    for (const { id } of providers) {
      expect(find(id, 'clock')).toMatchObject({ status: 'ok', found: expect.stringContaining('agrees') });
      expect(find(id, 'permits')?.found).toMatch(/^\d of \d+ in use$/);
    }
    // One counted call for each provider, and for each right that is tried by itself.
    const apart = arrivals().filter(({ upstream }) => upstream === 'pdd-ddk').length;
    // Taobao's alliance gives search and links apart, too.
    const rights = (dialect === 'jos' ? 2 : 0) + 2;
    expect([apart, arrivals().length - apart]).toEqual([5, providers.length - 1 + rights]);
  });

  it('says that a wrong secret is one', async () => {
    const { environment } = await start();
    const wrong = {
      JD_UNION_APP_SECRET: 'wrong-1',
      JD_OPEN_APP_SECRET: 'wrong-2',
      JUMDATA_APP_SECRET: 'wrong-3',
    };
    const { code, problems, find, stdout } = await examine({ ...environment, ...wrong }, '--yes');
    expect(code).toBe(1);
    expect(problems).toEqual(['jd-union: access token', 'jd-open: one product', 'pdd-jumdata: one product']);
    expect(find('jd-union', 'access token')?.advice).toMatch(/JD_UNION_APP_KEY and JD_UNION_APP_SECRET/);
    expect(find('jd-union', 'one product')).toMatchObject({ status: 'skipped' });
    expect(find('jd-open', 'one product')?.advice).toMatch(/JD_OPEN_APP_SECRET.*JD_OPEN_DIALECT/);
    expect(find('pdd-jumdata', 'one product')?.advice).toMatch(/JUMDATA_APP_SECRET.*clock/);
    for (const secret of Object.values(wrong)) expect(stdout).not.toContain(secret);
  });

  it('says that the dialect is the wrong one', async () => {
    const { environment, setFaults } = await start();
    setFaults([{ kind: 'unknown-method', upstream: 'jd-union', method: 'jd.union.open.goods.detail.query' }]);
    const { problems, find } = await examine(environment);
    expect(problems).toEqual(['jd-union: one product']);
    expect(find('jd-union', 'one product')).toMatchObject({
      found: expect.stringContaining('Invalid method'),
      advice: expect.stringContaining('Set JD_UNION_DIALECT=jos'),
    });
  });

  it.each([
    ['ahead of', -10],
    ['behind', 10],
  ])("says that the clock is %s the upstream's", async (words, minutes) => {
    const { environment } = await start({ now: () => Date.now() + minutes * 60_000 });
    const { code, problems, find } = await examine(environment);
    expect(code).toBe(1);
    expect(problems).toContain('jd-union: clock');
    expect(find('jd-union', 'clock')).toMatchObject({
      found: expect.stringMatching(new RegExp(`^(599|600|601) s ${words}`)),
      advice: expect.stringContaining('Set the clock'),
    });
    expect(find('jd-union', 'one product')?.advice).toMatch(/clock of this machine/);
  });

  it.each([
    ['jd-union', { JD_UNION_DIALECT: 'jos' }, '3', /allowed addresses/],
    ['jd-union', { JD_UNION_DIALECT: 'jos' }, '408', /restricted this account/],
    ['jd-open', { JD_OPEN_DIALECT: 'jos' }, '22', /not authorised by a merchant/],
    ['pdd-jumdata', {}, '603', /balance is used up; top it up/],
  ])('decodes what %s answers: %o, code %s', async (area, environment, code, advice) => {
    const sandbox = await start();
    const method = area === 'jd-union' ? 'jd.union.open.goods.query' : undefined;
    sandbox.setFaults([{ kind: 'code', code, upstream: area, ...(method && { method }) }]);
    const { problems, find } = await examine({ ...sandbox.environment, ...environment }, '--yes');
    const [problem = ''] = problems;
    expect(problem).toMatch(`${area}: `);
    expect(find(area, problem.slice(area.length + 2))?.advice).toMatch(advice);
  });

  it('names a right that is missing, which is an ordinary state, and where to apply for it', async () => {
    const sandbox = await start();
    sandbox.setFaults([
      { kind: 'code', code: '403', upstream: 'jd-union', method: 'jd.union.open.goods.query' },
      { kind: 'code', code: '20031', upstream: 'pdd-ddk', method: 'pdd.ddk.goods.zs.unit.url.gen' },
    ]);
    const { code, problems, find } = await examine(
      { ...sandbox.environment, JD_UNION_DIALECT: 'jos' },
      '--yes',
    );
    expect([code, problems]).toEqual([0, []]);
    expect(find('jd-union', 'search, coupons and stock')).toMatchObject({
      status: 'info',
      advice: expect.stringMatching(
        /may not call jd\.union\.open\.goods\.query.*Apply for it at union\.jd\.com/,
      ),
    });
    expect(find('pdd-ddk', 'promotion link')).toMatchObject({
      status: 'info',
      advice: expect.stringContaining('open.pinduoduo.com'),
    });
  });

  it('says that a shop has not authorised the application, and how it does', async () => {
    const { environment } = await start();
    const { find } = await examine({ ...environment, JD_OPEN_ACCESS_TOKEN: '', JD_OPEN_REFRESH_TOKEN: '' });
    expect(find('jd-open', 'access token')?.advice).toMatch(/bijia login jd-open/);
  });

  it('asks before it pays: without an answer the probe is left out, and that is not a problem', async () => {
    const { environment, arrivals } = await start();
    const { code, find } = await examine(environment);
    expect(code).toBe(0);
    expect(find('pdd-jumdata', 'one product')).toMatchObject({
      status: 'skipped',
      found: expect.stringContaining('paid'),
    });
    expect(arrivals().some(({ upstream }) => upstream === 'pdd-jumdata')).toBe(false);
  });

  it('says what today has cost', async () => {
    const { environment } = await start();
    const { find } = await examine({ ...environment, JUMDATA_DAILY_CALLS: '50' }, '--yes');
    expect(find('pdd-jumdata', 'paid calls')?.found).toBe('today 1 sent, 1 of them billed; daily limit 50');
    expect(find('jd-union', 'paid calls')).toBeUndefined();
  });

  it('names every setting that cannot be read, and still looks at the rest', async () => {
    const { code, problems, find } = await examine({ JD_UNION_APP_KEY: 'key', JD_UNION_QUOTA: 'many' });
    expect([code, problems]).toEqual([2, ['configuration: settings']]);
    expect(find('configuration', 'settings')?.advice).toMatch(/JD_UNION_QUOTA.*JD_UNION_APP_SECRET/s);
    expect(find('machine', 'Node.js')?.status).toBe('ok');
  });

  it('looks at the state folder: others must not read the tokens in it', async () => {
    const { environment } = await start();
    await examine(environment);
    await chmod(join(folder, 'tokens'), 0o755);
    const { problems, find } = await examine(environment);
    expect(problems).toEqual(['machine: state folder']);
    expect(find('machine', 'state folder')?.advice).toMatch(/^Close it to them: chmod .*tokens$/);
  });

  it('says that the state folder cannot be used', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    const { problems, find } = await examine({ BIJIA_STATE_DIR: file });
    expect(problems).toContain('machine: state folder');
    expect(find('machine', 'state folder')?.advice).toMatch(/BIJIA_STATE_DIR/);
  });

  it('looks whether the proxies are there, and shows no password of theirs', async () => {
    const proxy = createServer().listen(0, '127.0.0.1');
    running.push({ close: () => new Promise((resolve) => proxy.close(() => resolve())) });
    await new Promise((resolve) => proxy.once('listening', resolve));
    const address = proxy.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const { find, stdout } = await examine({
      HTTPS_PROXY: `http://user:hunter22@127.0.0.1:${port}`,
      HTTP_PROXY: 'http://127.0.0.1:1',
    });
    expect(find('machine', 'proxy of HTTPS_PROXY')?.status).toBe('ok');
    expect(find('machine', 'proxy of HTTP_PROXY')).toMatchObject({
      status: 'problem',
      found: '127.0.0.1:1 cannot be reached (ECONNREFUSED)',
      advice: expect.stringContaining('HTTP_PROXY'),
    });
    expect(stdout).not.toContain('hunter22');
  });

  it('knows which processes share the quota', async () => {
    const { environment } = await start();
    const core = createCore(parseConfig({ ...environment, BIJIA_STATE_DIR: folder }));
    await core.get('100012345678', { platform: 'jd' });
    await core.close();
    const run = await runCliProcess(['doctor', '--json'], {
      environment: { ...environment, BIJIA_STATE_DIR: folder },
    });
    const { find } = readExamined(run);
    expect(find('jd-union', 'permits')?.found).toMatch(/^2 of 100 in use$/);
    expect(find('jd-union', 'other processes')).toMatchObject({
      status: 'info',
      found: expect.stringContaining(`share this quota: ${process.pid}`),
    });
  });

  it('prints for people what it tells programs', async () => {
    const { environment } = await start();
    const { stdout, code } = await runCli(['doctor'], {
      environment: { ...environment, BIJIA_STATE_DIR: folder },
    });
    expect(code).toBe(0);
    expect(stdout).toMatch(/✓ jd-union +access token +obtained; free/);
    expect(stdout).toMatch(/✓ jd-union +one product +answered with .*took one call of the quota/);
    expect(stdout).toMatch(/No problem found\. 2 not tried\.\n$/);
  });

  it('writes a report without secrets, keys and home folder', async () => {
    const { environment } = await start();
    const file = join(folder, 'report.json');
    await examine({ ...environment, JD_UNION_DIALECT: 'jos' }, '--report', file);
    const text = await readFile(file, 'utf8');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(JSON.parse(text)).toMatchObject({
      bijia: packageJson.version,
      settings: { JD_UNION_APP_KEY: 'set', JD_UNION_APP_SECRET: 'set', JD_UNION_DIALECT: 'jos' },
      checks: expect.arrayContaining([expect.objectContaining({ area: 'jd-union', status: 'ok' })]),
    });
    const isSecret = /KEY|SECRET|TOKEN$|APP_ID/;
    const secrets = Object.entries(environment).flatMap(([name, value]) =>
      isSecret.test(name) ? [value] : [],
    );
    expect(secrets.length).toBeGreaterThan(5);
    for (const secret of secrets) expect(text).not.toContain(secret);
  });
});

describe('a report about refusals', () => {
  it("holds the upstreams' own words and their ids of the calls, for their support", async () => {
    const { environment, setFaults } = await start();
    setFaults([
      { kind: 'code', code: '410', method: 'jd.union.open.goods.promotiongoodsinfo.query' },
      { kind: 'code', code: '603', upstream: 'pdd-jumdata' },
    ]);
    const file = join(folder, 'report.json');
    await examine({ ...environment, JD_UNION_DIALECT: 'jos' }, '--yes', '--report', file);
    const { checks } = JSON.parse(await readFile(file, 'utf8')) as { checks: Check[] };
    const foundOf = (wanted: string) =>
      checks.find(({ area, name }) => area === wanted && name === 'one product')?.found;
    expect(foundOf('jd-union')).toMatch(/错误 410; call o_sandbox\)$/);
    expect(foundOf('pdd-jumdata')).toContain('余额不足');
  });
});

describe('bijia doctor on Telegram', () => {
  const token = '123456789:AAFakeTokenOfATestBot-000000000';

  it.each([
    ['accepts its token', token, 'ok', /^accepted: @\w+/],
    ['refuses another token', token.replace('AAF', 'AAX'), 'problem', /^refused with HTTP 401/],
  ])('%s', async (_, sent, status, found) => {
    const api = createFakeBotApi({ token });
    await api.start();
    running.push(api);
    const { find, stdout } = await examine({
      TELEGRAM_BOT_TOKEN: sent,
      TELEGRAM_API_ROOT: api.origin,
      TELEGRAM_ALLOWED_USERS: '1',
    });
    expect(find('telegram', 'token')).toMatchObject({ status, found: expect.stringMatching(found) });
    expect(find('telegram', 'access')?.status).toBe('ok');
    expect(stdout).not.toContain(sent.slice(10));
  });

  it('says that it is out of reach, and that nobody may use the bot', async () => {
    const { find } = await examine({ TELEGRAM_BOT_TOKEN: token, TELEGRAM_API_ROOT: 'http://127.0.0.1:1' });
    expect(find('telegram', 'token')?.advice).toMatch(/TELEGRAM_PROXY_URL/);
    expect(find('telegram', 'access')?.advice).toMatch(/TELEGRAM_ALLOWED_USERS/);
  });
});

describe('examineNode', () => {
  it.each([
    ['20.18.0', 'problem'],
    ['18.20.4', 'problem'],
    ['20.18.1', 'ok'],
    ['20.20.2', 'ok'],
    ['22.3.0', 'ok'],
  ])('judges %s', (version, status) => {
    expect(examineNode(version).status).toBe(status);
  });

  it('asks for what the package asks for', () => {
    expect(packageJson.engines.node).toBe(`>=${LOWEST_NODE_VERSION}`);
  });
});
