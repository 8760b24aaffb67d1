import { sequentialize } from '@grammyjs/runner';
import type { Bot } from 'grammy';
import { createAnswer } from './answering/product-answer.js';
import { reportError } from './answering/report-error.js';
import type { BatchParts } from './batches/batch-parts.js';
import { describeError } from './bot-api/api-errors.js';
import { addressOf, type BotContext, type BotParts, isAddressed, toAsked } from './bot-context.js';
import { sendText } from './cards/card-sender.js';
import { createBatchFeature } from './features/batch.js';
import { createBatchButtonsFeature } from './features/batch-buttons.js';
import { createCardButtonsFeature } from './features/card-buttons.js';
import { createForgetFeature } from './features/forget.js';
import { announceStranger, createGuestsFeature } from './features/guests.js';
import { createFallbackFeature, createHelpFeature, isCommand } from './features/help.js';
import { createHistoryFeature } from './features/history.js';
import { createJobsFeature } from './features/jobs.js';
import { createLanguageFeature } from './features/language.js';
import { createLinkFeature } from './features/link.js';
import { createPastedFeature } from './features/pasted.js';
import { createSearchFeature } from './features/search.js';
import { createShopFeature } from './features/shop.js';
import { createStatusFeature } from './features/status.js';
import { createWatchFeature } from './features/watch.js';
import { createWatchesFeature } from './features/watches.js';
import { type Access, mayUse } from './people/access.js';
import { toPlace } from './people/places.js';
import type { SeenUpdates } from './updates/seen-updates.js';
import type { WatchParts } from './watches/watch-setting.js';

/** Puts the features behind what holds for all of them: each update once, in order, and only for those let in. */
export function installFeatures(
  bot: Bot<BotContext>,
  parts: BatchParts & WatchParts,
  seen: SeenUpdates,
): void {
  const { access, languages, log, tasks } = parts;
  const answer = createAnswer(parts);
  bot.catch(({ error, ctx }) => reportError(error, ctx, parts));
  bot.use(async (ctx, next) => {
    if (seen.enter(ctx.update.update_id)) await next();
    else log.debug('an update came again', { updateId: ctx.update.update_id });
  });
  bot.use((_, next) => tasks.track('update', next()));
  bot.use(sequentialize((ctx) => String(ctx.chatId ?? ctx.from?.id)));
  bot.use(async (ctx, next) => {
    Object.assign(ctx, toAsked(ctx, await languages.get(ctx.from), access));
    await next();
  });
  bot.on('my_chat_member', async ({ chatId, myChatMember }) => {
    const { status } = myChatMember.new_chat_member;
    await noteMembership(chatId, status === 'kicked' || status === 'left', parts);
  });
  bot.on('message:migrate_to_chat_id', ({ chatId, msg }) => moveChat(chatId, msg.migrate_to_chat_id, parts));
  bot.use(createAdmission(access, parts));
  const watching = [createWatchFeature(parts), createWatchesFeature(parts)];
  // What else is posted in a channel is for its readers.
  bot.on('channel_post', ...watching, () => undefined);
  bot.use(createGuestsFeature(parts), createForgetFeature(parts));
  bot.use(createHelpFeature(parts), createLanguageFeature(parts), createStatusFeature(parts));
  bot.use(createBatchFeature(parts), createBatchButtonsFeature(parts), createJobsFeature(parts));
  bot.use(createShopFeature(parts), createHistoryFeature(parts));
  bot.use(createSearchFeature(parts), createLinkFeature(parts));
  bot.use(...watching);
  bot.use(createCardButtonsFeature(parts, answer));
  bot.use(createPastedFeature(parts, answer));
  bot.use(createFallbackFeature(parts));
}

/** Where the bot was blocked or removed, nothing is done until it is let in again. */
async function noteMembership(
  chatId: number,
  isGone: boolean,
  { scheduler, core: { watches }, log }: BatchParts,
): Promise<void> {
  if (isGone) await scheduler.abandonChat(chatId);
  const place = toPlace(chatId);
  await (isGone ? watches.pause(place) : watches.resume(place)).catch((error: unknown) =>
    log.warn('price alerts could not be paused or resumed', { detail: describeError(error) }),
  );
}

/** A group became a supergroup, which is another chat to Telegram. */
async function moveChat(fromId: number, toId: number, parts: BatchParts): Promise<void> {
  const { access, guests, store, log, core } = parts;
  await guests.move(fromId, toId);
  const isShutOut =
    (await access.isAllowed({ chatId: fromId })) && !(await access.isAllowed({ chatId: toId }));
  if (isShutOut) {
    log.warn('a group became a supergroup: put the new id into TELEGRAM_ALLOWED_CHATS', { fromId, toId });
  }
  await store.moveChat(fromId, toId);
  await core.watches
    .move(toPlace(fromId), toPlace(toId))
    .catch((error: unknown) =>
      log.warn('price alerts could not follow a group', { detail: describeError(error) }),
    );
}

/** A command that is ours, and not another bot's of the group. */
function hasOwnCommand(ctx: BotContext): boolean {
  return ctx.entities('bot_command').some(({ text }) => {
    const [, name = '', bot = ctx.me.username] = /^\/(\w+)(?:@(\w+))?$/.exec(text) ?? [];
    return isCommand(name.toLowerCase()) && bot.toLowerCase() === ctx.me.username.toLowerCase();
  });
}

/** Strangers learn their id, and admins of them; in groups only those who call the bot. */
function createAdmission(access: Access, parts: BotParts) {
  const { api } = parts;
  return async (ctx: BotContext, next: () => Promise<void>): Promise<void> => {
    const userId = ctx.senderId;
    // Other bots are never answered: two polite ones would talk forever.
    if (ctx.from?.is_bot && userId === ctx.from.id) return;
    if (await mayUse(ctx, access)) return next();
    if (userId === undefined) return;
    const words = ctx.texts.notices.stranger(userId, ctx.isPrivate ? undefined : ctx.chatId);
    if (ctx.callbackQuery) return void (await ctx.answerCallbackQuery({ text: words, show_alert: true }));
    if (!ctx.message || !(isAddressed(ctx) || hasOwnCommand(ctx))) return;
    await announceStranger(ctx, parts);
    await sendText(api, addressOf(ctx), words);
  };
}
