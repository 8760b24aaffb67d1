import { setTimeout as sleep } from 'node:timers/promises';
import { type Batches, type Clock, InputError, type JobRecord } from '../../core/index.js';
import { type BatchEntry, toEntry, toExtra } from './batch-entry.js';

/** How long what has ended is listed. */
const LISTED_MS = 7 * 86_400_000;

/** The jobs that chats asked for. Their records are the ledger; this is what is known of them now. */
export type ChatJobs = Awaited<ReturnType<typeof openChatJobs>>;

export interface ChatJobsOptions extends Pick<Clock, 'now'> {
  readonly batches: Pick<Batches, 'list' | 'get' | 'setExtra' | 'replaceExtra' | 'remove'>;
  /** The bot's own id. */
  readonly bot: number;
  /** This process among several machines that share the jobs; undefined where it is the only one. */
  readonly member?: number;
}

/** Reads what earlier processes left. */
export async function openChatJobs(options: ChatJobsOptions) {
  const { batches, bot, member } = options;
  const entries = new Map<string, BatchEntry>();
  /** The chat's part of each record, as it was last seen there. */
  const seen: Seen = new Map();
  const take = (record: JobRecord) => {
    seen.set(record.id, record.extra);
    const entry = toEntry(record, bot);
    if (entry) entries.set(record.id, entry);
    else entries.delete(record.id);
  };
  for (const record of await batches.list()) take(record);
  const parts = { ...options, entries, seen, take };
  const writer = createJobWriter(parts);
  const { put, change } = createChanges(parts, writer.write);
  const toOwn = (entry: BatchEntry): BatchEntry => (member === undefined ? entry : { ...entry, by: member });

  return {
    ...createReading(parts, writer.isWriting),
    /** Whether other machines may change the same jobs. */
    isShared: member !== undefined,
    /** Whether this process sees to a job, among several machines. */
    isOwn: ({ by }: BatchEntry) => by === member,
    /**
     * Takes effect at once. Resolves when it is kept, and stays there whatever happens.
     * @throws InputError while another process has locked the job, or was faster; what the disk says
     */
    put: (entry: BatchEntry) => put(toOwn(entry)),
    /**
     * Changes what is known now, which may be newer than what the caller once read.
     * @param isStill asked again where another machine has changed it
     * @returns undefined when it is not still so
     * @throws like `put`
     */
    change,
    /** The same, and from then on this process sees to the job. */
    claim: (id: string, changes: Partial<BatchEntry>, isStill: IsStill) =>
      change(id, { ...changes, ...(member !== undefined && { by: member }) }, isStill),
    /** Resolves when nothing of this job is being written: a run that begins then finds it unlocked. */
    settle: writer.settle,
    /** Takes effect at once. The run writes what it returns together with its own state. */
    begin: (entry: BatchEntry) => {
      const own = toOwn(entry);
      entries.set(entry.id, own);
      const extra = toExtra(own, bot);
      seen.set(entry.id, extra);
      return extra;
    },
    moveChat: createMoving(parts, change),
    /** Removes a job with everything that is known about it. @throws InputError while it is running */
    remove: async (id: string) => {
      await batches.remove(id).catch(ignoreRemoved);
      entries.delete(id);
      seen.delete(id);
    },
  };
}

type Change = ReturnType<typeof createChanges>['change'];

/** A group became a supergroup: its batches go on there, where none of the old messages can be reached. */
function createMoving({ entries }: Parts, change: Change) {
  return async (fromChatId: number, toChatId: number) => {
    const isThere = ({ chatId }: BatchEntry) => chatId === fromChatId;
    const address = { chatId: toChatId, threadId: undefined, messageId: undefined };
    const move = ({ id, ownerId }: BatchEntry) =>
      change(id, { ...address, ownerId: ownerId === fromChatId ? toChatId : ownerId }, isThere);
    await Promise.all([...entries.values()].filter(isThere).map(move));
  };
}

