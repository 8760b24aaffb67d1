import type { Clock } from '../../clock.js';

/**
 * Sleep that ends early when there is something to see, or somebody wants the end.
 * @param outer the caller's
 */
export function createAlarm({ wait }: Pick<Clock, 'wait'>, outer: AbortSignal | undefined) {
  const end = new AbortController();
  const signal: AbortSignal = outer ? AbortSignal.any([outer, end.signal]) : end.signal;
  let nap = new AbortController();
  signal.addEventListener('abort', () => nap.abort(), { once: true });
  let failure: { readonly error: unknown } | undefined;
  return {
    /** Fires when nothing more is to begin. */
    signal,
    wake: () => nap.abort(),
    sleep: async (ms: number) => {
      if (!signal.aborted) await wait(ms, nap.signal);
      nap = new AbortController();
    },
    /** Ends everything for a reason that is kept. */
    fail: (error: unknown) => {
      failure ??= { error };
      end.abort();
    },
    failure: () => failure,
  };
}
