import type { Batches } from '../../core/index.js';
import type { BotParts } from '../bot-parts.js';
import type { BatchBook } from './batch-book.js';
import type { BatchDelivery } from './batch-delivery.js';
import type { BatchDesk } from './batch-desk.js';
import type { BatchIntake } from './batch-intake.js';
import type { BatchOffers } from './batch-offers.js';

/** What the features about batches share. */
export interface BatchParts extends BotParts {
  readonly batches: Batches;
  readonly book: BatchBook;
  readonly desk: BatchDesk;
  readonly delivery: BatchDelivery;
  readonly intake: BatchIntake;
  readonly offers: BatchOffers;
  /** Most products in one batch. */
  readonly maxBatchItems: number;
}
