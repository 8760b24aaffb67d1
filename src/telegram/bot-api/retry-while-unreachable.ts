import { setTimeout as sleep } from 'node:timers/promises';
import { GrammyError } from 'grammy';
import { CancelledError, ConfigError, type Logger } from '../../core/index.js';
import { describeError, isRefused } from './api-errors.js';

const LONGEST_RETRY_MS = 30_000;

/**
 * Does what the start depends on, for as long as Telegram cannot be reached.
 * @throws ConfigError with `refusal` when Telegram says no; CancelledError when the signal fired first
 */
export async function retryWhileUnreachable<T>(
  work: () => Promise<T>,
  refusal: Refusal,
  { log, signal }: RetryOptions,
): Promise<T> {
  for (let delayMs = 500; ; delayMs = Math.min(2 * delayMs, LONGEST_RETRY_MS)) {
    try {
      return await work();
    } catch (error) {
      if (signal.aborted) throw new CancelledError();
      if (isRefused(error) || isUnauthorised(error)) {
        const { description: reason } = error as GrammyError;
        throw new ConfigError(`${refusal.message} (${reason})`, { code: refusal.code, facts: { reason } });
      }
      log.warn('Telegram cannot be reached; trying again. Where it is blocked, set TELEGRAM_PROXY_URL', {
        detail: describeError(error),
        retryInMs: delayMs,
      });
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** What the operator is told when Telegram says no. */
interface Refusal {
  readonly code: string;
  readonly message: string;
}

interface RetryOptions {
  readonly log: Logger;
  readonly signal: AbortSignal;
}

/** Telegram says 404 where a token does not even look like one. */
function isUnauthorised(error: unknown): boolean {
  return error instanceof GrammyError && (error.error_code === 401 || error.error_code === 404);
}
