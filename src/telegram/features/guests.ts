import { Composer, InlineKeyboard } from 'grammy';
import { describeError } from '../bot-api/api-errors.js';
import { type BotContext, type BotParts, respond } from '../bot-context.js';
import { parseButton } from '../cards/button-data.js';
import { addButton } from '../cards/card-keyboard.js';
import { sendText } from '../cards/card-sender.js';
import { MAX_TEXT } from '../cards/card-view.js';
import { cutText, defuse, splitText } from '../locales/display.js';
import { TEXTS } from '../locales/index.js';
import type { Person } from '../people/guests.js';

type Decision = 'allow' | 'deny';

/** `/allow`, `/deny` and `/users`, for admins alone with the bot; what they decide holds at once and is kept. */
export function createGuestsFeature(parts: BotParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  const admin = feature.filter((ctx) => ctx.isAdmin);
  for (const decision of ['allow', 'deny'] as const) {
    admin.command(decision, (ctx) => decideByName(decision, ctx, ctx.match.trim(), parts));
  }
  admin.command('users', async (ctx) => {
    const { people } = ctx.texts;
    if (!ctx.isPrivate) return respond(ctx, parts.api, people.onlyPrivate);
    const { allowed, denied, strangers } = await parts.guests.list();
    const groups = [people.allowed(allowed.map(describe)), people.denied(denied.map(describe))];
    const lines = [people.variables, ...groups, people.strangers(strangers.map(describe))];
    for (const piece of splitText(lines.join('\n'), MAX_TEXT)) await respond(ctx, parts.api, piece);
  });
  admin.on('callback_query:data', async (ctx, next) => {
    const { op, subject } = parseButton(ctx.callbackQuery.data) ?? {};
    if (op !== 'allow' && op !== 'deny') return next();
    const words = await decide(op, Number(subject), ctx, parts);
    await ctx.answerCallbackQuery({ text: words });
    const message = ctx.callbackQuery.message;
    const shown = message && 'text' in message ? (message.text ?? '') : '';
    await ctx.editMessageText(`${shown}\n${words}`, { reply_markup: new InlineKeyboard() });
  });
  return feature;
}

/** `5000001 Ann (＠ann)` */
function describe({ id, name }: Person): string {
  return `${id} ${defuse(cutText(name, 60))}`.trim();
}

async function decideByName(
  decision: Decision,
  ctx: BotContext,
  asked: string,
  parts: BotParts,
): Promise<void> {
  const { people } = ctx.texts;
  const isId = /^-?\d{1,16}$/.test(asked);
  const id = isId ? Number(asked) : await parts.guests.findByName(asked.replace(/^@/, ''));
  if (asked === '' || !/^(?:-?\d{1,16}|@?\w{4,32})$/.test(asked)) {
    return respond(ctx, parts.api, people.howTo(decision));
  }
  if (id === undefined) return respond(ctx, parts.api, people.unknownName(defuse(asked)));
  await respond(ctx, parts.api, await decide(decision, id, ctx, parts));
}

/** @returns what to say about it */
async function decide(
  decision: Decision,
  id: number,
  { texts }: BotContext,
  parts: BotParts,
): Promise<string> {
  const { guests, access, tasks, api, languages, log } = parts;
  if (access.isAdmin(id)) return texts.people.isAdmin;
  const wasOut = !(await access.isAllowed({ userId: id, chatId: id }));
  await guests[decision](id);
  if (decision === 'deny') return texts.people.turnedAway(id);
  const { people } = TEXTS[await languages.get({ id })];
  if (wasOut && id > 0) {
    tasks.start('welcome', async () => {
      await sendText(api, { chatId: id }, people.welcome).catch((error: unknown) =>
        log.info('a guest was not told', { detail: describeError(error) }),
      );
    });
  }
  return texts.people.letIn(id);
}

/** A stranger's first message is told to admins, once, with a button that lets the stranger in. */
export async function announceStranger(
  { from, senderId, senderChat }: BotContext,
  { guests, access, tasks, api, languages, log }: BotParts,
): Promise<void> {
  if (senderId === undefined || (await guests.readDecisions()).isDenied(senderId)) return;
  const name = senderChat && 'title' in senderChat ? senderChat.title : (from?.first_name ?? '');
  const stranger: Person = { id: senderId, name: cutText(name ?? '', 60), username: from?.username };
  if (!(await guests.meet(stranger))) return;
  const shown = stranger.username ? `${stranger.name} (@${stranger.username})` : stranger.name;
  for (const chatId of access.admins) {
    tasks.start('stranger', async () => {
      const { people } = TEXTS[await languages.get({ id: chatId })];
      const keyboard = addButton(new InlineKeyboard(), people.allow, 'allow', String(senderId));
      addButton(keyboard, people.deny, 'deny', String(senderId));
      const words = people.stranger(defuse(shown), senderId);
      await sendText(api, { chatId }, words, keyboard).catch((error: unknown) =>
        // An admin who never wrote to the bot cannot be written to.
        log.info('an admin was not told of a stranger', { detail: describeError(error) }),
      );
    });
  }
}
