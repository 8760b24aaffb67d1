import { type Api, GrammyError } from 'grammy';
import type { Alert, AlertFate, PriceHistory } from '../../core/index.js';
import {
  describeError,
  findNewChatId,
  findPauseMs,
  isChatGone,
  isTopicGone,
  isUnsent,
} from '../bot-api/api-errors.js';
import type { BotParts } from '../bot-context.js';
import { sendText } from '../cards/card-sender.js';
import { fromPlace, type Place, toPlace } from '../people/places.js';
import { createAlertKeyboard, renderAlert, renderDigest } from './alert-view.js';

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
    const place = fromPlace(alerts[0]?.to ?? '') ?? { chatId: 0 };
    const { chatId } = place;
    const allowed = await listStillAllowed(alerts, chatId, options.access).catch(() => undefined);
    // Who may be told cannot be read now.
    if (!allowed) return alerts.map(() => 'due');
    const fate = await decide(allowed);
    return alerts.map((alert) => (allowed.includes(alert) ? fate : 'failed'));

    async function decide(told: readonly Alert[]): Promise<AlertFate> {
      if (told.length === 0) return 'failed';
      if (chatId < 0 && hourly.countOf(chatId) >= GROUP_ALERTS_PER_HOUR) return 'due';
      const sent = await send(place, told, options).catch((error: unknown) =>
        settleFailure(chatId, error, options),
      );
      if (sent === 'sent') hourly.add(chatId);
      return sent;
    }
  };
}

async function listStillAllowed(
  alerts: readonly Alert[],
  chatId: number,
  access: AlertSenderOptions['access'],
): Promise<Alert[]> {
  const may = await Promise.all(alerts.map(({ owner }) => mayStillBeTold(owner, chatId, access)));
  return alerts.filter((_, at) => may[at]);
}

/** By the person who set the alert, or the chat it goes to; the operator's own need a chat that is let in. */
async function mayStillBeTold(
  owner: string,
  chatId: number,
  access: AlertSenderOptions['access'],
): Promise<boolean> {
  const ownerId = fromPlace(owner)?.chatId ?? chatId;
  const userId = ownerId > 0 ? ownerId : undefined;
  const isIn = await access.isAllowed({ userId, chatId: chatId < 0 ? chatId : undefined });
  // A chat that somebody writes as may be in the list of chats.
  return isIn || (ownerId < 0 && access.isAllowed({ chatId: ownerId }));
}

async function send(
  place: Place,
  alerts: readonly Alert[],
  { core, languages, resultsApi }: AlertSenderOptions,
): Promise<AlertFate> {
  const [first] = alerts;
  if (!first) return 'failed';
  const locale = await languages.get({ id: fromPlace(first.owner)?.chatId ?? place.chatId });
  const isOne = alerts.length === 1;
  const text = isOne
    ? renderAlert(first, await findHistory(first, core), locale)
    : renderDigest(alerts, locale);
  const keyboard = isOne ? createAlertKeyboard(first, core.marketplaces, locale) : undefined;
  await sendText(resultsApi, place, text, keyboard).catch((error: unknown) => {
    if (place.threadId === undefined || !isTopicGone(error)) throw error;
    return sendText(resultsApi, { chatId: place.chatId }, text, keyboard);
  });
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
  const newChatId = findNewChatId(error);
  if (newChatId !== undefined) {
    await core.watches.move(toPlace(chatId), toPlace(newChatId));
    return 'due';
  }
  if (findPauseMs(error) !== undefined || isUnsent(error)) return 'due';
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
