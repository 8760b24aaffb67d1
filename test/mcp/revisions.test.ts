import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createCatalogue } from '../../src/mcp/catalogue.js';
import { formatTool } from '../../src/mcp/tool.js';
import { createTools } from '../../src/mcp/tools/index.js';
import { toIds } from '../helpers/mcp-batch.js';
import { HELLO, type RawServer, READY, startMcp } from '../helpers/mcp-process.js';
import { openSandboxPlace, type SandboxPlace } from '../helpers/mcp-session.js';
import { CLI } from '../helpers/run-cli.js';

const VERSION = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
const SERVER_INFO = 'io.modelcontextprotocol/serverInfo';
const TOOLS = createTools(createCatalogue()).map(formatTool);
const ENVELOPE = { [VERSION]: '2026-07-28', [CAPABILITIES]: {} };

let place: SandboxPlace;
let server: RawServer;
let lastId = 0;

beforeAll(async () => {
  place = await openSandboxPlace({}, { JD_UNION_QUOTA: '1000/1s', BIJIA_CALL_TIMEOUT: '1h' });
});
const leave = async () => {
  server.signal('SIGTERM');
  await server.untilExit();
};
afterEach(leave);
afterAll(() => place.close());

const ask = async (method: string, params: object | undefined) => {
  lastId += 1;
  const id = lastId;
  server.send({ jsonrpc: '2.0', id, method, ...(params && { params }) });
  return server.frame((frame) => frame.id === id);
};
const askModern = (method: string, params: object = {}, meta: object = {}) =>
  ask(method, { ...params, _meta: { ...ENVELOPE, ...meta } });

const open = async () => {
  server = startMcp(place.environment);
  return askModern('server/discover');
};

