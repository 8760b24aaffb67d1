import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { InputChoice } from '../../core/index.js';
import type { BatchEntry } from './batch-entry.js';
import type { List } from './batch-intake.js';

/** Something that can be begun. */
export interface Proposal {
  /** References; 0 while it is unknown. */
  readonly total: number;
  /** Upstream calls it will take; absent while it is unknown. */
  readonly calls?: number;
  /** Marketplace that bare ids were read as. */
  readonly platform?: string;
  /** What the user reads. @param ahead batches that come first */
  readonly describe: (ahead: number) => string;
  /** Makes it a job. @returns the job's id @throws InputError while the same job is running */
  readonly save: () => Promise<string>;
  readonly discard: () => Promise<void>;
}

/** A question in a chat: whether to begin, and how. Forgotten with the process; the file can be sent again. */
export interface Offer extends Pick<BatchEntry, 'ownerId' | 'chatId' | 'threadId' | 'label'> {
  readonly id: string;
  readonly messageId: number;
  /** None where it has to be said first how the list is read. */
  readonly proposals: readonly Proposal[];
  /** Where the list is, to be read in another way: of a file what Telegram calls it, not its content. */
  readonly list?: List;
  /** How it was read. */
  readonly current?: InputChoice;
  /** Other ways to read it. */
  readonly choices: readonly InputChoice[];
  readonly format: BatchEntry['format'];
}

export type BatchOffers = ReturnType<typeof createBatchOffers>;

const MAX_OFFERS = 200;
const KEPT_MS = 2 * 3_600_000;

export function createBatchOffers() {
  const offers = new LRUCache<string, Offer>({
    max: MAX_OFFERS,
    ttl: KEPT_MS,
    dispose: ({ proposals }, _id, reason) => {
      if (reason === 'evict' || reason === 'expire')
        for (const proposal of proposals) void proposal.discard();
    },
  });
  return {
    find: (id: string) => offers.get(id),
    add: (facts: Omit<Offer, 'id' | 'format'>) => {
      const offer: Offer = { ...facts, id: randomBytes(5).toString('hex'), format: 'csv' };
      offers.set(offer.id, offer);
      return offer;
    },
    change: (offer: Offer) => {
      offers.set(offer.id, offer);
      return offer;
    },
    /** Takes it off the table, so that it can be begun once. */
    take: (id: string) => {
      const offer = offers.get(id);
      offers.delete(id);
      return offer;
    },
    /** Forgets all offers made to a user. */
    removeOf: async (ownerId: number) => {
      for (const { id, proposals } of [...offers.values()].filter((offer) => offer.ownerId === ownerId)) {
        offers.delete(id);
        for (const proposal of proposals) await proposal.discard();
      }
    },
  };
}
