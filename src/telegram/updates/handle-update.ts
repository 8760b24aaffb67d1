import { type Bot, BotError } from 'grammy';
import type { Update } from 'grammy/types';
import type { BotContext } from '../bot-context.js';

/** Resolves when the handlers are done; what goes on in the background is among the tasks. */
export async function handleUpdate(bot: Bot<BotContext>, update: Update): Promise<void> {
  await bot.handleUpdate(update).catch((error: unknown) => {
    if (error instanceof BotError) return bot.errorHandler(error);
    throw error;
  });
}
