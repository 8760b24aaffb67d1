import { Composer, InlineKeyboard } from 'grammy';
import { type Watch, WORDS } from '../../core/index.js';
import { type BotContext, type BotParts, editText, respond } from '../bot-context.js';
import { parseButton } from '../cards/button-data.js';
import { addButton, addPager } from '../cards/card-keyboard.js';
import { cutText, defuse } from '../locales/display.js';
import { fromPlace, toPlace } from '../people/places.js';
import { findOwnerId, mayAdd } from '../watches/watch-setting.js';

const PAGE_SIZE = 8;
const BUTTONS_IN_A_ROW = 4;
const TITLE_LENGTH = 40;
const MUTE_MS = 7 * 24 * 3_600_000;
/** How far back alerts that may not have arrived are told. */
const TOLD_MS = 7 * 24 * 3_600_000;

/** `/watches`, and the buttons that stop or mute an alert. */
export function createWatchesFeature({ core, api, now }: BotParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();

  /** What somebody watches in private is not told in a group. */
  const listShown = async (ctx: BotContext) => {
    const { chatId = 0, isPrivate } = ctx;
    const own = await core.watches.list(toPlace(findOwnerId(ctx) ?? 0));
    return isPrivate ? own : own.filter(({ to }) => fromPlace(to)?.chatId === chatId);
  };
  /** What may not have arrived is shown, and never sent again. */
  const countDoubtful = async (ctx: BotContext) => {
    const told = await core.watches.listAlerts(now() - TOLD_MS, toPlace(findOwnerId(ctx) ?? 0));
    return told.filter(({ status }) => status === 'unknown').length;
  };

  const showPage = async (ctx: BotContext, page: number) => {
    const { text, keyboard } = renderPage(await listShown(ctx), page, ctx, now());
    await editText(ctx, text, keyboard);
  };

  const say = async (ctx: BotContext, isDone: boolean, done: string) => {
    const { gone } = ctx.texts.watch;
    await ctx.answerCallbackQuery(isDone ? { text: done } : { text: gone, show_alert: true });
    return isDone;
  };
  /** What belongs to a channel is its admins' to stop, not its readers'. */
  const getOwner = async (ctx: BotContext) =>
    ctx.chat?.type !== 'channel' || (await mayAdd(ctx)) ? toPlace(findOwnerId(ctx) ?? 0) : '';
  const remove = async (ctx: BotContext, id: string) => {
    const removed = await core.watches.remove([id], await getOwner(ctx));
    return say(ctx, removed.length > 0, ctx.texts.watch.removed);
  };
  const mute = async (ctx: BotContext, id: string) => {
    const isDone = await core.watches.mute(id, await getOwner(ctx), now() + MUTE_MS);
    return say(ctx, isDone, ctx.texts.watch.silenced);
  };

  feature.command('watches', async (ctx) => {
    const { text, keyboard } = renderPage(await listShown(ctx), 1, ctx, now());
    const doubtful = await countDoubtful(ctx);
    const notice = doubtful > 0 ? [ctx.texts.watch.doubtful(doubtful)] : [];
    await respond(ctx, api, [text, ...notice].join('\n'), keyboard);
  });

  feature.on('callback_query:data', async (ctx, next) => {
    const { op, subject = '', page = 0 } = parseButton(ctx.callbackQuery.data) ?? {};
    if (op === 'watches') {
      await ctx.answerCallbackQuery();
      return showPage(ctx, page);
    }
    if (op !== 'unwatch' && op !== 'watchMute') return next();
    const isDone = await (op === 'unwatch' ? remove : mute)(ctx, subject);
    // Pressed in the list, which is not what it was.
    if (isDone && page > 0) await showPage(ctx, page);
  });
  return feature;
}

function renderPage(watches: readonly Watch[], wanted: number, ctx: BotContext, nowMs: number) {
  const { watch, buttons } = ctx.texts;
  const keyboard = new InlineKeyboard();
  if (watches.length === 0) return { text: watch.none, keyboard };
  const pages = Math.ceil(watches.length / PAGE_SIZE);
  const page = Math.min(Math.max(1, wanted), pages);
  const first = (page - 1) * PAGE_SIZE;
  const shown = watches.slice(first, first + PAGE_SIZE);
  for (const [at, { id }] of shown.entries()) {
    if (at === BUTTONS_IN_A_ROW) keyboard.row();
    addButton(keyboard, `${buttons.stop} ${first + at + 1}`, 'unwatch', id, page);
  }
  addPager(keyboard.row(), 'watches', 'all', page, pages);
  const lines = shown.map((one, at) => `${first + at + 1}. ${describeWatch(one, ctx, nowMs)}`);
  return { text: [watch.list(watches.length), ...lines].join('\n'), keyboard };
}

/** `Apple iPhone 17 · 不高于 ¥5,000 时提醒 · ¥5,299` */
function describeWatch(
  { title, products, rule, state, mutedUntilMs = 0 }: Watch,
  { texts, locale }: BotContext,
  nowMs: number,
): string {
  const more = products.length > 1 ? ` (+${products.length - 1})` : '';
  const name = defuse(cutText(title ?? products[0]?.askId ?? '', TITLE_LENGTH)) + more;
  const price = state.lastFen === undefined ? undefined : WORDS[locale].money(state.lastFen);
  const muted = mutedUntilMs > nowMs ? texts.watch.muted : undefined;
  return [name, texts.watch.rule(rule), price, muted].filter(Boolean).join(' · ');
}
