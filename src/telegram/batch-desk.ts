import { type Batches, type BijiaError, toBijiaError } from '../core/index.js';
import { describeError, isChatGone } from './api-errors.js';
import type { BatchBook } from './batch-book.js';
import { addressOfBatch, type BatchDelivery } from './batch-delivery.js';
import { type BatchEntry, isUnfinished } from './batch-entry.js';
import { renderEnd, renderProgress, renderQueued, type Standing } from './batch-view.js';
import type { BotParts } from './bot-parts.js';
import { sendText } from './card-sender.js';
import { TEXTS } from './locales/index.js';
import { createProgressMessage, type ProgressMessage, type ProgressView } from './progress-message.js';

/** Of one user: one at a time, and so many that wait. */
const MAX_QUEUED_EACH = 3;
/** Of all users. They share the quota by turns, so more at once would only make each slower. */
const MAX_RUNNING = 4;

/** Runs the batches of all chats: in turn, through restarts, each with its progress and its end. */
export interface BatchDesk {
  readonly mayQueue: (ownerId: number) => boolean;
  /** Batches that come before a new one, or before this one. */
  readonly countAhead: (entry?: BatchEntry) => number;
  readonly enqueue: (entry: BatchEntry) => Promise<void>;
  /** Ends a queued or running batch, which can be resumed. */
  readonly cancel: (entry: BatchEntry) => Promise<void>;
  /** Goes on with what an earlier process left. */
  readonly resumeAll: () => Promise<void>;
  /** Stops everything for a restart: what is unfinished goes on with the next process. */
  readonly pause: () => void;
  /** Everything of somebody who is gone. */
  readonly abandonChat: (chatId: number) => Promise<void>;
}

export interface BatchDeskOptions
  extends Pick<BotParts, 'api' | 'liveApi' | 'usage' | 'access' | 'tasks' | 'log' | 'now'> {
  readonly batches: Batches;
  readonly book: BatchBook;
  readonly delivery: BatchDelivery;
}

/** A batch under way. */
interface RunningBatch {
  readonly controller: AbortController;
  /** Why it was told to end. */
  reason?: 'cancelled' | 'paused' | 'chat_gone';
}

export function createBatchDesk(options: BatchDeskOptions): BatchDesk {
  const { book, tasks, now, log } = options;
  const running = new Map<string, RunningBatch>();
  let isPaused = false;

  const listUnfinished = () => book.list().filter(isUnfinished);

  const pump = () => {
    if (isPaused) return;
    const busyOwners = new Set([...running.keys()].map((id) => book.get(id)?.ownerId));
    for (const entry of listUnfinished()) {
      if (running.size >= MAX_RUNNING) return;
      if (running.has(entry.id) || busyOwners.has(entry.ownerId)) continue;
      busyOwners.add(entry.ownerId);
      begin(entry);
    }
  };

  const begin = (entry: BatchEntry) => {
    const batch: RunningBatch = { controller: new AbortController() };
    running.set(entry.id, batch);
    tasks.start('batch', async (signal) => {
      try {
        await runBatch(entry, batch, options, signal);
      } finally {
        running.delete(entry.id);
        pump();
      }
    });
  };

  const stop = (id: string, reason: NonNullable<RunningBatch['reason']>): boolean => {
    const batch = running.get(id);
    if (!batch) return false;
    batch.reason ??= reason;
    batch.controller.abort();
    return true;
  };

  return {
    mayQueue: (ownerId) =>
      listUnfinished().filter((entry) => entry.ownerId === ownerId).length < MAX_QUEUED_EACH + 1,
    countAhead: (entry) => {
      const unfinished = listUnfinished();
      return entry ? unfinished.findIndex(({ id }) => id === entry.id) : unfinished.length;
    },
    enqueue: async (entry) => {
      await book.put({
        ...entry,
        phase: 'queued',
        atMs: now(),
        end: undefined,
        cause: undefined,
        delivery: 'none',
      });
      pump();
    },
    cancel: async (entry) => {
      if (stop(entry.id, 'cancelled')) return;
      const ended = await book.put({ ...entry, phase: 'ended', end: 'cancelled', atMs: now() });
      await showEnd(ended, undefined, options);
    },
    resumeAll: async () => {
      for (const entry of book.list()) {
        if (entry.phase === 'ended') await settleDelivery(entry, options);
      }
      pump();
    },
    pause: () => {
      isPaused = true;
      for (const id of running.keys()) stop(id, 'paused');
    },
    abandonChat: async (chatId) => {
      for (const entry of listUnfinished().filter((one) => one.chatId === chatId)) {
        log.info('a batch is paused: its chat is gone', { job: entry.id });
        if (!stop(entry.id, 'chat_gone')) {
          await book.put({ ...entry, phase: 'ended', end: 'stopped', cause: 'chat_gone', atMs: now() });
        }
      }
    },
  };
}

/** After a restart: a file that was ready goes out; one that may have gone out already does not. */
async function settleDelivery(entry: BatchEntry, { delivery, tasks }: BatchDeskOptions): Promise<void> {
  if (entry.delivery === 'sending') tasks.start('delivery', () => delivery.tellUnknown(entry));
  else if (entry.end === 'finished' && entry.delivery === 'none') {
    tasks.start('delivery', (signal) => delivery.deliver(entry, signal));
  }
}

