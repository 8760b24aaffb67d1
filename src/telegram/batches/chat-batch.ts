import type { Batches } from '../../core/index.js';
import { describeError, isChatGone } from '../bot-api/api-errors.js';
import type { BotParts } from '../bot-context.js';
import { sendText } from '../cards/card-sender.js';
import { TEXTS } from '../locales/index.js';
import { addressOfBatch, type BatchDelivery } from './batch-delivery.js';
import type { BatchEntry } from './batch-entry.js';
import { renderEnd, renderProgress, type Standing } from './batch-view.js';
import type { ChatJobs } from './chat-jobs.js';
import { createProgressMessage, type ProgressMessage, type ProgressView } from './progress-message.js';
import { runWithinDay } from './run-within-day.js';

export interface BatchRunOptions
  extends Pick<BotParts, 'api' | 'liveApi' | 'usage' | 'access' | 'tasks' | 'log' | 'now' | 'monotonicNow'> {
  readonly batches: Batches;
  readonly store: ChatJobs;
  readonly delivery: BatchDelivery;
}

/** A batch under way. */
export interface RunningBatch {
  readonly controller: AbortController;
  /** Why it was told to end. */
  reason?: 'cancelled' | 'paused' | 'chat_gone';
}

/** Runs a batch to an end and shows how far it is. @returns the entry whose result is to be delivered */
export async function runBatch(
  entry: BatchEntry,
  batch: RunningBatch,
  options: BatchRunOptions,
): Promise<BatchEntry | undefined> {
  const { store, now, log } = options;
  const wasRunning = entry.phase === 'running';
  const started: BatchEntry = { ...entry, phase: 'running' };
  store.begin(started);
  await store.settle(entry.id);
  const getExtra = () => store.begin(store.find(entry.id) ?? started);
  const progress = createProgress(started, batch, options);
  const show = (standing: Standing) =>
    progress.show(() => renderProgress(started, standing, TEXTS[entry.locale], wasRunning));
  const known = await getStanding(entry, options);
  show(known);
  const report = (await hasFinished(entry, options))
    ? { ...known, state: 'finished' as const }
    : await runWithinDay(started, {
        ...options,
        isShared: store.isShared,
        findExtra: getExtra,
        signal: batch.controller.signal,
        known,
        show,
      });
  await progress.close();
  if (batch.reason === 'paused' && report.state !== 'finished') {
    await showPaused(started, report, options);
    return undefined;
  }
  const isGone = batch.reason === 'chat_gone';
  const ended = await store.change(
    entry.id,
    {
      phase: 'ended',
      end: isGone ? 'stopped' : report.state,
      cause: isGone ? 'chat_gone' : report.cause?.code,
      total: report.total || started.total,
      atMs: now(),
    },
    store.isOwn,
  );
  if (report.cause) log.warn('a batch stopped', { job: entry.id, detail: describeError(report.cause) });
  if (isGone || !ended) return undefined;
  await showEnd(ended, report, options);
  return ended.end === 'finished' ? ended : undefined;
}

/** How far a job is before it goes on. */
async function getStanding({ id, total }: BatchEntry, { batches }: BatchRunOptions): Promise<Standing> {
  const record = await batches.get(id).catch(() => undefined);
  return record ? { done: record.done, total: record.total, counts: record.counts } : { done: 0, total };
}

/** Killed after the last answer: asking for the failures again would cost calls. */
async function hasFinished({ id, phase }: BatchEntry, { batches }: BatchRunOptions): Promise<boolean> {
  if (phase !== 'running') return false;
  const record = await batches.get(id).catch(() => undefined);
  return record?.state === 'finished';
}

/** Edits the progress message; a chat that is gone ends the batch, for nobody would get its result. */
function createProgress(entry: BatchEntry, batch: RunningBatch, options: BatchRunOptions): ProgressMessage {
  const { liveApi, store, log, monotonicNow } = options;
  return createProgressMessage({
    monotonicNow,
    edit: (view) => editMessage(liveApi, store.find(entry.id) ?? entry, view),
    onError: (error) => {
      if (isChatGone(error)) {
        batch.reason ??= 'chat_gone';
        batch.controller.abort();
      } else log.info('progress was not shown', { detail: describeError(error) });
    },
  });
}

/** Does nothing where the chat has moved away from its message. */
async function editMessage(
  api: BotParts['api'],
  { chatId, messageId }: BatchEntry,
  { text, keyboard }: ProgressView,
): Promise<void> {
  if (messageId === undefined) return;
  await api.editMessageText(chatId, messageId, text, {
    link_preview_options: { is_disabled: true },
    reply_markup: keyboard,
  });
}

async function showPaused(entry: BatchEntry, standing: Standing, options: BatchRunOptions): Promise<void> {
  const texts = TEXTS[entry.locale];
  const view = renderProgress(entry, standing, texts, false);
  // The last word of this process: it waits for its turn in the chat, at most until the process has to end.
  await editMessage(options.api, entry, { ...view, text: `${view.text}\n${texts.batch.pausing}` }).catch(
    () => undefined,
  );
}

/** The progress message says how it ended; what stopped without anybody's doing is worth a message that rings. */
export async function showEnd(
  entry: BatchEntry,
  standing: Standing | undefined,
  options: BatchRunOptions,
): Promise<void> {
  const { api, log } = options;
  const view = renderEnd(entry, standing, TEXTS[entry.locale]);
  const fail = (error: unknown) =>
    log.info('the end of a batch was not shown', { job: entry.id, detail: describeError(error) });
  await editMessage(api, entry, view).catch(fail);
  const isUnseen = entry.messageId === undefined && entry.end === 'cancelled';
  if (entry.end !== 'stopped' && !isUnseen) return;
  await sendText(api, addressOfBatch(entry), view.text, view.keyboard).catch(fail);
}
