import type { Clock } from '../../src/core/clock.js';

export interface FakeClock extends Clock {
  /** Lets time pass, waking sleepers in order. */
  readonly advance: (ms: number) => Promise<void>;
  /** Lets time jump without anybody running in between, as for a stopped process. */
  readonly jump: (ms: number) => void;
}

interface Sleeper {
  readonly wakeUs: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export function createFakeClock(startUs = 1e12): FakeClock {
  let nowUs = startUs;
  const sleepers = new Set<Sleeper>();
  const findNext = (untilUs: number): Sleeper | undefined => {
    let next: Sleeper | undefined;
    for (const sleeper of sleepers) {
      if (sleeper.wakeUs <= untilUs && (!next || sleeper.wakeUs < next.wakeUs)) next = sleeper;
    }
    return next;
  };
  const wait = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (signal?.aborted) return resolve();
      const sleeper: Sleeper = {
        wakeUs: Math.ceil(nowUs + ms * 1000),
        wake: () => {
          sleepers.delete(sleeper);
          signal?.removeEventListener('abort', sleeper.wake);
          resolve();
        },
      };
      sleepers.add(sleeper);
      signal?.addEventListener('abort', sleeper.wake);
    });
  return {
    now: () => nowUs / 1000,
    monotonicNow: () => nowUs / 1000,
    nowUs: () => nowUs,
    wait,
    takeTurn: async () => undefined,
    repeat: (ms, work) => {
      const stopping = new AbortController();
      const next = async (): Promise<void> => {
        await wait(ms, stopping.signal);
        if (stopping.signal.aborted) return;
        work();
        await next();
      };
      void next();
      return () => stopping.abort();
    },
    advance: async (ms) => {
      const untilUs = Math.ceil(nowUs + ms * 1000);
      await settle();
      for (let next = findNext(untilUs); next; next = findNext(untilUs)) {
        nowUs = Math.max(nowUs, next.wakeUs);
        next.wake();
        await settle();
      }
      nowUs = untilUs;
      await settle();
    },
    jump: (ms) => {
      nowUs += ms * 1000;
    },
  };
}

/** Everything that can go on without time passing does. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
