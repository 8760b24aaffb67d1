import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ConfigError } from '../../core/index.js';

/** The bot's own small server: /healthz, and the webhook where there is one. */
export interface HttpServer {
  readonly close: () => Promise<void>;
}

export interface HttpServerOptions {
  readonly host: string;
  readonly port: number;
  /** Whether the bot works; says so to load balancers and supervisors. */
  readonly isHealthy: () => boolean;
  readonly webhook?: Route;
  /** How long a request may take to come in, or a little more; 30 s by default. */
  readonly patienceMs?: number;
}

export interface Route {
  readonly path: string;
  readonly handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

/** Longer than a proxy keeps a connection (Caddy: two minutes): one that is closed just as it is used fails a request. */
const IDLE_MS = 130_000;

/** @throws ConfigError when the port cannot be opened */
export async function startHttpServer(options: HttpServerOptions): Promise<HttpServer> {
  const { host, port, isHealthy, webhook, patienceMs = 30_000 } = options;
  // Set later, it would count for nothing: Node takes the longer one of this and the time for headers.
  const limits = {
    requestTimeout: patienceMs,
    connectionsCheckingInterval: patienceMs / 4,
    keepAliveTimeout: IDLE_MS,
  };
  const server = createServer(limits, (request, response) => {
    const path = (request.url ?? '/').split('?', 1)[0];
    if (path === '/healthz')
      return answer(response, isHealthy() ? 200 : 503, isHealthy() ? 'ok' : 'not ready');
    if (!webhook || path !== webhook.path) return answer(response, 404, 'not found');
    webhook.handle(request, response).catch(() => answer(response, 400, 'bad request'));
  });
  await listen(server, host, port);
  return {
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), 1000).unref();
      }),
  };
}

/** Answers once; what comes later is not heard. */
export function answer(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) return;
  // What is left of a refused request is not read, so the connection cannot be used again.
  if (status >= 400) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${text}\n`);
}

function listen(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        new ConfigError(
          `The port ${port} on ${host} cannot be opened (${error.code}). Change TELEGRAM_WEBHOOK_PORT.`,
          { code: 'bot_port', facts: { host, port, reason: error.code }, cause: error },
        ),
      );
    });
    server.listen(port, host, resolve);
  });
}
