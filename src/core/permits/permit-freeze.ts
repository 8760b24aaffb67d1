import { ThrottledError } from '../errors.js';
import type { Timing } from './permit-timing.js';

/** What a foreign user of our key has cost us. */
export interface Freeze {
  readonly frozenUntilUs: number;
  /** The limit after the freeze. */
  readonly calls: number;
  /** When this freeze began. */
  readonly sinceUs: number;
  /** Freezes, this one included, since the last success. */
  readonly strikes: number;
}

const MOST_STRIKES = 3;

/** Whether too many freezes came without a success between them: a batch stops, since going on would risk a ban. */
export function isTooOften(freeze: Freeze | undefined): boolean {
  return (freeze?.strikes ?? 0) >= MOST_STRIKES;
}

/** A call that the upstream answered with "too many". */
export interface ThrottledCall {
  readonly acquiredUs: number;
  readonly nowUs: number;
  /** How long the upstream asks to wait; 0 when it does not say. */
  readonly retryAfterMs: number;
}

/**
 * The freeze that a throttled answer causes: for a window or as long as the upstream asks, then a tenth slower.
 * @returns undefined when the call was acquired by someone who did not know of the last freeze yet
 */
export function planFreeze(
  before: Freeze | undefined,
  { acquiredUs, nowUs, retryAfterMs }: ThrottledCall,
  timing: Timing,
): Freeze | undefined {
  if (!isAfter(before, acquiredUs)) return undefined;
  const slowerCalls = Math.floor(0.9 * getCalls(before, nowUs, timing));
  return {
    frozenUntilUs: nowUs + Math.max(timing.windowUs, retryAfterMs * 1000),
    calls: Math.max(1, Math.ceil(timing.calls / 4), slowerCalls),
    sinceUs: nowUs,
    strikes: (before?.strikes ?? 0) + 1,
  };
}

/** Whether a call acquired then says anything new: a caller that knows of a freeze acquires nothing until its end. */
export function isAfter(freeze: Freeze | undefined, acquiredUs: number): boolean {
  return !freeze || acquiredUs >= freeze.frozenUntilUs;
}

/** The limit in force: one more per window since the last freeze, up to the quota. */
export function getCalls(freeze: Freeze | undefined, nowUs: number, timing: Timing): number {
  if (!freeze) return timing.calls;
  const cleanWindows = Math.floor(Math.max(0, nowUs - freeze.frozenUntilUs) / timing.windowUs);
  return Math.min(timing.calls, freeze.calls + cleanWindows);
}

/** For interactive callers during a freeze. */
export function createPauseError(retryAfterMs: number): ThrottledError {
  const seconds = Math.ceil(retryAfterMs / 1000);
  return new ThrottledError(
    `The upstream asked for a pause. Calls are possible again in ${seconds} s; ask again then.`,
    { retryAfterMs },
  );
}

/** For batches after too many freezes. */
export function createStopError(retryAfterMs: number): ThrottledError {
  return new ThrottledError(
    'The upstream throttled several times in a row although the quota was kept: something else uses the same key. ' +
      'The batch stops before the key is banned; stop the other user or lower the quota, then resume.',
    { code: 'throttled_repeatedly', stopsBatch: true, retryAfterMs },
  );
}
