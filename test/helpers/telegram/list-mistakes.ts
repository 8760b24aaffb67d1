import type { FakeBotApi } from '../../fake-telegram/index.js';

/**
 * What Telegram refused a bot that was started again. That it has to wait is no mistake: it does not know what went out
 * a moment before it began.
 */
export function listMistakes({ refused }: FakeBotApi): unknown[] {
  return refused().filter(({ status }) => status !== 429);
}
