import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands before the bots of several machines: gives each request to the next one that takes it. */
export interface Balancer {
  readonly origin: string;
  readonly close: () => void;
}

/** @param ports of the machines, also of those that are down */
export async function openBalancer(ports: readonly number[]): Promise<Balancer> {
  let turn = 0;
  // Telegram keeps a connection for longer than it pauses: one that is closed as it is used fails a delivery.
  const server = createServer({ keepAliveTimeout: 0 }, async (incoming, response) => {
    const body = Buffer.concat(await incoming.toArray());
    turn += 1;
    for (let tries = 0; tries < ports.length; tries += 1) {
      const port = ports[(turn + tries) % ports.length] ?? 0;
      if (await forward(port, incoming, body, response)) return;
    }
    response.writeHead(502).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => server.close(),
  };
}

/** @returns false where nobody listens; one that dies in the middle is an answer, too */
function forward(
  port: number,
  { method, url, headers }: IncomingMessage,
  body: Buffer,
  response: ServerResponse,
): Promise<boolean> {
  return new Promise((resolve) => {
    const outgoing = request({ host: '127.0.0.1', port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      resolve(true);
    });
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'ECONNREFUSED') return resolve(false);
      if (!response.headersSent) response.writeHead(502).end();
      resolve(true);
    });
    outgoing.end(body);
  });
}
