import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { ConfigError } from '../../core/index.js';
import type { Caller } from '../caller.js';
import { describeFault } from '../protocol/describe-fault.js';
import { closeInTime, onEndSignal } from '../protocol/end-signals.js';
import { createServerFactory } from '../protocol/modern-server.js';
import { createService } from '../protocol/service.js';
import type { SessionOptions } from '../protocol/session.js';
import { type Arrival, createAdmission, isLoopback, MCP_PATH } from './admission.js';
import { createPublicCore } from './public-core.js';
import type { HttpValues } from './settings.js';

export interface HttpOptions extends SessionOptions {
  readonly version: string;
  readonly address: HttpAddress;
  readonly settings: HttpValues;
}

export interface HttpAddress {
  readonly host: string;
  readonly port: number;
}

/** The process as the server sees it. */
export type ServedProcess = Pick<NodeJS.Process, 'on' | 'stderr'>;

const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** Those beyond are cut: what is held for each must not fill the memory. */
const MAX_CONNECTIONS = 1000;
/** Longer than a proxy keeps a connection (Caddy: two minutes): one that is closed just as it is used fails a request. */
const IDLE_MS = 130_000;

/**
 * Serves a team over HTTP until the process is told to end.
 * @returns the exit code
 * @throws ConfigError when the port is open to others than this machine and anybody could call
 */
export async function serveHttp(options: HttpOptions, served: ServedProcess): Promise<number> {
  const { address, settings, tell } = options;
  assertGuarded(address, settings);
  const running = createHttpService(options);
  const ended = new Promise<number>((resolve) => onEndSignal(served, resolve));
  // Neither a closed log nor what one caller's request leaves behind may end the server of all.
  served.stderr.on('error', () => undefined);
  served.on('unhandledRejection', (thrown) => tell(running.redact(describeFault(thrown))));
  const url = await listen(running.server, address);
  tell(`serving ${url}`);
  const code = await ended;
  await closeInTime(running.close);
  return code;
}

/** A port without tokens behind another name, or a proxy, would be an open door. */
function assertGuarded({ host }: HttpAddress, { tokens, hosts }: HttpValues): void {
  if (tokens.length > 0 || (isLoopback(host) && hosts.every(isLoopback))) return;
  throw new ConfigError(
    'Others than this machine could call without a token. Set BIJIA_HTTP_TOKENS=name=token, or listen on 127.0.0.1 without BIJIA_HTTP_HOSTS.',
  );
}

function createHttpService({ version, settings, ...options }: HttpOptions) {
  const service = createService({
    ...options,
    openCore: async () => {
      const opened = await options.openCore();
      return { ...opened, core: createPublicCore(opened.core) };
    },
  });
  const callers = new WeakMap<object, Caller>();
  const handler = createMcpHandler(
    createServerFactory({ version, service }, ({ authInfo }) => {
      const caller = authInfo && callers.get(authInfo);
      if (!caller) throw new Error('a request that nobody let in');
      return caller;
    }),
    { maxRequestBodySize: MAX_BODY_BYTES },
  );
  const answer = toNodeHandler(handler, { maxRequestBodySize: MAX_BODY_BYTES });
  const admit = createAdmission(settings);
  const server = createServer(
    { keepAliveTimeout: IDLE_MS },
    (request: IncomingMessage, response: ServerResponse) => {
      const admission = admit(request as Arrival);
      if (admission.origin !== undefined) letRead(response, admission.origin);
      if (admission.kind === 'preflight') return answerPreflight(request, response);
      if (admission.kind === 'health') return void response.end('ok\n');
      if (admission.kind === 'refused') return refuse(response, admission);
      if (Number(request.headers['content-length']) > MAX_BODY_BYTES) {
        // Read to its end and thrown away: a client that still writes would miss the answer.
        request.resume();
        return void response.writeHead(413).end();
      }
      const auth = { token: '', clientId: admission.caller.owner, scopes: [] };
      callers.set(auth, admission.caller);
      void answer(Object.assign(request, { auth }), response);
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  return {
    server,
    redact: service.redact,
    close: async () => {
      server.close();
      // What listens gets its result; what is called, nothing any more.
      await handler.close();
      server.closeAllConnections();
      await service.close();
    },
  };
}

/** Else a browser keeps the answer from the page that asked. */
function letRead(response: ServerResponse, origin: string): void {
  response.setHeader('access-control-allow-origin', origin);
  response.setHeader('access-control-expose-headers', 'www-authenticate');
  response.setHeader('vary', 'Origin');
}

const PREFLIGHT_KEPT_S = '600';

function answerPreflight({ headers }: IncomingMessage, response: ServerResponse): void {
  response.writeHead(204, {
    'access-control-allow-methods': 'POST',
    'access-control-allow-headers': headers['access-control-request-headers'] ?? '',
    'access-control-max-age': PREFLIGHT_KEPT_S,
  });
  response.end();
}

function refuse(
  response: ServerResponse,
  { status, reason }: { readonly status: number; readonly reason: string },
) {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(status === 401 && { 'www-authenticate': 'Bearer' }),
    // What else the client sends is not read.
    connection: 'close',
  });
  response.end(`${JSON.stringify({ error: reason })}\n`);
}

/** @throws ConfigError when the address cannot be used */
async function listen(server: Server, { host, port }: HttpAddress): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new ConfigError(`Cannot listen on ${host}:${port} (${error.code}). Give another address to --http.`),
      );
    });
    server.listen(port, host.replace(/^\[|\]$/g, ''), resolve);
  });
  const { address, family, port: bound } = server.address() as AddressInfo;
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${bound}${MCP_PATH}`;
}
