import type { Caller } from '../caller.js';

type RequestId = string | number;

/**
 * Calls that another request may cancel. Over HTTP, clients of the revisions before 2026-07-28 send the cancellation
 * by itself and leave the stream of the call open; there are no sessions that would tell which call they mean.
 */
export type Cancellations = ReturnType<typeof createCancellations>;

export function createCancellations() {
  const calls = new Map<string, Set<AbortController>>();
  const toKey = ({ owner }: Caller, id: RequestId) => JSON.stringify([owner, id]);
  return {
    /** @returns a signal that fires with the given one or with a cancellation, and what takes the call out again */
    enter: (caller: Caller, id: RequestId, signal: AbortSignal) => {
      const key = toKey(caller, id);
      const controller = new AbortController();
      const same = calls.get(key) ?? new Set();
      calls.set(key, same.add(controller));
      return {
        signal: AbortSignal.any([signal, controller.signal]),
        leave: () => {
          same.delete(controller);
          if (same.size === 0 && calls.get(key) === same) calls.delete(key);
        },
      };
    },
    /** Does nothing where two clients of a caller have calls of this id under way: it might be the other one's. */
    cancel: (caller: Caller, id: RequestId) => {
      const [call, ...others] = calls.get(toKey(caller, id)) ?? [];
      if (others.length === 0) call?.abort();
    },
  };
}
