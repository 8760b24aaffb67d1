import { Composer } from 'grammy';
import { type ConvertedText, toBijiaError } from '../../core/index.js';
import { formatErrorText } from '../answering/error-text.js';
import { getPastedText } from '../answering/pasted-text.js';
import { goOnWith } from '../answering/report-error.js';
import type { BotParts } from '../bot-context.js';
import { type BotContext, isTooOld, respond } from '../bot-context.js';
import { MAX_TEXT } from '../cards/card-view.js';
import { cutText, defuse } from '../locales/display.js';

const LINK_LENGTH = 40;

/** `/link`: the same text with the operator's own promotion links (转链), in a message that can be passed on as it is. */
export function createLinkFeature(parts: BotParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  const { api, core, usage, dailyCalls, telegramNow } = parts;

  feature.command('link', async (ctx) => {
    const replied = ctx.msg.reply_to_message;
    const text = ctx.match.trim() || (replied ? getPastedText(replied) : '');
    const { texts, senderId } = ctx;
    if (text === '' || senderId === undefined) return respond(ctx, api, texts.link.howTo);
    if (isTooOld(ctx.msg, telegramNow()))
      return ctx.isPrivate ? respond(ctx, api, texts.notices.missed) : undefined;
    const linkCount = core.resolve(text).length;
    if (linkCount > (await usage.left(senderId)))
      return respond(ctx, api, texts.notices.dailyCallsUsed(dailyCalls));
    goOnWith(parts, ctx, 'link', async (signal) => {
      const reservation = await usage.reserve(senderId, linkCount);
      try {
        await sendConverted(
          parts,
          ctx,
          await core.convertLinks(text, { signal, onPermit: reservation.spend }),
        );
      } catch (thrown) {
        const error = toBijiaError(thrown);
        if (error.code === 'internal_error') throw thrown;
        await respond(ctx, api, formatErrorText(error, ctx, core));
      } finally {
        await reservation.release();
      }
    });
  });
  return feature;
}

/** The text by itself, then what became of its links. */
async function sendConverted(
  { api, core }: BotParts,
  ctx: BotContext,
  { text, converted, failed, sandbox }: ConvertedText,
): Promise<void> {
  const { link, card } = ctx.texts;
  if (converted.length + failed.length === 0) return respond(ctx, api, link.nothing);
  if (converted.length > 0) {
    for (let rest = text; rest !== ''; rest = rest.slice(MAX_TEXT)) {
      await respond(ctx, api, rest.slice(0, MAX_TEXT));
    }
  }
  const lines = [
    converted.length > 0 ? link.converted(converted.length) : undefined,
    failed.length > 0 ? link.stay(failed.length) : undefined,
    ...failed.map((one) => describeFailure(one, ctx, core)),
    sandbox ? card.sandbox : undefined,
  ];
  await respond(ctx, api, cutText(lines.filter((line) => line !== undefined).join('\n'), MAX_TEXT));
}

function describeFailure(
  { link, platform, error }: ConvertedText['failed'][number],
  ctx: BotContext,
  core: BotParts['core'],
) {
  return `• ${defuse(cutText(link, LINK_LENGTH))} — ${formatErrorText(error, ctx, core, platform)}`;
}
