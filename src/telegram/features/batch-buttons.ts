import { Composer, InlineKeyboard } from 'grammy';
import { toBijiaError } from '../../core/index.js';
import { type BatchEntry, FORMATS, formatBatchId, isUnfinished, mayOperate } from '../batches/batch-entry.js';
import type { Offer } from '../batches/batch-offers.js';
import type { BatchParts } from '../batches/batch-parts.js';
import { renderQueued } from '../batches/batch-view.js';
import { createOfferKeyboard, renderOffer } from '../batches/offer-view.js';
import { describeError } from '../bot-api/api-errors.js';
import { addressOf, type BotContext } from '../bot-context.js';
import { type ButtonData, parseButton } from '../cards/button-data.js';
import { sendText } from '../cards/card-sender.js';
import { readInBackground, sayRefusal, showOffer } from './batch.js';

type Press = BotContext & { readonly callbackQuery: NonNullable<BotContext['callbackQuery']> };
type OfferAction = (parts: BatchParts, ctx: Press, offer: Offer, page: number) => Promise<void>;
type BatchAction = (parts: BatchParts, ctx: Press, entry: BatchEntry) => Promise<void>;

/** What the buttons of offers, progress messages and results do; each only for whom it belongs to. */
export function createBatchButtonsFeature(parts: BatchParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  feature.on('callback_query:data', async (ctx, next) => {
    const button = parseButton(ctx.callbackQuery.data);
    const offerAction = button && OFFER_ACTIONS[button.op];
    const batchAction = button && BATCH_ACTIONS[button.op];
    if (button && offerAction) return actOnOffer(parts, ctx, button, offerAction);
    if (button && batchAction) return actOnBatch(parts, ctx, button, batchAction);
    return next();
  });
  return feature;
}

async function actOnOffer(
  parts: BatchParts,
  ctx: Press,
  { subject, page }: ButtonData,
  act: OfferAction,
): Promise<void> {
  const offer = parts.offers.find(subject);
  const isHere = offer?.messageId === ctx.msg?.message_id && offer?.chatId === ctx.chatId;
  if (!offer || !isHere) return alert(ctx, ctx.texts.batch.staleOffer);
  if (!mayOperate(offer, ctx)) return alert(ctx, ctx.texts.notices.notYours);
  await act(parts, ctx, offer, page);
}

async function actOnBatch(
  parts: BatchParts,
  ctx: Press,
  { subject }: ButtonData,
  act: BatchAction,
): Promise<void> {
  await parts.store.refresh();
  const entry = parts.store.find(subject);
  if (!entry || entry.chatId !== ctx.chatId) return alert(ctx, ctx.texts.batch.staleOffer);
  if (!mayOperate(entry, ctx) && !ctx.isAdmin) return alert(ctx, ctx.texts.notices.notYours);
  await act(parts, ctx, entry);
}

async function alert(ctx: Press, text: string): Promise<void> {
  await ctx.answerCallbackQuery({ text, show_alert: true });
}

const pickReading: OfferAction = async (parts, ctx, offer, page) => {
  const picked = offer.proposals[page];
  if (!picked) return alert(ctx, ctx.texts.batch.staleOffer);
  await ctx.answerCallbackQuery();
  const narrowed = parts.offers.change({ ...offer, proposals: [picked] });
  for (const other of offer.proposals) if (other !== picked) await other.discard();
  await showOffer(parts, offer.chatId, offer.messageId, renderOffer(narrowed, parts, ctx.texts));
};

/** Once: the offer is taken, and another is made of what is read now. */
const readInstead: OfferAction = async (parts, ctx, offer, page) => {
  const choice = offer.choices[page];
  if (!choice || !offer.list) return alert(ctx, ctx.texts.batch.staleOffer);
  if (!parts.intake.mayRead(offer.ownerId)) return alert(ctx, ctx.texts.notices.tooBusy);
  await ctx.answerCallbackQuery();
  parts.offers.take(offer.id);
  for (const proposal of offer.proposals) await proposal.discard();
  const earlier = [...offer.choices, ...(offer.current ? [offer.current] : [])];
  readInBackground(parts, ctx, { ...offer, list: offer.list, choice, earlier });
};

const chooseFormat: OfferAction = async ({ offers }, ctx, offer, page) => {
  await ctx.answerCallbackQuery();
  const format = FORMATS[page] ?? offer.format;
  if (format === offer.format) return;
  const changed = offers.change({ ...offer, format });
  await ctx.editMessageReplyMarkup({ reply_markup: createOfferKeyboard(changed, ctx.texts) });
};

const cancelOffer: OfferAction = async (parts, ctx, { id, chatId, messageId }) => {
  const offer = parts.offers.take(id);
  await ctx.answerCallbackQuery();
  for (const proposal of offer?.proposals ?? []) await proposal.discard();
  await showOffer(parts, chatId, messageId, {
    text: ctx.texts.batch.forgotten,
    keyboard: new InlineKeyboard(),
  });
};

