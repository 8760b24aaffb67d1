import type { Clock } from '../clock.js';
import { CancelledError, type StateError } from '../errors.js';
import { createOutageError, getOutagePauseMs, isTooLong, type Outage } from '../permits/permit-outage.js';
import type { CallOptions } from '../provider.js';

/** A call that what the machines share has kept from leaving; it has cost nothing, and may come again. */
export interface HeldCall {
  /** When the call was last begun, by the monotonic clock, in milliseconds. */
  beganMs: number;
  outage?: Outage;
}

/**
 * Waits before a call is begun again whose token, permit or count could not be had.
 * @throws the error, when it has lasted as long as somebody in this lane waits; CancelledError
 */
export async function sitOutOutage(
  held: HeldCall,
  error: StateError,
  { lane, signal }: Pick<CallOptions, 'lane' | 'signal'>,
  { monotonicNow, wait }: Pick<Clock, 'monotonicNow' | 'wait'>,
): Promise<void> {
  if (error.stopsBatch) throw error;
  // A person waits since they asked; a batch, which may have waited for its turn for hours, since it was refused.
  const sinceMs = lane === 'interactive' ? held.beganMs : monotonicNow();
  held.outage ??= { sinceUs: sinceMs * 1000, tries: 0 };
  held.outage.tries += 1;
  if (isTooLong(monotonicNow() * 1000 - held.outage.sinceUs, lane))
    throw lane === 'batch' ? createOutageError(error) : error;
  await wait(getOutagePauseMs(held.outage, lane), signal);
  if (signal?.aborted) throw new CancelledError();
}
