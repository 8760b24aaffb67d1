import { Composer, InlineKeyboard } from 'grammy';
import type { Message } from 'grammy/types';
import {
  AmbiguousInputError,
  BijiaError,
  formatErrorText,
  type InputChoice,
  InputError,
  type PreparedList,
} from '../../core/index.js';
import { getPastedText, toListText } from '../answering/pasted-text.js';
import { goOnWith } from '../answering/report-error.js';
import { createAlbums } from '../batches/albums.js';
import { listChoices, renderQuestion, toChoice } from '../batches/batch-choices.js';
import { type Intake, type List, nameList } from '../batches/batch-intake.js';
import type { Offer, Proposal } from '../batches/batch-offers.js';
import type { BatchParts } from '../batches/batch-parts.js';
import { describeList, describeProblems } from '../batches/batch-view.js';
import { renderOffer } from '../batches/offer-view.js';
import type { ProgressView } from '../batches/progress-message.js';
import { describeError } from '../bot-api/api-errors.js';
import { addressOf, type BotContext, isMissed, respond } from '../bot-context.js';
import { sendText } from '../cards/card-sender.js';
import { cutText, defuse } from '../locales/display.js';

/** Columns that are asked about: who has more names the right one in the file. Telegram takes 100 buttons at most. */
const MAX_ASKED = 12;

/** `/batch` and files: from a list to an offer. */
export function createBatchFeature(parts: BatchParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  const accept = createAccept(parts);

  const albums = createAlbums();

  feature.on('message:document', async (ctx, next) => {
    const { caption = '', document } = ctx.msg;
    const isMeant = isBatchCommand(caption, ctx.me.username);
    // A picture sent as a file may still come with a link.
    const isAsked = ctx.isPrivate && parts.core.resolve(getPastedText(ctx.msg)).length === 0;
    if (!isMeant && !isAsked && !albums.isMeant(ctx.msg, () => accept(ctx, { document }))) return next();
    await accept(ctx, { document });
    if (!isMeant) return;
    await albums.mean(ctx.msg);
    const isAlbum = ctx.msg.media_group_id !== undefined;
    // With Telegram's privacy mode the rest of the album has no command of its own, and never arrives.
    if (isAlbum && !ctx.isPrivate && !ctx.me.can_read_all_group_messages)
      await respond(ctx, parts.api, ctx.texts.notices.restOfAlbum);
  });
  feature.on('message:photo', async (ctx, next) => {
    if (!isBatchCommand(ctx.msg.caption, ctx.me.username)) return next();
    const text = withoutCommand(toListText(ctx.msg, parts.core));
    return text === '' ? respond(ctx, parts.api, ctx.texts.notices.notAFile) : accept(ctx, { text });
  });
  feature.command('batch', async (ctx) => {
    const list = findList(ctx.msg, parts.core);
    if (list) return accept(ctx, list);
    const { notices, batch } = ctx.texts;
    const isPicture = ctx.msg.reply_to_message?.photo !== undefined;
    await respond(ctx, parts.api, isPicture ? notices.notAFile : batch.howTo(parts.maxBatchItems));
  });
  return feature;
}

function isBatchCommand(caption = '', username: string): boolean {
  return new RegExp(`^/batch(@${username})?(?![\\w@])`, 'i').test(caption.trim());
}

function withoutCommand(text: string): string {
  return text.replace(/^\s*\/batch(?:@\w+)?/i, '').trim();
}

/** What follows the command, else the message it replies to: its file, or its lines and the links behind them. */
function findList(message: Message, core: BatchParts['core']): List | undefined {
  const own = withoutCommand(toListText(message, core));
  if (own !== '') return { text: own };
  const { reply_to_message: replied, external_reply: external, quote } = message;
  const document = replied?.document ?? external?.document;
  if (document) return { document };
  if (quote) return { text: quote.text };
  // What a bot says is not a list; what somebody says as a chat may be.
  const isByBot = replied?.from?.is_bot && !replied.sender_chat;
  const text = replied && !isByBot ? toListText(replied, core) : '';
  return text === '' ? undefined : { text };
}

/** Reads a list in the background: the chat goes on. */
function createAccept(parts: BatchParts) {
  const { api } = parts;
  return async (ctx: BotContext, list: List): Promise<void> => {
    if (await isMissed(ctx, parts)) return;
    const ownerId = ctx.senderId;
    if (ownerId === undefined) return;
    await parts.store.refresh();
    const refusal = findRefusal(parts, ctx, ownerId, list);
    if (refusal !== undefined) return respond(ctx, api, refusal);
    const name = cutText(nameList(list, ctx.texts), 40);
    const message = await sendText(api, addressOf(ctx), ctx.texts.batch.reading(defuse(name)));
    const place = {
      chatId: message.chat.id,
      messageId: message.message_id,
      threadId: addressOf(ctx).threadId,
    };
    readInBackground(parts, ctx, { ...place, ownerId, list, label: nameList(list, ctx.texts) });
  };
}