const startOffer: OfferAction = async (parts, ctx, offer) => {
  const { scheduler, usage, offers, store } = parts;
  const { batch } = ctx.texts;
  await store.refresh();
  const [proposal, ...others] = offer.proposals;
  if (!proposal || others.length > 0) return alert(ctx, batch.staleOffer);
  if (!scheduler.mayQueue(offer.ownerId)) return alert(ctx, batch.tooManyQueued);
  const left = await usage.left(offer.ownerId);
  if ((proposal.calls ?? 1) > left) return alert(ctx, batch.notEnoughCalls(proposal.calls ?? 1, left));
  await ctx.answerCallbackQuery({ text: batch.begun });
  offers.take(offer.id);
  const id = await proposal.save().catch(async (thrown: unknown) => {
    const error = toBijiaError(thrown);
    const text = error.code === 'job_running' ? batch.sameListRunning : sayRefusal(error, ctx);
    await showOffer(parts, offer.chatId, offer.messageId, { text, keyboard: new InlineKeyboard() });
    await proposal.discard();
    return undefined;
  });
  if (id === undefined) return;
  const { ownerId, chatId, threadId, messageId, label, format } = offer;
  await begin(parts, ctx, {
    ...{ id, ownerId, chatId, threadId, messageId, label, format, locale: ctx.locale },
    total: proposal.total,
    calls: proposal.calls,
    phase: 'queued',
    retryFailed: false,
    atMs: parts.now(),
    delivery: 'none',
  });
};

/** Puts a batch into the queue, whatever becomes of its message; one that runs at once shows its progress there. */
async function begin(
  { scheduler, store, api, log }: BatchParts,
  { texts }: BotContext,
  entry: BatchEntry & Pick<Offer, 'messageId'>,
): Promise<void> {
  const queued = renderQueued(entry, scheduler.countAhead(), texts);
  const result = await scheduler.enqueue(entry);
  if (result === 'queued' && store.find(entry.id)?.phase !== 'queued') return;
  const { sameListRunning, tooManyQueued } = texts.batch;
  const refusal = result === 'under_way' ? sameListRunning : tooManyQueued;
  const view = result === 'queued' ? queued : { text: refusal, keyboard: new InlineKeyboard() };
  await showOffer({ api }, entry.chatId, entry.messageId, view).catch((error: unknown) =>
    log.info('a waiting batch was not shown', { job: entry.id, detail: describeError(error) }),
  );
}

const cancelBatch: BatchAction = async ({ scheduler }, ctx, entry) => {
  if (!isUnfinished(entry)) return alert(ctx, ctx.texts.batch.staleOffer);
  await ctx.answerCallbackQuery({ text: ctx.texts.batch.cancelling });
  await scheduler.cancel(entry);
};

/** Begins again in a message of its own: the old one is far up in the chat by now. */
const goOn =
  (retryFailed: boolean): BatchAction =>
  async (parts, ctx, entry) => {
    const { scheduler, usage, api } = parts;
    const { batch, notices } = ctx.texts;
    const isPossible = entry.phase === 'ended' && (entry.end === 'finished') === retryFailed;
    if (!isPossible) return alert(ctx, batch.staleOffer);
    if (!scheduler.mayQueue(entry.ownerId)) return alert(ctx, batch.tooManyQueued);
    if ((await usage.left(entry.ownerId)) <= 0) return alert(ctx, notices.dailyCallsUsed(parts.dailyCalls));
    await ctx.answerCallbackQuery({ text: batch.begun });
    const next: BatchEntry = { ...entry, retryFailed: retryFailed || entry.retryFailed };
    const { text } = renderQueued(next, scheduler.countAhead(), ctx.texts);
    const message = await sendText(api, { ...addressOf(ctx), replyTo: undefined }, text);
    await begin(parts, ctx, { ...next, phase: 'queued', messageId: message.message_id });
  };

const sendFile: BatchAction = async ({ delivery, tasks }, ctx, entry) => {
  if (isUnfinished(entry)) return alert(ctx, ctx.texts.batch.stillRunning(formatBatchId(entry.id)));
  await ctx.answerCallbackQuery({ text: ctx.texts.batch.sending });
  tasks.start('delivery', (signal) => delivery.deliver(entry, signal));
};

const OFFER_ACTIONS: Readonly<Partial<Record<ButtonData['op'], OfferAction>>> = {
  offerPick: pickReading,
  offerFormat: chooseFormat,
  offerRead: readInstead,
  offerStart: startOffer,
  offerCancel: cancelOffer,
};

const BATCH_ACTIONS: Readonly<Partial<Record<ButtonData['op'], BatchAction>>> = {
  batchCancel: cancelBatch,
  batchRetry: goOn(true),
  batchResume: goOn(false),
  batchFile: sendFile,
};
