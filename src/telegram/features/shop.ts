import { Composer } from 'grammy';
import { type Core, type ShopRef, toBijiaError, toPublicProduct } from '../../core/index.js';
import { formatErrorText } from '../answering/error-text.js';
import { createWaitNotice, toAsking } from '../answering/lookup.js';
import { getAskedText } from '../answering/pasted-text.js';
import { goOnWith } from '../answering/report-error.js';
import type { BatchParts } from '../batches/batch-parts.js';
import { renderOffer } from '../batches/offer-view.js';
import { addressOf, type BotContext, createView, editText, isMissed, respond } from '../bot-context.js';
import { parseButton, parseSubject } from '../cards/button-data.js';
import { sendText } from '../cards/card-sender.js';
import { createShopKeyboard, renderShopPage, SHOP_PAGE_SIZE, type ShownShop } from '../cards/shop-view.js';
import { cutText } from '../locales/display.js';
import { askPlatform } from './pasted.js';

/** `/shop`: a shop page by page, and as a file. */
export function createShopFeature(parts: BatchParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  const { core, api } = parts;

  feature.command('shop', async (ctx) => {
    const text = getAskedText(ctx.msg, ctx.match, core);
    if (text === '') return respond(ctx, api, ctx.texts.shop.howTo(formatShopExamples(core)));
    if (await isMissed(ctx, parts)) return;
    startListing(parts, ctx, (signal) => core.getShopRef(text, { signal }), text);
  });

  feature.on('callback_query:data', async (ctx, next) => {
    const button = parseButton(ctx.callbackQuery.data);
    if (button?.op !== 'shop' && button?.op !== 'shopBatch') return next();
    const ref = await readSubject(button.subject, core);
    if (!ref) return next();
    await ctx.answerCallbackQuery();
    if (button.op === 'shopBatch') return offerShop(parts, ctx, ref);
    startListing(parts, ctx, async () => ref, ref.id, Math.max(1, button.page));
  });
  return feature;
}

function formatShopExamples({ upstreams }: Core): string {
  const able = upstreams.filter(({ provider }) => provider.capabilities.includes('shop'));
  const examples = able.flatMap(
    ({ provider: { marketplace } }) =>
      marketplace.links.find(({ kind }) => kind === 'shop')?.examples[0]?.text ?? [],
  );
  return [...new Set(examples)].slice(0, 2).join('\n');
}

async function readSubject(subject: string, core: Core): Promise<ShopRef | undefined> {
  const found = parseSubject(subject, core.marketplaces);
  return found && core.getShopRef(found.id, { platform: found.platform }).catch(() => undefined);
}

/** Fetches a page in the background, and shows it: in a new message, or where its buttons are. */
function startListing(
  parts: BatchParts,
  ctx: BotContext,
  getRef: (signal: AbortSignal) => Promise<ShopRef>,
  asked: string,
  page = 1,
): void {
  const { usage, api, dailyCalls } = parts;
  const userId = ctx.senderId;
  if (userId === undefined) return;
  goOnWith(parts, ctx, 'shop', async (signal) => {
    if ((await usage.left(userId)) <= 0)
      return respond(ctx, api, ctx.texts.notices.dailyCallsUsed(dailyCalls));
    let ref: ShopRef | undefined;
    try {
      ref = await getRef(signal);
      await showPage(parts, ctx, await getPage(parts, ctx, ref, { page, userId, signal }));
    } catch (thrown) {
      const error = toBijiaError(thrown);
      if (error.code === 'platform_needed') return askWhose(parts, ctx, asked.trim());
      if (error.code === 'internal_error') throw thrown;
      await respond(ctx, api, formatErrorText(error, ctx, parts.core, ref?.platform));
    }
  });
}

interface PageQuery {
  readonly page: number;
  readonly userId: number;
  readonly signal: AbortSignal;
}

async function getPage(
  { core, api, usage, log }: BatchParts,
  ctx: BotContext,
  ref: ShopRef,
  { page, userId, signal }: PageQuery,
): Promise<ShownShop> {
  const notice = createWaitNotice(toAsking(ctx, userId), { api, log });
  const reservation = await usage.reserve(userId, 1);
  try {
    const place = { page, size: SHOP_PAGE_SIZE };
    const options = { signal, onPermit: reservation.spend, onWait: notice.show };
    const listed = await core.getShopPage(ref, place, options);
    const products = listed.products.map(toPublicProduct);
    return { ...listed, products, platform: ref.platform, id: ref.id, page };
  } finally {
    await reservation.release();
    notice.remove();
  }
}

async function showPage({ core, api, now }: BatchParts, ctx: BotContext, shop: ShownShop): Promise<void> {
  if (shop.page === 1 && shop.rowCount === 0) return respond(ctx, api, ctx.texts.shop.notFound);
  const view = createView(ctx, core, now());
  const text = renderShopPage(shop, view);
  const keyboard = createShopKeyboard(shop, view);
  const message = ctx.callbackQuery?.message;
  // The pager is under a page; the button under a card that names a shop is not.
  const isPage = message && 'text' in message && message.text?.startsWith('🏬');
  if (!isPage) return respond(ctx, api, text, keyboard);
  await editText(ctx, text, keyboard);
}

function askWhose(parts: BatchParts, ctx: BotContext, id: string): Promise<void> {
  const platforms = parts.core.marketplaces.flatMap((one) => (one.shopId?.test(id) ? one.id : []));
  return askPlatform(ctx, { id, platforms }, parts, 'shop');
}

/** The whole shop as a batch: asked first, for it may take hundreds of calls. */
async function offerShop(parts: BatchParts, ctx: BotContext, ref: ShopRef): Promise<void> {
  const { api, offers, batches } = parts;
  const { texts } = ctx;
  const address = addressOf(ctx);
  const label = readShownName(ctx) ?? texts.shop.unnamed(ref.id);
  const ownerId = ctx.senderId ?? 0;
  const request = { owner: `telegram:${ownerId}`, label };
  const message = await sendText(api, address, texts.batch.reading(cutText(label, 40)));
  const offer = offers.add({
    ...{ ownerId, chatId: address.chatId, threadId: address.threadId, messageId: message.message_id, label },
    choices: [],
    proposals: [
      {
        total: 0,
        describe: () => texts.batch.shopOffer(label),
        save: async () => (await (await batches.prepare({ shop: ref }, request)).save()).id,
        discard: async () => undefined,
      },
    ],
  });
  const { text, keyboard } = renderOffer(offer, parts, ctx.texts);
  await api.editMessageText(address.chatId, message.message_id, text, { reply_markup: keyboard });
}

/** The shop's name and size as the page under which the button is says it. */
function readShownName({ callbackQuery }: BotContext): string | undefined {
  const message = callbackQuery?.message;
  const line = message && 'text' in message ? message.text?.split('\n', 1)[0] : undefined;
  return line?.startsWith('🏬 ') ? line.slice('🏬 '.length) : undefined;
}