describe('the revision 2026-07-28 over stdio', () => {
  it('is spoken to clients that open with it', async () => {
    const { result } = await open();
    expect(result).toMatchObject({
      supportedVersions: ['2026-07-28'],
      capabilities: { tools: {}, resources: {}, prompts: {}, completions: {} },
      instructions: expect.stringContaining('batch_products'),
      ...{ resultType: 'complete', ttlMs: 86_400_000, cacheScope: 'public' },
      _meta: { [SERVER_INFO]: { name: 'bijia' } },
    });
  });

  it.each<[string, object, object]>([
    ['tools/list', {}, { ttlMs: 86_400_000, cacheScope: 'public' }],
    ['prompts/list', {}, { ttlMs: 86_400_000, cacheScope: 'public' }],
    ['resources/templates/list', {}, { ttlMs: 86_400_000, cacheScope: 'public' }],
    ['resources/list', {}, { ttlMs: 0, cacheScope: 'private' }],
    ['resources/read', { uri: 'product://pdd/8420152864' }, { ttlMs: 0, cacheScope: 'private' }],
    ['prompts/get', { name: 'check_price', arguments: { product: '1' } }, {}],
    [
      'tools/call',
      { name: 'get_product', arguments: { goods_id: 8420152864 } },
      { structuredContent: { outcome: 'ok' } },
    ],
  ])('answers %s completely, and says how long that holds', async (method, params, more) => {
    await open();
    const { result } = await askModern(method, params);
    expect(result).toMatchObject({
      resultType: 'complete',
      _meta: { [SERVER_INFO]: { name: 'bijia' } },
      ...more,
    });
  });

  it('lists every tool, and answers a call of each', async () => {
    await open();
    expect((await askModern('tools/list')).result?.['tools']).toEqual(TOOLS);
    for (const { name } of TOOLS) {
      const { result } = await askModern('tools/call', { name, arguments: { no_such: 1 } });
      expect(result, name).toMatchObject({
        ...{ isError: true, resultType: 'complete' },
        structuredContent: { error: { code: 'unknown_argument' } },
      });
    }
  });

  it.each<[string, string, object | undefined, number]>([
    ['a request without a version', 'tools/list', { _meta: { [CAPABILITIES]: {} } }, -32602],
    ['a request without capabilities', 'tools/list', { _meta: { [VERSION]: '2026-07-28' } }, -32602],
    ['a version that is a number', 'tools/list', { _meta: { ...ENVELOPE, [VERSION]: 7 } }, -32602],
    ['discover without anything', 'server/discover', undefined, -32602],
    ['discover without an envelope', 'server/discover', {}, -32602],
    ['an unknown version', 'tools/list', { _meta: { ...ENVELOPE, [VERSION]: '1999-01-01' } }, -32022],
    ['initialize', 'initialize', { ...HELLO.params, _meta: ENVELOPE }, -32601],
    ['ping', 'ping', { _meta: ENVELOPE }, -32601],
    ['logging/setLevel', 'logging/setLevel', { level: 'info', _meta: ENVELOPE }, -32601],
    ['resources/subscribe', 'resources/subscribe', { uri: 'quota://calls', _meta: ENVELOPE }, -32601],
    ['a resource that does not exist', 'resources/read', { uri: 'file:///x', _meta: ENVELOPE }, -32602],
    ['a tool that does not exist', 'tools/call', { name: 'x', arguments: {}, _meta: ENVELOPE }, -32602],
  ])('refuses %s, as the first message and behind others', async (_, method, params, code) => {
    server = startMcp(place.environment);
    const first = await ask(method, params);
    await leave();
    await open();
    for (const { error } of [first, await ask(method, params)]) {
      expect(error).toMatchObject({ code });
      expect(error?.message).not.toMatch(/^MCP error/);
    }
  });

  it('names the versions that discover names', async () => {
    const { result } = await open();
    const { error } = await askModern('tools/list', {}, { [VERSION]: '2099-01-01' });
    expect(error).toMatchObject({
      data: { supported: result?.['supportedVersions'], requested: '2099-01-01' },
    });
  });

  it('keeps a subscription open until the end', async () => {
    await open();
    lastId += 1;
    const id = lastId;
    const params = { notifications: { toolsListChanged: true }, _meta: ENVELOPE };
    server.send({ jsonrpc: '2.0', id, method: 'subscriptions/listen', params });
    const { params: acknowledged } = await server.frame(
      ({ method }) => method === 'notifications/subscriptions/acknowledged',
    );
    expect(acknowledged).toMatchObject({
      notifications: {},
      _meta: { 'io.modelcontextprotocol/subscriptionId': id },
    });
    expect((await askModern('prompts/list')).result).toBeDefined();
    expect(server.stdout()).not.toContain(`"id":${id},"result"`);
    server.signal('SIGTERM');
    const { code } = await server.untilExit();
    expect(code).toBe(143);
    expect((await server.frame((frame) => frame.id === id)).result).toMatchObject({
      resultType: 'complete',
      _meta: { 'io.modelcontextprotocol/subscriptionId': id },
    });
  });

  it('ends a subscription that is cancelled without a result', async () => {
    await open();
    const params = { notifications: {}, _meta: ENVELOPE };
    server.send({ jsonrpc: '2.0', id: 'listening', method: 'subscriptions/listen', params });
    await server.frame(({ method }) => method === 'notifications/subscriptions/acknowledged');
    const cancelled = { requestId: 'listening', _meta: ENVELOPE };
    server.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: cancelled });
    await askModern('prompts/list');
    server.stdin.end();
    await server.untilExit();
    expect(server.stdout()).not.toContain('"id":"listening"');
  });

  it('says its icon with the server, and never in a list', async () => {
    const { result } = await open();
    expect(result).toMatchObject({ _meta: { [SERVER_INFO]: { icons: [{ mimeType: 'image/png' }] } } });
    for (const list of ['tools/list', 'prompts/list', 'resources/list', 'resources/templates/list']) {
      const { _meta, ...told } = (await askModern(list)).result ?? {};
      expect(JSON.stringify(told)).not.toContain('icons');
    }
  });

  it('ends with 50 calls in flight, and nothing else is asked', async () => {
    place.sandbox.clear();
    place.sandbox.setFaults([{ kind: 'hang', method: 'jd.union.open.goods.detail.query' }]);
    await open();
    for (const [at, product] of toIds(50, 100090000000).entries()) {
      const params = { name: 'get_product', arguments: { product, platform: 'jd' }, _meta: ENVELOPE };
      server.send({ jsonrpc: '2.0', id: `call ${at}`, method: 'tools/call', params });
    }
    await expect.poll(() => place.sandbox.arrivals().length).toBe(50);
    server.stdin.end();
    expect((await server.untilExit()).code).toBe(0);
    expect(server.stderr()).toBe('');
    expect(place.sandbox.arrivals().length).toBe(50);
    place.sandbox.setFaults([]);
  });

  it('stops the upstream calls of a cancelled request, and answers the next', async () => {
    place.sandbox.clear();
    place.sandbox.setFaults([{ kind: 'hang' }]);
    await open();
    const call = (id: string) => {
      const params = { name: 'get_product', arguments: { goods_id: '8420152999' }, _meta: ENVELOPE };
      server.send({ jsonrpc: '2.0', id, method: 'tools/call', params });
    };
    call('first');
    await expect.poll(() => place.sandbox.arrivals().length).toBe(1);
    server.send({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 'first', _meta: ENVELOPE },
    });
    place.sandbox.setFaults([]);
    call('second');
    expect((await server.frame(({ id }) => id === 'second')).result).toMatchObject({
      structuredContent: { outcome: 'ok' },
    });
    expect(server.stdout()).not.toContain('"id":"first"');
    expect(place.sandbox.arrivals().length).toBe(2);
  });

  it('is followed by the older one where a client turns to that', async () => {
    await open();
    expect((await ask('initialize', HELLO.params)).result).toMatchObject({ protocolVersion: '2025-11-25' });
    server.send(READY);
    expect((await ask('tools/list', {})).result).not.toHaveProperty('resultType');
    const { error } = await ask('resources/read', { uri: 'file:///x' });
    expect(error).toMatchObject({ code: -32002, data: { uri: 'file:///x' } });
    expect((await ask('tools/call', { name: 'x' })).error).toMatchObject({ code: -32602 });
  });
});

