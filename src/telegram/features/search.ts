import { createHash } from 'node:crypto';
import { Composer } from 'grammy';
import { LRUCache } from 'lru-cache';
import { findMarketplace, type Product, toBijiaError, toPublicProduct } from '../../core/index.js';
import { formatErrorText } from '../answering/error-text.js';
import { createWaitNotice, lookUp, toAsking } from '../answering/lookup.js';
import { readProductSubject } from '../answering/product-subject.js';
import { goOnWith } from '../answering/report-error.js';
import {
  type BotContext,
  type BotParts,
  createView,
  editText,
  isMissed,
  listSearchable,
  respond,
} from '../bot-context.js';
import { type ButtonData, parseButton } from '../cards/button-data.js';
import {
  createSearchKeyboard,
  renderSearchPage,
  SEARCH_PAGE_SIZE,
  type ShownSearch,
} from '../cards/search-view.js';

/** A search under way: where each of its pages begins. */
interface Running {
  readonly words: string;
  readonly isSimilar: boolean;
  /** By page; the first has none. */
  readonly cursors: (string | undefined)[];
}

/** Buttons of older searches say that they are stale. */
const REMEMBERED_SEARCHES = 1000;
/** The first characters of a title tell what it is; a longer query finds nothing. */
const SIMILAR_WORDS_LENGTH = 40;

/** `/search`, its pages, and the button under a card that looks for what may be the same product. */
export function createSearchFeature(parts: BotParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  const { api } = parts;
  const searches = new LRUCache<string, Running>({ max: REMEMBERED_SEARCHES });

  const begin = (words: string, isSimilar: boolean): string => {
    const id = createHash('sha256').update(`${isSimilar} ${words}`).digest('base64url').slice(0, 16);
    searches.set(id, searches.get(id) ?? { words, isSimilar, cursors: [undefined] });
    return id;
  };
  const show = async (ctx: BotContext, id: string, page: number, signal: AbortSignal) => {
    const running = searches.get(id);
    if (!running) return;
    const found = await getPage(parts, ctx, running, { id, page, signal });
    await showPage(parts, ctx, found);
  };

  feature.command('search', async (ctx) => {
    const words = ctx.match.trim();
    if (words === '') return respond(ctx, api, ctx.texts.search.howTo);
    if (await isMissed(ctx, parts)) return;
    start(parts, ctx, (signal) => show(ctx, begin(words, false), 1, signal));
  });

  feature.on('callback_query:data', async (ctx, next) => {
    const button = parseButton(ctx.callbackQuery.data);
    if (button?.op === 'similar')
      return pressSimilar(parts, ctx, button, (words, signal) => show(ctx, begin(words, true), 1, signal));
    if (button?.op !== 'searchPage') return next();
    const isKnown = button.page === 1 || searches.get(button.subject)?.cursors[button.page - 1] !== undefined;
    if (!searches.has(button.subject) || !isKnown) {
      return void (await ctx.answerCallbackQuery({ text: ctx.texts.search.stale, show_alert: true }));
    }
    await ctx.answerCallbackQuery();
    start(parts, ctx, (signal) => show(ctx, button.subject, button.page, signal));
  });
  return feature;
}

/** Works in the background; what fails is said in words. */
function start(parts: BotParts, ctx: BotContext, work: (signal: AbortSignal) => Promise<void>): void {
  const { usage, api, dailyCalls } = parts;
  const { senderId } = ctx;
  if (senderId === undefined) return;
  goOnWith(parts, ctx, 'search', async (signal) => {
    if ((await usage.left(senderId)) <= 0)
      return respond(ctx, api, ctx.texts.notices.dailyCallsUsed(dailyCalls));
    try {
      await work(signal);
    } catch (thrown) {
      const error = toBijiaError(thrown);
      if (error.code === 'internal_error') throw thrown;
      await respond(ctx, api, formatErrorText(error, ctx, parts.core));
    }
  });
}

/** Searches by the title of the product under whose card the button is. */
async function pressSimilar(
  parts: BotParts,
  ctx: BotContext,
  { subject }: ButtonData,
  search: (words: string, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const ref = readProductSubject(subject, parts.core);
  if (!ref || ctx.senderId === undefined) {
    return void (await ctx.answerCallbackQuery({ text: ctx.texts.notices.staleButton, show_alert: true }));
  }
  await ctx.answerCallbackQuery();
  const asking = toAsking(ctx, ctx.senderId);
  start(parts, ctx, async (signal) => {
    const [result] = await lookUp(parts, asking, [ref], { signal });
    if (result?.error) throw result.error;
    const words = result?.product && toSearchWords(result.product);
    if (!words) return respond(ctx, parts.api, ctx.texts.search.nothing);
    await search(words, signal);
  });
}

/** A title without what is in brackets, which is advertising, as far as it says what the product is. */
function toSearchWords({ title = '' }: Pick<Product, 'title'>): string {
  const plain = title.replace(/【[^】]*】|\[[^\]]*\]|（[^）]*）|\([^)]*\)/g, ' ');
  const words = (/[\p{L}\p{N}]/u.test(plain) ? plain : title).replace(/\s+/g, ' ').trim();
  return [...words].slice(0, SIMILAR_WORDS_LENGTH).join('').trim();
}

interface PageQuery {
  readonly id: string;
  readonly page: number;
  readonly signal: AbortSignal;
}

async function getPage(
  { core, api, usage, log }: BotParts,
  ctx: BotContext,
  { words, isSimilar, cursors }: Running,
  { id, page, signal }: PageQuery,
): Promise<ShownSearch> {
  const { senderId: userId = 0 } = ctx;
  const notice = createWaitNotice(toAsking(ctx, userId), { api, log });
  const reservation = await usage.reserve(userId, listSearchable(core).length);
  try {
    const answer = await core.search(words, {
      ...{ limit: SEARCH_PAGE_SIZE, cursor: cursors[page - 1], signal },
      ...{ onPermit: reservation.spend, onWait: notice.show },
    });
    cursors[page] = answer.nextCursor;
    return {
      ...{ id, words, isSimilar, page },
      hasMore: answer.nextCursor !== undefined,
      products: answer.products.map(toPublicProduct),
      failures: answer.failed.map(({ platform, error }) => describeFailure(error, platform, ctx, core)),
      sandbox: answer.sandbox === true,
    };
  } finally {
    await reservation.release();
    notice.remove();
  }
}

function describeFailure(
  error: Parameters<typeof formatErrorText>[0],
  platform: string,
  ctx: BotContext,
  core: BotParts['core'],
): string {
  const marketplace = findMarketplace(platform, core.marketplaces);
  const name = marketplace ? ctx.texts.nameOf(marketplace.names) : platform;
  return ctx.texts.search.failed(name, formatErrorText(error, ctx, core, platform));
}

/** In a new message, or where the buttons of its pages are. */
async function showPage({ core, api, now }: BotParts, ctx: BotContext, found: ShownSearch): Promise<void> {
  const text = renderSearchPage(found, createView(ctx, core, now()));
  const keyboard = createSearchKeyboard(found);
  const data = ctx.callbackQuery?.data;
  if (data === undefined || parseButton(data)?.op !== 'searchPage') return respond(ctx, api, text, keyboard);
  await editText(ctx, text, keyboard);
}
