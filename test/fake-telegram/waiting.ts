import type { Changes } from './changes.js';

export const DEFAULT_TIMEOUT_MS = 5_000;

export interface WaitOptions {
  readonly changes: Changes;
  readonly timeoutMs: number;
  /** For the message of the error. */
  readonly explain: () => string;
}

/**
 * Waits until `look` finds something; it is asked now and after every change.
 *
 * @throws {Error} after the timeout, with what `explain` says.
 */
export function waitFor<T>(look: () => T | undefined, options: WaitOptions): Promise<T> {
  const { changes, timeoutMs, explain } = options;
  return new Promise((resolve, reject) => {
    const found = look();
    if (found !== undefined) return resolve(found);
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`waited ${timeoutMs} ms in vain\n${explain()}`));
    }, timeoutMs);
    const stop = changes.listen(() => {
      const later = look();
      if (later === undefined) return;
      stop();
      clearTimeout(timer);
      resolve(later);
    });
  });
}
