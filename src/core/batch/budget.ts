import { BoundError } from '../errors.js';
import { countOf } from './count-of.js';

/** Counts the upstream calls of a run, and bounds them. */
export type Budget = ReturnType<typeof createBudget>;

/** One question of the run, which may become several upstream calls, or none where the answer is cached. */
interface BudgetedCall {
  /** @throws BoundError when there is no call left for a repetition */
  readonly countSent: () => void;
  readonly end: () => void;
}

/** For a run that has made as many calls as it was allowed to. */
export function createBudgetError(maxCalls: number): BoundError {
  return new BoundError(
    `The limit of ${countOf(maxCalls, 'call')} has been reached. Resume the job to continue.`,
    { code: 'max_calls_reached', facts: { limit: maxCalls } },
  );
}

/** @param maxCalls most calls of the run; no bound where absent */
export function createBudget(maxCalls = Number.POSITIVE_INFINITY) {
  let sent = 0;
  let reserved = 0;
  return {
    calls: () => sent,
    /** Whether this many more may begin besides what the calls under way still need. */
    hasRoom: (calls: number) => sent + reserved + calls <= maxCalls,
    /** Sets calls aside, so that a group of ids that is begun can be finished. */
    begin: (calls: number): BudgetedCall => {
      let own = calls;
      reserved += own;
      return {
        countSent: () => {
          if (own > 0) {
            own -= 1;
            reserved -= 1;
          } else if (sent + reserved >= maxCalls) throw createBudgetError(maxCalls);
          sent += 1;
        },
        end: () => {
          reserved -= own;
          own = 0;
        },
      };
    },
  };
}
