import { type BijiaError, CancelledError, ThrottledError, UpstreamTimeoutError } from '../../core/index.js';

/** By when a call has to be answered, whatever happens: clients give up after a minute. */
export interface Deadline {
  /** Milliseconds that are left; never negative. */
  readonly leftMs: () => number;
  /** To be told how long the quota makes a call wait: an answer that would come too late is refused at once. */
  readonly onWait: (waitMs: number) => void;
  /** Answers with `late` when the work is not done shortly before the end; the work is told that it is lost then. */
  readonly orLate: <T>(work: (isLost: () => boolean) => Promise<T>, late: () => T) => Promise<T>;
}

export interface DeadlineOptions {
  readonly withinMs: number;
  /** Since when, on the monotonic clock; now unless given. */
  readonly startMs?: number;
  /** The client's cancellation, or the end of the connection. */
  readonly signal: AbortSignal;
  /** Monotonic clock, milliseconds. */
  readonly monotonicNow: () => number;
}

/** The part of the time that `orLate` keeps for sending its answer. */
const SENDING_SHARE = 0.05;

/**
 * Runs work under a deadline. Its signal fires when the asker leaves or the time is up, so that nothing is sent for
 * an answer that nobody waits for; its reason is the error that the asker gets.
 * @throws what the work throws; CancelledError, ThrottledError or UpstreamTimeoutError when it is cut short
 */
export async function runUntil<T>(
  { withinMs, signal, monotonicNow, startMs = monotonicNow() }: DeadlineOptions,
  work: (deadline: Deadline, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const endMs = startMs + withinMs;
  const controller = new AbortController();
  let waitMs = 0;
  let cutShort = (_: BijiaError): void => undefined;
  const cut = new Promise<never>((_, reject) => {
    cutShort = (error) => {
      reject(error);
      controller.abort(error);
    };
  });
  const leftMs = () => Math.max(0, endMs - monotonicNow());
  const onWait = (estimateMs: number) => {
    waitMs = estimateMs;
    if (estimateMs > leftMs()) cutShort(createWaitError(estimateMs));
  };
  const onAbort = () => cutShort(new CancelledError());
  const timer = setTimeout(() => cutShort(createLateError(withinMs, waitMs)), leftMs());
  timer.unref();
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    const orLate: Deadline['orLate'] = (inner, late) =>
      answerInTime(leftMs() - withinMs * SENDING_SHARE, inner, late);
    return await Promise.race([work({ leftMs, onWait, orLate }, controller.signal), cut]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

async function answerInTime<T>(
  timeMs: number,
  work: (isLost: () => boolean) => Promise<T>,
  late: () => T,
): Promise<T> {
  let isLost = false;
  let timer: NodeJS.Timeout | undefined;
  const lateAnswer = new Promise<T>((resolve) => {
    timer = setTimeout(() => {
      isLost = true;
      resolve(late());
    }, timeMs).unref();
  });
  try {
    return await Promise.race([work(() => isLost), lateAnswer]);
  } finally {
    clearTimeout(timer);
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
