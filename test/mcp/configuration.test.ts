import { EventEmitter, once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serveMcp } from '../../src/cli/commands/mcp.js';
import { startMcp, toCall } from '../helpers/mcp-process.js';
import { connectMcp, type McpSession, openSandboxPlace } from '../helpers/mcp-session.js';

const LINKS = {
  jd: 'https://item.jd.com/100012345678.html',
  pdd: 'https://mobile.yangkeduo.com/goods.html?goods_id=8420152864',
};

let folder: string;
let session: McpSession;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-mcp-'));
});
afterEach(() => session.close());
afterAll(() => rm(folder, { recursive: true, force: true }));

const open = async (environment: Record<string, string>, args: string[] = []) => {
  session = await connectMcp({ BIJIA_STATE_DIR: folder, ...environment }, args);
};
const get = (product: string) => session.call('get_product', { product });

describe('without credentials', () => {
  it.each([
    ['JD', LINKS.jd, ['JD_UNION_APP_KEY', 'JD_UNION_APP_SECRET']],
    ['Pinduoduo', LINKS.pdd, ['JUMDATA_APP_ID', 'JUMDATA_APP_SECRET']],
  ])('says what to set for %s', async (_, product, names) => {
    await open({});
    const { isError, text, data } = await get(product);
    expect(isError).toBe(true);
    expect(data).toMatchObject({
      outcome: 'not_configured',
      error: { code: 'not_configured', retryable: false },
    });
    for (const name of names) expect(text).toContain(name);
  });

  it('takes a placeholder that a host has left in place for nothing', async () => {
    await open({
      JD_UNION_APP_KEY: `\${user_config.jd_union_app_key}`,
      JD_UNION_APP_SECRET: `\${input:secret}`,
    });
    expect((await get(LINKS.jd)).data).toMatchObject({ outcome: 'not_configured' });
  });

  it('answers a batch with what to set for each platform', async () => {
    await open({});
    const { isError, text, data } = await session.call('batch_products', { products: Object.values(LINKS) });
    expect(isError).toBe(true);
    for (const name of ['JD_UNION_APP_KEY', 'JUMDATA_APP_ID']) {
      expect(text).toContain(name);
      expect(data['errors']).toMatchObject({ not_configured: expect.stringContaining(name) });
    }
    expect(data).toMatchObject({ counts: { not_configured: 2 }, rows: { length: 2 } });
  });

  it('never falls back to made-up data', async () => {
    await open({});
    const { data } = await get(LINKS.jd);
    expect(data).not.toHaveProperty('product');
    expect(data).not.toHaveProperty('sandbox');
  });
});

describe('with a configuration that cannot be right', () => {
  it('starts, and each tool names every problem', async () => {
    await open({ JD_UNION_APP_KEY: 'key', JUMDATA_QUOTA: 'often', BIJIA_CACHE_TTL: 'long' });
    for (const [tool, args] of [
      ['get_product', { product: LINKS.jd }],
      ['batch_products', { products: [LINKS.jd] }],
      ['shop_products', { shop: 'https://mall.jd.com/index-1000004123.html' }],
    ] as const) {
      const { isError, text } = await session.call(tool, args);
      expect(isError).toBe(true);
      for (const name of ['JD_UNION_APP_SECRET', 'JUMDATA_QUOTA', 'BIJIA_CACHE_TTL'])
        expect(text).toContain(name);
      expect(text.length).toBeLessThan(1000);
    }
  });

  it('says that a state folder cannot be used', async () => {
    const path = join(folder, 'a-file');
    await writeFile(path, '');
    await open({ JD_UNION_APP_KEY: 'key', JD_UNION_APP_SECRET: 'secret-of-nobody', BIJIA_STATE_DIR: path });
    expect((await get(LINKS.jd)).text).toMatch(/BIJIA_STATE_DIR/);
  });
});

