import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '@grammyjs/runner';
import { type ApiCallFn, type Bot, GrammyError, type Transformer } from 'grammy';
import { type Clock, ConfigError, type Logger } from '../../core/index.js';
import { describeError } from '../bot-api/api-errors.js';
import type { BotContext } from '../bot-context.js';
import { ALLOWED_UPDATES, type UpdateSource } from './update-source.js';

export const POLL_S = 30;
/** Updates handled at once; further ones stay with Telegram. */
export const CONCURRENCY = 500;
const LONGEST_RETRY_MS = 15_000;
/** A poll that is this much overdue is stuck. */
const OVERDUE_MS = POLL_S * 1000 + 60_000;
/** Failures that waiting here does not fix. */
const FINAL = new Set([401, 404, 409]);

interface PollParts extends Pick<Clock, 'monotonicNow'> {
  readonly log: Logger;
}

/**
 * Long polling. Failures are waited out, however long; only a refused token and a second poller end it.
 */
export function startPolling(bot: Bot<BotContext>, parts: PollParts): UpdateSource {
  const { transformer, isAlive } = createPatientPoll(parts);
  bot.api.config.use(transformer);
  const runner = run(bot, {
    // The runner would print failures by itself, with the address and the token in it.
    runner: { silent: true, fetch: { timeout: POLL_S, allowed_updates: ALLOWED_UPDATES } },
    sink: { concurrency: CONCURRENCY },
  });
  const ended = (runner.task() ?? Promise.resolve()).catch((error: unknown) => {
    throw toFinalError(error);
  });
  return {
    isAlive,
    ended,
    stop: async () => {
      await runner.stop();
    },
  };
}

/** Waits out what passes; 401, 404 and 409 come back. */
export function createPatientPoll({ log, monotonicNow }: PollParts) {
  let lastAnswerAtMs = monotonicNow();
  let isDown = false;

  const report = (failure: string | undefined) => {
    if (failure === undefined) lastAnswerAtMs = monotonicNow();
    if (isDown && failure === undefined) log.warn('Telegram answers again');
    if (!isDown && failure !== undefined)
      log.warn('Telegram cannot be reached; trying again. Where it is blocked, set TELEGRAM_PROXY_URL', {
        detail: failure,
      });
    isDown = failure !== undefined;
  };

  const isUsable = (answer: Awaited<ReturnType<ApiCallFn>>): boolean => {
    const isFinal = answer.ok || FINAL.has(answer.error_code);
    report(isFinal ? undefined : `${answer.error_code} ${answer.description}`);
    return isFinal;
  };

  const transformer: Transformer = async (prev, method, payload, signal) => {
    if (method !== 'getUpdates') return prev(method, payload, signal);
    for (let delayMs = 500; ; delayMs = Math.min(2 * delayMs, LONGEST_RETRY_MS)) {
      try {
        const answer = await prev(method, payload, signal);
        if (isUsable(answer)) return answer;
      } catch (error) {
        if (signal?.aborted) throw error;
        report(describeError(error));
      }
      await sleep(delayMs, undefined, { signal: signal as AbortSignal | undefined });
    }
  };

  return { transformer, isAlive: () => !isDown && monotonicNow() - lastAnswerAtMs < OVERDUE_MS };
}

/** @param detail Telegram's words: they tell another poller from a webhook */
function createConflictError(detail: string): ConfigError {
  const isWebhook = /webhook/i.test(detail);
  const other = isWebhook
    ? 'Another process has set a webhook for the same bot'
    : 'Another process uses the same bot token';
  return new ConfigError(
    `${other} (Telegram answers 409 Conflict). Only one may: stop the other one, give this one a token of its own, or let both share one database (BIJIA_DATABASE_URL).`,
    { code: 'bot_used_elsewhere', facts: { webhook: isWebhook ? 1 : undefined }, detail },
  );
}

/** What ended the polling, for the operator. */
export function toFinalError(error: unknown): unknown {
  if (!(error instanceof GrammyError)) return error;
  if (error.error_code === 409) {
    return createConflictError(error.description);
  }
  return new ConfigError('Telegram refuses TELEGRAM_BOT_TOKEN. Get a new one from @BotFather.', {
    ...{ code: 'bot_token_refused', facts: { reason: error.description } },
    detail: error.description,
  });
}
