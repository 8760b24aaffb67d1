import { Composer } from 'grammy';
import type { BatchParts } from '../batches/batch-parts.js';
import { type BotContext, respond } from '../bot-context.js';

/** `/status`: what the upstreams allow now, and what is waiting. */
export function createStatusFeature(parts: BatchParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  feature.command('status', async (ctx) => {
    const lines = [...(await describeQuotas(parts, ctx)), '', ...(await describeUse(parts, ctx))];
    await respond(ctx, parts.api, lines.join('\n'));
  });
  return feature;
}

async function describeQuotas({ core }: BatchParts, { texts }: BotContext): Promise<string[]> {
  const lines = core.upstreams.map(async ({ provider, limiter, limit }) => {
    const { effectiveCalls, inUse, free, frozenForMs } = await limiter.status();
    const quota = texts.status.quota({
      name: texts.nameOf(provider.names),
      calls: effectiveCalls,
      window: texts.duration(limit.windowMs),
      used: inUse,
      free,
    });
    return frozenForMs > 0 ? `${quota}${texts.status.frozen(texts.duration(frozenForMs))}` : quota;
  });
  return lines.length > 0 ? Promise.all(lines) : [texts.status.none];
}

/** Everybody sees their own; admins, in private, see all. */
async function describeUse({ usage, store, access }: BatchParts, ctx: BotContext): Promise<string[]> {
  const { status } = ctx.texts;
  const userId = ctx.senderId ?? 0;
  await store.refresh();
  const left = await usage.left(userId);
  const spent = await usage.spent(userId);
  const seesAll = access.isAdmin(userId) && ctx.isPrivate;
  const entries = store.list().filter(({ ownerId }) => seesAll || ownerId === userId);
  const count = (wanted: string) => entries.filter(({ phase }) => phase === wanted).length;
  return [
    status.mine(spent, Number.isFinite(left) ? left.toLocaleString('en-US') : status.unlimited),
    status.queue(count('running'), count('queued')),
    ...(seesAll ? [status.everybody(await usage.total())] : []),
  ];
}
