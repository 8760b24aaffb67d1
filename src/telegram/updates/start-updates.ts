import type { Bot } from 'grammy';
import type { Update } from 'grammy/types';
import type { BotFleet, Clock, FleetBeat, FleetEvents, Logger } from '../../core/index.js';
import { describeError } from '../bot-api/api-errors.js';
import { retryWhileUnreachable } from '../bot-api/retry-while-unreachable.js';
import type { SharedPace } from '../bot-api/sending-pace.js';
import type { BotContext } from '../bot-context.js';
import type { Access } from '../people/access.js';
import type { TelegramValues } from '../settings.js';
import type { Tasks } from '../tasks.js';
import { waitForDatabase } from '../wait-for-database.js';
import { handleUpdate } from './handle-update.js';
import { type HttpServer, type Route, startHttpServer } from './http-server.js';
import { startPolling } from './polling.js';
import { startSharedPolling } from './shared-polling.js';
import { createSharedUpdates } from './shared-updates.js';
import type { UpdateSource } from './update-source.js';
import { createWebhook, registerWebhook, type WebhookAddress } from './webhook.js';
import { watchWebhook } from './webhook-watch.js';

const DEFAULT_PORT = 8080;

export interface StartOptions extends Pick<Clock, 'monotonicNow' | 'wait'> {
  readonly values: TelegramValues;
  readonly bot: Bot<BotContext>;
  readonly access: Pick<Access, 'isAllowed'>;
  readonly tasks: Tasks;
  readonly log: Logger;
  readonly signal: AbortSignal;
  /** Where several machines handle the updates together. */
  readonly fleet: BotFleet | undefined;
  readonly sharedPace: SharedPace;
}

export interface StartedSource extends UpdateSource {
  /** After the last answer: gives everything back. */
  readonly close: () => Promise<void>;
}

/** Begins to take updates, as the settings say. @throws ConfigError, CancelledError */
export function startUpdates(options: StartOptions): Promise<StartedSource> {
  const { webhookUrl: url, webhookSecret: secret } = options.values;
  const { fleet } = options;
  if (fleet) return startShared({ ...options, fleet });
  return url !== undefined && secret !== undefined
    ? startWebhook(options, { url, secret })
    : startOwnPolling(options);
}

async function startWebhook(options: StartOptions, address: WebhookAddress): Promise<StartedSource> {
  const { bot, tasks, log } = options;
  const take = async (update: Update) => {
    void handleUpdate(bot, update).catch((error: unknown) =>
      log.error('an update failed', { updateId: update.update_id, detail: describeError(error) }),
    );
  };
  const webhook = createWebhook({ ...address, tasks, take });
  const server = await openServer(options, webhook.isAlive, webhook.route);
  await register(options, address).catch(async (error: unknown) => {
    await server.close();
    throw error;
  });
  const watching = watchWebhook({ ...options, ...address, api: bot.api });
  return { ...webhook, ended: untilLost(watching), close: server.close };
}

async function startOwnPolling(options: StartOptions): Promise<StartedSource> {
  const { bot, values } = options;
  await removeWebhook(options, options.signal);
  let polling: UpdateSource | undefined;
  const isAlive = () => polling?.isAlive() ?? false;
  // The port first: once the polling has begun, updates are taken.
  const server = values.webhookPort === undefined ? undefined : await openServer(options, isAlive);
  polling = startPolling(bot, options);
  return { ...polling, close: async () => server?.close() };
}

/** One of several machines: it takes what comes to it, and handles the chats that are its own. */
async function startShared(options: StartOptions & { readonly fleet: BotFleet }): Promise<StartedSource> {
  const { values, fleet, sharedPace, log } = options;
  let isLeading = false;
  const { webhookUrl: url, webhookSecret: secret } = values;
  const updates = createSharedUpdates(options);
  const receiver =
    url !== undefined && secret !== undefined
      ? await receiveByWebhook(options, { url, secret }, updates.take)
      : await receiveByPolling(options, updates.take);
  // A failure is for the caller who awaits the end; until then it must not count as unhandled.
  receiver.ended.catch(() => undefined);
  const source = url === undefined ? 'polling' : `webhook ${url}`;
  const events: FleetEvents = {
    onChat: updates.serve,
    isBusy: sharedPace.isSending,
    onBeat: ({ others, leads }: FleetBeat) => {
      if (others !== undefined) sharedPace.shareWith(others);
      receiver.setLeading(leads);
      if (leads !== isLeading) log.info(`this machine gets the updates ${leads ? 'now' : 'no longer'}`);
      isLeading = leads;
    },
  };
  const joining = waitForDatabase(() => fleet.join(source, events), options);
  const membership = await joining.catch(async (error: unknown) => {
    await receiver.close();
    throw error;
  });
  log.info('this machine is one of those of the bot', { member: fleet.member });
  return {
    isAlive: () => receiver.isAlive() && membership.isAlive(),
    ended: receiver.ended,
    stop: async () => {
      await receiver.stop();
      updates.stop();
    },
    close: async () => {
      await membership.leave();
      await receiver.close();
    },
  };
}

interface Receiver extends StartedSource {
  readonly setLeading: (leads: boolean) => void;
}

type Take = (update: Update) => Promise<void>;

/** All machines listen; the one that leads tells Telegram where, and looks whether it stays so. */
async function receiveByWebhook(
  options: StartOptions,
  address: WebhookAddress,
  take: Take,
): Promise<Receiver> {
  const { bot, tasks } = options;
  const webhook = createWebhook({ ...address, tasks, take });
  const server = await openServer(options, webhook.isAlive, webhook.route);
  let isLeading = false;
  let fail: (error: unknown) => void = () => undefined;
  const failed = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const watching = watchWebhook({ ...options, ...address, api: bot.api, isOurs: () => isLeading });
  return {
    ...webhook,
    ended: Promise.race([failed, untilLost(watching)]),
    setLeading: (leads) => {
      if (leads && !isLeading) void register(options, address).catch(fail);
      isLeading = leads;
    },
    close: server.close,
  };
}

async function receiveByPolling(options: StartOptions, take: Take): Promise<Receiver> {
  const polling = startSharedPolling({
    ...options,
    take,
    prepare: (signal) => removeWebhook(options, signal),
  });
  const { webhookPort } = options.values;
  const server = webhookPort === undefined ? undefined : await openServer(options, polling.isAlive);
  return { ...polling, close: async () => server?.close() };
}

const register = (options: StartOptions, address: WebhookAddress) =>
  retryWhileUnreachable(
    () => registerWebhook(options.bot.api, address),
    { code: 'webhook_refused', message: 'Telegram refuses TELEGRAM_WEBHOOK_URL' },
    options,
  );

const removeWebhook = ({ bot, log }: StartOptions, signal: AbortSignal) =>
  retryWhileUnreachable(
    () => bot.api.deleteWebhook(),
    { code: 'polling_refused', message: 'Telegram refuses to be polled' },
    { log, signal },
  );

/** Never resolves: an end by the signal is not an end of the source. */
async function untilLost(watching: Promise<void>): Promise<never> {
  await watching;
  return new Promise(() => undefined);
}

function openServer(
  { values }: StartOptions,
  isHealthy: () => boolean,
  webhook?: Route,
): Promise<HttpServer> {
  const { webhookPort: port = DEFAULT_PORT, webhookHost: host } = values;
  return startHttpServer({ host, port, isHealthy, webhook });
}
