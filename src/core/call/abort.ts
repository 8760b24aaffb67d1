import { CancelledError } from '../errors.js';

/**
 * Waits for shared work no longer than the caller does: the work itself goes on for the others.
 * @throws CancelledError when the signal fires first
 */
export async function abandonOnAbort<T>(shared: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return shared;
  if (signal.aborted) {
    shared.catch(() => undefined);
    throw new CancelledError();
  }
  let abandon = (): void => undefined;
  const abandoned = new Promise<never>((_, reject) => {
    abandon = () => reject(new CancelledError());
    signal.addEventListener('abort', abandon, { once: true });
  });
  try {
    return await Promise.race([shared, abandoned]);
  } finally {
    signal.removeEventListener('abort', abandon);
  }
}

/** The time that some work was given is over. */
export class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
}

/**
 * Runs work that may take so long at most, and no longer than its caller waits.
 * @param run its signal fires at either end
 * @throws DeadlineError, CancelledError, and what `run` throws
 */
export async function runWithin<T>(
  timeoutMs: number,
  signal: AbortSignal | undefined,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal?.aborted) throw new CancelledError();
  // Not `AbortSignal.any`: a batch's signal outlives many thousand calls, and each would leave something on it.
  const controller = new AbortController();
  const cancel = () => controller.abort(new CancelledError());
  const timer = setTimeout(() => controller.abort(new DeadlineError()), timeoutMs);
  signal?.addEventListener('abort', cancel, { once: true });
  const over = new Promise<never>((_, reject) => {
    controller.signal.addEventListener('abort', () => reject(controller.signal.reason), { once: true });
  });
  try {
    // undici looks at the signal only once it is connected, and a name, a host or a proxy may never let it.
    return await Promise.race([run(controller.signal), over]);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', cancel);
  }
}
