import { CancelledError } from './errors.js';

/**
 * Waits for shared work no longer than the asker does: the work itself goes on for the others.
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
