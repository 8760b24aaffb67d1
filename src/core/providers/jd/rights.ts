import { BijiaError, type CredentialError } from '../../errors.js';

/** Of the errors that say "this application may not call this interface". */
export const NOT_PERMITTED = 'interface_not_permitted';

export function isNotPermitted(error: unknown): error is CredentialError {
  return error instanceof BijiaError && error.code === NOT_PERMITTED;
}

/** A right is granted by JD within hours or days: a running program notices it this much later. */
const REMEMBERED_MS = 10 * 60_000;

/** Which interfaces are refused to the application: a refusal costs a call of the quota, so it is met once. */
export interface Rights {
  /** @throws what `ask` throws; at once the refusal that is remembered */
  readonly ask: <T>(method: string, ask: () => Promise<T>) => Promise<T>;
}

/** @param now wall clock, milliseconds */
export function createRights(now: () => number): Rights {
  const refusals = new Map<string, { readonly error: CredentialError; readonly untilMs: number }>();
  return {
    ask: async (method, ask) => {
      const known = refusals.get(method);
      if (known && now() < known.untilMs) throw known.error;
      try {
        return await ask();
      } catch (error) {
        if (isNotPermitted(error)) refusals.set(method, { error, untilMs: now() + REMEMBERED_MS });
        throw error;
      }
    },
  };
}
