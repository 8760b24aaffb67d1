import type { World } from './world.js';

export const DEFAULT_TIMEOUT_MS = 5_000;

/**
 * Waits until `look` finds something; it is asked now and after every change.
 *
 * @throws {Error} after the timeout, with what `explain` says.
 */
export function waitFor<T>(
  world: World,
  look: () => T | undefined,
  timeoutMs: number,
  explain: () => string,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const found = look();
    if (found !== undefined) return resolve(found);
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`waited ${timeoutMs} ms in vain\n${explain()}`));
    }, timeoutMs);
    const stop = world.onChange(() => {
      const later = look();
      if (later === undefined) return;
      stop();
      clearTimeout(timer);
      resolve(later);
    });
  });
}
