import { FormattedString } from '@grammyjs/parse-mode';
import { InlineKeyboard } from 'grammy';
import {
  type createSlotsByKey,
  type MadeWatch,
  type NotedRef,
  toBijiaError,
  type WatchRule,
  WORDS,
} from '../../core/index.js';
import { formatErrorText } from '../answering/error-text.js';
import { lookUp } from '../answering/lookup.js';
import { goOnWith } from '../answering/report-error.js';
import { addressOf, type BotContext, type BotParts, respond } from '../bot-context.js';
import { formatSubject } from '../cards/button-data.js';
import { addButton } from '../cards/card-keyboard.js';
import { toSendOptions } from '../cards/card-sender.js';
import { joinParts } from '../cards/card-view.js';
import { formatPriceOf } from './alert-view.js';
import { toPlace } from './places.js';

/** Under this part of the present price a target may be a slip of the finger. */
const FAR_BELOW = 0.3;

/** The rules that a button sets, by the number it carries: per cent of a drop, days of a low. */
export const RULES: ReadonlyMap<number, WatchRule> = new Map([
  [2, { kind: 'drop', share: 0.02 }],
  [5, { kind: 'drop', share: 0.05 }],
  [90, { kind: 'low' }],
]);
/** The number of the button that asks for a price. */
export const ASK_PRICE = 1;

export interface WatchParts extends BotParts {
  /** Of one user. */
  readonly maxWatches: number;
  /** One alert of a user is set at a time: else two at once could pass the number. */
  readonly turns: ReturnType<typeof createSlotsByKey>;
}

/** In groups, alerts are everybody's: only admins may add them. */
export async function mayAdd(ctx: BotContext): Promise<boolean> {
  const { senderId, chatId } = ctx;
  // Who writes as the group itself is one of its admins.
  if (ctx.isPrivate || senderId === chatId) return true;
  if (senderId === undefined || senderId < 0) return false;
  const { status } = await ctx.getChatMember(senderId);
  return status === 'creator' || status === 'administrator';
}

/** Asks when to tell. */
export async function askWhen(
  { api }: WatchParts,
  ctx: BotContext,
  { platform, id }: NotedRef,
): Promise<void> {
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
export async function askPrice({ api }: WatchParts, ctx: BotContext, ref: NotedRef): Promise<void> {
  const address = addressOf(ctx);
  const { text, entities } = joinParts(
    [ctx.texts.watch.replyWithPrice, FormattedString.link(ref.id ?? ref.url, ref.url)],
    '',
  );
  await api.sendMessage(address.chatId, text, {
    ...toSendOptions(address),
    entities,
    link_preview_options: { is_disabled: true },
    reply_markup: { force_reply: true, selective: true, input_field_placeholder: '5000' },
  });
}

/** Sets an alert in the background, and says where the price stands. */
export function startWatch(
  parts: WatchParts,
  ctx: BotContext,
  refs: readonly NotedRef[],
  rule: WatchRule,
): void {
  goOnWith(parts, ctx, 'watch', async (signal) => {
    await parts.turns.run(String(ctx.senderId), async () => {
      for (const ref of refs) await addWatch(parts, ctx, { ref, rule, signal });
    });
  });
}

interface Wish {
  readonly ref: NotedRef;
  readonly rule: WatchRule;
  readonly signal: AbortSignal;
}

async function addWatch(parts: WatchParts, ctx: BotContext, { ref, rule, signal }: Wish): Promise<void> {
  const { core, api, maxWatches, dailyCalls } = parts;
  const { texts, senderId: userId, chatId } = ctx;
  if (userId === undefined || chatId === undefined) return;
  const say = (text: string) => respond(ctx, api, text);
  try {
    const owner = toPlace(userId);
    if ((await core.watches.list(owner)).length >= maxWatches)
      return await say(texts.watch.tooMany(maxWatches));
    const { isAdmin, isPrivate } = ctx;
    const asking = { texts, isAdmin, isPrivate, userId, address: addressOf(ctx) };
    const [result] = await lookUp(parts, asking, [ref], { signal });
    if (!result) return await say(texts.notices.dailyCallsUsed(dailyCalls));
    const { product } = result;
    if (!product) throw result.error ?? new Error('a lookup ended without product and error');
    const { platform, id, idType, url } = product;
    const known: NotedRef = { platform, kind: 'product', id, idType, url };
    const made = await core.watches.add({ refs: [known], rule, owner, to: toPlace(chatId) });
    rememberLanguage(parts, ctx, userId);
    await respond(ctx, api, describeMade(made, ctx), createMadeKeyboard(made, ctx));
  } catch (thrown) {
    const error = toBijiaError(thrown);
    if (error.code === 'internal_error') throw thrown;
    await say(formatErrorText(error, ctx, core, ref.platform));
  }
}

/** An alert comes when nobody has written: the language has to be known by then. */
function rememberLanguage({ languages }: WatchParts, { locale }: BotContext, userId: number): void {
  if (languages.find({ id: userId }) !== locale) languages.choose(userId, locale);
}

function describeMade({ watch, look, isReached, everyMs }: MadeWatch, { texts, locale }: BotContext): string {
  const { watch: say, card } = texts;
  const { money } = WORDS[locale];
  const { price, lowestFen, sandbox } = look;
  const target = watch.rule.kind === 'below' ? watch.rule.fen : undefined;
  const isBelowAll = target !== undefined && lowestFen !== undefined && target < lowestFen;
  return [
    say.made({
      id: `#${watch.id}`,
      price: price && formatPriceOf(price, locale),
      rule: say.rule(watch.rule),
      everyMs,
    }),
    isReached ? say.reached : '',
    isBelowAll ? say.lowest(money(lowestFen)) : '',
    target !== undefined && price && target < FAR_BELOW * price.fen ? say.farBelow : '',
    sandbox ? card.sandbox : '',
  ]
    .filter(Boolean)
    .join('\n');
}

function createMadeKeyboard({ watch }: MadeWatch, { texts }: BotContext): InlineKeyboard {
  return addButton(new InlineKeyboard(), texts.buttons.unwatch, 'unwatch', watch.id);
}
