import { Composer } from 'grammy';
import { type NotedRef, parseAmountFen, type WatchRule } from '../../core/index.js';
import { formatErrorText } from '../answering/error-text.js';
import { getPastedText, readFirst } from '../answering/pasted-text.js';
import { readProductSubject } from '../answering/product-subject.js';
import { type BotContext, isTooOld, respond } from '../bot-context.js';
import { type ButtonData, parseButton } from '../cards/button-data.js';
import { LOCALES, TEXTS } from '../locales/index.js';
import {
  ASK_PRICE,
  askPrice,
  askWhen,
  mayAdd,
  RULES,
  startWatch,
  type WatchParts,
} from '../watches/watch-setting.js';
import { listExampleLinks } from './history.js';
import { askPlatform } from './pasted.js';

/** Products of one message. */
const MAX_REFS = 5;

/** `/watch`, the button under a card, and the price that is sent in reply: set an alert. */
export function createWatchFeature(parts: WatchParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  const { api, core, telegramNow } = parts;

  feature.command('watch', async (ctx) => {
    if (isTooOld(ctx.msg, telegramNow()))
      return ctx.isPrivate ? respond(ctx, api, ctx.texts.notices.missed) : undefined;
    const wish = readWish(ctx);
    if (wish.text === '') return respond(ctx, api, ctx.texts.watch.howTo(listExampleLinks(core, 1)));
    if (!(await mayAdd(ctx))) return respond(ctx, api, ctx.texts.watch.onlyAdmins);
    const read = readFirst([wish.text], core);
    if (read.kind === 'nothing') return respond(ctx, api, formatErrorText(read.error, ctx, core));
    if (read.kind === 'ambiguous') return askPlatform(ctx, read, parts, 'watch');
    return goOn(parts, ctx, read.refs.slice(0, MAX_REFS), wish.rule);
  });

  feature.on('message:text', async (ctx, next) => {
    const link = findAskedLink(ctx);
    if (link === undefined) return next();
    const fen = parseAmountFen(ctx.msg.text);
    if (fen === undefined) return respond(ctx, api, ctx.texts.watch.notAPrice);
    if (!(await mayAdd(ctx))) return respond(ctx, api, ctx.texts.watch.onlyAdmins);
    startWatch(parts, ctx, core.parseProductRefs(link), { kind: 'below', fen });
  });

  feature.on('callback_query:data', async (ctx, next) => {
    const button = parseButton(ctx.callbackQuery.data);
    if (button?.op !== 'watch' && button?.op !== 'watchAdd') return next();
    const ref = readProductSubject(button.subject, core);
    if (!ref) return next();
    if (!(await mayAdd(ctx)))
      return void (await ctx.answerCallbackQuery({ text: ctx.texts.watch.onlyAdmins, show_alert: true }));
    await ctx.answerCallbackQuery();
    await press(parts, ctx, button, ref);
  });
  return feature;
}

async function press(
  parts: WatchParts,
  ctx: BotContext,
  { op, page }: ButtonData,
  ref: NotedRef,
): Promise<void> {
  if (op === 'watch') return askWhen(parts, ctx, ref);
  if (page === ASK_PRICE) return askPrice(parts, ctx, ref);
  const rule = RULES.get(page);
  if (rule) startWatch(parts, ctx, [ref], rule);
}

async function goOn(
  parts: WatchParts,
  ctx: BotContext,
  refs: readonly NotedRef[],
  rule: WatchRule | undefined,
): Promise<void> {
  if (rule) return startWatch(parts, ctx, refs, rule);
  for (const ref of refs) {
    // A short link does not fit into a button: its product is not known yet.
    if (ref.id === null) startWatch(parts, ctx, [ref], { kind: 'drop' });
    else await askWhen(parts, ctx, ref);
  }
}

/** `<link> 5000`, or `5000` in reply to a card or link. */
function readWish(ctx: BotContext & { readonly match: string }): {
  readonly text: string;
  readonly rule?: WatchRule;
} {
  const words = ctx.match.trim();
  const replied = ctx.msg?.reply_to_message;
  const repliedText = replied ? getPastedText(replied) : '';
  const last = words.split(/\s+/).at(-1) ?? '';
  const fen = parseAmountFen(last);
  const before = words.slice(0, words.length - last.length).trim();
  const text = before || repliedText;
  if (fen === undefined || text === '') return { text: words || repliedText };
  return { text, rule: { kind: 'below', fen } };
}

/** The product of the question that a message replies to. */
function findAskedLink({ msg, me }: BotContext): string | undefined {
  const asked = msg?.reply_to_message;
  if (asked?.from?.id !== me.id) return undefined;
  const isQuestion = LOCALES.some((locale) => asked.text?.startsWith(TEXTS[locale].watch.replyWithPrice));
  const link = asked.entities?.find((entity) => entity.type === 'text_link');
  return isQuestion ? link?.url : undefined;
}
