import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseCode } from '../../src/cli/commands/login.js';
import { TEXTS } from '../../src/cli/words/index.js';
import { providers } from '../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { runCli } from '../helpers/run-cli.js';

let sandbox: Sandbox;
let folder: string;
let environment: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-login-'));
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  sandbox = await startSandbox({ upstreams });
  const { JD_OPEN_ACCESS_TOKEN, JD_OPEN_REFRESH_TOKEN, ...rest } = sandbox.environment;
  environment = { ...rest, BIJIA_STATE_DIR: folder };
});
afterEach(async () => {
  await sandbox.close();
  await rm(folder, { recursive: true, force: true });
});

const run = (...args: string[]) => runCli(args, { environment });
const get = async () => {
  const { stdout } = await run('get', '100012345678', '--platform', 'jd', '--source', 'jd-open', '--json');
  return JSON.parse(stdout).results[0];
};

describe('bijia login', () => {
  it('leads from the link to a token that every process uses', async () => {
    expect((await get()).error).toMatchObject({
      code: 'login_needed',
      message: expect.stringContaining('bijia login jd-open'),
    });
    const link = await run('login', 'jd-open');
    expect(link.code).toBe(1);
    expect(link.stderr).toMatch(/Open this page as the owner of the shop.*bijia login jd-open --code/s);
    const page = await fetch(link.stdout.trim(), { redirect: 'manual' });
    const done = await run('login', 'jd-open', '--code', page.headers.get('location') ?? '');
    expect([done.code, done.stdout]).toEqual([0, '']);
    expect(done.stderr).toMatch(/holds for 7 days and is renewed by itself/);
    expect((await get()).product.prices.map(({ kind }: { kind: string }) => kind)).toContain('cost');
    const [file] = await readdir(join(folder, 'tokens'));
    expect((await stat(join(folder, 'tokens', file ?? ''))).mode & 0o777).toBe(0o600);
  });

  it('says what is wrong with a code, and tells no secret', async () => {
    const { code, stderr } = await run('login', 'jd-open', '--code', 'spent');
    expect(code).toBe(1);
    expect(stderr).toMatch(/refuses the authorisation code/);
    expect(stderr).not.toContain(environment['JD_OPEN_APP_SECRET']);
  });

  it('prints a page to confirm on where no code comes back, and asks whether somebody has', async () => {
    const unconfirmed = { ...environment, PDD_DDK_PID: '10001_20404' };
    const first = await runCli(['login', 'pdd-ddk'], { environment: unconfirmed });
    expect([first.code, first.stdout]).toEqual([
      1,
      expect.stringMatching(/^https:\/\/mobile\.yangkeduo\.com\//),
    ]);
    expect(first.stderr).toMatch(/confirm:.*Not authorised yet.*bijia login pdd-ddk/s);
    const second = await runCli(['login', 'pdd-ddk'], { environment: unconfirmed });
    expect([second.code, second.stdout]).toEqual([0, '']);
    expect(second.stderr).toMatch(/Authorised/);
  });

  it('says which providers have a login, and what must be set first', async () => {
    const needless = await run('login', 'jd-union');
    expect([needless.code, needless.stderr]).toEqual([
      2,
      expect.stringMatching(/needs no login\. These do: bijia login jd-open/),
    ]);
    const bare = await runCli(['login', 'jd-open'], { environment: { BIJIA_STATE_DIR: folder } });
    expect(bare.code).toBe(2);
    expect(bare.stderr).toMatch(/Set JD_OPEN_APP_KEY and JD_OPEN_APP_SECRET first/);
  });
});

describe('parseCode', () => {
  it.each([
    ['a code', 'aB3', undefined, 'aB3'],
    ['an address', 'http://127.0.0.1/bijia?code=aB3&state=s', 's', 'aB3'],
    ['an address without a state', 'http://127.0.0.1/bijia?code=aB3', 's', 'aB3'],
    ['an address of another run', ' http://127.0.0.1/bijia?code=aB3&state=x ', undefined, 'aB3'],
  ])('takes %s', (_, pasted, state, code) => {
    expect(parseCode(pasted, state, TEXTS.en.login)).toBe(code);
  });

  it.each([
    ['of another attempt', 'http://127.0.0.1/?code=aB3&state=x', /another attempt/],
    ['without a code', 'http://127.0.0.1/?error=denied', /no code/],
  ])('refuses an address %s', (_, pasted, words) => {
    expect(() => parseCode(pasted, 's', TEXTS.en.login)).toThrow(words);
  });
});
