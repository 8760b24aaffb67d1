import type { Clock } from '../clock.js';

/** How soon the other machines know what this one has seen. */
const EVERY_MS = 5000;
/** How long a process that ends stays for it; what is left is brought by the next one of this machine. */
const LAST_MS = 2000;

export interface BackgroundFoldOptions extends Pick<Clock, 'repeat' | 'wait'> {
  /** Takes what was noted into the table. */
  readonly fold: (signal: AbortSignal) => Promise<unknown>;
}

/**
 * Brings what this machine has seen to those that it shares its history with. Nobody waits for it, and what fails is tried
 * again: until then it is safe in the inbox.
 */
export function createBackgroundFold({ fold, repeat, wait }: BackgroundFoldOptions) {
  let isWaiting = false;
  let folding: Promise<void> | undefined;
  let stop: (() => void) | undefined;
  const run = async (signal: AbortSignal): Promise<void> => {
    isWaiting = false;
    await fold(signal).catch(() => {
      isWaiting = true;
    });
  };
  const beat = () => {
    if (!isWaiting || folding) return;
    folding = run(new AbortController().signal).finally(() => {
      folding = undefined;
    });
  };
  return {
    /** Something was noted. */
    note: (): void => {
      isWaiting = true;
      stop ??= repeat(EVERY_MS, beat);
    },
    close: async (): Promise<void> => {
      stop?.();
      if (!isWaiting && !folding) return;
      const late = new AbortController();
      const last = (folding ?? Promise.resolve()).then(() => (isWaiting ? run(late.signal) : undefined));
      await Promise.race([last, wait(LAST_MS, late.signal)]);
      late.abort();
    },
  };
}