/** A list to read, and the message that says how that went. */
interface Reading extends Pick<Offer, 'ownerId' | 'chatId' | 'threadId' | 'messageId' | 'label'> {
  readonly list: List;
  /** How, where somebody said so. */
  readonly choice?: InputChoice;
  /** Other ways that were offered before. */
  readonly earlier?: readonly InputChoice[];
}

/** Reads a list while the chat goes on, and offers to run it. */
export function readInBackground(parts: BatchParts, ctx: BotContext, reading: Reading): void {
  goOnWith(parts, ctx, 'intake', async (signal) => {
    const view = await makeOffer(parts, ctx, reading, signal);
    await showOffer(parts, reading.chatId, reading.messageId, view);
  });
}

/** What can be said before anything is downloaded. */
function findRefusal({ scheduler, intake }: BatchParts, { texts }: BotContext, ownerId: number, list: List) {
  if (!scheduler.mayQueue(ownerId)) return texts.batch.tooManyQueued;
  if (!intake.mayRead(ownerId)) return texts.notices.tooBusy;
  return 'document' in list ? intake.check(list.document, texts) : undefined;
}

async function makeOffer(
  parts: BatchParts,
  ctx: BotContext,
  reading: Reading,
  signal: AbortSignal,
): Promise<ProgressView> {
  const { list, choice, ownerId } = reading;
  try {
    const intake = await parts.intake.read(list, { ownerId, texts: ctx.texts, signal }, choice);
    return await offer(parts, ctx, intake, reading);
  } catch (error) {
    if (error instanceof AmbiguousInputError) {
      const choices = error.choices.slice(0, MAX_ASKED);
      const made = parts.offers.add({ ...toOffer(reading), proposals: [], choices });
      return renderQuestion(made, ctx.texts);
    }
    parts.log.info('a list was refused', { detail: describeError(error) });
    return { text: sayRefusal(error, ctx), keyboard: new InlineKeyboard() };
  }
}

export async function showOffer(
  { api }: Pick<BatchParts, 'api'>,
  chatId: number,
  messageId: number,
  { text, keyboard }: ProgressView,
): Promise<void> {
  await api.editMessageText(chatId, messageId, text, { reply_markup: keyboard });
}

/** What is wrong with a list, for the person who sent it. */
export function sayRefusal(error: unknown, { texts, locale }: Pick<BotContext, 'texts' | 'locale'>): string {
  if (!(error instanceof BijiaError) || error.code === 'internal_error') return texts.notices.failed;
  if (error.code === 'said') return error.message;
  const words = texts.errors[error.code]?.({ platform: '', supported: '', wait: '' });
  return words ?? `${texts.batch.unreadable}\n${defuse(formatErrorText(error, locale, []))}`;
}

const toOffer = ({ ownerId, chatId, threadId, messageId, label, list }: Reading) => ({
  ...{ ownerId, chatId, threadId, messageId, label, list },
});

async function offer(
  parts: BatchParts,
  ctx: BotContext,
  intake: Intake,
  reading: Reading,
): Promise<ProgressView> {
  const proposals = await chooseProposals(parts, ctx, intake);
  const { reading: read } = intake.plain;
  const choices = listChoices(read, reading.earlier ?? []);
  const current = read && toChoice(read);
  const made = parts.offers.add({ ...toOffer(reading), label: intake.label, proposals, choices, current });
  return renderOffer(made, parts, ctx.texts);
}

/** The readings worth asking about. @throws InputError in words for the user when there is none */
async function chooseProposals(
  parts: BatchParts,
  ctx: BotContext,
  { plain, readings }: Intake,
): Promise<Proposal[]> {
  const propose = (prepared: PreparedList, platform?: string) =>
    createProposal(prepared, platform, parts, ctx);
  const [first] = readings;
  const all = readings.map(({ prepared, platform }) => propose(prepared, platform));
  // When only one marketplace has such ids, there is nothing to ask.
  if (!first || (readings.length > 1 && plain.summary.unique > 0)) all.push(propose(plain));
  else await plain.discard();
  const objection = findObjection(all, plain, parts, ctx);
  if (objection === undefined) return all.filter(({ total }) => total <= parts.maxBatchItems);
  await Promise.all(all.map(({ discard }) => discard()));
  throw new InputError(objection, { code: 'said' });
}

/** Why nothing of a list can be begun. */
function findObjection(
  proposals: readonly Proposal[],
  { summary }: PreparedList,
  { maxBatchItems }: BatchParts,
  { texts }: BotContext,
): string | undefined {
  const sizes = proposals.map(({ total }) => total);
  const largest = Math.max(...sizes);
  if (largest === 0) return `${texts.batch.nothingInside}\n${describeProblems(summary, texts)}`;
  return Math.min(...sizes) > maxBatchItems ? texts.batch.tooMany(largest, maxBatchItems) : undefined;
}

function createProposal(
  prepared: PreparedList,
  platform: string | undefined,
  { core }: BatchParts,
  { texts }: BotContext,
): Proposal {
  return {
    total: prepared.summary.unique,
    calls: prepared.plan.calls,
    platform,
    describe: (ahead) => describeList(prepared, ahead, texts, core),
    save: async () => (await prepared.save()).id,
    discard: prepared.discard,
  };
}
