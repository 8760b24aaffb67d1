import type { BijiaError } from '../errors.js';
import type { Upstream } from '../lookup/upstream.js';

/** What passes by itself is tried again soon; what a person has to change is not asked each minute. */
const PASSING_MS = 60_000;
const LASTING_MS = 10 * 60_000;

/** Upstreams that this process cannot ask for now, so that it does not take looks at them again and again. */
export type RestingUpstreams = ReturnType<typeof createRestingUpstreams>;

/** @param now wall clock, milliseconds */
export function createRestingUpstreams(now: () => number) {
  const rests = new Map<Upstream, { readonly sinceMs: number; readonly untilMs: number }>();
  return {
    rest: (upstream: Upstream, { retryable }: BijiaError): void => {
      const sinceMs = now();
      rests.set(upstream, { sinceMs, untilMs: sinceMs + (retryable ? PASSING_MS : LASTING_MS) });
    },
    isResting: (upstream: Upstream): boolean => {
      const { sinceMs, untilMs } = rests.get(upstream) ?? { sinceMs: 0, untilMs: 0 };
      // A clock that was set is worth another try.
      return now() >= sinceMs && now() < untilMs;
    },
  };
}
