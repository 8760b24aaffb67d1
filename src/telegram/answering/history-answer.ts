import { FormattedString } from '@grammyjs/parse-mode';
import { type Api, InputFile } from 'grammy';
import {
  BijiaError,
  drawChart,
  drawPng,
  findTargetFen,
  formatSparkline,
  type PriceHistory,
  WORDS,
} from '../../core/index.js';
import { isChatGone, isRefused } from '../bot-api/api-errors.js';
import { addressOf, type BotContext, type BotParts, respond } from '../bot-context.js';
import { type Address, sendText, toSendOptions } from '../cards/card-sender.js';
import { joinParts, type Rich } from '../cards/card-view.js';
import { cutText, defuse } from '../locales/display.js';
import { toPlace } from '../people/places.js';
import { formatErrorText } from './error-text.js';
import { createWaitNotice, toAsking } from './lookup.js';
import { goOnWith } from './report-error.js';

/** What a chart shows. */
const DAYS = 90;
/** Sources and links of one question. */
const MAX_ANSWERS = 5;
const TITLE_LENGTH = 60;

/** @param platform what a bare id belongs to */
export type AnswerHistory = (ctx: BotContext, text: string, platform?: string) => void;

/** Answers in the background with the verdict and a chart. What costs money is not asked for: then the stored prices answer. */
export function createHistoryAnswer(parts: BotParts): AnswerHistory {
  return (ctx, text, platform) =>
    goOnWith(parts, ctx, 'history', async (signal) => {
      const results = await askHistory(parts, ctx, text, { platform, signal });
      for (const result of results.slice(0, MAX_ANSWERS)) await sendHistory(parts, ctx, result);
    });
}

interface AskOptions {
  readonly platform?: string;
  readonly signal: AbortSignal;
}

/** What was seen of products, counted against the person's day; offline once that is used up. */
async function askHistory(
  { core, api, usage, log }: BotParts,
  ctx: BotContext,
  text: string,
  options: AskOptions,
): Promise<PriceHistory[]> {
  const userId = ctx.senderId ?? 0;
  const notice = createWaitNotice(toAsking(ctx, userId), { api, log });
  // A bare id costs a call, just as a link does.
  const calls = Math.min(MAX_ANSWERS, Math.max(1, core.resolve(text).length));
  const offline = (await usage.left(userId)) < calls;
  const reservation = await usage.reserve(userId, offline ? 0 : calls);
  try {
    const asked = { ...options, offline, onPermit: reservation.spend, onWait: notice.show };
    return await core.getPriceHistory(text, { ...asked, most: MAX_ANSWERS });
  } finally {
    await reservation.release();
    notice.remove();
  }
}

async function sendHistory(parts: BotParts, ctx: BotContext, result: PriceHistory): Promise<void> {
  const { api, core, now } = parts;
  const { history, error, platform } = result;
  if (!history) {
    if (error) await respond(ctx, api, formatErrorText(error, ctx, core, platform));
    return;
  }
  const address = addressOf(ctx);
  const caption = describeHistory(result, ctx);
  const targetFen = findTargetFen(await core.watches.list(toPlace(ctx.senderId ?? 0)), result);
  const picture = await drawPicture(history, { days: DAYS, nowMs: now(), targetFen });
  if (picture && (await sendPicture(api, address, picture, caption))) return;
  const line = formatSparkline(history.days, { days: DAYS, nowMs: now() });
  await sendText(
    api,
    address,
    joinParts([caption, `${line} ${WORDS[ctx.locale].history.lastDays(DAYS)}`], '\n'),
  );
}

/** @returns whether Telegram took it: some groups want no pictures */
async function sendPicture(
  api: Api,
  address: Address,
  picture: Uint8Array,
  { text, caption_entities }: Rich,
): Promise<boolean> {
  try {
    await api.sendPhoto(address.chatId, new InputFile(picture, 'price.png'), {
      ...toSendOptions(address),
      ...{ caption: text, caption_entities },
    });
    return true;
  } catch (error) {
    if (!isRefused(error) || isChatGone(error)) throw error;
    return false;
  }
}

type Seen = NonNullable<PriceHistory['history']>;

/** The title and the verdict. */
function describeHistory({ history, id, sandbox }: PriceHistory, { locale, texts }: BotContext): Rich {
  const title = defuse(cutText(history?.title ?? id ?? texts.card.noTitle, TITLE_LENGTH));
  return joinParts(
    [
      FormattedString.bold(title),
      history && WORDS[locale].history.verdict(history),
      sandbox ? texts.card.sandbox : undefined,
    ],
    '\n',
  );
}

/** @returns undefined where the package that draws is not installed */
async function drawPicture(
  history: Seen,
  options: Parameters<typeof drawChart>[2],
): Promise<Uint8Array | undefined> {
  try {
    return await drawPng(drawChart(history, history.tracks, options));
  } catch (error) {
    if (error instanceof BijiaError && error.code === 'no_png') return undefined;
    throw error;
  }
}
