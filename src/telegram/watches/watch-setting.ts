import { InlineKeyboard } from 'grammy';
import {
  type createSlotsByKey,
  findShownPrice,
  type MadeWatch,
  type NotedRef,
  type Product,
  toBijiaError,
  type WatchRule,
  WORDS,
} from '../../core/index.js';
import { formatErrorText } from '../answering/error-text.js';
import { lookUp, toAsking } from '../answering/lookup.js';
import { goOnWith } from '../answering/report-error.js';
import { addressOf, type BotContext, type BotParts, respond } from '../bot-context.js';
import { addButton } from '../cards/card-keyboard.js';
import { toPlace } from '../people/places.js';
import { formatPriceOf } from './alert-view.js';
import { askWhen, askWhetherSure } from './watch-questions.js';

/** Under this part of the present price a target may be a slip of the finger. */
const FAR_BELOW = 0.3;

export interface WatchParts extends BotParts {
  /** The most of one user. */
  readonly maxWatches: number;
  /** One alert of a user is set at a time: else two at once could pass the number. */
  readonly turns: ReturnType<typeof createSlotsByKey>;
}

/** What somebody wishes to be told of; without a rule they are asked for one. */
export interface Wish {
  readonly refs: readonly NotedRef[];
  readonly rule?: WatchRule;
  /** The cheapest of them counts: one alert for all. */
  readonly isGroup?: boolean;
  /** They were asked whether they meant their target. */
  readonly isSure?: boolean;
}

/** Alerts of a channel are its own: nobody else reads its posts as theirs. */
export const findOwnerId = ({ chat, chatId, senderId }: BotContext): number | undefined =>
  chat?.type === 'channel' ? chatId : senderId;

/** In groups and channels, alerts are everybody's: only admins may add them. */
export async function mayAdd(ctx: BotContext): Promise<boolean> {
  const { senderId, chatId } = ctx;
  // Who writes as the group itself is one of its admins, and so is everybody who posts in a channel.
  if (ctx.isPrivate || senderId === chatId || ctx.channelPost) return true;
  if (senderId === undefined || senderId < 0) return false;
  const { status } = await ctx.getChatMember(senderId);
  return status === 'creator' || status === 'administrator';
}

/** Sets alerts in the background, and says where the price stands. */
export function startWatch(parts: WatchParts, ctx: BotContext, wish: Wish): void {
  const { refs, isGroup } = wish;
  const single = isGroup ? [refs] : refs.map((ref) => [ref]);
  goOnWith(parts, ctx, 'watch', async (signal) => {
    await parts.turns.run(String(findOwnerId(ctx)), async () => {
      for (const own of single) await setWatch(parts, ctx, { ...wish, refs: own }, signal);
    });
  });
}

/** Says why, where a wish cannot be fulfilled. */
async function setWatch(parts: WatchParts, ctx: BotContext, wish: Wish, signal: AbortSignal): Promise<void> {
  try {
    await tryToSet(parts, ctx, wish, signal);
  } catch (thrown) {
    const error = toBijiaError(thrown);
    if (error.code === 'internal_error') throw thrown;
    const { core, api } = parts;
    await respond(ctx, api, formatErrorText(error, ctx, core, wish.refs[0]?.platform ?? ''));
  }
}

async function tryToSet(parts: WatchParts, ctx: BotContext, wish: Wish, signal: AbortSignal): Promise<void> {
  const { core, api, maxWatches, dailyCalls } = parts;
  const { texts, chatId } = ctx;
  const ownerId = findOwnerId(ctx);
  if (ownerId === undefined || chatId === undefined) return;
  const owner = toPlace(ownerId);
  if ((await core.watches.list(owner)).length >= maxWatches) {
    return respond(ctx, api, texts.watch.tooMany(maxWatches));
  }
  const products = await listProducts(parts, ctx, wish.refs, signal);
  if (products.length < wish.refs.length) {
    return respond(ctx, api, texts.notices.dailyCallsUsed(dailyCalls));
  }
  const refs = products.map(toRef);
  const [first] = refs;
  if (!wish.rule) return first && askWhen(parts, ctx, first);
  const doubt = findDoubt(wish, products);
  if (first && doubt) return askWhetherSure(parts, ctx, first, doubt);
  const to = toPlace(chatId, addressOf(ctx).threadId);
  const made = await core.watches.add({ refs, rule: wish.rule, owner, to }, { signal });
  await rememberLanguage(parts, ctx, ownerId);
  await respond(ctx, api, describeMade(made, ctx), createMadeKeyboard(made, ctx));
}

/** Short links and share codes are opened by that. @throws what a product is not found for */
async function listProducts(
  parts: WatchParts,
  ctx: BotContext,
  refs: readonly NotedRef[],
  signal: AbortSignal,
): Promise<Product[]> {
  const results = await lookUp(parts, toAsking(ctx, findOwnerId(ctx) ?? 0), refs, { signal });
  return results.map(({ product, error }) => {
    if (!product) throw error ?? new Error('a lookup ended without product and error');
    return product;
  });
}

const toRef = ({ platform, id, idType, url }: Product): NotedRef => ({
  platform,
  kind: 'product',
  id,
  idType,
  url,
});

/** A target far below the price, of which nobody has said yet that it is meant. */
function findDoubt({ rule, isSure, isGroup }: Wish, [product]: readonly Product[]) {
  const nowFen = product && findShownPrice(product.prices)?.amountFen;
  if (isSure || isGroup || rule?.kind !== 'below' || nowFen === undefined) return undefined;
  return rule.fen < FAR_BELOW * nowFen ? { targetFen: rule.fen, nowFen } : undefined;
}

/** An alert comes when nobody has written: the language has to be known by then. */
async function rememberLanguage(
  { languages }: WatchParts,
  { locale }: BotContext,
  userId: number,
): Promise<void> {
  if ((await languages.get({ id: userId })) !== locale) await languages.choose(userId, locale);
}

function describeMade(made: MadeWatch, { texts, locale }: BotContext): string {
  const { watch, look, isReached, everyMs, paidDaily } = made;
  const { watch: say, card } = texts;
  const { money } = WORDS[locale];
  const { price, lowestFen, sandbox } = look;
  const target = watch.rule.kind === 'below' ? watch.rule.fen : undefined;
  const isBelowAll = target !== undefined && lowestFen !== undefined && target < lowestFen;
  return [
    say.made({
      id: `#${watch.id}`,
      price: price && formatPriceOf(price, locale),
      rule: say.rule(watch.rule),
      everyMs,
    }),
    watch.products.length > 1 ? say.groupOf(watch.products.length) : '',
    isReached ? say.reached : '',
    isBelowAll ? say.lowest(money(lowestFen)) : '',
    paidDaily === undefined ? '' : say.paid,
    sandbox ? card.sandbox : '',
  ]
    .filter(Boolean)
    .join('\n');
}

function createMadeKeyboard({ watch }: MadeWatch, { texts }: BotContext): InlineKeyboard {
  return addButton(new InlineKeyboard(), texts.buttons.unwatch, 'unwatch', watch.id);
}
