import { type Api, GrammyError } from 'grammy';
import type { Alert, AlertFate, PriceHistory } from '../../core/index.js';
import { describeError, getNewChatId, isChatGone, isUnsent } from '../bot-api/api-errors.js';
import type { BotParts } from '../bot-context.js';
import { sendText } from '../cards/card-sender.js';
import { createAlertKeyboard, renderAlert, renderDigest } from './alert-view.js';
import { fromPlace, toPlace } from './places.js';

/** A group is not flooded: the rest wait, and come as one message when they are many. */
const GROUP_ALERTS_PER_HOUR = 6;
const HOUR_MS = 3_600_000;

export interface AlertSenderOptions extends Pick<BotParts, 'core' | 'access' | 'languages' | 'log' | 'now'> {
  /** Makes every call once. */
  readonly resultsApi: Api;
}

/** Sends alerts to a chat, in one message. @returns what became of each */
export type SendAlerts = (alerts: readonly Alert[]) => Promise<AlertFate[]>;

/**
 * Whether somebody may still be told is asked again each time: they may have been shut out since. What Telegram
 * certainly did not take is sent later; where nobody can know, it is not sent again.
 */
export function createAlertSender(options: AlertSenderOptions): SendAlerts {
  const hourly = createHourlyCount(options.now);
  return async (alerts) => {
    const chatId = fromPlace(alerts[0]?.to ?? '') ?? 0;
    const isAllowed = ({ owner }: Alert) =>
      options.access.isAllowed({ userId: fromPlace(owner), chatId: chatId < 0 ? chatId : undefined });
    const allowed = alerts.filter(isAllowed);
    const fate = await decide();
    return alerts.map((alert) => (allowed.includes(alert) ? fate : 'failed'));

    async function decide(): Promise<AlertFate> {
      if (allowed.length === 0) return 'failed';
      if (chatId < 0 && hourly.countOf(chatId) >= GROUP_ALERTS_PER_HOUR) return 'due';
      const sent = await send(chatId, allowed, options).catch((error: unknown) =>
        settleFailure(chatId, error, options),
      );
      if (sent === 'sent') hourly.add(chatId);
      return sent;
    }
  };
}

async function send(
  chatId: number,
  alerts: readonly Alert[],
  { core, languages, resultsApi }: AlertSenderOptions,
): Promise<AlertFate> {
  const [first] = alerts;
  if (!first) return 'failed';
  const locale = languages.find({ id: fromPlace(first.owner) ?? 0 });
  if (alerts.length > 1) {
    await sendText(resultsApi, { chatId }, renderDigest(alerts, locale));
    return 'sent';
  }
  const text = renderAlert(first, await findHistory(first, core), locale);
  await sendText(resultsApi, { chatId }, text, createAlertKeyboard(first, core.marketplaces, locale));
  return 'sent';
}

/** What was seen before; an alert is sent without it rather than not at all. */
async function findHistory(
  { productId, platform }: Alert,
  core: AlertSenderOptions['core'],
): Promise<PriceHistory['history']> {
  const results = await core.getPriceHistory(productId, { platform, offline: true }).catch(() => []);
  return results.find(({ history }) => history)?.history;
}

async function settleFailure(
  chatId: number,
  error: unknown,
  { core, log }: AlertSenderOptions,
): Promise<AlertFate> {
  const newChatId = getNewChatId(error);
  if (newChatId !== undefined) {
    await core.watches.move(toPlace(chatId), toPlace(newChatId));
    return 'due';
  }
  const isHeldBack = error instanceof GrammyError && error.error_code === 429;
  if (isHeldBack || isUnsent(error)) return 'due';
  log.warn('an alert was not sent', { detail: describeError(error) });
  if (isChatGone(error)) await core.watches.pause(toPlace(chatId));
  return error instanceof GrammyError && error.error_code < 500 ? 'failed' : 'unknown';
}

/** Messages of the last hour, by chat. */
function createHourlyCount(now: () => number) {
  const times = new Map<number, number[]>();
  const listRecent = (chatId: number) => (times.get(chatId) ?? []).filter((at) => at > now() - HOUR_MS);
  return {
    countOf: (chatId: number) => listRecent(chatId).length,
    add: (chatId: number) => void times.set(chatId, [...listRecent(chatId), now()]),
  };
}
