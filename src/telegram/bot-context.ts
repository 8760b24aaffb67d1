import type { Api, Context, InlineKeyboard } from 'grammy';
import type { Clock, Core, Logger } from '../core/index.js';
import { hasMention } from './answering/pasted-text.js';
import { isNotModified } from './bot-api/api-errors.js';
import { type Address, type CardSender, sendText } from './cards/card-sender.js';
import type { Rich, View } from './cards/card-view.js';
import type { Locale } from './locales/display.js';
import { TEXTS, type Texts } from './locales/index.js';
import type { Access } from './people/access.js';
import type { Guests } from './people/guests.js';
import type { Languages } from './people/languages.js';
import type { Usage } from './people/usage.js';
import type { Tasks } from './tasks.js';

/** What the features of the bot share. */
export interface BotParts extends Pick<Clock, 'now' | 'monotonicNow'> {
  readonly core: Core;
  /** Waits when Telegram says so, and tries again. */
  readonly api: Api;
  /** For what is outdated a moment later: dropped when Telegram says wait. */
  readonly liveApi: Api;
  readonly access: Access;
  readonly guests: Guests;
  readonly usage: Usage;
  readonly languages: Languages;
  readonly tasks: Tasks;
  readonly cards: CardSender;
  readonly log: Logger;
  /** Upstream calls of one user in a day. */
  readonly dailyCalls: number;
  /** Telegram's clock, by which messages are dated. */
  readonly telegramNow: () => number;
}

/** What every handler knows about the sender. */
export interface Asked {
  /** The person, or the chat that somebody writes as; undefined where nobody acts. */
  readonly senderId: number | undefined;
  readonly locale: Locale;
  readonly texts: Texts;
  readonly isAdmin: boolean;
  readonly isPrivate: boolean;
}

export type BotContext = Context & Asked;

/** After a pause, people have moved on. */
const MAX_AGE_MS = 5 * 60_000;

export function toAsked(ctx: Context, locale: Locale, access: Pick<Access, 'isAdmin'>): Asked {
  return {
    senderId: findSenderId(ctx),
    locale,
    texts: TEXTS[locale],
    isAdmin: access.isAdmin(ctx.from?.id),
    isPrivate: ctx.chat?.type === 'private',
  };
}

/** Whom Telegram names as the sender: of admins who write as their group, and of people who write as a channel. */
const STAND_INS: ReadonlySet<number> = new Set([1_087_968_824, 136_817_688]);

/** @returns undefined where nobody acts, as in a channel */
export function findSenderId({ from, senderChat }: Context): number | undefined {
  return from && STAND_INS.has(from.id) && senderChat ? senderChat.id : from?.id;
}

/** Whether a message is too old to cause work that costs something; alone with the bot, its sender is told. */
export async function isMissed(
  ctx: BotContext,
  { api, telegramNow }: Pick<BotParts, 'api' | 'telegramNow'>,
): Promise<boolean> {
  const message = ctx.message ?? ctx.channelPost;
  if (!message || telegramNow() - message.date * 1000 <= MAX_AGE_MS) return false;
  if (ctx.isPrivate) await respond(ctx, api, ctx.texts.notices.missed);
  return true;
}

/** The message is meant for the bot: alone with it, by its name, or in reply to it. In groups nothing else is worth an error. */
export function isAddressed({ msg, me, isPrivate }: BotContext): boolean {
  if (isPrivate) return true;
  const text = msg?.text ?? msg?.caption ?? '';
  return hasMention(text, me.username) || msg?.reply_to_message?.from?.id === me.id;
}

/** Where an answer to a message goes. */
export function addressOf({ msg, chatId }: Context): Address {
  return {
    chatId: chatId ?? 0,
    replyTo: msg?.message_id,
    threadId: msg && 'is_topic_message' in msg && msg.is_topic_message ? msg.message_thread_id : undefined,
  };
}

export function createView({ texts, locale, isAdmin, isPrivate }: Asked, core: Core, nowMs: number): View {
  return {
    texts,
    locale,
    isForOperator: isAdmin && isPrivate,
    canSearch: listSearchable(core).length > 0,
    marketplaces: core.marketplaces,
    nowMs,
  };
}

/** The upstreams that a search asks. */
export const listSearchable = ({ upstreams }: Pick<Core, 'upstreams'>) =>
  upstreams.filter(({ connection }) => connection.search !== undefined);

/** Changes the message whose button was pressed; one that already says so stays as it is. */
export async function editText(ctx: Context, text: Rich | string, keyboard: InlineKeyboard): Promise<void> {
  const { text: words, entities = [] } = typeof text === 'string' ? { text } : text;
  const options = { entities, link_preview_options: { is_disabled: true }, reply_markup: keyboard };
  await ctx.editMessageText(words, options).catch((error: unknown) => {
    if (!isNotModified(error)) throw error;
  });
}

/** Replies to the message. @throws GrammyError, HttpError */
export async function respond(
  ctx: Context,
  api: Api,
  text: Rich | string,
  keyboard?: InlineKeyboard,
): Promise<void> {
  await sendText(api, addressOf(ctx), text, keyboard);
}
