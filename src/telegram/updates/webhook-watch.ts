import { setTimeout as sleep } from 'node:timers/promises';
import type { Api } from 'grammy';
import { ConfigError, type Logger } from '../../core/index.js';
import { describeError } from '../bot-api/api-errors.js';

const EVERY_MS = 60_000;

export interface WebhookWatchOptions {
  readonly api: Api;
  readonly url: string;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Whether it is this process's to look. */
  readonly isOurs?: () => boolean;
  readonly everyMs?: number;
}

/**
 * Looks now and then whether Telegram still brings the updates here. Resolves when the signal fires.
 * @throws ConfigError when somebody else has set another address, or none
 */
export async function watchWebhook({
  api,
  url,
  log,
  signal,
  isOurs = () => true,
  everyMs = EVERY_MS,
}: WebhookWatchOptions): Promise<void> {
  while (!signal.aborted) {
    await sleep(everyMs, undefined, { signal, ref: false }).catch(() => undefined);
    if (signal.aborted || !isOurs()) continue;
    const info = await api.getWebhookInfo().catch((error: unknown) => {
      log.info('the webhook could not be looked at', { detail: describeError(error) });
      return undefined;
    });
    if (info && info.url !== url) throw createLostWebhookError(info.url ?? '');
  }
}

function createLostWebhookError(found: string): ConfigError {
  const what = found === '' ? 'was removed' : 'leads to another address now';
  return new ConfigError(
    `The webhook of this bot ${what}: another process uses the same bot token. Only one may: stop the other one, give this one a token of its own, or let both share one database (BIJIA_DATABASE_URL) and one TELEGRAM_WEBHOOK_URL.`,
    { code: 'lost_webhook', facts: { found: found || undefined }, detail: found },
  );
}
