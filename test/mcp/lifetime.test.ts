import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { toIds } from '../helpers/mcp-batch.js';
import {
  HELLO,
  type McpProcess,
  type RawServer,
  READY,
  startMcp,
  startMcpProcess,
  toCall,
} from '../helpers/mcp-process.js';
import { openSandboxPlace, type SandboxPlace } from '../helpers/mcp-session.js';

const CALLS = 50;
const METHOD = 'jd.union.open.goods.detail.query';

let place: SandboxPlace;
let server: McpProcess;

const hello = async (started: RawServer) => {
  started.send(HELLO);
  await started.frame(({ id }) => id === HELLO.id);
  started.send(READY);
};

beforeEach(async () => {
  place = await openSandboxPlace(
    {},
    // Calls outlast the test: who waits for them never ends in time, however fast the machine is.
    { JD_UNION_QUOTA: '1000/1s', BIJIA_CALL_TIMEOUT: '1h', NODE_OPTIONS: '--unhandled-rejections=strict' },
  );
});
afterEach(() => place.close());

/** For the tests of one block. */
function serveInProcess() {
  beforeEach(async () => {
    server = startMcpProcess(place.environment);
    await hello(server);
  });
  afterEach(async () => {
    server.child.kill('SIGKILL');
    await server.untilExit();
  });
}

const isFrame = (line: string) => (JSON.parse(line) as { jsonrpc?: string }).jsonrpc === '2.0';

/** Every byte of stdout belongs to a line that is a JSON-RPC message. */
function expectFramesOnly(stdout: string): void {
  expect(stdout.endsWith('\n')).toBe(true);
  expect(stdout.trimEnd().split('\n').every(isFrame)).toBe(true);
}

/** Fills the server with calls that the upstream never answers. */
async function hangCalls(count: number): Promise<void> {
  place.sandbox.setFaults([{ kind: 'hang', method: METHOD }]);
  for (const [at, id] of toIds(count).entries()) {
    server.send(toCall(at + 1, 'get_product', { product: id, platform: 'jd' }));
  }
  await expect.poll(() => place.sandbox.arrivals().length).toBe(count);
}

describe('with 50 calls in flight', () => {
  serveInProcess();

  it.each<[string, () => void, number]>([
    ['stdin ends', () => server.child.stdin.end(), 0],
    [
      'the client closes both pipes',
      () => [server.child.stdin, server.child.stdout].map((pipe) => pipe.destroy()),
      0,
    ],
    ['SIGTERM comes', () => server.child.kill('SIGTERM'), 143],
    ['SIGINT comes', () => server.child.kill('SIGINT'), 130],
    ['SIGHUP comes', () => server.child.kill('SIGHUP'), 129],
  ])('ends without waiting for them when %s', async (_, leave, code) => {
    await hangCalls(CALLS);
    leave();
    const exit = await server.untilExit();
    expect(exit.code).toBe(code);
    expect(server.stderr()).toBe('');
    expectFramesOnly(server.stdout());
  });

  it('ends when stdin ends, also while a batch runs', async () => {
    place.sandbox.setFaults([{ kind: 'slow', method: METHOD, delayMs: 300 }]);
    server.send(toCall(1, 'batch_products', { products: toIds(500), platform: 'jd' }));
    await expect.poll(() => place.sandbox.arrivals().length).toBeGreaterThan(20);
    server.child.stdin.end();
    expect((await server.untilExit()).code).toBe(0);
    expect(place.sandbox.arrivals().length).toBeLessThan(500);
    expect(server.stderr()).toBe('');
  });
});

describe('without anything to do', () => {
  serveInProcess();

  it('ends when stdin ends', async () => {
    server.child.stdin.end();
    expect(await server.untilExit()).toMatchObject({ code: 0 });
  });

  it('ends when stdin ends before the first message', async () => {
    const other = startMcpProcess(place.environment);
    other.child.stdin.end();
    expect(await other.untilExit()).toMatchObject({ code: 0 });
    expect(other.stdout()).toBe('');
  });

  it('answers what came before stdin ended', async () => {
    server.send({ jsonrpc: '2.0', id: 'a', method: 'ping' });
    server.child.stdin.end();
    await server.untilExit();
    expect(await server.frame(({ id }) => id === 'a')).toMatchObject({ result: {} });
  });
});

describe('a client that stops reading', () => {
  serveInProcess();

  it('ends the server without a word when it closes stdout', async () => {
    server.child.stdout.destroy();
    server.send({ jsonrpc: '2.0', id: 1, method: 'ping' });
    expect(await server.untilExit()).toMatchObject({ code: 0 });
    expect(server.stderr()).toBe('');
  });

  it('but keeps stdout open neither blocks nor fills the memory, and may still leave', async () => {
    server.child.stdout.pause();
    for (let id = 1; id <= 6000; id += 1) server.send({ jsonrpc: '2.0', id, method: 'tools/list' });
    // It takes no more than it can answer: what is left on our side stays as it is.
    let left = -1;
    await vi.waitFor(
      () => {
        const before = left;
        left = server.child.stdin.writableLength;
        expect(left).toBe(before);
      },
      { timeout: 100_000, interval: 200 },
    );
    expect(left).toBeGreaterThan(0);
    expect(server.child.exitCode).toBeNull();
    server.child.kill('SIGTERM');
    expect((await server.untilExit()).code).toBe(143);
  });
});

describe('cancellation', () => {
  serveInProcess();

  it('reaches the socket: the upstream sees the connection go, and no answer is sent', async () => {
    await hangCalls(1);
    server.send({
      jsonrpc: '2.0',
      method: 'notifications/cancelled',
      params: { requestId: 1, reason: 'test' },
    });
    place.sandbox.setFaults([]);
    server.send(toCall(2, 'get_product', { product: '100012345678', platform: 'jd' }));
    await server.frame(({ id }) => id === 2);
    expect(server.stdout()).not.toMatch(/"id":1[,}]/);
    expect(place.sandbox.arrivals().length).toBe(2);
  });
});

