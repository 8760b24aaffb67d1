import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import {
  Client as NewClient,
  StreamableHTTPClientTransport as NewTransport,
} from '@modelcontextprotocol/client';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../src/mcp/catalogue.js';
import { formatTool } from '../../src/mcp/tool.js';
import { createTools } from '../../src/mcp/tools/index.js';
import { toIds } from '../helpers/mcp-batch.js';
import { openSandboxPlace, type SandboxPlace } from '../helpers/mcp-session.js';
import { listOwnFolders } from '../helpers/own-folders.js';
import { CLI, runCli } from '../helpers/run-cli.js';

const ANN = 'ann-has-a-long-token-0001';
const BOB = 'bob-has-a-long-token-0002';
const TOOLS = createTools(createCatalogue()).map(formatTool);
const TEAM = {
  BIJIA_HTTP_TOKENS: `ann=${ANN},bob=${BOB}`,
  BIJIA_HTTP_HOSTS: 'bijia.example.com',
  BIJIA_HTTP_ORIGINS: 'tools.example.com',
};

interface TeamServer {
  readonly child: ChildProcess;
  readonly url: URL;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

async function startTeam(environment: Readonly<Record<string, string>>): Promise<TeamServer> {
  const child = spawn(process.execPath, [CLI, 'mcp', '--http', '0'], {
    env: { ...listOwnFolders(), ...environment },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => {
    stdout += chunk;
  });
  const url = await new Promise<URL>((resolve, reject) => {
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      const found = /serving (http:\S+)/.exec(stderr)?.[1];
      if (found) resolve(new URL(found));
    });
    child.on('exit', () => reject(new Error(stderr)));
  });
  return { child, url, stdout: () => stdout, stderr: () => stderr };
}

let place: SandboxPlace;
let team: TeamServer;

beforeAll(async () => {
  place = await openSandboxPlace({}, { JD_UNION_QUOTA: '1000/1s' });
  team = await startTeam({ ...place.environment, ...TEAM });
});
beforeEach(() => {
  place.sandbox.setFaults([]);
  place.sandbox.clear();
});
afterAll(async () => {
  const ended = once(team.child, 'exit');
  team.child.kill();
  // Until then it may write into the folder that is removed.
  await ended;
  await place.close();
});

