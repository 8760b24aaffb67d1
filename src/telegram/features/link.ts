import { Composer } from 'grammy';
import { type ConvertedText, toBijiaError } from '../../core/index.js';
import { formatErrorText } from '../answering/error-text.js';
import { getAskedText } from '../answering/pasted-text.js';
import { goOnWith } from '../answering/report-error.js';
import { type BotContext, type BotParts, isMissed, respond } from '../bot-context.js';
import { MAX_TEXT } from '../cards/card-view.js';
import { cutText, defuse, splitText } from '../locales/display.js';

const LINK_LENGTH = 40;

/** `/link`: the same text with the operator's own promotion links (转链), in a message that can be passed on as it is. */
export function createLinkFeature(parts: BotParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  const { api, core, usage, dailyCalls } = parts;

  feature.command('link', async (ctx) => {
    const text = getAskedText(ctx.msg, ctx.match, core);
    const { texts, senderId } = ctx;
    if (text === '' || senderId === undefined) return respond(ctx, api, texts.link.howTo);
    if (await isMissed(ctx, parts)) return;
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
    for (const piece of splitText(text, MAX_TEXT)) await respond(ctx, api, piece);
  }
  const lines = [
    converted.length > 0 ? link.converted(converted.length) : undefined,
    failed.length > 0 ? link.stay(failed.length) : undefined,
    ...failed.map((one) => describeFailure(one, ctx, core)),
    sandbox ? card.sandbox : undefined,
  ];
  const summary = lines.filter((line) => line !== undefined).join('\n');
  for (const piece of splitText(summary, MAX_TEXT)) await respond(ctx, api, piece);
}

function describeFailure(
  { link, platform, error }: ConvertedText['failed'][number],
  ctx: BotContext,
  core: BotParts['core'],
) {
  return `• ${defuse(cutText(link, LINK_LENGTH))} — ${formatErrorText(error, ctx, core, platform)}`;
}
