import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { type SandboxAnswer, type SandboxWorld, toSandboxJson } from '../core/simulation/upstream.js';
import type { Fault } from './fault-plan.js';
import type { RoutedAnswer, WholeRequest } from './routes.js';

/** Milliseconds: fixed, or evenly drawn from a range. */
export type Delay = number | readonly [number, number];

export interface ReplyParts {
  readonly world: SandboxWorld;
  readonly latencyMs: Delay;
  readonly transitMs: Delay;
  readonly routes: (request: WholeRequest) => RoutedAnswer;
  /** Fires when the sandbox closes: nobody is waited for any more. */
  readonly closing: AbortSignal;
}

const SLOW_MS = 3_000;
/** More than any client should read of a product. */
const HUGE_BYTES = 64 * 1024 * 1024;
const GARBAGE = '<html><body>502 Bad Gateway</body></html>{"code":';

async function readRequest(request: IncomingMessage): Promise<WholeRequest> {
  const { method = 'GET', url = '/', headers } = request;
  const meant = headers['x-bijia-host'];
  return {
    method,
    target: new URL(`http://sandbox.invalid${url.startsWith('/') ? url : '/'}`),
    host: (typeof meant === 'string' ? meant : (headers.host ?? '')).toLowerCase().replace(/:\d+$/, ''),
    contentType: headers['content-type'] ?? '',
    body: await text(request),
  };
}

function send(response: ServerResponse, { status, body, headers = {} }: SandboxAnswer): void {
  const isText = typeof body === 'string';
  response.writeHead(status, {
    'content-type': isText ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
    ...headers,
  });
  response.end(isText ? body : toSandboxJson(body));
}

function* createHugeBody(): Generator<string> {
  yield '{"code":"0","filling":"';
  const block = 'x'.repeat(256 * 1024);
  for (let sent = 0; sent < HUGE_BYTES; sent += block.length) yield block;
  yield '"}';
}

/** Plays a fault of the connection; the answer goes out as it is when there is none. */
async function deliver(response: ServerResponse, answer: SandboxAnswer, fault?: Fault): Promise<void> {
  switch (fault?.kind) {
    case 'hang':
      return;
    case 'reset':
      response.socket?.resetAndDestroy();
      return;
    case 'status':
      send(response, { status: Number(fault.code ?? 500), body: 'Internal Server Error' });
      return;
    case 'garbage':
      send(response, { status: 200, body: GARBAGE });
      return;
    case 'huge':
      await pipeline(Readable.from(createHugeBody()), response);
      return;
    default:
      send(response, answer);
  }
}

/** The listener of the server: reads, routes, waits, answers. */
export function createReply({ world, latencyMs, transitMs, routes, closing }: ReplyParts) {
  const draw = (delay: Delay): number => {
    if (typeof delay === 'number') return delay;
    const [from, to] = delay;
    return from + world.random() * (to - from);
  };
  const pass = async (delayMs: number): Promise<void> => {
    if (delayMs > 0) await wait(delayMs, undefined, { signal: closing });
  };
  const reply = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    response.setHeader('x-bijia-sandbox', '1');
    // The clock of the simulated world, also where Node would send its own.
    response.setHeader('date', new Date(world.now()).toUTCString());
    const whole = await readRequest(request);
    await pass(draw(transitMs));
    const { answer, fault, instant } = routes(whole);
    const slowMs = fault?.kind === 'slow' ? (fault.delayMs ?? SLOW_MS) : 0;
    await pass(instant ? 0 : draw(latencyMs) + slowMs);
    await deliver(response, answer, fault);
  };
  return (request: IncomingMessage, response: ServerResponse): void => {
    reply(request, response).catch((error) => {
      if (response.headersSent || response.destroyed) response.destroy();
      else send(response, { status: 500, body: { error: `sandbox: ${error}` } });
    });
  };
}
