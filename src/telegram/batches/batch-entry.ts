import * as z from 'zod';
import type { JobRecord, OutputFormat } from '../../core/index.js';
import { LOCALES } from '../locales/index.js';

/** Formats of a result, in the order of their buttons. */
export const FORMATS = ['csv', 'xlsx', 'jsonl'] as const satisfies readonly OutputFormat[];

/**
 * The chat's part of a job, kept in the job's own record: who asked, where the answers go, and how far that is. What was
 * found out, and how the run ended, is the rest of the record's.
 */
const ChatPart = z.object({
  /** The bot's own id: several bots may share a state folder. */
  bot: z.int(),
  /** A person, or the chat that somebody wrote as. */
  ownerId: z.int(),
  chatId: z.int(),
  threadId: z.int().optional(),
  locale: z.enum(LOCALES),
  format: z.enum(FORMATS),
  /** Upstream calls that the whole list was expected to take. */
  calls: z.int().optional(),
  /** The one message that was the offer and is the progress; absent where the chat has moved away from it. */
  messageId: z.int().optional(),
  /** Asks again only for what failed. */
  retryFailed: z.boolean(),
  /**
   * What is still to be done: `queued`, or `running`, which is written together with the record's own state. A record
   * that is finished next to `running` was killed after its last answer: nothing is asked for again.
   */
  open: z.enum(['queued', 'running']).optional(),
  /** Wall clock, milliseconds: since when it is queued, then its end. */
  atMs: z.number(),
  /** The machine that sees to it, where several share the jobs: runs it, and brings its result. */
  by: z.int().optional(),
  /** Somebody cancelled it, and its machine has yet to hear of that. */
  isCancelled: z.boolean().optional(),
  /** How it ended, where that was the chat's doing and not the run's. */
  stopped: z.enum(['cancelled', 'chat_gone', 'internal_error']).optional(),
  /**
   * Of the result file. `sending` is on disk before the first byte leaves: found after a restart, nobody knows
   * whether it arrived. `failed`: Telegram said no.
   */
  delivery: z.enum(['none', 'sending', 'sent', 'failed', 'unknown']),
});
type ChatPart = z.infer<typeof ChatPart>;

/** A job as a chat sees it: `queued`, `running`; `ended`: for now, it may be resumed. */
export interface BatchEntry extends Omit<ChatPart, 'bot' | 'open' | 'stopped'> {
  /** The job's. */
  readonly id: string;
  /** What the list is called: the file's name, the shop's. */
  readonly label: string;
  /** References; 0 while a shop's size is unknown. */
  readonly total: number;
  readonly phase: 'queued' | 'running' | 'ended';
  readonly end?: 'finished' | 'stopped' | 'cancelled';
  /** Code of why it stopped. */
  readonly cause?: string;
}

/** The chat's part as the record keeps it, under the name of this face. */
export function toExtra(entry: BatchEntry, bot: number): NonNullable<JobRecord['extra']> {
  const { id, label, total, phase, end, cause, ...kept } = entry;
  const open = phase === 'ended' ? undefined : phase;
  const stopped = ChatPart.shape.stopped.safeParse(end === 'cancelled' ? end : cause).data;
  return { telegram: { ...kept, bot, open, stopped: phase === 'ended' ? stopped : undefined } };
}

/** @returns undefined for a job that no chat of this bot asked for */
export function toEntry({ id, label, total, state, cause, extra }: JobRecord, bot: number) {
  const { data } = ChatPart.safeParse(extra?.['telegram']);
  if (!data || data.bot !== bot) return undefined;
  const { bot: _, open, stopped, ...kept } = data;
  const entry: BatchEntry = { ...kept, id, label, total, phase: open ?? 'ended' };
  if (open) return entry;
  const end = stopped === undefined ? toEnd(state) : stopped === 'cancelled' ? stopped : 'stopped';
  return { ...entry, end, cause: stopped === 'cancelled' ? undefined : (stopped ?? cause?.code) };
}

function toEnd(state: JobRecord['state']): NonNullable<BatchEntry['end']> {
  return state === 'finished' || state === 'cancelled' ? state : 'stopped';
}

/** `#a1b2` */
export function formatBatchId(id: string): string {
  return `#${id.slice(0, 4)}`;
}

/** Who writes as a chat presses as a person: everyone who may use the bot there acts for the chat. */
export function mayOperate(
  { ownerId }: Pick<BatchEntry, 'ownerId'>,
  { senderId }: { readonly senderId: number | undefined },
): boolean {
  return ownerId === senderId || ownerId < 0;
}

export function isUnfinished({ phase }: BatchEntry): boolean {
  return phase !== 'ended';
}
