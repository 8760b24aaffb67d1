import { describeError } from '../bot-api/api-errors.js';
import { type BatchEntry, isUnfinished } from './batch-entry.js';
import { type BatchRunOptions, type RunningBatch, runBatch, showEnd } from './chat-batch.js';
import { isLocked } from './chat-jobs.js';

/** Per user: one batch runs, and at most this many wait. */
const MAX_QUEUED_EACH = 3;
/** Over all users, who share the quota by turns: more at once would only make each slower. */
const MAX_RUNNING = 4;

/** Runs the batches of all chats: in turn, through restarts, each with its progress and its end. */
export type BatchScheduler = ReturnType<typeof createBatchScheduler>;

/** The batches under way: one of each owner, and a few of all. */
function createRunningBatches(options: BatchRunOptions, listUnfinished: () => BatchEntry[]) {
  const { store, tasks } = options;
  const running = new Map<string, RunningBatch>();
  let isPaused = false;

  const begin = (entry: BatchEntry) => {
    const batch: RunningBatch = { controller: new AbortController() };
    running.set(entry.id, batch);
    tasks.start('batch', async () => {
      await runToEnd(entry, batch, options);
      running.delete(entry.id);
      beginNext();
    });
  };

  const beginNext = () => {
    if (isPaused) return;
    const busyOwners = new Set([...running.keys()].map((id) => store.get(id)?.ownerId));
    for (const entry of listUnfinished()) {
      if (running.size >= MAX_RUNNING) return;
      if (running.has(entry.id) || busyOwners.has(entry.ownerId)) continue;
      busyOwners.add(entry.ownerId);
      begin(entry);
    }
  };

  const stop = (id: string, reason: NonNullable<RunningBatch['reason']>): boolean => {
    const batch = running.get(id);
    if (!batch) return false;
    batch.reason ??= reason;
    batch.controller.abort();
    return true;
  };

  const pause = () => {
    isPaused = true;
    for (const id of running.keys()) stop(id, 'paused');
  };
  return { beginNext, stop, pause };
}

export function createBatchScheduler(options: BatchRunOptions) {
  const { store, now, log } = options;
  const listUnfinished = () => store.list().filter(isUnfinished);
  const { beginNext, stop, pause } = createRunningBatches(options, listUnfinished);
  const mayQueue = (ownerId: number) =>
    listUnfinished().filter((entry) => entry.ownerId === ownerId).length <= MAX_QUEUED_EACH;

  return {
    mayQueue,
    /** Batches that come before a new one. */
    countAhead: () => listUnfinished().length,
    /** @returns why not: the same job is under way, which has one message and one chat; or too many wait */
    enqueue: async (entry: BatchEntry) => {
      const known = store.get(entry.id);
      if (known && isUnfinished(known)) return 'under_way';
      if (!mayQueue(entry.ownerId)) return 'too_many';
      const fresh = { end: undefined, cause: undefined, delivery: 'none' as const };
      try {
        await store.put({ ...entry, ...fresh, phase: 'queued', atMs: now() });
      } catch (error) {
        if (!isLocked(error)) throw error;
        // Somebody at a command line runs it.
        store.begin({ ...entry, phase: 'ended', end: 'stopped' });
        return 'under_way';
      }
      beginNext();
      return 'queued';
    },
    /** Ends a queued or running batch, which can be resumed. */
    cancel: async (entry: BatchEntry) => {
      if (stop(entry.id, 'cancelled')) return;
      const ended = await store.put({ ...entry, phase: 'ended', end: 'cancelled', atMs: now() });
      await showEnd(ended, undefined, options);
    },
    /** Goes on with what an earlier process left. */
    resumeAll: () => {
      for (const entry of store.list()) {
        if (entry.phase === 'ended') settleDelivery(entry, options);
      }
      beginNext();
    },
    /** Stops everything for a restart: what is unfinished goes on with the next process. */
    pause,
    /** Everything of somebody who is gone. */
    abandonChat: async (chatId: number) => {
      for (const entry of listUnfinished().filter((one) => one.chatId === chatId)) {
        log.info('a batch is paused: its chat is gone', { job: entry.id });
        if (!stop(entry.id, 'chat_gone')) {
          await store.put({ ...entry, phase: 'ended', end: 'stopped', cause: 'chat_gone', atMs: now() });
        }
      }
    },
  };
}

/** Never throws. Its result is delivered apart from it: while Telegram holds a file back, the next batch may begin. */
async function runToEnd(entry: BatchEntry, batch: RunningBatch, options: BatchRunOptions): Promise<void> {
  const { store, tasks, delivery, log, now } = options;
  try {
    const ended = await runBatch(entry, batch, options);
    if (ended) tasks.start('delivery', (signal) => delivery.deliver(ended, signal));
  } catch (error) {
    log.error('a batch failed', { job: entry.id, detail: describeError(error) });
    // What fails like this would fail again at once; the user may try again.
    const changes = { phase: 'ended', end: 'stopped', cause: 'internal_error', atMs: now() } as const;
    await store.change(entry.id, changes).catch(() => undefined);
  }
}

/** After a restart: a file that was ready goes out; one that may have gone out already does not. */
function settleDelivery(entry: BatchEntry, { delivery, tasks }: BatchRunOptions): void {
  if (entry.delivery === 'sending') tasks.start('delivery', () => delivery.tellUnknown(entry));
  else if (entry.end === 'finished' && entry.delivery === 'none') {
    tasks.start('delivery', (signal) => delivery.deliver(entry, signal));
  }
}
