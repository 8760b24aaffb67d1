import { once } from 'node:events';
import type { Server } from 'node:http';

/** A server on loopback that can start and stop several times. */
export interface Listener {
  /** @throws {Error} while it is not started. */
  readonly origin: () => string;
  /** Port 0 takes any free one. */
  readonly start: (port?: number) => Promise<void>;
  /** Closes connections that nobody uses, as any server does after a while. */
  readonly closeIdle: () => void;
  /** Closes every connection, also one that waits for an answer. */
  readonly stop: () => Promise<void>;
}

export function createListener(createServer: () => Server): Listener {
  let server: Server | undefined;
  return {
    origin: () => {
      const address = server?.address();
      if (!address || typeof address === 'string') throw new Error('the server is not started');
      return `http://127.0.0.1:${address.port}`;
    },
    start: async (port = 0) => {
      server = createServer();
      await once(server.listen(port, '127.0.0.1'), 'listening');
    },
    closeIdle: () => server?.closeIdleConnections(),
    stop: async () => {
      if (!server?.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
