import { lookup } from 'node:dns/promises';
import { join } from 'node:path';
import { Api, type ApiClientOptions, Bot } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import {
  type Clock,
  type Core,
  createBatches,
  createCheckedLookup,
  createClock,
  createPublicAddressCheck,
  createRedactor,
  type Logger,
} from '../core/index.js';
import { assembleParts } from './assemble.js';
import { openChatJobs } from './batches/chat-jobs.js';
import { installFeatures } from './bot.js';
import { createClientOptions } from './bot-api/api.js';
import { describeError } from './bot-api/api-errors.js';
import { createImageConnection, createImageDownload, type ImageDownload } from './bot-api/image-download.js';
import { retryWhileUnreachable } from './bot-api/retry-while-unreachable.js';
import { createTelegramHttp, openDispatcher, type TelegramHttp } from './bot-api/telegram-http.js';
import type { BotContext } from './bot-context.js';
import { listCommands } from './features/help.js';
import { LOCALES, TEXTS } from './locales/index.js';
import { checkTelegramValues, type TelegramValues } from './settings.js';
import { createTasks } from './tasks.js';
import { createRecentUpdates } from './updates/recent-updates.js';
import { createSeenUpdates } from './updates/seen-updates.js';
import { type StartedSource, startUpdates } from './updates/start-updates.js';
import { waitForDatabase } from './wait-for-database.js';
import { runWatches } from './watches/watch-runner.js';

type Write = Logger['info'];

/** The core's log, with the bot's own secrets taken out by value: whole, and the part of the token after its colon. */
function createRedactedLog(log: Logger, secrets: readonly string[]): Logger {
  const parts = secrets.flatMap((secret) => secret.split(':').filter((part) => part.length >= 16));
  const { redact } = createRedactor([...secrets, ...parts]);
  const clean =
    (write: Write): Write =>
    (message, fields = {}) =>
      write(
        redact(message),
        Object.fromEntries(
          Object.entries(fields).map(([key, value]) => [
            key,
            typeof value === 'string' ? redact(value) : value,
          ]),
        ),
      );
  return { error: clean(log.error), warn: clean(log.warn), info: clean(log.info), debug: clean(log.debug) };
}

const TOKEN_REFUSED = {
  code: 'bot_token_refused',
  message: 'Telegram refuses TELEGRAM_BOT_TOKEN. Get a new one from @BotFather.',
};

/** SIGTERM ends the bot within 10 s: answers under way have half of it, then they are told to end. */
const DRAIN = { graceMs: 5000, limitMs: 8000 };

export interface TelegramOptions {
  readonly core: Core;
  readonly values: TelegramValues;
  /** Secret values among them. */
  readonly secrets: readonly string[];
  /** Ends the bot, gracefully. */
  readonly signal: AbortSignal;
  /** Tells the person who started it. */
  readonly tell: (text: string) => void;
  /** What is told, in that person's language. */
  readonly says: { readonly begins: (username: string) => string; readonly ended: string };
}

/**
 * Runs the bot until the signal fires.
 * @throws ConfigError for settings that cannot work, a refused token and a second process with the same token
 */
export async function runTelegram(options: TelegramOptions): Promise<void> {
  const { core, values, signal, tell, says } = options;
  checkTelegramValues(values);
  const log = createRedactedLog(core.log, options.secrets);
  const { httpsProxy, httpProxy, noProxy } = core.config.general;
  const proxies = { httpsProxy, httpProxy, noProxy };
  const clock = createClock();
  const dispatcher = await openDispatcher({ ...proxies, proxyUrl: values.proxyUrl });
  const connection = createTelegramHttp(dispatcher, clock);
  const imageConnection = await createImageConnection(
    proxies,
    createCheckedLookup(lookup, createPublicAddressCheck()),
    clock,
  );
  const images = createImageDownload(imageConnection, (error) =>
    log.info('a picture could not be loaded', { detail: describeError(error) }),
  );
  try {
    const client = createClientOptions(values.apiRoot, connection.fetch);
    const api = new Api(values.token, client);
    const getMe = () => api.getMe(signal as Parameters<Api['getMe']>[0]);
    const botInfo = await retryWhileUnreachable(getMe, TOKEN_REFUSED, { log, signal });
    await runBot({ ...options, clock, log, connection, images, client, botInfo });
    tell(says.ended);
  } finally {
    await Promise.all([connection.close(), imageConnection.close()]);
  }
}

interface RunParts extends TelegramOptions {
  readonly clock: Clock;
  readonly log: Logger;
  readonly connection: TelegramHttp;
  readonly images: ImageDownload;
  readonly client: ApiClientOptions;
  readonly botInfo: UserFromGetMe;
}

async function runBot(run: RunParts): Promise<void> {
  const { core, values, clock, log, signal, tell, says, botInfo } = run;
  const ending = new AbortController();
  const watching = new AbortController();
  const folder = join(core.stateDir, 'telegram', String(botInfo.id));
  const fail = (what: string) => (error: unknown) => log.error(what, { detail: describeError(error) });
  const tasks = createTasks(clock, (name, error) => fail(`${name} failed`)(error));
  const bot = new Bot<BotContext>(values.token, { botInfo, client: run.client });
  const state = await core.openBot(`telegram/${botInfo.id}`, fail('state could not be written'));
  const { fleet } = state;
  const batches = createBatches(core);
  const jobs = { batches, bot: botInfo.id, member: fleet?.member, now: clock.now };
  const store = await waitForDatabase(() => openChatJobs(jobs), { ...clock, log, signal });
  const parts = assembleParts({ ...run, bot, state, batches, store, folder, tasks, ending: ending.signal });
  const seen = fleet
    ? createRecentUpdates()
    : createSeenUpdates(join(folder, 'updates'), fail('an update was not noted'));
  installFeatures(bot, parts, seen);
  let source: StartedSource | undefined;
  try {
    source = await startUpdates({ ...run, ...parts, wait: clock.wait, bot, fleet });
    tasks.start('commands', () => registerCommands(bot));
    parts.scheduler.resumeAll();
    tasks.start('batches of other machines', () => parts.scheduler.adoptUntil(watching.signal));
    tasks.start('price alerts', () =>
      runWatches({ ...parts, send: parts.sendAlerts, signal: watching.signal }),
    );
    tell(says.begins(botInfo.username));
    await Promise.race([source.ended, untilAborted(signal)]);
  } finally {
    parts.scheduler.pause();
    watching.abort();
    await source?.stop();
    const undone = await tasks.drain(DRAIN);
    if (undone.length > 0) log.warn('ended before everything was done', { undone: undone.join(', ') });
    ending.abort();
    await Promise.all([source?.close(), state.flush()]);
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

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
