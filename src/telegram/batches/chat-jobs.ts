import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '../../core/index.js';
import { type Batches, InputError } from '../../core/index.js';
import { type BatchEntry, toEntry, toExtra } from './batch-entry.js';

/** How long what has ended is listed. */
const LISTED_MS = 7 * 86_400_000;

/** The jobs that chats asked for. Their records are the ledger; this is what is known of them now. */
export type ChatJobs = Awaited<ReturnType<typeof openChatJobs>>;

export interface ChatJobsOptions extends Pick<Clock, 'now'> {
  readonly batches: Pick<Batches, 'list' | 'setExtra' | 'remove'>;
  /** The bot's own id. */
  readonly bot: number;
}

/** Reads what earlier processes left. */
export async function openChatJobs({ batches, bot, now }: ChatJobsOptions) {
  const records = await batches.list();
  const entries = new Map(
    records.flatMap((record) => {
      const entry = toEntry(record, bot);
      return entry ? [[entry.id, entry] as const] : [];
    }),
  );
  const { write, settle } = createJobWriter(entries, { batches, bot });

  const put = async (entry: BatchEntry) => {
    entries.set(entry.id, entry);
    for (const { id, phase, atMs } of entries.values()) {
      if (phase === 'ended' && now() - atMs > LISTED_MS) entries.delete(id);
    }
    await write(entry.id);
    return entry;
  };

  const change = async (id: string, changes: Partial<BatchEntry>) => {
    const entry = entries.get(id);
    return entry && put({ ...entry, ...changes });
  };

  return {
    /**
     * Takes effect at once. Resolves when it is on disk, and stays there whatever happens.
     * @throws InputError while another process has locked the job; what the disk says
     */
    put,
    /** Changes what is known now, which may be newer than what the caller once read. @throws like `put` */
    change,
    /** Resolves when nothing of this job is being written: a run that begins then finds it unlocked. */
    settle,
    /** Takes effect at once. The run writes what it returns together with its own state. */
    begin: (entry: BatchEntry) => {
      entries.set(entry.id, entry);
      return toExtra(entry, bot);
    },
    /** A group became a supergroup: its batches go on there, where none of the old messages can be reached. */
    moveChat: async (fromChatId: number, toChatId: number) => {
      const moved = [...entries.values()].filter(({ chatId }) => chatId === fromChatId);
      const address = { chatId: toChatId, threadId: undefined, messageId: undefined };
      const move = ({ id, ownerId }: BatchEntry) =>
        change(id, { ...address, ownerId: ownerId === fromChatId ? toChatId : ownerId });
      await Promise.all(moved.map(move));
    },
    get: (id: string) => entries.get(id),
    /** In the order of `atMs`. */
    list: () => [...entries.values()].sort((a, b) => a.atMs - b.atMs),
    /** Removes a job with everything that is known about it. @throws InputError while it is running */
    remove: async (id: string) => {
      await batches.remove(id).catch(ignoreRemoved);
      entries.delete(id);
    },
  };
}

function createJobWriter(
  entries: ReadonlyMap<string, BatchEntry>,
  { batches, bot }: Pick<ChatJobsOptions, 'batches' | 'bot'>,
) {
  // Writes of one job follow each other: the last one put is the one that stays.
  const writing = new Map<string, Promise<void>>();

  const write = (id: string): Promise<void> => {
    const next = (writing.get(id) ?? Promise.resolve())
      .catch(() => undefined)
      .then(async () => {
        const entry = entries.get(id);
        if (!entry) return;
        const set = () => batches.setExtra(id, toExtra(entry, bot));
        await whenUnlocked(set).catch(ignoreRemoved);
      });
    writing.set(id, next);
    return next.finally(() => writing.get(id) === next && writing.delete(id));
  };

  const settle = async (id: string) => {
    while (writing.has(id)) await writing.get(id)?.catch(() => undefined);
  };
  return { write, settle };
}

/** The record and its run are locked by turns: a run that just begins or ends is over its lock in a moment. */
const LOCKED_TRIES = 40;
const LOCKED_PAUSE_MS = 50;

/** @throws InputError when another process keeps the job locked */
export async function whenUnlocked<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === LOCKED_TRIES || !isLocked(error)) throw error;
      await sleep(LOCKED_PAUSE_MS);
    }
  }
}

export function isLocked(error: unknown): boolean {
  return error instanceof InputError && error.code === 'job_running';
}

/** Somebody removed the job by hand: there is no record left to write to. */
function ignoreRemoved(error: unknown): void {
  if (!(error instanceof InputError) || error.code !== 'no_such_job') throw error;
}
