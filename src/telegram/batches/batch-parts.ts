import type { Batches } from '../../core/index.js';
import type { BotParts } from '../bot-context.js';
import type { BatchDelivery } from './batch-delivery.js';
import type { BatchIntake } from './batch-intake.js';
import type { BatchOffers } from './batch-offers.js';
import type { BatchScheduler } from './batch-scheduler.js';
import type { ChatJobs } from './chat-jobs.js';

/** What the features about batches share. */
export interface BatchParts extends BotParts {
  readonly batches: Batches;
  readonly store: ChatJobs;
  readonly scheduler: BatchScheduler;
  readonly delivery: BatchDelivery;
  readonly intake: BatchIntake;
  readonly offers: BatchOffers;
  /** Most products in one batch. */
  readonly maxBatchItems: number;
}
