import { setMaxListeners } from 'node:events';
import { type BijiaError, BoundError } from '../errors.js';
import { countOf } from './count-of.js';

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

/** Counts the upstream calls of a run, and bounds them. */
export interface Budget {
  readonly calls: () => number;
  /** Whether one more may begin, if those that wait for their permit take one each. */
  readonly hasRoom: () => boolean;
  readonly begin: () => BudgetedCall;
}

/** One call of the run, which may become several upstream calls, or none where the answer is at hand. */
export interface BudgetedCall {
  readonly onPermit: () => void;
  /** Whether anything has left. */
  readonly wasSent: () => boolean;
  readonly end: () => void;
}

export function createBudgetError(maxCalls: number): BoundError {
  return new BoundError(
    `The limit of ${countOf(maxCalls, 'call')} has been reached. Resume the job to continue.`,
    { code: 'max_calls_reached' },
  );
}

export function createBudget(maxCalls = Number.POSITIVE_INFINITY): Budget {
  let calls = 0;
  let waiting = 0;
  return {
    calls: () => calls,
    hasRoom: () => calls + waiting < maxCalls,
    begin: () => {
      let isWaiting = true;
      let sent = 0;
      waiting += 1;
      const end = () => {
        if (isWaiting) waiting -= 1;
        isWaiting = false;
      };
      const onPermit = () => {
        end();
        // A retry takes a permit of its own, for which there may be no room.
        if (calls >= maxCalls) throw createBudgetError(maxCalls);
        calls += 1;
        sent += 1;
      };
      return { onPermit, wasSent: () => sent > 0, end };
    },
  };
}
