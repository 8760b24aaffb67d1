import { setTimeout as sleep } from 'node:timers/promises';
import type { BotFleet } from '../../core/index.js';
import { describeError } from '../bot-api/api-errors.js';
import type { BotParts } from '../bot-context.js';
import { type BatchEntry, isUnfinished } from './batch-entry.js';
import type { ChatJobs } from './chat-jobs.js';

const EVERY_MS = 5000;

/** The other machines of the bot. */
export type Others = Pick<BotFleet, 'isGone'>;

interface AdoptionOptions extends Pick<BotParts, 'log'> {
  readonly store: Pick<ChatJobs, 'refresh' | 'list' | 'isOwn' | 'claim'>;
  readonly others: Others;
  /** Brings a result that is still to be brought, or says that nobody knows. */
  readonly settle: (entry: BatchEntry) => void;
  readonly endCancelled: (entry: BatchEntry) => Promise<void>;
  readonly beginNext: () => void;
}

/** Whether nobody else sees to a job. @throws StateError */
export async function isAlone(
  entry: BatchEntry,
  { isOwn }: Pick<ChatJobs, 'isOwn'>,
  others: Others | undefined,
): Promise<boolean> {
  return isOwn(entry) || entry.by === undefined || (await others?.isGone(entry.by)) === true;
}

/** Looks now and then for jobs of machines that are gone. Never rejects. */
export async function adoptJobs(options: AdoptionOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await adoptOnce(options).catch((error: unknown) =>
      options.log.warn('the batches of other machines could not be looked at', {
        detail: describeError(error),
      }),
    );
    await sleep(EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
  }
}

async function adoptOnce({ store, others, settle, endCancelled, beginNext }: AdoptionOptions): Promise<void> {
  await store.refresh();
  const open = store.list().filter((entry) => isOpen(entry) && !store.isOwn(entry));
  for (const entry of open) {
    if (!(await isAlone(entry, store, others))) continue;
    // Of several machines that see it, one is first.
    const isStill = ({ by, phase, delivery }: BatchEntry) =>
      by === entry.by && phase === entry.phase && delivery === entry.delivery;
    const own = await store.claim(entry.id, {}, isStill);
    if (own?.phase === 'ended') settle(own);
    else if (own?.isCancelled) await endCancelled(own);
  }
  beginNext();
}

/** Whether anything is still to be done. */
function isOpen(entry: BatchEntry): boolean {
  const { end, delivery } = entry;
  return isUnfinished(entry) || delivery === 'sending' || (end === 'finished' && delivery === 'none');
}
