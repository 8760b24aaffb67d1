import { ThrottledError } from '../../core/index.js';
import type { Caller } from '../caller.js';

const RETRY_AFTER_MS = 1000;

/** How many calls of each caller are under way. */
export function createCallCount() {
  const counts = new Map<string, number>();
  return {
    /** Counts a call until the function that it returns is called. @throws ThrottledError when there are too many */
    begin: ({ owner, maxCalls }: Caller) => {
      const count = counts.get(owner) ?? 0;
      if (count >= maxCalls) {
        throw new ThrottledError(
          `You have ${maxCalls} calls under way. Wait for one of them to be answered.`,
          { retryAfterMs: RETRY_AFTER_MS },
        );
      }
      counts.set(owner, count + 1);
      return () => counts.set(owner, (counts.get(owner) ?? 1) - 1);
    },
  };
}
