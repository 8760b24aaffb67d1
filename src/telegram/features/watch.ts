import { Composer } from 'grammy';
import type { Message } from 'grammy/types';
import { type NotedRef, parseAmountFen, type WatchRule } from '../../core/index.js';
import { formatErrorText } from '../answering/error-text.js';
import { findRepliedText, getAskedText, getPastedText, readFirst } from '../answering/pasted-text.js';
import { readProductSubject } from '../answering/product-subject.js';
import { type BotContext, isMissed, respond } from '../bot-context.js';
import { type ButtonData, parseButton } from '../cards/button-data.js';
import {
  ASK_PRICE,
  askPrice,
  askWhen,
  askWhich,
  CHEAPEST,
  findAskedLink,
  RULES,
  readSure,
  readTarget,
} from '../watches/watch-questions.js';
import { mayAdd, startWatch, type WatchParts } from '../watches/watch-setting.js';
import { formatExampleLinks } from './history.js';
import { askPlatform } from './pasted.js';

/** Products of one message. */
const MAX_REFS = 5;
const OPS: ReadonlySet<string> = new Set<ButtonData['op']>(['watch', 'watchAdd', 'watchSure', 'watchGroup']);

/** `/watch`, the button under a card, and the price that is sent in reply: set an alert. */
export function createWatchFeature(parts: WatchParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  const { api, core } = parts;

  feature.command('watch', async (ctx) => {
    if (await isMissed(ctx, parts)) return;
    const { text, rule } = readWish(ctx.match, ctx.msg, core);
    if (text === '') return respond(ctx, api, ctx.texts.watch.howTo(formatExampleLinks(core, 1)));
    if (!(await mayAdd(ctx))) return respond(ctx, api, ctx.texts.watch.onlyAdmins);
    const read = readFirst([text], core);
    if (read.kind === 'nothing') return respond(ctx, api, formatErrorText(read.error, ctx, core));
    if (read.kind === 'ambiguous') return askPlatform(ctx, read, parts, 'watch');
    const refs = read.refs.slice(0, MAX_REFS);
    return refs.length > 1 ? askWhich(parts, ctx, refs.length, rule) : setEach(parts, ctx, refs, rule);
  });

  feature.on('message:text', async (ctx, next) => {
    const link = findAskedLink(ctx);
    if (link === undefined) return next();
    if (await isMissed(ctx, parts)) return;
    const fen = parseAmountFen(ctx.msg.text);
    if (fen === undefined) return respond(ctx, api, ctx.texts.watch.notAPrice);
    if (!(await mayAdd(ctx))) return respond(ctx, api, ctx.texts.watch.onlyAdmins);
    startWatch(parts, ctx, { refs: core.parseProductRefs(link), rule: { kind: 'below', fen } });
  });

  feature.on('callback_query:data', async (ctx, next) => {
    const button = parseButton(ctx.callbackQuery.data);
    if (!button || !OPS.has(button.op)) return next();
    if (!(await mayAdd(ctx)))
      return void (await ctx.answerCallbackQuery({ text: ctx.texts.watch.onlyAdmins, show_alert: true }));
    const isDone = await press(parts, ctx, button);
    if (!isDone) return next();
    await ctx.answerCallbackQuery();
  });
  return feature;
}

/** @returns false for a button that says nothing here any more */
async function press(parts: WatchParts, ctx: BotContext, button: ButtonData): Promise<boolean> {
  const { op, page, subject } = button;
  if (op === 'watchSure') return pressSure(parts, ctx);
  if (op === 'watchGroup') return pressGroup(parts, ctx, page === CHEAPEST);
  const ref = readProductSubject(subject, parts.core);
  if (!ref) return false;
  const rule = RULES.get(page);
  if (op === 'watch') await askWhen(parts, ctx, ref);
  else if (page === ASK_PRICE) await askPrice(parts, ctx, ref);
  else if (rule) startWatch(parts, ctx, { refs: [ref], rule });
  return true;
}

function pressSure(parts: WatchParts, ctx: BotContext): boolean {
  const asked = readSure(ctx.msg ?? {});
  if (!asked) return false;
  const refs = parts.core.parseProductRefs(asked.link);
  startWatch(parts, ctx, { refs, rule: { kind: 'below', fen: asked.fen }, isSure: true });
  return true;
}

/** The links are in the message that the question answers, the price in the question. */
async function pressGroup(parts: WatchParts, ctx: BotContext, isGroup: boolean): Promise<boolean> {
  const asked = ctx.msg?.reply_to_message;
  if (!asked) return false;
  const pasted = getPastedText(asked);
  const words = pasted.replace(/^\/\w+(@\w+)?/, '');
  const { text, rule: written } = readWish(words, asked, parts.core);
  const rule = readTarget(ctx.msg) ?? (words === pasted ? undefined : written);
  const read = readFirst([text], parts.core);
  if (read.kind !== 'refs') return false;
  const refs = read.refs.slice(0, MAX_REFS);
  if (isGroup) startWatch(parts, ctx, { refs, rule: rule ?? RULES.get(2), isGroup });
  else await setEach(parts, ctx, refs, rule);
  return true;
}

/** A link whose product is known is asked about at once; what leads to none, or has to be opened first, is looked up. */
async function setEach(
  parts: WatchParts,
  ctx: BotContext,
  refs: readonly NotedRef[],
  rule: WatchRule | undefined,
): Promise<void> {
  if (rule) return startWatch(parts, ctx, { refs, rule });
  for (const ref of refs) {
    if (ref.kind !== 'product') startWatch(parts, ctx, { refs: [ref] });
    else await askWhen(parts, ctx, ref);
  }
}

/** `<link> 5000`, or `5000` in reply to a card or link. */
function readWish(
  written: string,
  message: Message,
  core: WatchParts['core'],
): { readonly text: string; readonly rule?: WatchRule } {
  const words = written.trim();
  const repliedText = findRepliedText(message, core);
  const last = words.split(/\s+/).at(-1) ?? '';
  const fen = parseAmountFen(last);
  const before = words.slice(0, words.length - last.length).trim();
  const text = before === '' ? repliedText : getAskedText(message, before, core);
  if (fen === undefined || text === '') return { text: getAskedText(message, words, core) };
  return { text, rule: { kind: 'below', fen } };
}
