import { BijiaError, type CredentialError } from '../errors.js';
import type { CallOptions } from './call.js';

/** Code of the errors that say "this application may not call this interface". */
export const NOT_PERMITTED = 'interface_not_permitted';

/** Whether the application lacks the right to an interface: something else may answer instead. */
export function isNotPermitted(error: unknown): error is CredentialError {
  return error instanceof BijiaError && error.code === NOT_PERMITTED;
}

/** A right is granted within hours or days: a running program notices it this much later. */
const REMEMBERED_MS = 10 * 60_000;

/**
 * Which interfaces are refused to the application. A refusal costs a call of the quota, so it is met once: the first call
 * of a method goes alone, and the others only when it has ended. Only people never wait for the first call of a batch,
 * which may wait for the quota itself.
 */
export type Rights = ReturnType<typeof createRights>;

type Caller = Pick<CallOptions, 'lane' | 'signal'>;

/** @param now wall clock, milliseconds */
export function createRights(now: () => number) {
  const refusals = new Map<string, { readonly error: CredentialError; readonly untilMs: number }>();
  const firsts = new Map<string, { readonly lane: CallOptions['lane']; readonly ended: Promise<unknown> }>();
  const tryOut = async <T>(method: string, ask: () => Promise<T>): Promise<T> => {
    try {
      return await ask();
    } catch (error) {
      if (isNotPermitted(error)) refusals.set(method, { error, untilMs: now() + REMEMBERED_MS });
      throw error;
    }
  };
  return {
    /** @throws what `ask` throws; without asking, the refusal that is remembered */
    ask: async <T>(method: string, { lane, signal }: Caller, ask: () => Promise<T>): Promise<T> => {
      const first = firsts.get(method);
      if (!first) {
        const asked = tryOut(method, ask);
        firsts.set(method, { lane, ended: asked.catch(() => undefined) });
        return asked;
      }
      if (lane === 'batch' || first.lane === 'interactive') await waitFor(first.ended, signal);
      const known = refusals.get(method);
      if (known && now() < known.untilMs) throw known.error;
      return tryOut(method, ask);
    },
  };
}

/** Until it has ended or the caller cancels, whichever comes first. */
function waitFor(ended: Promise<unknown>, signal: AbortSignal | undefined): Promise<unknown> {
  if (!signal) return ended;
  const cancelled = new Promise((resolve) => {
    if (signal.aborted) resolve(undefined);
    signal.addEventListener('abort', resolve, { once: true });
    void ended.then(() => signal.removeEventListener('abort', resolve));
  });
  return Promise.race([ended, cancelled]);
}