const MODERN_META = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Over `node:http`, which lets a test choose every header. */
function send(
  path: string,
  headers: Readonly<Record<string, string>>,
  body?: string,
  method = body === undefined ? 'GET' : 'POST',
) {
  return new Promise<{ status: number; headers: object; text: string }>((resolve, reject) => {
    const { hostname, port } = team.url;
    const sent = request({ hostname, port, path, headers, method }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const AS_ANN = {
  authorization: `Bearer ${ANN}`,
  accept: 'application/json, text/event-stream',
  'content-type': 'application/json',
};
const LIST = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} });

describe('who comes in over HTTP', () => {
  it.each<[string, string, Record<string, string>, string | undefined, number]>([
    ['a caller with a token', '/mcp', AS_ANN, LIST, 200],
    ['a name that was allowed', '/mcp', { ...AS_ANN, host: 'bijia.example.com' }, LIST, 200],
    ['a page that was allowed', '/mcp', { ...AS_ANN, origin: 'https://tools.example.com' }, LIST, 200],
    ['a page of this machine', '/mcp', { ...AS_ANN, origin: 'http://localhost:3000' }, LIST, 200],
    ['a look at its health', '/healthz', {}, undefined, 200],
    ['another name, before all else', '/other', { host: 'evil.example' }, LIST, 403],
    ['another name for its health', '/healthz', { host: 'evil.example' }, undefined, 403],
    ['another page, before the path', '/other', { origin: 'https://evil.example' }, LIST, 403],
    ['a page without a name', '/mcp', { ...AS_ANN, origin: 'null' }, LIST, 403],
    ['another path, before the token', '/other', {}, LIST, 404],
    ['nobody', '/mcp', {}, LIST, 401],
    ['a wrong token', '/mcp', { ...AS_ANN, authorization: 'Bearer ann-has-a-long-token-0009' }, LIST, 401],
    ['a token of another kind', '/mcp', { ...AS_ANN, authorization: `Basic ${ANN}` }, LIST, 401],
    ['too much, before its token is wrong', '/mcp', { ...AS_ANN, authorization: 'Bearer x' }, 'x', 401],
    ['too much', '/mcp', AS_ANN, 'x'.repeat(4 * 1024 * 1024 + 1), 413],
    ['a GET', '/mcp', AS_ANN, undefined, 405],
  ])('%s', async (_, path, headers, body, status) => {
    expect((await send(path, headers, body)).status).toBe(status);
  });

  it('may be a page in a browser, which asks first and wants to be told that it may read', async () => {
    const origin = 'https://tools.example.com';
    const asking = { origin, 'access-control-request-headers': 'authorization,mcp-protocol-version' };
    const asked = await send('/mcp', { ...asking, 'access-control-request-method': 'POST' }, '', 'OPTIONS');
    expect([asked.status, asked.headers]).toMatchObject([
      204,
      {
        'access-control-allow-origin': origin,
        'access-control-allow-methods': 'POST',
        'access-control-allow-headers': 'authorization,mcp-protocol-version',
        vary: 'Origin',
      },
    ]);
    for (const headers of [{ ...AS_ANN, origin }, { origin }]) {
      const { headers: told } = await send('/mcp', headers, LIST);
      expect(told).toMatchObject({ 'access-control-allow-origin': origin });
    }
    const foreign = await send('/mcp', { origin: 'https://evil.example' }, '', 'OPTIONS');
    expect(foreign.status).toBe(403);
    expect(foreign.headers).not.toHaveProperty('access-control-allow-origin');
    expect((await send('/mcp', AS_ANN, LIST)).headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('is told how to come in, and nothing of health but that it is', async () => {
    expect((await send('/mcp', {}, LIST)).headers).toMatchObject({ 'www-authenticate': 'Bearer' });
    expect((await send('/healthz', {})).text.trim()).toBe('ok');
  });
});

async function connect(token: string, mode: 'old' | 'new' = 'old') {
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  if (mode === 'new') {
    const client = new NewClient({ name: 'test', version: '1' }, { versionNegotiation: { mode: 'auto' } });
    await client.connect(new NewTransport(team.url, { requestInit }));
    return client;
  }
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(team.url, { requestInit }) as never);
  return client;
}

interface Answer {
  readonly isError?: boolean;
  readonly structuredContent: Record<string, never>;
}
type AnyClient = Awaited<ReturnType<typeof connect>>;
const call = async (client: AnyClient, name: string, args: Record<string, unknown>) =>
  (await (client as Client).callTool({ name, arguments: args })) as unknown as Answer;

describe.each(['old', 'new'] as const)('the %s client over HTTP', (mode) => {
  it('lists, calls and reads', async () => {
    const client = await connect(ANN, mode);
    expect((await client.listTools()).tools).toEqual(TOOLS);
    expect(await call(client, 'get_product', { goods_id: 8420152864 })).toMatchObject({
      structuredContent: { outcome: 'ok' },
    });
    expect((await client.readResource({ uri: 'quota://calls' })).contents).toHaveLength(1);
    await client.close();
  });
});

describe('a resource that does not exist, over HTTP', () => {
  it.each<[string, number, object, Record<string, string>]>([
    ['before 2026-07-28', -32002, {}, {}],
    [
      'since then',
      -32602,
      { _meta: MODERN_META },
      { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'resources/read', 'mcp-name': 'file:///x' },
    ],
  ])('has the code of the revision: %s', async (_, code, more, headers) => {
    const params = { uri: 'file:///x', ...more };
    const asked = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'resources/read', params });
    expect((await send('/mcp', { ...AS_ANN, ...headers }, asked)).text).toContain(`"code":${code},`);
  });
});

describe('callers over HTTP', () => {
  it('have jobs of their own, and see no others', async () => {
    const [ann, bob] = await Promise.all([connect(ANN), connect(BOB, 'new')]);
    const { structuredContent } = await call(ann, 'batch_products', { products: toIds(3), platform: 'jd' });
    const { job } = structuredContent as unknown as { job: string };
    expect(await call(ann, 'batch_products', { job })).toMatchObject({
      structuredContent: { state: 'finished' },
    });
    expect(await call(bob, 'batch_products', { job })).toMatchObject({
      isError: true,
      structuredContent: { error: { code: 'no_such_job' } },
    });
    await expect(bob.readResource({ uri: `batch://${job}` })).rejects.toThrow(/no job/);
    const uris = async (client: AnyClient) => (await client.listResources()).resources.map(({ uri }) => uri);
    expect(await uris(ann)).toContain(`batch://${job}`);
    expect(await uris(bob)).not.toContain(`batch://${job}`);
    const same = await call(bob, 'batch_products', { products: toIds(3), platform: 'jd' });
    expect(same.structuredContent).not.toMatchObject({ job });
    await Promise.all([ann.close(), bob.close()]);
  });

  it('see no commission, and no goods of the shop that authorised the operator', async () => {
    const ann = await connect(ANN);
    const one = await call(ann, 'get_product', { product: '100012345678', platform: 'jd', detail: 'full' });
    expect(JSON.stringify(one)).not.toContain('commission');
    const products = toIds(3);
    const fields = ['title', 'commission', 'commission_rate', 'cost_price'];
    const many = await call(ann, 'batch_products', { products, platform: 'jd', fields });
    expect(JSON.stringify((many.structuredContent as { columns?: object }).columns)).not.toContain(
      'commission',
    );
    const found = await call(ann, 'search_products', { words: '手机', platform: 'pdd', fields });
    const { rows, columns } = found.structuredContent as { rows?: object[]; columns?: string[] };
    expect([rows?.length, columns?.includes('commission')]).toEqual([11, false]);
    const own = await call(ann, 'get_product', {
      product: '100012345678',
      platform: 'jd',
      source: 'jd-open',
    });
    expect(own.isError).toBe(true);
    await ann.close();
  });

  it('have at most 16 calls under way', async () => {
    place.sandbox.setFaults([{ kind: 'hang' }]);
    const ann = await connect(ANN);
    // One each: the client takes a listener of its signal away only when the signal is.
    const controllers = toIds(16).map(() => new AbortController());
    const calls = toIds(16, 100060000000).map((product, at) =>
      (ann as Client).callTool({ name: 'get_product', arguments: { product, platform: 'jd' } }, undefined, {
        signal: controllers[at]?.signal,
      }),
    );
    await expect.poll(() => place.sandbox.arrivals().length).toBe(16);
    expect(await call(ann, 'get_product', { goods_id: 8420152864 })).toMatchObject({
      isError: true,
      structuredContent: { outcome: 'throttled', error: { retryable: true } },
    });
    await expect(ann.readResource({ uri: 'product://jd/100012345678' })).rejects.toThrow(
      /16 calls under way/,
    );
    place.sandbox.setFaults([]);
    const bob = await connect(BOB);
    expect((await call(bob, 'get_product', { goods_id: 8420152864 })).isError).toBeFalsy();
    for (const controller of controllers) controller.abort();
    await Promise.allSettled(calls);
    await Promise.all([ann.close(), bob.close()]);
  });

  it.each(['old', 'new'] as const)('that cancel their calls leave none upstream: %s', async (mode) => {
    place.sandbox.setFaults([{ kind: 'hang' }]);
    const ann = await connect(ANN, mode);
    const controllers = toIds(16, mode === 'old' ? 100110000000 : 100120000000).map((product) => {
      const controller = new AbortController();
      const asked = { name: 'get_product', arguments: { product, platform: 'jd' } };
      const options = { signal: controller.signal };
      const calling =
        mode === 'old'
          ? (ann as Client).callTool(asked, undefined, options)
          : (ann as NewClient).callTool(asked, options);
      calling.catch(() => undefined);
      return controller;
    });
    await expect.poll(() => place.sandbox.arrivals().length).toBe(16);
    for (const controller of controllers) controller.abort();
    place.sandbox.setFaults([]);
    const isFree = async () => !(await call(ann, 'get_product', { goods_id: 8420152864 })).isError;
    await expect.poll(isFree).toBe(true);
    await ann.close();
  });

  it.each(['old', 'new'] as const)('that close 20 streams leave no upstream call: %s', async (mode) => {
    const ann = await connect(ANN);
    await call(ann, 'get_product', { goods_id: 8420152864 });
    place.sandbox.clear();
    place.sandbox.setFaults([{ kind: 'hang' }]);
    const ids = toIds(20, mode === 'old' ? 100070000000 : 100080000000);
    // No more than 16 calls may be under way: the rest come in only when the first have ended.
    for (const [some, sum] of [
      [ids.slice(0, 16), 16],
      [ids.slice(16), 20],
    ] as const) {
      const closers = some.map((product) => open(product, mode));
      await expect.poll(() => place.sandbox.arrivals().length).toBe(sum);
      for (const close of closers) close();
      const isFree = async () => !(await call(ann, 'get_product', { goods_id: 8420152864 })).isError;
      await expect.poll(isFree).toBe(true);
    }
    await ann.close();
  });
});

/** Sends a call and returns what closes its stream. */
function open(product: string, mode: 'old' | 'new'): () => void {
  const { hostname, port } = team.url;
  const params = {
    name: 'get_product',
    arguments: { product, platform: 'jd' },
    ...(mode === 'new' && { _meta: MODERN_META }),
  };
  const modern = {
    'mcp-protocol-version': '2026-07-28',
    'mcp-method': 'tools/call',
    'mcp-name': 'get_product',
  };
  const headers = { ...AS_ANN, ...(mode === 'new' && modern) };
  const sent = request({ hostname, port, path: '/mcp', headers, method: 'POST' });
  sent.on('error', () => undefined);
  sent.end(JSON.stringify({ jsonrpc: '2.0', id: product, method: 'tools/call', params }));
  return () => sent.destroy();
}

describe('the team server', () => {
  it.each<[string, string[], Record<string, string>, RegExp]>([
    ['listens to others without a token', ['--http', '0.0.0.0:0'], {}, /BIJIA_HTTP_TOKENS/],
    ['has a name without a token', ['--http', '0'], { BIJIA_HTTP_HOSTS: 'x.example' }, /BIJIA_HTTP_TOKENS/],
    ['has a short token', ['--http', '0'], { BIJIA_HTTP_TOKENS: 'ann=short' }, /at least 16/],
    ['has an address that is none', ['--http', 'x:y'], {}, /expects a port/],
    ['has a wrong setting', ['--http', '0'], { JD_UNION_QUOTA: 'many' }, /JD_UNION_QUOTA/],
  ])('exits with 2 when it %s', async (_, args, environment, message) => {
    const { code, stderr } = await runCli(['mcp', ...args], {
      environment: { BIJIA_SANDBOX: '1', ...environment },
    });
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain('ann=short');
  });

  it('needs no token on this machine, writes nothing to stdout, and ends at once with calls in flight', async () => {
    const environment = { BIJIA_STATE_DIR: `${place.stateDir}/other`, BIJIA_CALL_TIMEOUT: '1h' };
    const server = await startTeam({ ...place.environment, ...environment });
    place.sandbox.setFaults([{ kind: 'hang', method: 'jd.union.open.goods.detail.query' }]);
    const client = new Client({ name: 'test', version: '1' });
    await client.connect(new StreamableHTTPClientTransport(server.url) as never);
    const calling = client
      .callTool({ name: 'get_product', arguments: { product: '100012345699', platform: 'jd' } })
      .catch(() => 'gone');
    await expect.poll(() => place.sandbox.arrivals().length).toBe(1);
    server.child.kill('SIGTERM');
    const [code] = await once(server.child, 'exit');
    expect(code).toBe(143);
    expect(await calling).toBe('gone');
    expect(server.stdout()).toBe('');
    expect(team.stderr()).not.toContain(ANN);
  });

  it('ends what listens with a result when it is told to end', async () => {
    const server = await startTeam({ ...place.environment, BIJIA_STATE_DIR: `${place.stateDir}/listen` });
    const params = { notifications: {}, _meta: MODERN_META };
    const sent = request({
      ...{ hostname: server.url.hostname, port: server.url.port, path: '/mcp', method: 'POST' },
      headers: {
        ...AS_ANN,
        ...{ 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'subscriptions/listen' },
      },
    });
    sent.end(JSON.stringify({ jsonrpc: '2.0', id: 'listening', method: 'subscriptions/listen', params }));
    const [response] = (await once(sent, 'response')) as [IncomingMessage];
    let told = '';
    response.setEncoding('utf8').on('data', (chunk) => {
      told += chunk;
    });
    await expect.poll(() => told).toContain('notifications/subscriptions/acknowledged');
    server.child.kill('SIGTERM');
    await expect.poll(() => told).toMatch(/"id":"listening","result":\{"resultType":"complete"/);
  });
});
