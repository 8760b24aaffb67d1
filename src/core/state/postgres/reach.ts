import type { Clock } from '../../clock.js';
import { type BijiaError, toBijiaError } from '../../errors.js';

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 5000;

export interface ReachOptions {
  readonly clock: Pick<Clock, 'wait'>;
  readonly signal: AbortSignal;
  /** Called once for each reason. */
  readonly onFault: (error: BijiaError) => void;
  /** Called when it works again after a reason was given why it does not. */
  readonly onRecovery: () => void;
}

/**
 * Tries until it works.
 * @returns undefined when the signal fired first
 */
export type Reach = <T>(
  attempt: () => Promise<T>,
  options?: { readonly waitFirst?: boolean },
) => Promise<T | undefined>;

/** Patience with a database that is away, for what has nothing else to do. */
export function createReach({ clock, signal, onFault, onRecovery }: ReachOptions): Reach {
  return async (attempt, { waitFirst = false } = {}) => {
    let told: string | undefined;
    let waitMs = FIRST_WAIT_MS;
    if (waitFirst) await clock.wait(waitMs, signal);
    while (!signal.aborted) {
      try {
        const reached = await attempt();
        if (told !== undefined) onRecovery();
        return reached;
      } catch (thrown) {
        const error = toBijiaError(thrown);
        if (error.code !== told && !signal.aborted) onFault(error);
        told = error.code;
        await clock.wait(waitMs, signal);
        waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS);
      }
    }
    return undefined;
  };
}
