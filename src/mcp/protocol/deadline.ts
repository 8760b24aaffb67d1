import { setMaxListeners } from 'node:events';
import {
  type BijiaError,
  CancelledError,
  type Clock,
  ThrottledError,
  UpstreamTimeoutError,
} from '../../core/index.js';

/** By when a call has to be answered, whatever happens: clients give up after a minute. */
export interface Deadline {
  /** Milliseconds that are left; never negative. */
  readonly leftMs: () => number;
  /** To be told how long the quota makes a call wait: an answer that would come too late is refused at once. */
  readonly onWait: (waitMs: number) => void;
  /** Milliseconds until `orLate` answers; never negative. */
  readonly lateInMs: () => number;
  /** Answers with `late` when the work is not done shortly before the end. */
  readonly orLate: <T>(work: () => Promise<T>, late: () => T) => Promise<T>;
}

export interface DeadlineOptions extends Pick<Clock, 'monotonicNow'> {
  readonly withinMs: number;
  /** Since when, on the monotonic clock; now unless given. */
  readonly startMs?: number;
  /** The client's cancellation, or the end of the connection. */
  readonly signal: AbortSignal;
}

/** What `orLate` keeps for sending its answer; less where there is little time. */
const SENDING_MS = 1000;
const SENDING_SHARE = 0.05;

/**
 * Runs work under a deadline. Its signal fires when the caller leaves or the time is up, so that nothing is sent for
 * an answer that nobody waits for; its reason is the error that the caller gets.
 * @throws what the work throws; CancelledError, ThrottledError or UpstreamTimeoutError when it is cut short
 */
export async function runUntil<T>(
  { withinMs, signal, monotonicNow, startMs = monotonicNow() }: DeadlineOptions,
  work: (deadline: Deadline, signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const endMs = startMs + withinMs;
  const controller = new AbortController();
  // Every lookup of the call listens; more than ten would be reported as a leak.
  setMaxListeners(0, controller.signal);
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
    const sendingMs = Math.min(SENDING_MS, withinMs * SENDING_SHARE);
    const lateInMs = () => Math.max(0, leftMs() - sendingMs);
    const orLate: Deadline['orLate'] = (inner, late) => answerInTime(lateInMs(), inner, late);
    return await Promise.race([work({ leftMs, lateInMs, onWait, orLate }, controller.signal), cut]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

async function answerInTime<T>(timeMs: number, work: () => Promise<T>, late: () => T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const lateAnswer = new Promise<T>((resolve) => {
    timer = setTimeout(() => resolve(late()), timeMs).unref();
  });
  try {
    return await Promise.race([work(), lateAnswer]);
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
