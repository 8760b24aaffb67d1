import type { Clock } from '../../clock.js';
import type { DatabaseOptions } from './database.js';
import { toDriverOptions } from './driver-options.js';
import { loadPg, type SqlListener } from './load-pg.js';

/** A connection that was lost is opened again by the next one who listens, not sooner than this. */
const AGAIN_MS = 1000;

/** Where processes call out what others wait for. */
export const CHANNEL = 'bijia';

/** Hears what other processes call out in the database. What is missed has to be found by looking. */
export type Listener = ReturnType<typeof createListener>;

/** One connection, opened when somebody listens for the first time; it keeps no process alive. */
export function createListener(
  options: DatabaseOptions,
  { monotonicNow, wait }: Pick<Clock, 'monotonicNow' | 'wait'>,
) {
  const ears = new Map<string, Set<() => void>>();
  let opening: Promise<SqlListener | undefined> | undefined;
  let lostMs = Number.NEGATIVE_INFINITY;
  let isClosed = false;
  const wake = (name: string) => {
    for (const ear of [...(ears.get(name) ?? [])]) ear();
  };
  const lose = () => {
    opening = undefined;
    lostMs = monotonicNow();
  };
  const open = () => {
    if (opening || isClosed || monotonicNow() - lostMs < AGAIN_MS) return;
    const opened = connect(options, { onCall: wake, onEnd: lose });
    opening = opened.then(
      (client) => {
        // What was called out before is not heard any more.
        for (const name of [...ears.keys()]) wake(name);
        return client;
      },
      () => {
        lose();
        return undefined;
      },
    );
  };
  return {
    /** Resolves when one of the names is called out, or may have been before this process listened; or with the signal. */
    hear: (names: readonly string[], signal: AbortSignal) => {
      open();
      return listen(ears, names, signal);
    },
    close: async () => {
      isClosed = true;
      const client = await opening;
      if (!client) return;
      // Else a process with nothing else to do would end here, before it has said why it ends.
      client.ref();
      const ended = new AbortController();
      const end = client.end().catch(() => undefined);
      void end.then(() => ended.abort());
      await Promise.race([end, wait(options.timeoutMs, ended.signal)]);
      client.unref();
    },
  };
}

function listen(
  ears: Map<string, Set<() => void>>,
  names: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      signal.removeEventListener('abort', end);
      for (const name of names) {
        const others = ears.get(name);
        others?.delete(end);
        if (others?.size === 0) ears.delete(name);
      }
      resolve();
    };
    signal.addEventListener('abort', end, { once: true });
    for (const name of names) {
      const others = ears.get(name) ?? new Set();
      ears.set(name, others.add(end));
    }
  });
}

interface Callbacks {
  readonly onCall: (name: string) => void;
  readonly onEnd: () => void;
}

async function connect(options: DatabaseOptions, { onCall, onEnd }: Callbacks): Promise<SqlListener> {
  const { Client } = await loadPg();
  const client = new Client(toDriverOptions(options));
  client.on('error', () => undefined);
  client.on('end', onEnd);
  client.on('notification', ({ payload }) => onCall(payload ?? ''));
  try {
    await client.connect();
    await client.query(`LISTEN ${CHANNEL}`);
    client.unref();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
