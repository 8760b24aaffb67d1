import { Composer } from 'grammy';
import type { CallbackQuery } from 'grammy/types';
import type { NotedRef, Product, Result } from '../../core/index.js';
import { formatErrorText } from '../answering/error-text.js';
import { lookUp, toAsking } from '../answering/lookup.js';
import type { SendCards } from '../answering/product-answer.js';
import { readProductSubjects } from '../answering/product-subject.js';
import { createRefreshLimit } from '../answering/refresh-limit.js';
import { goOnWith } from '../answering/report-error.js';
import { isNotModified } from '../bot-api/api-errors.js';
import { type BotContext, type BotParts, createView, editText, respond } from '../bot-context.js';
import { type ButtonData, parseButton } from '../cards/button-data.js';
import { renderCard } from '../cards/card.js';
import { createCardKeyboard, createSkuKeyboard } from '../cards/card-keyboard.js';
import type { Card } from '../cards/card-sender.js';
import { renderSkuPage } from '../cards/sku-page.js';

/** A press that is about a product. */
interface ProductPress {
  readonly button: ButtonData;
  readonly ref: NotedRef;
}

/** What the buttons under a card do: refresh, turn the pages of the variants, back to the card, choose a marketplace. */
export function createCardButtonsFeature(parts: BotParts, answer: SendCards): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  const show = createShow(parts);

  feature.on('callback_query:data', async (ctx, next) => {
    const button = parseButton(ctx.callbackQuery.data);
    if (!button || !['card', 'refresh', 'skus', 'pick'].includes(button.op)) return next();
    const refs = readProductSubjects(button.subject, parts.core);
    const [ref] = refs;
    if (!ref) return next();
    if (button.op !== 'pick') return show(ctx, { button, ref });
    await ctx.answerCallbackQuery();
    await answer(ctx, refs);
  });
  return feature;
}

/** Changes the message under which the button is. */
function createShow(parts: BotParts) {
  const { usage, dailyCalls } = parts;
  const refreshLimit = createRefreshLimit(parts.monotonicNow);

  return async (ctx: BotContext, press: ProductPress): Promise<void> => {
    const message = ctx.callbackQuery?.message;
    const userId = ctx.senderId;
    const { notices } = ctx.texts;
    const refuse = async (text: string) => void (await ctx.answerCallbackQuery({ text, show_alert: true }));
    if (!message || message.date === 0 || userId === undefined) return refuse(notices.staleButton);
    const key = `${press.ref.platform} ${press.ref.id}`;
    const mode = press.button.op === 'refresh' ? refreshLimit.decide(key) : undefined;
    const isSpent = (await usage.left(userId)) <= 0;
    if (isSpent && mode === 'ask') return refuse(notices.dailyCallsUsed(dailyCalls));
    // Before anything slow; what is too late to be answered is not worth a call either.
    const isAnswered = mode !== 'recent' && !isSpent;
    if (isAnswered) await ctx.answerCallbackQuery(mode ? { text: notices.refreshing } : {});
    goOnWith(parts, ctx, 'button', async (signal) => {
      const get = (fresh: boolean) => lookUp(parts, toAsking(ctx, userId), [press.ref], { fresh, signal });
      const [result] = await (mode ? refreshLimit.run(key, get) : get(false));
      if (!result?.product) refreshLimit.reopen(key);
      if (!result && !isAnswered) return refuse(notices.dailyCallsUsed(dailyCalls));
      await showResult(parts, ctx, press, { result, isAnswered });
    });
  };
}

interface PressAnswer {
  readonly result: Result | undefined;
  /** Whether the press has been answered. */
  readonly isAnswered: boolean;
}

async function showResult(
  parts: BotParts,
  ctx: BotContext,
  press: ProductPress,
  pressed: PressAnswer,
): Promise<void> {
  const { result, isAnswered } = pressed;
  const { notices } = ctx.texts;
  const answer = async (text?: string) =>
    void (isAnswered || (await ctx.answerCallbackQuery(text ? { text } : {})));
  if (result?.product) {
    const { product } = result;
    const shown = findShownText(ctx.callbackQuery?.message);
    const card = render(product, press.button, ctx, parts);
    const isShown = card.text.text === shown;
    const isRefresh = press.button.op === 'refresh';
    await answer(isRefresh ? (isShown ? notices.upToDate : notices.updated) : undefined);
    if (!isShown) await replaceContent(ctx, card);
    return;
  }
  await answer();
  if (result?.error)
    await respond(ctx, parts.api, formatErrorText(result.error, ctx, parts.core, press.ref.platform));
}

function render(product: Product, { op, page }: ButtonData, ctx: BotContext, { core, now }: BotParts): Card {
  const view = createView(ctx, core, now());
  if (op !== 'skus') return { text: renderCard(product, view), keyboard: createCardKeyboard(product, view) };
  return { text: renderSkuPage(product, page, view), keyboard: createSkuKeyboard(product, page, view) };
}

function findShownText(message: CallbackQuery['message']): string | undefined {
  if (!message || message.date === 0) return undefined;
  return 'caption' in message ? message.caption : message.text;
}

async function replaceContent(ctx: BotContext, { text, keyboard }: Card): Promise<void> {
  const message = ctx.callbackQuery?.message;
  if (!(message && 'photo' in message && message.photo)) return editText(ctx, text, keyboard);
  const { caption, caption_entities } = text;
  await ctx
    .editMessageCaption({ caption, caption_entities, reply_markup: keyboard })
    .catch((error: unknown) => {
      if (!isNotModified(error)) throw error;
    });
}
