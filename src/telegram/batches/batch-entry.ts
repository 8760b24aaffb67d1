import * as z from 'zod';
import type { OutputFormat } from '../../core/index.js';
import { LOCALES } from '../locales/index.js';

/** Formats of a result, in the order of their buttons. */
export const FORMATS = ['csv', 'xlsx', 'jsonl'] as const satisfies readonly OutputFormat[];

/**
 * The chat's side of a job: who asked, where the answers go, and how far that is. What was found out is the engine's.
 *
 * `queued`, `running`; `ended`: for now, it may be resumed.
 */
export const BatchEntry = z.object({
  /** The job's. */
  id: z.string(),
  /** A person, or the chat that somebody wrote as. */
  ownerId: z.int(),
  chatId: z.int(),
  threadId: z.int().optional(),
  locale: z.enum(LOCALES),
  /** What the list is called: the file's name, the shop's. */
  label: z.string(),
  format: z.enum(FORMATS),
  /** References; 0 while a shop's size is unknown. */
  total: z.int(),
  /** Upstream calls that the whole list was expected to take. */
  calls: z.int().optional(),
  phase: z.enum(['queued', 'running', 'ended']),
  /** Asks again only for what failed. */
  retryFailed: z.boolean(),
  /** The one message that was the offer and is the progress; absent where the chat has moved away from it. */
  messageId: z.int().optional(),
  /** Wall clock, milliseconds: since when it is queued, then its end. */
  atMs: z.number(),
  end: z.enum(['finished', 'stopped', 'cancelled']).optional(),
  /** Code of why it stopped. */
  cause: z.string().optional(),
  /**
   * Of the result file. `sending` is on disk before the first byte leaves: found after a restart, nobody knows
   * whether it arrived. `failed`: Telegram said no.
   */
  delivery: z.enum(['none', 'sending', 'sent', 'failed', 'unknown']),
});
export type BatchEntry = z.infer<typeof BatchEntry>;

/** `#a1b2` */
export function formatBatchId(id: string): string {
  return `#${id.slice(0, 4)}`;
}

/** Who writes as a chat presses as a person: whoever may use the bot there acts for the chat. */
export function mayOperate(
  { ownerId }: Pick<BatchEntry, 'ownerId'>,
  { senderId }: { readonly senderId: number | undefined },
): boolean {
  return ownerId === senderId || ownerId < 0;
}

export function isUnfinished({ phase }: BatchEntry): boolean {
  return phase !== 'ended';
}
