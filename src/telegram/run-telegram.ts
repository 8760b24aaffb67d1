import { lookup } from 'node:dns/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Api, type ApiClientOptions, Bot, GrammyError } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import {
  ConfigError,
  type Core,
  createCheckedLookup,
  createPublicAddressCheck,
  type Logger,
} from '../core/index.js';
import { createClientOptions } from './api.js';
import { describeError } from './api-errors.js';
import { assembleParts } from './assemble.js';
import { installFeatures } from './bot.js';
import type { BotContext } from './bot-context.js';
import { type Connection, createConnection, createDispatcher } from './connection.js';
import type { Delivery } from './delivery-mode.js';
import { listCommands } from './features/help.js';
import { startHttpFace } from './http-face.js';
import { createImageDownload, type ImageDownload } from './image-download.js';
import { LOCALES, TEXTS } from './locales/index.js';
import { createRedactedLog } from './log.js';
import { startPolling } from './polling.js';
import { createSeenUpdates } from './seen-updates.js';
import { checkTelegramValues, type TelegramValues } from './settings.js';
import { createTasks, type Tasks } from './tasks.js';
import { createWebhook, registerWebhook } from './webhook.js';

/** SIGTERM ends the bot within 10 s: answers under way have half of it, then they are told to end. */
const DRAIN = { graceMs: 5000, limitMs: 8000 };
const LONGEST_RETRY_MS = 30_000;

export interface TelegramOptions {
  readonly core: Core;
  readonly values: TelegramValues;
  /** Secret values among them. */
  readonly secrets: readonly string[];
  /** Ends the bot, gracefully. */
  readonly signal: AbortSignal;
  /** Tells the person who started it. */
  readonly tell: (text: string) => void;
}

/**
 * Runs the bot until the signal fires.
 * @throws ConfigError for settings that cannot work, a refused token and a second process with the same token
 */
export async function runTelegram(options: TelegramOptions): Promise<void> {
  const { core, values, signal, tell } = options;
  checkTelegramValues(values);
  const log = createRedactedLog(core.log, options.secrets);
  const { httpsProxy, httpProxy, noProxy } = core.config.general;
  const proxies = { httpsProxy, httpProxy, noProxy };
  const connection = createConnection(createDispatcher({ ...proxies, proxyUrl: values.proxyUrl }));
  const images = createImageDownload({
    proxies,
    lookup: createCheckedLookup(lookup, createPublicAddressCheck()),
    onFailure: (error) => log.info('a picture could not be loaded', { detail: describeError(error) }),
  });
  try {
    const client = createClientOptions(values.apiRoot, connection.fetch);
    const botInfo = await getMe(new Api(values.token, client), log, signal);
    if (!botInfo) return;
    await runBot({ ...options, log, connection, images, client, botInfo });
    tell('The bot has stopped.');
  } finally {
    await Promise.all([connection.close(), images.close()]);
  }
}

/** @returns undefined when the signal fired first. @throws ConfigError when the token is refused */
async function getMe(api: Api, log: Logger, signal: AbortSignal): Promise<UserFromGetMe | undefined> {
  for (let delayMs = 500; !signal.aborted; delayMs = Math.min(2 * delayMs, LONGEST_RETRY_MS)) {
    try {
      return await api.getMe(signal as Parameters<Api['getMe']>[0]);
    } catch (error) {
      if (error instanceof GrammyError && [401, 404].includes(error.error_code)) {
        throw new ConfigError('Telegram refuses TELEGRAM_BOT_TOKEN. Get a new one from @BotFather.');
      }
      if (signal.aborted) return undefined;
      log.warn('Telegram cannot be reached; trying again', {
        detail: describeError(error),
        retryInMs: delayMs,
      });
      await sleep(delayMs, undefined, { signal }).catch(() => undefined);
    }
  }
  return undefined;
}

interface RunParts extends TelegramOptions {
  readonly log: Logger;
  readonly connection: Connection;
  readonly images: ImageDownload;
  readonly client: ApiClientOptions;
  readonly botInfo: UserFromGetMe;
}

async function runBot(run: RunParts): Promise<void> {
  const { core, values, log, signal, tell, botInfo } = run;
  const ending = new AbortController();
  const folder = join(core.stateDir, 'telegram', String(botInfo.id));
  const tasks = createTasks((name, error) => log.error(`${name} failed`, { detail: describeError(error) }));
  const bot = new Bot<BotContext>(values.token, { botInfo, client: run.client });
  const parts = assembleParts({ ...run, bot, folder, tasks, ending: ending.signal });
  installFeatures(bot, parts, createSeenUpdates(join(folder, 'updates')));
  tasks.start('commands', () => registerCommands(bot));
  const { delivery, close } = await startDelivery(run, bot, tasks);
  await parts.desk.resumeAll();
  tell(`@${botInfo.username} is at work. Ctrl-C ends it.`);
  try {
    await Promise.race([delivery.ended, untilAborted(signal)]);
  } finally {
    parts.desk.pause();
    await delivery.stop();
    const undone = await tasks.drain(DRAIN);
    if (undone.length > 0) log.warn('ended before everything was done', { undone: undone.join(', ') });
    ending.abort();
    await Promise.all([close(), parts.usage.flush(), parts.languages.flush()]);
  }
}

/** The menu of commands, in each language; Chinese for all others. */
async function registerCommands(bot: Bot<BotContext>): Promise<void> {
  const [first, ...others] = LOCALES;
  if (first) await bot.api.setMyCommands(listCommands(TEXTS[first]));
  for (const locale of others) {
    await bot.api.setMyCommands(listCommands(TEXTS[locale]), { language_code: locale });
  }
}

interface StartedDelivery {
  readonly delivery: Delivery;
  readonly close: () => Promise<void>;
}

async function startDelivery(
  { values, log }: RunParts,
  bot: Bot<BotContext>,
  tasks: Tasks,
): Promise<StartedDelivery> {
  const { webhookUrl: url, webhookSecret: secret, webhookPort, webhookHost: host } = values;
  const port = webhookPort ?? 8080;
  if (url !== undefined && secret !== undefined) {
    const webhook = createWebhook(bot, { url, secret, tasks });
    const face = await startHttpFace({ host, port, isHealthy: webhook.isAlive, webhook: webhook.route });
    await registerWebhook(bot, { url, secret });
    return { delivery: webhook, close: face.close };
  }
  await bot.api.deleteWebhook();
  const polling = startPolling(bot, log);
  if (webhookPort === undefined) return { delivery: polling, close: async () => undefined };
  const face = await startHttpFace({ host, port, isHealthy: polling.isAlive });
  return { delivery: polling, close: face.close };
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
