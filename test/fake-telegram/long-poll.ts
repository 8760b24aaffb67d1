import { conflict } from './refusal.js';
import type { UpdateRecord } from './update-queue.js';

export interface Poller {
  readonly limit: number;
  readonly timeoutS: number;
  /** Aborted when the poller goes away. */
  readonly signal: AbortSignal;
}

/** At most one poller waits for updates. */
export interface LongPoll {
  /**
   * Waits for {@link answer}, the timeout or the poller's end; one who waited before is refused.
   *
   * @throws {Refusal} 409.
   */
  readonly wait: (poller: Poller) => Promise<UpdateRecord[]>;
  /** Gives the one who waits what `take` finds. */
  readonly answer: (take: (limit: number) => UpdateRecord[]) => void;
  /** Ends the wait with 409. */
  readonly refuse: (words: string) => void;
}

interface Waiting {
  readonly limit: number;
  readonly settle: (updates: UpdateRecord[]) => void;
  readonly fail: (error: Error) => void;
}

const ENDED_BY_OTHER =
  'terminated by other getUpdates request; make sure that only one bot instance is running';

export function createLongPoll(): LongPoll {
  let waiting: Waiting | undefined;

  const refuse = (words: string) => {
    waiting?.fail(conflict(words));
    waiting = undefined;
  };

  const wait = async ({ limit, timeoutS, signal }: Poller) => {
    refuse(ENDED_BY_OTHER);
    const { promise, resolve, reject } = withResolvers<UpdateRecord[]>();
    const own = { limit, settle: resolve, fail: reject };
    waiting = own;
    const leave = () => resolve([]);
    const timer = setTimeout(leave, timeoutS * 1000);
    signal.addEventListener('abort', leave);
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      if (waiting === own) waiting = undefined;
    }
  };

  const answer = (take: (limit: number) => UpdateRecord[]) => {
    const poller = waiting;
    waiting = undefined;
    poller?.settle(take(poller.limit));
  };

  return { wait, answer, refuse };
}

function withResolvers<T>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue;
    reject = onError;
  });
  return { promise, resolve, reject };
}
