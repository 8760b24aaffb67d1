import {
  BijiaError,
  BoundError,
  CancelledError,
  StateError,
  ThrottledError,
  UpstreamError,
} from '../errors.js';
import type { AcquireOptions, LimiterOptions, Permit, PermitStatus, Permits } from '../permits/permits.js';
import { createPace, type PacedAcquire } from './pace.js';
import { createSlotsByKey } from './slots.js';

/** The code of a call that did not leave, since another machine has had the answer. */
export const ANSWERED_ELSEWHERE = 'answered_elsewhere';

/** How many calls of one batch may be under way at once, those that wait for a permit included. */
export const BATCH_CALLS_AT_ONCE = 32;

/** Runs work under permits: interactive before batch, each under one fresh permit. */
export interface Limiter {
  /**
   * Acquires a permit, checks its age, runs `work` and reports the answer to the permits. A `ThrottledError` from
   * `work` freezes the quota group and is thrown on; the caller decides whether to come again. After a `BoundError`
   * or a `StateError` nothing has left, and the permit is free again.
   */
  readonly run: <T>(options: LimiterOptions, work: (permit: Permit) => Promise<T>) => Promise<T>;
  readonly status: () => Promise<PermitStatus>;
  readonly close: () => Promise<void>;
}

/**
 * Interactive calls go straight to the permits: bottleneck takes 4 ms to admit a lone job and 16 ms for the sixth
 * of a group. Each batch has slots of its own, so that one batch's queue never stands before another's.
 * @param intervalMs least distance between two calls; 0 for none
 */
export function createLimiter(permits: Permits, intervalMs = 0): Limiter {
  const batches = createSlotsByKey(BATCH_CALLS_AT_ONCE);
  const acquireNow = (options: AcquireOptions) => acquireFresh(permits, options);
  const acquire = intervalMs > 0 ? createPace(intervalMs, acquireNow) : acquireNow;
  return {
    run: (options, work) => {
      options.onQueue?.();
      const call = () => runUnderPermit({ permits, acquire }, options, work);
      return options.lane === 'interactive' ? call() : batches.run(options.batchId ?? '', call);
    },
    status: () => permits.status(),
    close: () => permits.close(),
  };
}

async function runUnderPermit<T>(
  { permits, acquire }: { readonly permits: Permits; readonly acquire: PacedAcquire },
  options: LimiterOptions,
  work: (permit: Permit) => Promise<T>,
): Promise<T> {
  const permit = await acquireNeeded(acquire, options);
  try {
    options.onPermit?.();
    const result = await work(permit);
    permits.succeeded(permit);
    return result;
  } catch (error) {
    if (error instanceof ThrottledError) throw await freeze(permits, permit, error);
    if (error instanceof BoundError || error instanceof StateError) await permit.giveBack();
    else if (isAnswer(error)) permits.succeeded(permit);
    throw error;
  } finally {
    await permit.answered();
  }
}

/** @throws CancelledError where nobody needs the call any more */
async function acquireNeeded(acquire: PacedAcquire, options: LimiterOptions): Promise<Permit> {
  const permit = await acquire(options);
  if (!options.isNeeded) return permit;
  const isNeeded = await options.isNeeded();
  if (isNeeded && permit.isFresh()) return permit;
  await permit.giveBack();
  if (!isNeeded) throw new CancelledError(undefined, { code: ANSWERED_ELSEWHERE });
  // A second time without asking: an answer that takes too long would do so again.
  return acquire(options);
}

/**
 * Freezes the quota group. Most upstreams do not say how long to wait; the freeze does.
 * @returns what the upstream said, also where no freeze can be written down: the next call hears that from the permits
 */
async function freeze(permits: Permits, permit: Permit, error: ThrottledError): Promise<ThrottledError> {
  try {
    await permits.throttled(permit, error.retryAfterMs);
    if (error.retryAfterMs !== undefined) return error;
    const { frozenForMs } = await permits.status();
    const { code, detail, facts, stopsBatch, message, receipt } = error;
    const options = { code, detail, facts, stopsBatch, retryAfterMs: frozenForMs, cause: error };
    return Object.assign(new ThrottledError(message, options), { receipt });
  } catch {
    return error;
  }
}

/** A process may be stopped between the claim and the send; what it holds then is too old to be sent with. */
async function acquireFresh(permits: Permits, options: AcquireOptions): Promise<Permit> {
  for (;;) {
    const permit = await permits.acquire(options);
    if (permit.isFresh()) return permit;
    await permit.giveBack();
  }
}

/** Whether the upstream answered as usual, be it with a refusal. */
function isAnswer(error: unknown): boolean {
  return (
    error instanceof BijiaError &&
    !(error instanceof ThrottledError || error instanceof UpstreamError || error instanceof CancelledError)
  );
}