describe('malformed messages', () => {
  let server: RawServer;
  beforeEach(async () => {
    server = startMcp(place.environment);
    await hello(server);
  });
  afterEach(async () => {
    server.stdin.end();
    await server.untilExit();
  });

  it.each<[string, string, number]>([
    ['what is not JSON', '{"jsonrpc":', -32700],
    ['a batch', '[{"jsonrpc":"2.0","id":7,"method":"ping"}]', -32600],
    ['a number', '42', -32600],
    ['null', 'null', -32600],
    ['another version', '{"jsonrpc":"1.0","id":7,"method":"ping"}', -32600],
    ['no method', '{"jsonrpc":"2.0","id":7}', -32600],
    ['an id that is none', '{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600],
  ])('get an error, and the server goes on: %s', async (_, line, code) => {
    server.send(line);
    server.send({ jsonrpc: '2.0', id: 'after', method: 'ping' });
    await server.frame(({ id }) => id === 'after');
    expect(await server.frame(({ error }) => error !== undefined)).toMatchObject({ error: { code } });
    expectFramesOnly(server.stdout());
  });

  it.each<[string, object, number, RegExp]>([
    ['an unknown method', { method: 'tools/lists' }, -32601, /not found/i],
    ['an unknown tool', { method: 'tools/call', params: { name: 'get_products' } }, -32602, /get_product/],
    ['a call without a name', { method: 'tools/call', params: {} }, -32602, /^[^{]*name of a tool/],
    ['a call without parameters', { method: 'tools/call' }, -32602, /^[^{]*name of a tool/],
    [
      'an unknown resource',
      { method: 'resources/read', params: { uri: 'file:///etc/passwd' } },
      -32002,
      /product:/,
    ],
    ['an unknown prompt', { method: 'prompts/get', params: { name: 'x' } }, -32602, /check_price/],
    [
      'a prompt without its argument',
      { method: 'prompts/get', params: { name: 'check_price' } },
      -32602,
      /product/,
    ],
  ])('get an error with the reason: %s', async (_, request, code, message) => {
    server.send({ jsonrpc: '2.0', id: 5, ...request });
    expect((await server.frame(({ id }) => id === 5)).error).toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it.each<[string, unknown, RegExp]>([
    ['a text', 'x', /^The arguments of a tool must be a JSON object\./],
    ['a list', ['x'], /^The arguments of a tool must be a JSON object\./],
    ['null', null, /^"product" is missing\./],
  ])('whose arguments are not an object get one sentence: %s', async (_, args, message) => {
    server.send(toCall(6, 'get_product', args));
    expect((await server.frame(({ id }) => id === 6)).result).toMatchObject({
      isError: true,
      structuredContent: { error: { message: expect.stringMatching(message) } },
    });
  });

  it('of 10 MB get an answer in words, of 70 MB a refusal, and the server continues', async () => {
    server.send(toCall(1, 'get_product', { product: 'x'.repeat(10_000_000) }));
    expect((await server.frame(({ id }) => id === 1)).result).toMatchObject({
      isError: true,
      structuredContent: { error: { message: expect.stringMatching(/too long: at most 4000 characters/) } },
    });
    server.send(toCall(2, 'get_product', { product: 'x'.repeat(70_000_000) }));
    expect(await server.frame(({ error }) => error !== undefined)).toMatchObject({ error: { code: -32600 } });
    server.send({ jsonrpc: '2.0', id: 3, method: 'ping' });
    expect(await server.frame(({ id }) => id === 3)).toMatchObject({ result: {} });
  });
});

/** A server in which this code runs once it serves. */
async function startWith(code: string): Promise<McpProcess> {
  const path = join(place.stateDir, 'preload.mjs');
  await writeFile(path, `process.on('SIGUSR2', () => { ${code} });`);
  const started = startMcpProcess({ ...place.environment, NODE_OPTIONS: `--import=${path}` });
  started.send(HELLO);
  await started.frame(({ id }) => id === HELLO.id);
  started.child.kill('SIGUSR2');
  return started;
}

describe('stdout', () => {
  it('carries frames only, whatever a package prints', async () => {
    const noisy = await startWith('setInterval(() => console.log("noise"), 5);');
    await expect.poll(() => noisy.stderr()).toMatch(/noise/);
    noisy.send(toCall(1, 'get_product', { product: 'nothing' }));
    noisy.send(toCall(2, 'get_product', { product: '100012345678', platform: 'jd' }));
    await noisy.frame(({ id }) => id === 2);
    noisy.child.stdin.end();
    await noisy.untilExit();
    expectFramesOnly(noisy.stdout());
  });

  it('stays clean when a promise is rejected and nobody listens, and the server continues', async () => {
    const other = await startWith('Promise.reject(new Error("lost"));');
    await expect.poll(() => other.stderr()).toMatch(/lost/);
    other.send({ jsonrpc: '2.0', id: 9, method: 'ping' });
    expect(await other.frame(({ id }) => id === 9)).toMatchObject({ result: {} });
    expectFramesOnly(other.stdout());
    other.child.kill('SIGKILL');
    await other.untilExit();
  });

  it('stays clean when something is thrown that nobody catches, and the server ends', async () => {
    const other = await startWith('throw new Error("fault");');
    expect(await other.untilExit()).toMatchObject({ code: 1 });
    expect(other.stderr()).toMatch(/fault/);
    expectFramesOnly(other.stdout());
  });
});