interface Report extends Standing {
  readonly state: 'finished' | 'stopped' | 'cancelled';
  readonly cause?: BijiaError | undefined;
}

async function runBatch(
  entry: BatchEntry,
  batch: RunningBatch,
  options: BatchDeskOptions,
  signal: AbortSignal,
): Promise<void> {
  const { book, now, delivery, log, batches } = options;
  const wasRunning = entry.phase === 'running';
  const started = await book.put({ ...entry, phase: 'running' });
  const progress = createProgress(started, batch, options);
  const show = (standing: Standing) =>
    progress.show(() => renderProgress(started, standing, TEXTS[entry.locale], wasRunning));
  const record = await batches.get(entry.id).catch(() => undefined);
  show(record ?? { done: 0, total: entry.total });
  const report = await runJob(started, batch, show, options);
  await progress.close();
  if (batch.reason === 'paused' && report.state !== 'finished') return showPaused(started, report, options);
  const isGone = batch.reason === 'chat_gone';
  const ended = await book.put({
    ...started,
    phase: 'ended',
    end: isGone ? 'stopped' : report.state,
    cause: isGone ? 'chat_gone' : report.cause?.code,
    total: report.total,
    atMs: now(),
  });
  if (report.cause) log.warn('a batch stopped', { job: entry.id, detail: describeError(report.cause) });
  if (isGone) return;
  if (ended.end === 'finished') await delivery.deliver(ended, signal);
  await showEnd(ended, report, options);
}

async function runJob(
  { id, kind, ownerId, retryFailed }: BatchEntry,
  { controller }: RunningBatch,
  show: (standing: Standing) => void,
  { batches, usage }: BatchDeskOptions,
): Promise<Report> {
  let counted = 0;
  let last: Standing = { done: 0, total: 0 };
  const follow = (standing: Standing, calls: number) => {
    usage.count(ownerId, calls - counted);
    counted = calls;
    last = standing;
    show(standing);
  };
  const left = usage.left(ownerId);
  const bounds = { signal: controller.signal, maxCalls: Number.isFinite(left) ? left : undefined };
  try {
    if (kind === 'shop') {
      const report = await batches.runShop(id, {
        ...bounds,
        onProgress: ({ count, total = count, calls }) => follow({ done: count, total }, calls),
      });
      const { count, total = count } = report;
      return { ...report, done: count, total, counts: { ok: count } };
    }
    return await batches.run(id, {
      ...bounds,
      retryFailed,
      onProgress: (progress) => follow(progress, progress.calls),
    });
  } catch (thrown) {
    const cause = toBijiaError(thrown);
    // Killed after the last answer and before the book said so.
    if (cause.code === 'job_finished') return { ...last, state: 'finished' };
    return { ...last, state: 'stopped', cause };
  }
}

/** Edits the progress message; a chat that is gone ends the batch, for nobody would get its result. */
function createProgress(entry: BatchEntry, batch: RunningBatch, options: BatchDeskOptions): ProgressMessage {
  const { liveApi, log } = options;
  return createProgressMessage({
    now: () => performance.now(),
    edit: (view) => editMessage(liveApi, entry, view),
    onError: (error) => {
      if (isChatGone(error)) {
        batch.reason ??= 'chat_gone';
        batch.controller.abort();
      } else log.info('progress was not shown', { detail: describeError(error) });
    },
  });
}

async function editMessage(
  api: BotParts['api'],
  { chatId, messageId }: BatchEntry,
  { text, keyboard }: ProgressView,
): Promise<void> {
  await api.editMessageText(chatId, messageId, text, {
    link_preview_options: { is_disabled: true },
    reply_markup: keyboard,
  });
}

async function showPaused(entry: BatchEntry, standing: Standing, options: BatchDeskOptions): Promise<void> {
  const texts = TEXTS[entry.locale];
  const view = renderProgress(entry, standing, texts, false);
  // The last word of this process: not worth waiting for.
  await editMessage(options.liveApi, entry, { ...view, text: `${view.text}\n${texts.batch.pausing}` }).catch(
    () => undefined,
  );
}

/** The progress message says how it ended; what stopped without anybody's doing is worth a message that rings. */
async function showEnd(
  entry: BatchEntry,
  standing: Standing | undefined,
  options: BatchDeskOptions,
): Promise<void> {
  const { api, log } = options;
  const view = renderEnd(entry, standing, TEXTS[entry.locale]);
  try {
    await editMessage(api, entry, view);
    if (entry.end === 'stopped') await sendText(api, addressOfBatch(entry), view.text, view.keyboard);
  } catch (error) {
    log.info('the end of a batch was not shown', { job: entry.id, detail: describeError(error) });
  }
}

/** What a batch in the queue looks like. */
export async function showQueued(entry: BatchEntry, ahead: number, api: BotParts['api']): Promise<void> {
  await editMessage(api, entry, renderQueued(entry, ahead, TEXTS[entry.locale]));
}
