import { createServer, connect as openSocket, type Server, type Socket } from 'node:net';

/** A way to a server that can be slow, cut or silent. */
export interface Wire {
  readonly port: number;
  /** Ends all connections; new ones are refused until `join`. */
  readonly cut: () => void;
  readonly join: () => void;
  /** Nothing passes, in either direction, until `release`. */
  readonly hold: () => void;
  readonly release: () => void;
  /** Leads new connections to another server, and ends those there are. */
  readonly lead: (port: number) => void;
  readonly close: () => Promise<void>;
}

/** @param delayMs how long everything takes, each way */
export async function openWire(targetPort: number, delayMs = 0): Promise<Wire> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let target = targetPort;
  let isCut = false;
  let isHeld = false;
  const server: Server = createServer((near) => {
    if (isCut) {
      near.destroy();
      return;
    }
    const far = openSocket(target, '127.0.0.1');
    const pair = [near, far] as const;
    pairs.add(pair);
    const end = () => {
      pairs.delete(pair);
      near.destroy();
      far.destroy();
    };
    for (const [from, to] of [pair, [far, near] as const]) {
      from.on('error', end).on('close', end);
      from.on('data', (chunk) => setTimeout(() => to.writable && to.write(chunk), delayMs));
      if (isHeld) from.pause();
    }
  });
  const listen = (port: number) =>
    new Promise<number>((resolve) => {
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        resolve(typeof address === 'object' && address ? address.port : 0);
      });
    });
  const port = await listen(0);
  const all = () => [...pairs].flat();
  return {
    port,
    cut: () => {
      isCut = true;
      for (const socket of all()) socket.destroy();
    },
    join: () => {
      isCut = false;
    },
    hold: () => {
      isHeld = true;
      for (const socket of all()) socket.pause();
    },
    release: () => {
      isHeld = false;
      for (const socket of all()) socket.resume();
    },
    lead: (next) => {
      target = next;
      for (const socket of all()) socket.destroy();
    },
    close: () =>
      new Promise((resolve) => {
        for (const socket of all()) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
