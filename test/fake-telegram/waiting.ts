import type { Changes } from './changes.js';

export interface WaitOptions {
  readonly changes: Changes;
  /** The patience of the changes unless given. */
  readonly timeoutMs?: number | undefined;
  /** For the message of the error. */
  readonly explain: () => string;
}

/**
 * Waits until `look` finds something; it is asked now and after every change.
 *
 * @throws {Error} after the timeout, with what `explain` says.
 */
export function waitFor<T>(look: () => T | undefined, options: WaitOptions): Promise<T> {
  const { changes, explain } = options;
  const timeoutMs = options.timeoutMs ?? changes.patienceMs;
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
