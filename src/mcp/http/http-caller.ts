import { ThrottledError } from '../../core/index.js';
import type { Caller } from '../caller.js';

const MAX_CALLS = 16;
const RETRY_AFTER_MS = 1000;

/** A caller that came over HTTP. */
export function createHttpCaller(name: string): Caller {
  let underWay = 0;
  return {
    owner: `http:${name}`,
    isLocal: false,
    begin: () => {
      if (underWay >= MAX_CALLS) {
        throw new ThrottledError(
          `You have ${MAX_CALLS} calls under way. Wait for one of them to be answered.`,
          {
            retryAfterMs: RETRY_AFTER_MS,
          },
        );
      }
      underWay += 1;
      return () => {
        underWay -= 1;
      };
    },
  };
}
