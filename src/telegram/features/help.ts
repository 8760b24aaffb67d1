import { Composer } from 'grammy';
import type { BotCommand } from 'grammy/types';
import { nameSupported } from '../answering/error-text.js';
import { type BotContext, type BotParts, respond } from '../bot-context.js';
import type { Texts } from '../locales/index.js';

/** The commands in Telegram's menu, in the order of their use. */
const COMMANDS = [
  'history',
  'watch',
  'watches',
  'batch',
  'jobs',
  'search',
  'link',
  'shop',
  'status',
  'lang',
  'forget',
  'help',
] as const;

/** Whether the bot has a command of this name that everybody may use. */
export const isCommand = (name: string): boolean => ['start', ...COMMANDS].includes(name);

export function listCommands({ commands }: Texts): BotCommand[] {
  return COMMANDS.map((command) => ({ command, description: commands[command] }));
}

/** `/start` and `/help`: what can be sent, with examples. */
export function createHelpFeature({ core, api }: BotParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  feature.command(['start', 'help'], async (ctx) => {
    const { help, commands } = ctx.texts;
    const examples = core.marketplaces.flatMap(
      ({ ids: [id], productUrl }) => (id && productUrl(id.example)) ?? [],
    );
    const lines = [
      help.whatToSend(nameSupported(core, ctx.texts)),
      ...examples.slice(0, 3).map((example) => `  ${example}`),
      '',
      ...COMMANDS.map((command) => `/${command} ${commands[command]}`),
      ...(ctx.isAdmin && ctx.isPrivate ? ['', help.admins] : []),
      '',
      help.groups(ctx.me.username),
    ];
    await respond(ctx, api, lines.join('\n'));
  });
  return feature;
}

/** Nothing else has an answer: alone with the bot, nobody is left without one. */
export function createFallbackFeature({ api }: BotParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  feature.on('callback_query', (ctx) =>
    ctx.answerCallbackQuery({ text: ctx.texts.notices.staleButton, show_alert: true }),
  );
  feature.on('message', async (ctx) => {
    if (!ctx.isPrivate) return;
    const { notices } = ctx.texts;
    const isPicture = ctx.msg.photo !== undefined || ctx.msg.video !== undefined;
    await respond(ctx, api, isPicture ? notices.notAFile : notices.nothingToFind);
  });
  return feature;
}
