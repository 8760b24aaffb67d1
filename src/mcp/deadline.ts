import { type BijiaError, CancelledError, ThrottledError, UpstreamTimeoutError } from '../core/index.js';

/** By when a call has to be answered, whatever happens: clients give up after a minute. */
export interface Deadline {
  /** Milliseconds that are left; never negative. */
  readonly leftMs: () => number;
  /** To be told how long the quota makes a call wait: an answer that would come too late is refused at once. */
  readonly onWait: (waitMs: number) => void;
}

export interface DeadlineOptions {
  readonly withinMs: number;
  /** The client's cancellation, or the end of the connection. */
  readonly signal: AbortSignal;
  /** Monotonic clock, milliseconds. */
  readonly clock: () => number;
}

/**
 * Runs work under a deadline. Its signal fires when the asker leaves or the time is up, so that nothing is sent for
 * an answer that nobody waits for.
 * @throws what the work throws; CancelledError, ThrottledError or UpstreamTimeoutError when it is cut short
 */
export async function runUntil<T>(
  { withinMs, signal, clock }: DeadlineOptions,
  work: (deadline: Deadline, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const endMs = clock() + withinMs;
  const controller = new AbortController();
  let waitMs = 0;
  let cutShort = (_: BijiaError): void => undefined;
  const cut = new Promise<never>((_, reject) => {
    cutShort = (error) => {
      reject(error);
      controller.abort();
    };
  });
  const leftMs = () => Math.max(0, endMs - clock());
  const onWait = (estimateMs: number) => {
    waitMs = estimateMs;
    if (estimateMs > leftMs()) cutShort(createWaitError(estimateMs));
  };
  const onAbort = () => cutShort(new CancelledError());
  const timer = setTimeout(() => cutShort(createLateError(withinMs, waitMs)), withinMs);
  timer.unref();
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work({ leftMs, onWait }, controller.signal), cut]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

function createWaitError(waitMs: number): BijiaError {
  return new ThrottledError('The upstream quota is used up for now. Ask again after the wait.', {
    retryAfterMs: waitMs,
  });
}

function createLateError(withinMs: number, waitMs: number): BijiaError {
  if (waitMs > 0) return createWaitError(waitMs);
  return new UpstreamTimeoutError(`No answer came within ${withinMs / 1000} s. Ask again later.`);
}