function createReading({ batches, member, entries, take }: Parts, isWriting: (id: string) => boolean) {
  /** Jobs that this process runs: what it knows of them is newer than what it reads. */
  const held = new Set<string>();
  return {
    /** This process runs a job, until the returned function is called. */
    hold: (id: string) => {
      held.add(id);
      return () => void held.delete(id);
    },
    /** Learns what other machines have written. @throws StateError */
    refresh: async () => {
      if (member === undefined) return;
      const records = await batches.list();
      const isBusy = (id: string) => held.has(id) || isWriting(id);
      for (const record of records) if (!isBusy(record.id)) take(record);
      const ids = new Set(records.map(({ id }) => id));
      for (const id of entries.keys()) if (!ids.has(id) && !isBusy(id)) entries.delete(id);
    },
    find: (id: string) => entries.get(id),
    /** In the order of `atMs`. */
    list: () => [...entries.values()].sort((a, b) => a.atMs - b.atMs),
  };
}

function createChanges({ entries, now }: Parts, write: (id: string) => Promise<void>) {
  const put = async (entry: BatchEntry) => {
    entries.set(entry.id, entry);
    for (const { id, phase, atMs } of entries.values()) {
      if (phase === 'ended' && now() - atMs > LISTED_MS) entries.delete(id);
    }
    await write(entry.id);
    return entry;
  };
  const change = async (id: string, changes: Partial<BatchEntry>, isStill: IsStill = () => true) => {
    for (;;) {
      const entry = entries.get(id);
      if (!entry || !isStill(entry)) return undefined;
      try {
        return await put({ ...entry, ...changes });
      } catch (error) {
        // Another machine was faster: what it wrote is what is known now.
        if (!isElsewhere(error)) throw error;
      }
    }
  };
  return { put, change };
}

type IsStill = (entry: BatchEntry) => boolean;
type Seen = Map<string, JobRecord['extra']>;

interface Parts extends ChatJobsOptions {
  readonly entries: Map<string, BatchEntry>;
  readonly seen: Seen;
  readonly take: (record: JobRecord) => void;
}

function createJobWriter({ entries, seen, take, batches, bot, member }: Parts) {
  // Writes of one job follow each other: the last one put is the one that stays.
  const writing = new Map<string, Promise<void>>();

  const set = async (id: string, entry: BatchEntry) => {
    const extra = toExtra(entry, bot);
    if (member === undefined) return void (await batches.setExtra(id, extra));
    if (await batches.replaceExtra(id, seen.get(id), extra)) return void seen.set(id, extra);
    take(await batches.get(id));
    throw new InputError('Another machine has changed this job.', { code: 'job_elsewhere' });
  };

  const write = (id: string): Promise<void> => {
    const next = (writing.get(id) ?? Promise.resolve())
      .catch(() => undefined)
      .then(async () => {
        const entry = entries.get(id);
        if (entry) await whenUnlocked(() => set(id, entry)).catch(ignoreRemoved);
      });
    writing.set(id, next);
    return next.finally(() => writing.get(id) === next && writing.delete(id));
  };

  const settle = async (id: string) => {
    while (writing.has(id)) await writing.get(id)?.catch(() => undefined);
  };
  return { write, settle, isWriting: (id: string) => writing.has(id) };
}

/** The record and its run are locked by turns: a run that just begins or ends is over its lock in a moment. */
const LOCKED_TRIES = 40;
const LOCKED_PAUSE_MS = 50;

interface Patience {
  readonly tries: number;
  readonly pauseMs: number;
  /** Ends it. */
  readonly signal?: AbortSignal;
}

/** @throws InputError when another process keeps the job locked */
export async function whenUnlocked<T>(
  work: () => Promise<T>,
  { tries: most, pauseMs, signal }: Patience = { tries: LOCKED_TRIES, pauseMs: LOCKED_PAUSE_MS },
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      if (tries === most || signal?.aborted || !isLocked(error)) throw error;
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined);
    }
  }
}

export function isLocked(error: unknown): boolean {
  return error instanceof InputError && error.code === 'job_running';
}

/** Another machine has changed the job since it was read. */
export function isElsewhere(error: unknown): boolean {
  return error instanceof InputError && error.code === 'job_elsewhere';
}

/** Somebody removed the job by hand: there is no record left to write to. */
function ignoreRemoved(error: unknown): void {
  if (!(error instanceof InputError) || error.code !== 'no_such_job') throw error;
}
