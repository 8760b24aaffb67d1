import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Limiter } from '../../../src/core/call/limiter.js';
import { createSend } from '../../../src/core/call/request.js';
import { createTransport, type Transport } from '../../../src/core/call/transport.js';
import {
  CredentialError,
  NotFoundError,
  StateError,
  ThrottledError,
  TokenExpiredError,
} from '../../../src/core/errors.js';
import { createLogger, createRedactor } from '../../../src/core/logger.js';
import type { Call, CallOptions, TokenSource } from '../../../src/core/provider.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** An answer never takes so long, on a busy machine either; silence is waited for. */
const [LONG_MS, SHORT_MS] = [30_000, 1500];
let handlers: Handler[];
let arrivals: number;
let origin: string;
let transport: Transport;
let stop: () => Promise<void>;

beforeEach(async () => {
  handlers = [];
  arrivals = 0;
  // A connection that is closed as it is used fails a call that no test has broken.
  const server = createServer({ keepAliveTimeout: 0 }, (request, response) => {
    arrivals += 1;
    const handler = handlers.shift() ?? ((_, answer) => void answer.end('{"value":"ok"}'));
    handler(request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  transport = createTransport({ timeoutMs: LONG_MS });
  stop = async () => {
    await transport.close();
    server.closeAllConnections();
    server.close();
  };
});
afterEach(() => stop());

const answer =
  (status: number, body: string): Handler =>
  (_, response) =>
    void response.writeHead(status).end(body);
const broken: Handler = (_, response) =>
  void response.writeHead(502, { 'content-encoding': 'gzip' }).end('no gzip');
const hang: Handler = () => undefined;
const reset: Handler = (request) => void request.socket.destroy();

/** From now on silence is not waited for long. */
async function hurry(): Promise<void> {
  await transport.close();
  transport = createTransport({ timeoutMs: SHORT_MS });
}

function setUp(call: Partial<Call<unknown>> = {}) {
  const order: string[] = [];
  const log: string[] = [];
  const observed: object[] = [];
  const waits: number[] = [];
  const redactor = createRedactor(['top-secret']);
  const limiter: Limiter = {
    run: async (options, work) => {
      order.push('permit');
      options.onPermit?.();
      return work({ isFresh: () => true, answered: async () => undefined, giveBack: async () => undefined });
    },
    status: () => Promise.reject(new Error('not asked for')),
    close: async () => undefined,
  };
  const send = createSend({
    transport,
    limiter,
    redactor,
    paidCalls: {
      ceiling: undefined,
      assertRoom: async () => void order.push('look at the ceiling'),
      countSent: async () => {
        order.push('count sent');
        return 'today';
      },
      giveBack: async () => void order.push('give back'),
      countBilled: async () => void order.push('count billed'),
      readToday: () => Promise.reject(new Error('not asked for')),
    },
    log: createLogger({ level: 'debug', redactor, write: (line) => log.push(line) }),
    envs: { addresses: ['ACME_URL'], credentials: ['ACME_KEY', 'ACME_SECRET'] },
    now: () => 1234,
    monotonicNow: () => performance.now(),
    wait: async (ms) => void waits.push(ms),
    random: () => 0,
    observe: (seen) => observed.push(seen),
  });
  const run = (
    lane: 'interactive' | 'batch' = 'interactive',
    signal?: AbortSignal,
    options?: Partial<CallOptions>,
  ) =>
    send(
      {
        name: 'acme.get',
        build: ({ nowMs, token }) => {
          order.push(`sign ${nowMs} ${token}`);
          return { method: 'POST', url: `${origin}/?sign=top-secret`, body: 'x' };
        },
        read: (got) => {
          order.push('read');
          return (got.json() as { value: unknown }).value;
        },
        ...call,
      },
      { lane, signal, ...options },
    );
  return { run, order, log, observed, waits };
}

describe('createSend', () => {
  it('takes a permit, signs with a fresh clock, sends, and reads', async () => {
    const { run, order } = setUp();
    expect(await run()).toBe('ok');
    expect(order).toEqual(['permit', 'sign 1234 ', 'read']);
  });

  it('begins again when the shared state gives neither token nor count, without an answer of the upstream', async () => {
    let away = 3;
    const get = async () => {
      away -= 1;
      if (away >= 0) throw new StateError('The shared database cannot be reached.');
      return 'token';
    };
    const token: TokenSource = { get, expire: async () => undefined };
    const { run, order } = setUp({ token });
    expect(await run('batch')).toBe('ok');
    expect(order).toEqual(['permit', 'sign 1234 token', 'read']);
  });

  it.each([
    ['a 500', answer(500, 'oops')],
    ['a 502 page', answer(502, '<html>')],
    ['a 502 page that cannot be unpacked', broken],
    ['a reset', reset],
    ['silence', hang],
  ])('tries again after %s, with a new permit', async (_name, handler) => {
    if (handler === hang) await hurry();
    handlers.push(handler);
    const { run, order } = setUp();
    expect(await run()).toBe('ok');
    expect(order.filter((step) => step === 'permit')).toHaveLength(2);
  });

  it('gives up after three repeats', async () => {
    handlers.push(...Array.from({ length: 9 }, () => answer(500, '')));
    await expect(setUp().run()).rejects.toMatchObject({ outcome: 'upstream_error', code: 'upstream_error' });
    expect(arrivals).toBe(4);
  });

  it('gives up after one repeat of a timeout', async () => {
    await hurry();
    handlers.push(hang, hang, hang);
    await expect(setUp().run()).rejects.toMatchObject({ code: 'upstream_timeout' });
    expect(arrivals).toBe(2);
  });

  it.each([
    ['garbage', answer(200, '<html>'), 'unexpected_response'],
    ['a 401', answer(401, '{}'), 'credentials_refused'],
    ['a 404', answer(404, ''), 'wrong_address'],
    ['a redirect', answer(302, ''), 'wrong_address'],
    ['a 429', answer(429, ''), 'throttled'],
    ['a 418', answer(418, ''), 'unexpected_response'],
    ['a huge body', answer(200, `"${'x'.repeat(9 * 1024 * 1024)}"`), 'unexpected_response'],
  ])('does not repeat %s', async (_name, handler, code) => {
    handlers.push(handler);
    await expect(setUp().run()).rejects.toMatchObject({ code });
    expect(arrivals).toBe(1);
  });

  it.each([
    [404, /HTTP 404\. Check ACME_URL\.$/],
    [403, /Check ACME_KEY and ACME_SECRET,/],
  ])('names what to look at after HTTP %d', async (status, message) => {
    handlers.push(answer(status, ''));
    await expect(setUp().run()).rejects.toThrow(message);
  });

  it('believes no upstream that fails when it finds nothing', async () => {
    const read = () => {
      throw new NotFoundError('nothing');
    };
    handlers.push(
      answer(502, '{}'),
      answer(502, '{}'),
      answer(502, '{}'),
      answer(502, '{}'),
      answer(404, '{}'),
    );
    await expect(setUp({ read }).run()).rejects.toMatchObject({ code: 'upstream_error' });
    await expect(setUp({ read }).run()).rejects.toThrow('nothing');
  });

  it("trusts the upstream's own code above the HTTP status", async () => {
    handlers.push(answer(500, '{}'));
    const read = () => {
      throw new CredentialError('no balance');
    };
    await expect(setUp({ read }).run()).rejects.toThrow('no balance');
  });

  it('renews a refused token once, then gives up', async () => {
    const expired: string[] = [];
    const token: TokenSource = {
      get: async () => `token-${expired.length + 1}`,
      expire: async (old) => void expired.push(old),
    };
    const read = () => {
      throw new TokenExpiredError('expired');
    };
    await expect(setUp({ token, read }).run()).rejects.toThrow('expired');
    expect(expired).toEqual(['token-1']);
    expect(arrivals).toBe(2);
  });

  it('lets a batch come again after throttling and tells an interactive caller', async () => {
    const script = [new ThrottledError('slow down'), undefined, new ThrottledError('slow down')];
    const read = () => {
      const error = script.shift();
      if (error) throw error;
      return 'ok';
    };
    const { run } = setUp({ read });
    expect(await run('batch')).toBe('ok');
    await expect(run('interactive')).rejects.toThrow('slow down');
    expect(arrivals).toBe(3);
  });

  it('stops at once when the caller leaves, also between repeats', async () => {
    handlers.push(answer(500, ''), answer(500, ''), answer(500, ''));
    const controller = new AbortController();
    const read = () => {
      controller.abort();
      throw new Error('unreachable for a 500 that is read');
    };
    const attempt = setUp({ read }).run('interactive', controller.signal);
    await expect(attempt).rejects.toMatchObject({ outcome: 'cancelled' });
    expect(arrivals).toBe(1);
  });

  it('waits before a repeat by the clock that it is handed, twice as long each time', async () => {
    handlers.push(answer(500, ''), answer(503, ''), answer(500, ''));
    const { run, waits } = setUp();
    expect(await run()).toBe('ok');
    expect(waits).toEqual([125, 250, 500]);
  });

  it('closes the socket of a call in flight when the caller leaves', async () => {
    const closed = new Promise<void>((resolve) =>
      handlers.push((request) => void request.socket.on('close', resolve)),
    );
    const controller = new AbortController();
    const attempt = setUp()
      .run('interactive', controller.signal)
      .catch((error: Error) => error.name);
    await expect.poll(() => arrivals).toBe(1);
    controller.abort();
    await closed;
    expect(await attempt).toBe('CancelledError');
  });

  it('counts a paid call before it leaves, and takes it back when its answer says that it was not billed', async () => {
    handlers.push(answer(200, '{"value":"ok","billed":true}'), answer(200, '{"value":"ok"}'));
    const { run, order } = setUp({
      paid: true,
      readReceipt: (got) => ({ billed: (got.json() as { billed?: true }).billed === true }),
    });
    await run();
    await run();
    expect(order.filter((step) => !step.startsWith('sign'))).toEqual([
      ...['look at the ceiling', 'permit', 'count sent', 'count billed', 'read'],
      ...['look at the ceiling', 'permit', 'count sent', 'give back', 'read'],
    ]);
  });

  it('takes back a paid call that has not left, since the upstream could not be connected to', async () => {
    const { run, order } = setUp({
      paid: true,
      build: () => ({ method: 'POST', url: 'http://127.0.0.1:1/', body: 'x' }),
    });
    await expect(run()).rejects.toMatchObject({ name: 'UnreachableError' });
    expect(order.filter((step) => step === 'count sent')).toHaveLength(4);
    expect(order.filter((step) => step === 'give back')).toHaveLength(4);
  });

  it('counts a paid call whose answer got lost: it may have been billed', async () => {
    handlers.push(reset, reset, reset, reset);
    const { run, order } = setUp({ paid: true });
    await expect(run()).rejects.toMatchObject({ name: 'UpstreamError' });
    expect(order.filter((step) => step === 'count sent')).toHaveLength(4);
    expect(order).not.toContain('give back');
  });

  it("tells what an answer says about the call, with the upstream's own words only where they are asked for", async () => {
    const body = '{"value":"ok","id":"T1","echo":"top-secret"}';
    handlers.push(answer(200, body), answer(200, body));
    const { run } = setUp({ readReceipt: (got) => ({ trace: (got.json() as { id: string }).id }) });
    const heard: unknown[] = [];
    const onAnswer = (one: unknown) => heard.push(one);
    await run('interactive', undefined, { onAnswer });
    await run('interactive', undefined, { onAnswer, raw: true });
    expect(heard).toEqual([
      { call: 'acme.get', trace: 'T1', raw: undefined },
      { call: 'acme.get', trace: 'T1', raw: { value: 'ok', id: 'T1', echo: '[redacted]' } },
    ]);
  });

  it('gives a failure the number of the call that it came from', async () => {
    handlers.push(answer(401, '{"id":"T2"}'));
    const { run } = setUp({ readReceipt: (got) => ({ trace: (got.json() as { id: string }).id }) });
    expect(await run().catch((error: unknown) => error)).toMatchObject({ receipt: { trace: 'T2' } });
  });

  it('shows every answer, also one that fails, to those who watch the upstream', async () => {
    handlers.push((_, response) => void response.writeHead(401, { 'x-bijia-sandbox': '1' }).end('{}'));
    const { run, observed } = setUp();
    await run().catch(() => undefined);
    expect(observed).toMatchObject([{ status: 401, sandbox: true }]);
  });

  it('hands a token over where one is asked for, and hides secrets in all else of that answer', async () => {
    handlers.push(answer(200, '{"access_token":"top-secret","msg":"for top-secret"}'));
    const read = (got: { json: () => unknown }) => got.json();
    expect(await setUp({ withoutPermit: true, read }).run()).toEqual({
      access_token: 'top-secret',
      msg: 'for [redacted]',
    });
    handlers.push(answer(200, '{"access_token":"top-secret","msg":"for \\u0074op-secret"}'));
    expect(await setUp({ read }).run()).toEqual({ access_token: '[redacted]', msg: 'for [redacted]' });
  });

  it('logs no address and no secret', async () => {
    handlers.push(answer(500, 'top-secret'), reset, answer(401, ''));
    const { run, log } = setUp();
    await run().catch(() => undefined);
    expect(log.length).toBeGreaterThan(0);
    expect(log.join('\n')).not.toMatch(/top-secret|127\.0\.0\.1/);
  });
});
