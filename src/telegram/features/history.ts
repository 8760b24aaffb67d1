import { Composer } from 'grammy';
import { createHistoryAnswer } from '../answering/history-answer.js';
import { getAskedText } from '../answering/pasted-text.js';
import { readProductSubject } from '../answering/product-subject.js';
import { type BotContext, type BotParts, isMissed, respond } from '../bot-context.js';
import { parseButton } from '../cards/button-data.js';

/** `/history` and the button under a card: how the price has moved, and whether it is a good one. */
export function createHistoryFeature(parts: BotParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  const { core, api } = parts;
  const answer = createHistoryAnswer(parts);

  feature.command('history', async (ctx) => {
    const text = getAskedText(ctx.msg, ctx.match, core);
    if (text === '') return respond(ctx, api, ctx.texts.history.howTo(formatExampleLinks(core, 2)));
    if (await isMissed(ctx, parts)) return;
    answer(ctx, text);
  });

  feature.on('callback_query:data', async (ctx, next) => {
    const button = parseButton(ctx.callbackQuery.data);
    const ref = button?.op === 'history' ? readProductSubject(button.subject, core) : undefined;
    if (!ref?.id) return next();
    await ctx.answerCallbackQuery();
    answer(ctx, ref.id, ref.platform);
  });
  return feature;
}

/** A link of each marketplace that has one. */
export function formatExampleLinks(
  { marketplaces }: Pick<BotParts['core'], 'marketplaces'>,
  max: number,
): string {
  const links = marketplaces.flatMap(({ ids: [id], productUrl }) => (id && productUrl(id.example)) ?? []);
  return links.slice(0, max).join('\n');
}
