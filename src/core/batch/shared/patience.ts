import type { Clock } from '../../clock.js';
import { StateError } from '../../errors.js';

/** A batch outlives the restart of a server, or its failover. */
const LONGEST_MS = 600_000;
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5000;

export interface PatienceOptions extends Pick<Clock, 'monotonicNow' | 'wait'> {
  /** Fires when nobody wants to wait any more. */
  readonly signal?: AbortSignal;
}

/**
 * Asks the database again while it cannot be reached, for ten minutes.
 * @throws StateError after that, or when the signal has fired; all other errors at once
 */
export async function askPatiently<T>(ask: () => Promise<T>, options: PatienceOptions): Promise<T> {
  const { monotonicNow, wait, signal } = options;
  const startMs = monotonicNow();
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs)) {
    try {
      return await ask();
    } catch (error) {
      const isOver = signal?.aborted || monotonicNow() - startMs >= LONGEST_MS;
      if (!(error instanceof StateError) || isOver) throw error;
      await wait(pauseMs, signal);
    }
  }
}