describe('the older revisions over stdio', () => {
  it('are spoken to clients that open with them, as ever', async () => {
    server = startMcp(place.environment);
    expect((await ask('initialize', HELLO.params)).result).toMatchObject({ protocolVersion: '2025-11-25' });
    server.send(READY);
    expect((await ask('tools/list', {})).result).not.toHaveProperty('resultType');
    const unknown = await ask('resources/read', { uri: 'file:///x' });
    expect(unknown.error).toMatchObject({
      code: -32002,
      message: expect.stringMatching(/^There is no such/),
    });
    expect((await askModern('server/discover')).error).toMatchObject({ code: -32601 });
  });

  it.each([null, []])('take %j for parameters of a method that needs none', async (params) => {
    server = startMcp(place.environment);
    await ask('initialize', HELLO.params);
    for (const method of ['tools/list', 'ping', 'resources/list', 'prompts/list']) {
      expect(await ask(method, params as object)).toHaveProperty('result');
      lastId += 1;
      server.send({ jsonrpc: '2.0', id: lastId, method, params });
      expect(await server.frame(({ id }) => id === lastId)).toHaveProperty('result');
    }
  });
});

describe('the newer client', () => {
  it.each(['auto', 'legacy'] as const)('lists, calls and reads: %s', async (mode) => {
    const client = new Client({ name: 'test', version: '1' }, { versionNegotiation: { mode } });
    const { environment: env } = place;
    await client.connect(
      new StdioClientTransport({ command: process.execPath, args: [CLI, 'mcp'], env, stderr: 'ignore' }),
    );
    const { tools } = await client.listTools();
    expect(tools).toEqual(TOOLS);
    const answer = await client.callTool({ name: 'get_product', arguments: { goods_id: 8420152864 } });
    expect(answer.structuredContent).toMatchObject({ outcome: 'ok' });
    expect((await client.readResource({ uri: 'product://pdd/8420152864' })).contents).toHaveLength(1);
    await client.close();
    server = startMcp({});
  });
});
