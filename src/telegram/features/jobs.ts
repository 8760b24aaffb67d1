import { Composer, InlineKeyboard } from 'grammy';
import { type BatchEntry, formatBatchId, isUnfinished, mayOperate } from '../batches/batch-entry.js';
import type { BatchParts } from '../batches/batch-parts.js';
import { type BotContext, respond } from '../bot-context.js';
import { addButton } from '../cards/card-keyboard.js';
import { cutText, defuse, formatTime } from '../locales/display.js';

const MAX_LISTED = 8;

/** `/jobs`: a user's latest batches, with what can be done about each. */
export function createJobsFeature({ store, api, now }: BatchParts): Composer<BotContext> {
  const feature = new Composer<BotContext>();
  feature.command('jobs', async (ctx) => {
    await store.refresh();
    // What somebody asked for in private is not told in a group.
    const isShown = (entry: BatchEntry) => mayOperate(entry, ctx) && entry.chatId === ctx.chatId;
    const entries = store.list().filter(isShown).reverse().slice(0, MAX_LISTED);
    const { batch, buttons } = ctx.texts;
    if (entries.length === 0) return respond(ctx, api, batch.noJobs);
    const keyboard = new InlineKeyboard();
    for (const { id, phase, end } of entries) {
      const name = formatBatchId(id);
      if (phase !== 'ended') addButton(keyboard, `${buttons.cancel} ${name}`, 'batchCancel', id).row();
      else {
        if (end !== 'finished') addButton(keyboard, `${buttons.resume} ${name}`, 'batchResume', id);
        addButton(keyboard, `📄 ${name}`, 'batchFile', id).row();
      }
    }
    const lines = entries.map((entry) => describeEntry(entry, ctx, now()));
    await respond(ctx, api, [batch.jobs, ...lines].join('\n'), keyboard);
  });
  return feature;
}

/** `#a1b2 ids.csv · 1,223 · ✅ 完成 · 14:03` */
function describeEntry(entry: BatchEntry, { texts }: BotContext, nowMs: number): string {
  const { batch } = texts;
  const { id, label, total, phase, end, atMs } = entry;
  const state = isUnfinished(entry) || end === undefined ? batch.phases[phase] : batch.ends[end];
  const size = total > 0 ? total.toLocaleString('en-US') : undefined;
  const facts = [defuse(cutText(label, 30)), size, state, formatTime(atMs, nowMs)];
  return `${formatBatchId(id)} ${facts.filter(Boolean).join(' · ')}`;
}
