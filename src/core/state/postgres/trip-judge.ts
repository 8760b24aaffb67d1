import { StateError } from '../../errors.js';
import type { Timing } from '../../permits/permit-timing.js';

/** Permits in a row that came too late to be used, after which it is the way that is slow. */
const MOST_SLOW = 5;

/** Notes how long permits take to arrive. @throws StateError where they come too old to be used, again and again */
export function createTripJudge(timing: Timing, nowUs: () => number) {
  let slow = 0;
  return {
    /** @param askedUs when what was decided by had been asked for */
    note: (askedUs: number): void => {
      slow = nowUs() - askedUs > timing.longestSleepUs ? slow + 1 : 0;
      if (slow >= MOST_SLOW) throw createSlowError(timing);
    },
  };
}

function createSlowError({ longestSleepUs, calls, windowUs }: Timing): StateError {
  const facts = { calls, seconds: windowUs / 1e6, ms: Math.round(longestSleepUs / 1000) };
  return new StateError(
    `The shared database answers too slowly for a quota of ${calls} calls in ${facts.seconds} s: permits take more than ${facts.ms} ms to arrive, and are too old by then. No call is made meanwhile. See whether the server is overloaded; if not, run one nearer to this machine and set BIJIA_DATABASE_URL to it.`,
    { code: 'state_slow', facts },
  );
}
