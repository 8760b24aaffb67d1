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
  /**
   * Ends all connections when a statement of this name passes, once: before the server has it, or before its answer is
   * heard. New ones are let through again after `awayMs`.
   */
  readonly trap: (statement: string, moment: 'before' | 'after', awayMs: number) => void;
  /** Whether the trap has closed. */
  readonly isSprung: () => boolean;
  /** Leads new connections to another server, and ends those there are. */
  readonly lead: (port: number) => void;
  readonly close: () => Promise<void>;
}

interface Trap {
  readonly statement: string;
  readonly moment: 'before' | 'after';
  readonly awayMs: number;
}

/** Within which a server has carried out what it was sent. */
const LANDING_MS = 100;

/** @param delayMs how long everything takes, each way */
export async function openWire(targetPort: number, delayMs = 0): Promise<Wire> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let target = targetPort;
  let isCut = false;
  let isHeld = false;
  let trap: Trap | undefined;
  let isDeaf = false;
  const spring = ({ moment, awayMs }: Trap) => {
    trap = undefined;
    isCut = true;
    isDeaf = true;
    const end = () => {
      for (const socket of all()) socket.destroy();
      isDeaf = false;
      setTimeout(() => {
        isCut = false;
      }, awayMs);
    };
    // What was sent is carried out by a server whose answer nobody hears.
    if (moment === 'after') setTimeout(end, LANDING_MS);
    else end();
  };
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
      from.on('data', (chunk: Buffer) => {
        if (from === near && trap && chunk.includes(`${trap.statement}\0`)) spring(trap);
        if (from === far && isDeaf) return;
        setTimeout(() => to.writable && to.write(chunk), delayMs);
      });
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
    trap: (statement, moment, awayMs) => {
      trap = { statement, moment, awayMs };
    },
    isSprung: () => trap === undefined,
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
