import { Composer, InlineKeyboard } from 'grammy';
import type { Message } from 'grammy/types';
import { findMarketplace, listSupported, type NotedRef, UnsupportedError } from '../../core/index.js';
import { formatErrorText } from '../answering/error-text.js';
import {
  getPastedText,
  listRepliedTexts,
  type OpenIds,
  type Pasted,
  readFirst,
  withoutMention,
} from '../answering/pasted-text.js';
import type { SendCards } from '../answering/product-answer.js';
import { type BotContext, type BotParts, isAddressed, respond } from '../bot-context.js';
import { BETWEEN_IDS, formatSubject, type Op } from '../cards/button-data.js';
import { addButton } from '../cards/card-keyboard.js';
import { cutText } from '../locales/display.js';

/** A card for every link, share text and id that somebody sends. */
export function createPastedFeature(parts: BotParts, answer: SendCards): Composer<BotContext> {
  const feature = new Composer<BotContext>();

  feature.on('message', async (ctx, next) => {
    const isCalled = isAddressed(ctx);
    const texts = listTexts(ctx, ctx.msg, isCalled);
    if (texts.length === 0) return next();
    const pasted = readFirst(texts, parts.core);
    if (pasted.kind === 'refs') {
      const refs = isCalled ? pasted.refs : pasted.refs.filter((ref) => isClear(ref, parts));
      if (refs.length === 0) return next();
      await answer(ctx, refs);
      return askAbout(ctx, pasted.open);
    }
    if (!isCalled || isAboutFile(ctx.msg, pasted)) return next();
    await explain(ctx, pasted);
  });

  /** What was not answered beside what was. */
  const askAbout = async (ctx: BotContext, open: OpenIds | undefined): Promise<void> => {
    if (open && isAddressed(ctx)) await askPlatform(ctx, open, parts, 'pick');
  };

  const explain = async (ctx: BotContext, pasted: Exclude<Pasted, { kind: 'refs' }>): Promise<void> => {
    if (pasted.kind === 'nothing') {
      // A link, but of no marketplace that is known by name.
      const hasLink = ctx.msg !== undefined && /https?:\/\/|www\./i.test(getPastedText(ctx.msg));
      const { code } = pasted.error;
      const isForeign =
        code === 'not_a_marketplace' || (code === 'not_recognised' && (hasLink || ctx.has('::url')));
      const error = isForeign ? new UnsupportedError('') : pasted.error;
      return respond(ctx, parts.api, formatErrorText(error, ctx, parts.core));
    }
    const { id, platforms } = pasted;
    if (platforms.length > 1) return askPlatform(ctx, pasted, parts, 'pick');
    return answer(ctx, parts.core.parseProductRefs(id, { platform: platforms[0] }));
  };
  return feature;
}

/** A picture or file without a product belongs to the features that look at those. */
function isAboutFile({ text }: Message, pasted: Pasted): boolean {
  return (
    text === undefined &&
    pasted.kind === 'nothing' &&
    ['not_recognised', 'not_a_marketplace'].includes(pasted.error.code)
  );
}

/** The message's own words; said to the bot in reply to others, those are meant if they name nothing. */
function listTexts({ me }: BotContext, message: Message, isCalled: boolean): string[] {
  const own = withoutMention(getPastedText(message), me.username);
  const replied = isCalled ? listRepliedTexts(message) : [];
  return message.text === undefined && own === '' ? replied : [own, ...replied];
}

/** What may be answered in a group without being called: a product, not any page of a shop somebody mentions. */
function isClear(ref: NotedRef, { core }: BotParts): boolean {
  const isSupported = listSupported(core.config).some(({ id }) => id === ref.platform);
  return isSupported && (ref.kind === 'product' || ref.kind === 'short');
}

/** Asks which marketplace ids belong to, all of them. @param op what is done with them then */
export async function askPlatform(
  ctx: BotContext,
  { id, platforms }: OpenIds,
  { core, api }: BotParts,
  op: Op,
): Promise<void> {
  const keyboard = new InlineKeyboard();
  const { nameOf, notices } = ctx.texts;
  const ids = id.split(' ');
  const asked = platforms.flatMap((platform) => findMarketplace(platform, core.marketplaces) ?? []);
  if (ids.length === 1 || op === 'pick') {
    for (const { id: platform, names } of asked)
      addButton(keyboard, nameOf(names), op, formatSubject({ platform, id: ids.join(BETWEEN_IDS) }));
  }
  const hasButtons = keyboard.inline_keyboard.flat().length > 0;
  const [first] = asked;
  const text =
    hasButtons || !first
      ? notices.choosePlatform(cutText(ids.join(' · '), 60))
      : notices.sayPlatform(`${nameOf(first.names)} ${cutText(ids[0] ?? '', 30)}`);
  await respond(ctx, api, text, hasButtons ? keyboard : undefined);
}
