import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ApiClientOptions, Bot } from 'grammy';
import {
  type Batches,
  type BotState,
  type Clock,
  type Core,
  createSlotsByKey,
  type Logger,
} from '../core/index.js';
import { createBatchDelivery } from './batches/batch-delivery.js';
import { createBatchIntake } from './batches/batch-intake.js';
import { createBatchOffers } from './batches/batch-offers.js';
import type { BatchParts } from './batches/batch-parts.js';
import { createBatchScheduler } from './batches/batch-scheduler.js';
import type { ChatJobs } from './batches/chat-jobs.js';
import { createApis } from './bot-api/api.js';
import type { ImageDownload } from './bot-api/image-download.js';
import type { SharedPace } from './bot-api/sending-pace.js';
import type { TelegramHttp } from './bot-api/telegram-http.js';
import type { BotContext, BotParts } from './bot-context.js';
import { createCardSender } from './cards/card-sender.js';
import { createAccess } from './people/access.js';
import { createGuests } from './people/guests.js';
import { createLanguages } from './people/languages.js';
import { createUsage } from './people/usage.js';
import type { TelegramValues } from './settings.js';
import type { Tasks } from './tasks.js';
import { createAlertSender, type SendAlerts } from './watches/alert-sender.js';
import type { WatchParts } from './watches/watch-setting.js';

export interface AssemblyOptions {
  readonly core: Core;
  readonly values: TelegramValues;
  readonly clock: Clock;
  readonly log: Logger;
  readonly bot: Bot<BotContext>;
  readonly client: ApiClientOptions;
  readonly connection: TelegramHttp;
  readonly images: ImageDownload;
  readonly tasks: Tasks;
  /** Where the bot keeps what outlives it. */
  readonly folder: string;
  /** What all processes of the bot share. */
  readonly state: BotState;
  readonly batches: Batches;
  /** What earlier processes left. */
  readonly store: ChatJobs;
  /** Fires when nothing may be sent any more. */
  readonly ending: AbortSignal;
}

/** Builds what the features stand on. */
export function assembleParts(
  options: AssemblyOptions,
): BatchParts & WatchParts & { sendAlerts: SendAlerts; sharedPace: SharedPace } {
  const { core, values, log, bot, client, images, tasks } = options;
  const { now, monotonicNow } = options.clock;
  const apis = createApis({ token: values.token, client, monotonicNow, signal: options.ending });
  bot.api.config.use(...apis.transformers);
  const guests = createGuests(options.state);
  const access = createAccess(values, guests);
  const { dailyCalls } = values;
  const parts: BotParts = {
    ...{ core, access, guests, tasks, log, dailyCalls, now, monotonicNow },
    telegramNow: options.connection.remoteNow,
    api: bot.api,
    liveApi: apis.live,
    usage: createUsage({ store: options.state.usage, dailyCalls, access }),
    languages: createLanguages(options.state),
    cards: createCardSender(bot.api, images),
  };
  return {
    ...parts,
    ...assembleBatches(options, parts, apis.results),
    maxWatches: values.maxWatches,
    turns: createSlotsByKey(1),
    sharedPace: apis.sharedPace,
    sendAlerts: createAlertSender({ ...parts, resultsApi: apis.results }),
  };
}

function assembleBatches(
  { values, connection, folder, batches, store, state }: AssemblyOptions,
  parts: BotParts,
  resultsApi: BotParts['api'],
): Omit<BatchParts, keyof BotParts> {
  const uploads = join(folder, 'uploads');
  const results = join(folder, 'results');
  // What a killed process left behind: lists are copied into their jobs, and results can be written again.
  for (const leftover of [uploads, results]) rmSync(leftover, { recursive: true, force: true });
  const delivery = createBatchDelivery({
    ...parts,
    resultsApi,
    batches,
    store,
    folder: results,
  });
  const intake = createBatchIntake({
    ...parts,
    batches,
    connection,
    fileRoot: `${values.apiRoot}/file/bot${values.token}`,
    folder: uploads,
  });
  return {
    ...{ batches, store, delivery, intake },
    scheduler: createBatchScheduler({ ...parts, batches, store, delivery, others: state.fleet }),
    offers: createBatchOffers(),
    maxBatchItems: values.maxBatchItems,
  };
}
