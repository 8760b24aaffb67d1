import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createTransport, type Transport, type TransportOptions } from '../../../src/core/call/transport.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** For those who wait it out. */
const SHORT_MS = 300;
const LONG_MS = 30_000;
let handler: Handler;
let arrivals: string[];
let origin: string;
let opened: Transport[];
let isBrief: boolean;
let stop: () => void;

beforeEach(async () => {
  arrivals = [];
  opened = [];
  // A connection that is closed as it is used fails a call that no test has broken.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    arrivals.push(`${request.method} ${request.url}`);
    handler(request, response);
  });
  // As a proxy it leads everywhere back to itself.
  server.on('connect', (request: IncomingMessage, socket: Socket) => {
    arrivals.push(`CONNECT ${request.url}`);
    if (request.url === 'silence.invalid:80') return;
    socket.write('HTTP/1.1 200 OK\r\n\r\n');
    server.emit('connection', socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  stop = () => {
    server.closeAllConnections();
    server.close();
  };
});
afterEach(async () => {
  await Promise.all(opened.map((transport) => transport.close()));
  stop();
});

function open(options: Partial<TransportOptions> = {}): Transport {
  const transport = createTransport({ timeoutMs: LONG_MS, isBrief, ...options });
  opened.push(transport);
  return transport;
}
const send = (transport = open(), signal?: AbortSignal) =>
  transport.send({ method: 'POST', url: `${origin}/`, body: 'x' }, signal);

const TEXT = '{"title":"奶粉","id":12345678901234567890}';
const answer =
  (body: string | Buffer, headers: Record<string, string> = {}): Handler =>
  (_, response) =>
    void response.writeHead(200, headers).end(body);

/** Each has a client of its own. */
const PROCESSES = [
  ['a process that lasts', false],
  ['a process that makes some calls and ends', true],
] as const;

describe.each(PROCESSES)('createTransport for %s', (_process, brief) => {
  beforeEach(() => {
    isBrief = brief;
  });

  it.each([
    ['as it is', Buffer.from(TEXT), undefined],
    ['with a byte order mark', Buffer.from(`\uFEFF${TEXT}`), undefined],
    ['as gzip', gzipSync(TEXT), 'gzip'],
    ['as deflate', deflateSync(TEXT), 'deflate'],
    ['as brotli', brotliCompressSync(TEXT), 'BR'],
  ])('reads a body sent %s', async (_name, body, encoding) => {
    handler = answer(body, encoding ? { 'content-encoding': encoding } : {});
    const got = await send();
    expect(got.text).toBe(TEXT);
    expect(got.json()).toEqual({ title: '奶粉', id: '12345678901234567890' });
  });

  it('sends nothing when the time is over before the connection stands', async () => {
    // When the call begins, and when it is about to be written.
    const timesMs = [0, LONG_MS + 1];
    const late = send(open({ monotonicNow: () => timesMs.shift() ?? 0 }));
    await expect(late).rejects.toMatchObject({ code: 'upstream_timeout', detail: 'not sent' });
    expect(arrivals).toEqual([]);
  });

  // "奶誠": its last byte is a backslash to a reader that takes it for UTF-8.
  const GBK_TEXT = Buffer.from([0x22, 0xc4, 0xcc, 0xd5, 0x5c, 0x22]);
  it.each(['application/json;charset=GBK', 'text/html; Charset="gb2312"'])(
    'reads a body in the character set that it names: %s',
    async (type) => {
      handler = answer(GBK_TEXT, { 'content-type': type });
      expect((await send()).json()).toBe('奶誠');
    },
  );

  it('takes a character set that nobody knows for UTF-8', async () => {
    handler = answer(TEXT, { 'content-type': 'application/json; charset=klingon' });
    expect((await send()).text).toBe(TEXT);
  });

  it('reads a body sent in pieces, or ended by closing', async () => {
    handler = (_, response) => {
      response.useChunkedEncodingByDefault = false;
      response.writeHead(200, { connection: 'close' });
      for (const byte of Buffer.from(TEXT)) response.write(Buffer.of(byte));
      response.end();
    };
    expect((await send()).text).toBe(TEXT);
  });

  it.each([
    ['plain', () => Buffer.alloc(9 * 1024 * 1024, ' '), {}],
    ['compressed', () => gzipSync(Buffer.alloc(9 * 1024 * 1024, ' ')), { 'content-encoding': 'gzip' }],
  ])('cuts off a huge body, %s', async (_name, body, headers) => {
    handler = answer(body(), headers as Record<string, string>);
    await expect(send()).rejects.toMatchObject({
      code: 'unexpected_response',
      message: /more data than/,
    });
  });

  it('does not take a broken compression for a broken connection', async () => {
    handler = answer('no gzip', { 'content-encoding': 'gzip' });
    await expect(send()).rejects.toMatchObject({ code: 'unexpected_response', retryable: false });
  });

  it('brings the status of a server that failed, though its body is broken', async () => {
    handler = (_, response) => void response.writeHead(502, { 'content-encoding': 'gzip' }).end('no gzip');
    expect(await send()).toMatchObject({ status: 502, text: '' });
  });

  it.each<[string, Handler]>([
    ['says nothing', () => undefined],
    ['never ends its answer', (_, response) => void response.writeHead(200).write('{')],
  ])('gives up on a server that %s', async (_name, silent) => {
    handler = silent;
    await expect(send(open({ timeoutMs: SHORT_MS }))).rejects.toMatchObject({
      code: 'upstream_timeout',
      detail: 'timeout',
    });
  });

  it('bounds the whole call, however lively its drips', async () => {
    handler = (_, response) => {
      const drip = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(drip));
    };
    await expect(send(open({ timeoutMs: SHORT_MS }))).rejects.toMatchObject({ code: 'upstream_timeout' });
  });

  it.each<[string, Handler]>([
    ['closes the connection', (request) => void request.socket.destroy()],
    [
      'cuts its answer short',
      (request, response) => {
        response.writeHead(200, { 'content-length': '100' }).write('{');
        setTimeout(() => request.socket.destroy(), 5);
      },
    ],
  ])('calls it a failure of the upstream when it %s', async (_name, broken) => {
    handler = broken;
    await expect(send()).rejects.toMatchObject({ code: 'upstream_error', message: /closed the connection/ });
  });

  it('cancels what is under way when it is closed or the caller leaves', async () => {
    handler = () => undefined;
    const transport = open({ timeoutMs: 10_000 });
    const controller = new AbortController();
    const left = send(transport, controller.signal).catch((error: Error) => error.name);
    const kept = send(transport).catch((error: Error) => error.name);
    await expect.poll(() => arrivals.length).toBe(2);
    controller.abort();
    expect(await left).toBe('CancelledError');
    await transport.close();
    expect(await kept).toBe('CancelledError');
    await expect(send(transport)).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('uses a connection again', async () => {
    const ports: unknown[] = [];
    handler = (request, response) => {
      ports.push(request.socket.remotePort);
      response.end(TEXT);
    };
    const transport = open();
    for (const _ of [1, 2, 3, 4, 5]) expect((await send(transport)).text).toBe(TEXT);
    expect(new Set(ports).size).toBeLessThan(5);
  });

  it('sends the body with its length, and what it accepts', async () => {
    const headers: IncomingMessage['headers'][] = [];
    handler = (request, response) => {
      headers.push(request.headers);
      response.end(TEXT);
    };
    const transport = open();
    await send(transport);
    await transport.send({ method: 'GET', url: `${origin}/?a=%20b`, headers: { 'x-ca-key': 'k' } });
    expect(headers).toMatchObject([
      { accept: 'application/json', 'content-length': '1' },
      { accept: 'application/json', 'x-ca-key': 'k' },
    ]);
    expect(headers.flatMap((names) => Object.keys(names))).not.toContain('transfer-encoding');
    expect(arrivals).toEqual(['POST /', 'GET /?a=%20b']);
  });

  it('fails at once where nobody listens', async () => {
    const url = 'http://127.0.0.1:9/';
    await expect(open().send({ method: 'GET', url })).rejects.toMatchObject({
      code: 'upstream_error',
      detail: 'ECONNREFUSED',
      message: /refuses connections/,
    });
  });

  it('fails at once where the answer is not HTTP', async () => {
    handler = (request) => void request.socket.end('SSH-2.0-OpenSSH_9.6\r\n');
    await expect(send()).rejects.toMatchObject({ code: 'upstream_error', message: /the connection failed/ });
    handler = (request) =>
      void request.socket.end(
        'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
      );
    await expect(send()).rejects.toMatchObject({ code: 'upstream_error' });
  });

  it('follows no redirect', async () => {
    handler = (_, response) => void response.writeHead(302, { location: '/elsewhere' }).end();
    expect((await send()).status).toBe(302);
    expect(arrivals).toEqual(['POST /']);
  });

  it('sees the mark of the sandbox', async () => {
    handler = answer(TEXT, { 'x-bijia-sandbox': '1' });
    expect((await send()).sandbox).toBe(true);
    handler = answer(TEXT);
    expect((await send()).sandbox).toBe(false);
  });
});

describe.each(PROCESSES)('a proxy for %s', (_process, brief) => {
  beforeEach(() => {
    isBrief = brief;
  });

  const ask = (proxy: TransportOptions['proxy'], url: string, timeoutMs = LONG_MS) =>
    open({ proxy, timeoutMs })
      .send({ method: 'POST', url, body: 'x' })
      .then(
        ({ text }) => text,
        ({ code }) => code,
      );

  it('is sent through, but never to reach this machine', async () => {
    handler = answer('seen');
    expect(await ask({ httpProxy: origin }, 'http://upstream.invalid/path')).toBe('seen');
    expect(arrivals).toEqual(['CONNECT upstream.invalid:80', 'POST /path']);
    expect(await ask({ httpProxy: 'http://127.0.0.1:9' }, origin)).toBe('seen');
  });

  it('that never opens the way is given up on in time', async () => {
    expect(await ask({ httpProxy: origin }, 'http://silence.invalid/', SHORT_MS)).toBe('upstream_timeout');
  });

  it.each(['upstream.invalid', '.invalid', 'other.example, upstream.invalid', '*', ' * '])(
    'is left out for the hosts of NO_PROXY=%s',
    async (noProxy) => {
      handler = answer('seen');
      expect(await ask({ httpProxy: origin, noProxy }, 'http://upstream.invalid/')).toBe('upstream_error');
      expect(arrivals).toEqual([]);
    },
  );
});
