import { describeError } from '../bot-api/api-errors.js';
import { type BatchEntry, isUnfinished } from './batch-entry.js';
import { type BatchRunOptions, type RunningBatch, runBatch, showEnd } from './chat-batch.js';
import { isElsewhere, isLocked } from './chat-jobs.js';
import { adoptJobs, isAlone, type Others } from './job-adoption.js';

/** Per user: one batch runs, and at most this many wait. */
const MAX_QUEUED_EACH = 3;
/** Over all users, who share the quota by turns: more at once would only make each slower. */
const MAX_RUNNING = 4;

export interface BatchSchedulerOptions extends BatchRunOptions {
  /** Machines that share the jobs; undefined where there is only this one. */
  readonly others: Others | undefined;
}

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
    const isRunning = (entry: BatchEntry) =>
      running.has(entry.id) || (entry.phase === 'running' && !store.isOwn(entry));
    const busyOwners = new Set(store.list().flatMap((entry) => (isRunning(entry) ? entry.ownerId : [])));
    for (const entry of listUnfinished()) {
      if (running.size >= MAX_RUNNING) return;
      if (running.has(entry.id) || !store.isOwn(entry) || busyOwners.has(entry.ownerId)) continue;
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

export function createBatchScheduler(options: BatchSchedulerOptions) {
  const { store, now, log, others } = options;
  const listUnfinished = () => store.list().filter(isUnfinished);
  const { beginNext, stop, pause } = createRunningBatches(options, listUnfinished);
  const mayQueue = (ownerId: number) =>
    listUnfinished().filter((entry) => entry.ownerId === ownerId).length <= MAX_QUEUED_EACH;
  const settle = (entry: BatchEntry) => settleDelivery(entry, options);
  const { cancel, endCancelled } = createCancelling(options, stop);

  return {
    mayQueue,
    /** Batches that come before a new one. */
    countAhead: () => listUnfinished().length,
    /** @returns why not: the same job is under way, which has one message and one chat; or too many wait */
    enqueue: async (entry: BatchEntry) => {
      const known = store.find(entry.id);
      if (known && isUnfinished(known)) return 'under_way';
      if (!mayQueue(entry.ownerId)) return 'too_many';
      const fresh = { end: undefined, cause: undefined, isCancelled: undefined, delivery: 'none' as const };
      try {
        await store.put({ ...entry, ...fresh, phase: 'queued', atMs: now() });
      } catch (error) {
        if (isElsewhere(error)) return 'under_way';
        if (!isLocked(error)) throw error;
        // Somebody at a command line runs it.
        store.begin({ ...entry, phase: 'ended', end: 'stopped' });
        return 'under_way';
      }
      beginNext();
      return 'queued';
    },
    cancel,
    /** Goes on with what an earlier process left. */
    resumeAll: () => {
      for (const entry of store.list()) {
        if (entry.phase === 'ended' && store.isOwn(entry)) settle(entry);
      }
      beginNext();
    },
    /** Goes on with what other machines leave that die, until the signal fires. Never rejects. */
    adoptUntil: async (signal: AbortSignal): Promise<void> => {
      if (others) await adoptJobs({ store, others, log, settle, endCancelled, beginNext }, signal);
    },
    /** Stops everything for a restart: what is unfinished goes on with the next process. */
    pause,
    /** Everything of somebody who is gone. */
    abandonChat: async (chatId: number) => {
      for (const entry of listUnfinished().filter((one) => one.chatId === chatId)) {
        log.info('a batch is paused: its chat is gone', { job: entry.id });
        // One that runs on another machine ends there with the next word about it.
        if (stop(entry.id, 'chat_gone') || !store.isOwn(entry)) continue;
        const changes = { phase: 'ended', end: 'stopped', cause: 'chat_gone', atMs: now() } as const;
        await store.change(entry.id, changes, store.isOwn);
      }
    },
  };
}

function createCancelling(
  options: BatchSchedulerOptions,
  stop: ReturnType<typeof createRunningBatches>['stop'],
) {
  const { store, batches, now, others } = options;
  const endCancelled = async (entry: BatchEntry) => {
    const isStill = ({ phase, by }: BatchEntry) => phase === entry.phase && by === entry.by;
    const changes = { phase: 'ended', end: 'cancelled', atMs: now() } as const;
    const ended = await store.claim(entry.id, changes, isStill);
    if (ended) await showEnd(ended, undefined, options);
  };
  /** Ends a queued or running batch, which can be resumed. */
  const cancel = async (entry: BatchEntry) => {
    if (stop(entry.id, 'cancelled')) return;
    if (entry.phase === 'running' && !(await isAlone(entry, store, others))) {
      // Its machine hears of it within a second, and says how far it came; if that is dead, the machine that adopts the job does.
      await store.change(entry.id, { isCancelled: true }, isUnfinished);
      return void (await batches.cancel(entry.id));
    }
    // Other machines may be working on parts of it.
    if (store.isShared && entry.phase === 'running') await batches.cancel(entry.id);
    await endCancelled(entry);
  };
  return { cancel, endCancelled };
}

/** Never throws. Its result is delivered apart from it: while Telegram holds a file back, the next batch may begin. */
async function runToEnd(entry: BatchEntry, batch: RunningBatch, options: BatchRunOptions): Promise<void> {
  const { store, tasks, delivery, log, now } = options;
  const letGo = store.hold(entry.id);
  try {
    const ended = await runBatch(entry, batch, options);
    if (ended) tasks.start('delivery', (signal) => delivery.deliver(ended, signal));
  } catch (error) {
    log.error('a batch failed', { job: entry.id, detail: describeError(error) });
    // What fails like this would fail again at once; the user may try again.
    const changes = { phase: 'ended', end: 'stopped', cause: 'internal_error', atMs: now() } as const;
    await store.change(entry.id, changes, store.isOwn).catch(() => undefined);
  } finally {
    letGo();
  }
}

/** After a restart: a file that was ready goes out; one that may have gone out already does not. */
function settleDelivery(entry: BatchEntry, { delivery, tasks }: BatchRunOptions): void {
  if (entry.delivery === 'sending') tasks.start('delivery', () => delivery.tellUnknown(entry));
  else if (entry.end === 'finished' && entry.delivery === 'none') {
    tasks.start('delivery', (signal) => delivery.deliver(entry, signal));
  }
}
