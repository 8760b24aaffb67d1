import { FormattedString } from '@grammyjs/parse-mode';
import { InlineKeyboard } from 'grammy';
import type { Message } from 'grammy/types';
import { type NotedRef, parseAmountFen, type WatchRule, WORDS } from '../../core/index.js';
import { addressOf, type BotContext, type BotParts, respond } from '../bot-context.js';
import { formatSubject } from '../cards/button-data.js';
import { addButton } from '../cards/card-keyboard.js';
import { sendText, toSendOptions } from '../cards/card-sender.js';
import { joinParts } from '../cards/card-view.js';
import { LOCALES, TEXTS } from '../locales/index.js';

/** The rules that a button sets, by the number it carries: per cent of a drop, days of a low. */
export const RULES: ReadonlyMap<number, WatchRule> = new Map([
  [2, { kind: 'drop', share: 0.02 }],
  [5, { kind: 'drop', share: 0.05 }],
  [90, { kind: 'low' }],
]);
/** The number of the button that asks for a price. */
export const ASK_PRICE = 1;
/** The numbers of the buttons under a question about several links. */
const EACH = 1;
export const CHEAPEST = 2;

type AskParts = Pick<BotParts, 'api'>;

/** Asks when to tell. */
export async function askWhen({ api }: AskParts, ctx: BotContext, { platform, id }: NotedRef): Promise<void> {
  const { watch } = ctx.texts;
  const subject = formatSubject({ platform, id: id ?? '' });
  const keyboard = new InlineKeyboard();
  for (const [page, rule] of RULES) {
    const text = rule.kind === 'drop' ? watch.drop(rule.share ?? 0) : watch.low;
    addButton(keyboard, text, 'watchAdd', subject, page);
  }
  addButton(keyboard.row(), watch.askPrice, 'watchAdd', subject, ASK_PRICE);
  await respond(ctx, api, watch.when, keyboard);
}

/** The product travels in the message that is replied to. */
export async function askPrice({ api }: AskParts, ctx: BotContext, ref: NotedRef): Promise<void> {
  const address = addressOf(ctx);
  const { text, entities } = joinParts([ctx.texts.watch.replyWithPrice, linkTo(ref)], '');
  await api.sendMessage(address.chatId, text, {
    ...toSendOptions(address),
    entities,
    link_preview_options: { is_disabled: true },
    reply_markup: { force_reply: true, selective: true, input_field_placeholder: '5000' },
  });
}

const linkTo = ({ id, url }: NotedRef) => FormattedString.link(id ?? url, url);

/** The product of the question that a message replies to. */
export function findAskedLink({ msg, me }: BotContext): string | undefined {
  const asked = msg?.reply_to_message;
  if (asked?.from?.id !== me.id) return undefined;
  const isQuestion = LOCALES.some((locale) => asked.text?.startsWith(TEXTS[locale].watch.replyWithPrice));
  return isQuestion ? findLink(asked) : undefined;
}

const findLink = ({ entities }: Pick<Message, 'entities'>) =>
  entities?.find((entity) => entity.type === 'text_link')?.url;

/** Asks again about a target that may be a typing mistake: target and product travel in the question. */
export async function askWhetherSure(
  { api }: AskParts,
  ctx: BotContext,
  ref: NotedRef,
  { targetFen, nowFen }: { readonly targetFen: number; readonly nowFen: number },
): Promise<void> {
  const { watch } = ctx.texts;
  const { money } = WORDS[ctx.locale];
  const subject = formatSubject({ platform: ref.platform, id: ref.id ?? '' });
  const keyboard = addButton(new InlineKeyboard(), watch.sure(money(targetFen)), 'watchSure', 'yes');
  addButton(keyboard, watch.askPrice, 'watchAdd', subject, ASK_PRICE);
  const question = watch.farBelow(money(targetFen), money(nowFen));
  await respond(ctx, api, joinParts([question, linkTo(ref)], '\n'), keyboard);
}

/** What a question of {@link askWhetherSure} was about. */
export function readSure({
  text = '',
  entities,
}: Pick<Message, 'text' | 'entities'>): { readonly link: string; readonly fen: number } | undefined {
  const fen = findAmountFen(text);
  const link = findLink({ entities });
  return fen === undefined || link === undefined ? undefined : { link, fen };
}

const findAmountFen = (text: string) => parseAmountFen(/¥[\d,.]*\d/.exec(text)?.[0] ?? '');

/**
 * Several links: an alert for each, or one for the cheapest of them. The links stay in the message that is answered, which
 * is the one that holds them: of that message Telegram shows no further one. The target travels in the question.
 */
export async function askWhich(
  { api }: AskParts,
  ctx: BotContext,
  count: number,
  rule: WatchRule | undefined,
): Promise<void> {
  const { watch } = ctx.texts;
  const keyboard = addButton(new InlineKeyboard(), watch.each, 'watchGroup', 'links', EACH);
  addButton(keyboard, watch.cheapest, 'watchGroup', 'links', CHEAPEST);
  const question = [watch.which(count), rule && watch.rule(rule)].filter(Boolean).join('\n');
  const hasLinks = ctx.msg?.entities?.some(({ type }) => type === 'url' || type === 'text_link');
  const replyTo = hasLinks ? undefined : ctx.msg?.reply_to_message?.message_id;
  await sendText(api, { ...addressOf(ctx), ...(replyTo !== undefined && { replyTo }) }, question, keyboard);
}

/** The target in a question of {@link askWhich}. */
export function readTarget(question: Pick<Message, 'text'> | undefined): WatchRule | undefined {
  const fen = findAmountFen(question?.text ?? '');
  return fen === undefined ? undefined : { kind: 'below', fen };
}
