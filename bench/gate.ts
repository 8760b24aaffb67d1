import { setTimeout as sleep } from 'node:timers/promises';

/** Lets several begin when the last one of them is ready; not all at the same instant, as nobody's burst is. */
export interface Gate {
  /** Announces one more; what it returns says that this one is ready, and waits for its turn. */
  readonly enter: () => () => Promise<void>;
}

/** So long has each to itself before the next one begins. */
const HEAD_START_MS = 400;

export function createGate(): Gate {
  let entered = 0;
  let pending = 0;
  let open = (): void => undefined;
  let opened = Promise.resolve();
  return {
    enter: () => {
      if (pending === 0) {
        entered = 0;
        opened = new Promise((resolve) => {
          open = resolve;
        });
      }
      const place = entered;
      entered += 1;
      pending += 1;
      const ours = opened;
      return async () => {
        pending -= 1;
        if (pending === 0) open();
        await ours;
        await sleep(place * HEAD_START_MS);
      };
    },
  };
}
