import { setImmediate } from 'node:timers/promises';

/** China's clock, by which its shops and their customers live: GMT+8, without summer time since 1991. */
export const CHINA_OFFSET_MS = 8 * 3_600_000;

/** The day in China, such as `2026-11-29`. @param atMs milliseconds since 1970 */
export function formatDay(atMs: number): string {
  return new Date(atMs + CHINA_OFFSET_MS).toISOString().slice(0, 10);
}

/** Time as the permits see it: injected, so that tests turn minutes into milliseconds. */
export interface Clock {
  /** Monotonic, microseconds since the machine started: the same for all its processes. */
  readonly nowUs: () => number;
  /** Resolves after `ms` milliseconds or when the signal fires, whichever comes first. Never rejects. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Lets everything else that is due in this process go first; takes no time of its own. */
  readonly takeTurn: () => Promise<void>;
}

/** The machine's own clock. */
export function createMonotonicClock(): Clock {
  return {
    // A double counts microseconds exactly for 285 years of uptime.
    nowUs: () => Number(process.hrtime.bigint() / 1000n),
    wait: (ms, signal) => waitMs(ms, signal),
    takeTurn: () => setImmediate(),
  };
}

function waitMs(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, Math.max(1, Math.ceil(ms)));
    signal.addEventListener('abort', finish, { once: true });
  });
}
