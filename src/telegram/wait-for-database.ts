import { type Clock, type Logger, StateError } from '../core/index.js';
import { describeError } from './bot-api/api-errors.js';

const PAUSE_MS = 1000;

interface WaitOptions extends Pick<Clock, 'wait'> {
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Does what the start depends on, for as long as a shared database is away. @throws whatever waiting does not fix */
export async function waitForDatabase<T>(
  work: () => Promise<T>,
  { log, signal, wait }: WaitOptions,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof StateError) || signal.aborted) throw error;
      log.warn('the bot waits for the database', { detail: describeError(error) });
      await wait(PAUSE_MS, signal);
    }
  }
}
