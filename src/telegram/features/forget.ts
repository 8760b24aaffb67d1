import { Composer, InlineKeyboard } from 'grammy';
import { ConfigError } from '../../core/index.js';
import { isUnfinished } from '../batches/batch-entry.js';
import type { BatchParts } from '../batches/batch-parts.js';
import { type BotContext, respond } from '../bot-context.js';
import { parseButton } from '../cards/button-data.js';
import { addButton } from '../cards/card-keyboard.js';
import { toPlace } from '../people/places.js';

/** `/forget`: removes what is stored of the person who asks, after a question. */
export function createForgetFeature(parts: BatchParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  feature.command('forget', async (ctx) => {
    if (ctx.senderId === undefined) return;
    const { people } = ctx.texts;
    const keyboard = addButton(new InlineKeyboard(), people.forget, 'forget', String(ctx.senderId));
    await respond(ctx, parts.api, people.forgetWhat, keyboard);
  });
  feature.on('callback_query:data', async (ctx, next) => {
    const { op, subject } = parseButton(ctx.callbackQuery.data) ?? {};
    if (op !== 'forget') return next();
    const { people, notices } = ctx.texts;
    const alert = (text: string) => ctx.answerCallbackQuery({ text, show_alert: true });
    if (Number(subject) !== ctx.senderId) return void (await alert(notices.notYours));
    await parts.store.refresh();
    if (isBusy(ctx.senderId, parts)) return void (await alert(people.stillBusy));
    await ctx.answerCallbackQuery();
    await forget(ctx.senderId, parts);
    await ctx.editMessageText(people.forgotten, { reply_markup: new InlineKeyboard() });
  });
  return feature;
}

function isBusy(userId: number, { store }: BatchParts): boolean {
  return store.list().some((entry) => entry.ownerId === userId && isUnfinished(entry));
}

/** Calls of today stay counted until the day is over: else the daily limit could be passed by forgetting. */
async function forget(userId: number, parts: BatchParts): Promise<void> {
  const { batches, store, offers, languages, guests, core } = parts;
  for (const { id } of await batches.list(`telegram:${userId}`)) await store.remove(id);
  await offers.removeOf(userId);
  await languages.forget(userId);
  await guests.forget(userId);
  await core.watches.forget(toPlace(userId)).catch((error: unknown) => {
    // Without a database there are no alerts either.
    if (!(error instanceof ConfigError)) throw error;
  });
}
