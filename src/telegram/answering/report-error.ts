import type { Context } from 'grammy';
import { StateError } from '../../core/index.js';
import { describeError, isChatGone, isNotModified, isQueryTooOld } from '../bot-api/api-errors.js';
import { addressOf, type BotContext, type BotParts, toAsked } from '../bot-context.js';
import { sendText } from '../cards/card-sender.js';
import { findErrorText } from './error-text.js';

type ReportParts = Pick<BotParts, 'log' | 'api' | 'languages' | 'tasks'>;

/** One update that fails takes nothing else with it; alone with the bot, the sender hears that it did. */
export async function reportError(
  error: unknown,
  ctx: Context,
  { log, api, languages }: ReportParts,
): Promise<void> {
  const detail = describeError(error);
  // Nobody is left to be told, or there is nothing to tell.
  if (isQueryTooOld(error) || isChatGone(error) || isNotModified(error))
    return log.info('too late', { detail });
  log.error('an update failed', { updateId: ctx.update.update_id, detail });
  if (ctx.chat?.type !== 'private') return;
  const { texts } = toAsked(ctx, await languages.get(ctx.from), { isAdmin: () => false });
  const known = error instanceof StateError ? findErrorText(error, texts) : undefined;
  await sendText(api, addressOf(ctx), known ?? texts.notices.failed).catch(() => undefined);
}

/** Goes on with an update in the background; what fails there is reported like everything else. */
export function goOnWith(
  parts: ReportParts,
  ctx: BotContext,
  name: string,
  work: (signal: AbortSignal) => Promise<void>,
): void {
  parts.tasks.start(name, (signal) => work(signal).catch((error: unknown) => reportError(error, ctx, parts)));
}
