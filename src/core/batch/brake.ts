import { setMaxListeners } from 'node:events';
import type { BijiaError } from '../errors.js';

/** Ends a run: by whoever asked for it, or by a cause found on the way. */
export interface Brake {
  /** Fires when nothing may be sent any more. */
  readonly signal: AbortSignal;
  readonly isPulled: () => boolean;
  readonly cause: () => BijiaError | undefined;
  /** Calls under way are aborted. The first cause counts. */
  readonly stop: (cause: BijiaError) => void;
  /** Calls under way come to their end, nothing new begins. The first cause counts. */
  readonly coast: (cause: BijiaError) => void;
}

export function createBrake(outer: AbortSignal | undefined): Brake {
  const controller = new AbortController();
  const signal = outer ? AbortSignal.any([outer, controller.signal]) : controller.signal;
  // Every call under way listens; more than ten would be reported as a leak.
  setMaxListeners(0, signal);
  let cause: BijiaError | undefined;
  return {
    signal,
    isPulled: () => cause !== undefined || (outer?.aborted ?? false),
    cause: () => cause,
    stop: (reason) => {
      cause ??= reason;
      controller.abort();
    },
    coast: (reason) => {
      cause ??= reason;
    },
  };
}