describe('the embedded sandbox', () => {
  it('answers without credentials, marked in every result', async () => {
    await open({ BIJIA_SANDBOX: '1' });
    const answers = [
      await get(LINKS.jd),
      await get(LINKS.pdd),
      await session.call('batch_products', { products: Object.values(LINKS) }),
      await session.call('shop_products', { shop: 'https://mall.jd.com/index-1000004123.html' }),
    ];
    for (const { isError, data } of answers) {
      expect(isError).toBe(false);
      expect(data).toMatchObject({ sandbox: true, notice: expect.stringMatching(/SANDBOX: made-up data/) });
    }
  });

  it.each([
    ['a text without a product', 'get_product', { product: '你好' }],
    ['an unknown argument', 'get_product', { produkt: 'x' }],
    ['a job that does not exist', 'batch_products', { job: 'abcdef1234' }],
  ])('is marked in every failure: %s', async (_, tool, args) => {
    await open({ BIJIA_SANDBOX: '1' });
    const { isError, data, text } = await session.call(tool, args);
    expect(isError).toBe(true);
    expect(data).toMatchObject({ sandbox: true });
    expect(text).toMatch(/SANDBOX: made-up data/);
  });

  it.each(['product://jd/..%2F..', 'batch://abcdef1234', 'file:///x'])(
    'is marked in the failure of a resource: %s',
    async (uri) => {
      await open({ BIJIA_SANDBOX: '1' });
      await expect(session.client.readResource({ uri })).rejects.toThrow(/SANDBOX: made-up data/);
    },
  );

  it('opens short links without the internet', async () => {
    await open({ BIJIA_SANDBOX: '1' });
    const { data } = await get('https://u.jd.com/notknown1');
    expect(JSON.stringify(data)).not.toMatch(/ENOTFOUND|resolve/);
  });
});

describe('an environment file', () => {
  it('is read when it is named, and the real environment wins', async () => {
    const place = await openSandboxPlace();
    const path = join(folder, 'named.env');
    const { JD_UNION_APP_SECRET, ...rest } = place.environment;
    await writeFile(path, `JD_UNION_APP_SECRET=${JD_UNION_APP_SECRET}\nJD_UNION_APP_KEY=not-this\n`);
    await open(rest, ['--env-file', path]);
    expect((await get(LINKS.jd)).data).toMatchObject({ outcome: 'ok' });
    await place.close();
  });

  // In this process: Node 20 itself looks for such files all over its command line, and ends when one is missing.
  it('that cannot be read is said by the tools', async () => {
    const streams = { stdin: new PassThrough(), stdout: new PassThrough(), stderr: new PassThrough() };
    const world = Object.assign(new EventEmitter(), streams) as unknown as NodeJS.Process;
    const before = globalThis.console;
    const args = ['--env-file', join(folder, 'missing.env')];
    const ended = serveMcp({ args, environment: {}, version: '0' }, world);
    streams.stdin.write(`${JSON.stringify(toCall(1, 'get_product', { product: LINKS.jd }))}\n`);
    const [answer] = (await once(streams.stdout, 'data')) as [Buffer];
    streams.stdin.end();
    expect(await ended).toBe(0);
    globalThis.console = before;
    expect(String(answer)).toMatch(/--env-file cannot be read/);
    await open({});
  });

  it('of the working directory never counts', async () => {
    await writeFile(join(folder, '.env'), 'BIJIA_SANDBOX=1\n');
    session = await connectMcp({ BIJIA_STATE_DIR: folder }, [], folder);
    expect((await get(LINKS.jd)).data).toMatchObject({ outcome: 'not_configured' });
  });
});

describe('an unknown option', () => {
  it('ends the command with the way to its help, and nothing on stdout', async () => {
    await open({});
    const server = startMcp({}, ['--port', '80']);
    expect(await server.untilExit()).toMatchObject({ code: 2 });
    expect(server.stderr()).toMatch(/--port.*--help/s);
    expect(server.stdout()).toBe('');
  });
});

describe('secrets', () => {
  it('appear in no answer and in no log line, not even when they are asked for', async () => {
    const place = await openSandboxPlace();
    const secret = place.environment['JD_UNION_APP_SECRET'] ?? '';
    expect(secret.length).toBeGreaterThan(8);
    await open({ ...place.environment, BIJIA_LOG_LEVEL: 'debug' });
    place.sandbox.setFaults([{ kind: 'garbage', times: 1 }]);
    const answers = [
      await get(`https://item.jd.com/100012345678.html ${secret}`),
      await get(secret),
      await session.call('batch_products', { products: [secret, `${secret} ${LINKS.jd}`] }),
    ];
    expect(JSON.stringify(answers)).not.toContain(secret);
    expect(JSON.stringify(answers)).toContain('[redacted]');
    expect(session.stderr()).not.toContain(secret);
    await place.close();
  });
});
