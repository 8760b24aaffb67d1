import { createServer } from 'node:net';

/**
 * Below those that systems give to outgoing connections, from 32768 or 49152 on: whatever else runs here connects to
 * something at any moment, and a server that ends and comes back must find its port free.
 */
const [FIRST, COUNT] = [12_000, 20_000];

/** A port that nobody listens to at this moment. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * COUNT);
    if (await canListen(port)) return port;
  }
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}
