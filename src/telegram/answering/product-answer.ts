import { InlineKeyboard } from 'grammy';
import { findMarketplace, type NotedRef, type Product, type Result } from '../../core/index.js';
import { addressOf, type BotContext, type BotParts, createView, isMissed, respond } from '../bot-context.js';
import { formatSubject } from '../cards/button-data.js';
import { renderCard } from '../cards/card.js';
import { addButton, createCardKeyboard } from '../cards/card-keyboard.js';
import { type Address, sendText } from '../cards/card-sender.js';
import { cutText, defuse } from '../locales/display.js';
import { describeComparison } from './comparison.js';
import { formatErrorText } from './error-text.js';
import { lookUp, toAsking } from './lookup.js';
import { goOnWith } from './report-error.js';

const MAX_LINKS = 5;
/** Messages of one user whose answers are still under way. */
const MAX_UNDER_WAY = 10;

/** Answers a message with a card for each reference. */
export type SendCards = (ctx: BotContext, refs: readonly NotedRef[]) => Promise<void>;

/** Looks up what a message asks for and sends the cards, without holding up the chat's other messages. */
export function createAnswer(parts: BotParts): SendCards {
  const { liveApi, api, dailyCalls } = parts;
  const underWay = new Map<number, number>();

  return async (ctx, all) => {
    const userId = ctx.senderId;
    const { notices } = ctx.texts;
    if (userId === undefined) return;
    if (await isMissed(ctx, parts)) return;
    const running = underWay.get(userId) ?? 0;
    if (running >= MAX_UNDER_WAY) return respond(ctx, api, notices.tooBusy);
    underWay.set(userId, running + 1);
    const address = addressOf(ctx);
    // Nobody waits for the sign that the bot is at work, and nobody misses it.
    const { threadId } = address;
    const place = threadId === undefined ? {} : { message_thread_id: threadId };
    liveApi.sendChatAction(address.chatId, 'typing', place).catch(() => undefined);
    goOnWith(parts, ctx, 'answer', async (signal) => {
      try {
        const refs = all.slice(0, MAX_LINKS);
        const results = await lookUp(parts, toAsking(ctx, userId), refs, { signal });
        await sendResults(parts, ctx, address, results);
        const left = all.length - refs.length;
        if (results.length < refs.length) await sendText(api, address, notices.dailyCallsUsed(dailyCalls));
        else if (left > 0) await sendText(api, address, notices.tooManyLinks(MAX_LINKS, left));
      } finally {
        underWay.set(userId, (underWay.get(userId) ?? 1) - 1);
        if (underWay.get(userId) === 0) underWay.delete(userId);
      }
    });
  };
}

/** One card for each product, in the order of the links, one message that compares them, and one for all that failed. */
async function sendResults(
  parts: BotParts,
  ctx: BotContext,
  address: Address,
  results: readonly Result[],
): Promise<void> {
  const { core, cards, api, now } = parts;
  const seen = new Set<string>();
  const products: Product[] = [];
  const failures: Result[] = [];
  for (const result of results) {
    const key = `${result.platform} ${result.id ?? result.input}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const { product } = result;
    if (!product) {
      failures.push(result);
      continue;
    }
    products.push(product);
    const view = createView(ctx, core, now());
    await cards.send(address, {
      text: renderCard(product, view),
      keyboard: createCardKeyboard(product, view),
      image: product.image,
      marketplace: findMarketplace(product.platform, view.marketplaces),
    });
  }
  const comparison = await describeComparison(parts, ctx, products);
  if (comparison) await sendText(api, address, comparison);
  if (failures.length > 0) await sendText(api, address, ...describeFailures(failures, ctx, core));
}

function describeFailures(
  failures: readonly Result[],
  ctx: BotContext,
  core: BotParts['core'],
): [text: string, keyboard: InlineKeyboard] {
  const keyboard = new InlineKeyboard();
  const lines = failures.map(({ input, error, platform, id }) => {
    const sentence = error ? formatErrorText(error, ctx, core, platform) : ctx.texts.notices.failed;
    if (error?.code === 'shop_link' && platform !== undefined && id !== undefined) {
      addButton(keyboard, ctx.texts.buttons.listShop, 'shop', formatSubject({ platform, id }), 1);
    }
    return failures.length === 1 ? sentence : `• ${defuse(cutText(id ?? input, 40))} — ${sentence}`;
  });
  return [lines.join('\n'), keyboard];
}
