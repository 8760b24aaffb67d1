import type { UserFromGetMe } from 'grammy/types';
import { createChanges } from './changes.js';
import { createFaults, type Faults } from './faults.js';
import { createFileStore } from './file-store.js';
import { createListener } from './listener.js';
import { createMethods, type MethodRunner } from './methods/all.js';
import { createPeople, type People } from './people.js';
import type { RateLimits } from './rate-limit.js';
import { Refusal, Violation } from './refusal.js';
import { createRequestLog } from './request-log.js';
import { createRequestView, type RequestView } from './request-view.js';
import { createApiServer } from './server.js';
import type { Stage } from './stage.js';
import { formatTranscript, type TranscriptStyle } from './transcript.js';
import { createUpdateQueue, type UpdateRecord } from './update-queue.js';
import { createWebhook, type Webhook } from './webhook.js';
import { createWorld } from './world.js';

export interface FakeBotApiOptions {
  readonly token: string;
  /** Milliseconds since 1970; the machine's clock by default. Long polls and faults wait in real time. */
  readonly now?: () => number;
  readonly username?: string;
  readonly firstName?: string;
  /** Privacy mode is on by default: in groups the bot sees commands, replies and mentions only. */
  readonly seesAllGroupMessages?: boolean;
  /** None by default. */
  readonly rateLimits?: RateLimits;
  /** How long a callback or inline query can be answered; 15 s by default. */
  readonly queryLifetimeMs?: number;
  /** 1 s by default, as the real server; see `retryDelayMs` of the webhook. */
  readonly webhookRetryDelayMs?: number;
  /** How long a test waits for what the bot does; 45 s by default. It only ends what hangs: a busy machine may take a while. */
  readonly patienceMs?: number;
}

/** A Bot API server for tests, with the people who write to the bot. Nothing outlives the object. */
export interface FakeBotApi extends People, RequestView {
  /** For `TELEGRAM_API_ROOT`: no slash at the end. Known once the server has started. */
  readonly origin: string;
  readonly bot: UserFromGetMe;
  readonly start: (port?: number) => Promise<void>;
  /** Closes connections that nobody uses, as the real server does after a while. */
  readonly closeIdle: () => void;
  /** Closes every connection. What was said and queued stays: the server can start again. */
  readonly close: () => Promise<void>;
  readonly faults: Pick<Faults, 'plan' | 'clear'>;
  /** From now on Telegram cannot load photos from such addresses, and says so. */
  readonly refusePhotoUrls: (match: RegExp, words?: string) => void;
  readonly webhook: Pick<Webhook, 'route' | 'deliveries' | 'info'>;
  readonly updates: readonly UpdateRecord[];
  /** Delivers an update once more, with the same id. */
  readonly repeat: (update: UpdateRecord) => void;
  /** What was refused although the real server has no words for it, and errors of this server: a test expects none. */
  readonly violations: readonly string[];
  /** All conversations as the people see them now. */
  readonly transcript: (style?: TranscriptStyle) => string;
}

const DEFAULT_QUERY_LIFETIME_MS = 15_000;
const DEFAULT_WEBHOOK_RETRY_DELAY_MS = 1_000;
/** Less than the time of a test, which then shows what was said instead. */
const DEFAULT_PATIENCE_MS = 45_000;
const NOT_LOADED = 'wrong file identifier/HTTP URL specified';

/**
 * @example
 * const api = createFakeBotApi({ token: '7000000001:AAtest' });
 * await api.start(); // the bot's TELEGRAM_API_ROOT is api.origin
 * const ann = api.chat(api.user({ first_name: 'Ann', language_code: 'en' }));
 * ann.send('https://item.jd.com/100012043978.html');
 * const card = await ann.waitForMessage('iPhone');
 * await ann.press('Refresh', { on: card }).answered();
 * console.log(ann.transcript());
 * expect(api.refused()).toEqual([]);
 */
export function createFakeBotApi(options: FakeBotApiOptions): FakeBotApi {
  const stage = createStage(options);
  const { changes } = stage.world;
  const faults = createFaults();
  const log = createRequestLog();
  const violations: string[] = [];
  const refusedUrls: { readonly match: RegExp; readonly words: string }[] = [];

  // The webhook calls methods, and two methods set the webhook.
  const call: MethodRunner = (name, body, signal) => methods(name, body, signal);
  const webhook = createWebhook({
    updates: stage.updates,
    now: stage.world.now,
    retryDelayMs: options.webhookRetryDelayMs ?? DEFAULT_WEBHOOK_RETRY_DELAY_MS,
    onDelivery: changes.note,
    callMethod: (fields) => callUnheard(call, fields),
  });
  const runMethod = createMethods({
    ...stage,
    webhook,
    rateLimits: options.rateLimits ?? {},
    queryLifetimeMs: options.queryLifetimeMs ?? DEFAULT_QUERY_LIFETIME_MS,
    urlPolicy: (url) => refusedUrls.find(({ match }) => match.test(url))?.words,
  });
  const methods = recordViolations(runMethod, violations);
  const onCrash = (error: unknown) => violations.push(`crash: ${String(error)}`);
  const face = { token: options.token, files: stage.files, faults, log, call };
  const listener = createListener(() => createApiServer({ ...face, onCrash, onProgress: changes.note }));

  return {
    ...createPeople(stage),
    ...createRequestView(log, changes),
    get origin() {
      return listener.origin();
    },
    bot: stage.world.bot,
    start: listener.start,
    closeIdle: listener.closeIdle,
    close: () => {
      webhook.remove();
      return listener.stop();
    },
    faults,
    refusePhotoUrls: (match, words = NOT_LOADED) => refusedUrls.push({ match, words }),
    webhook,
    updates: stage.updates.records,
    repeat: stage.updates.repeat,
    violations,
    transcript: (style) => formatAll(stage, style),
  };
}

function createStage(options: FakeBotApiOptions): Stage {
  const now = options.now ?? Date.now;
  const changes = createChanges(options.patienceMs ?? DEFAULT_PATIENCE_MS);
  const world = createWorld({ bot: describeBot(options), now, changes });
  const queries = { presses: new Map(), inline: new Map() };
  return { world, updates: createUpdateQueue(), files: createFileStore(now), queries };
}

function recordViolations(run: MethodRunner, violations: string[]): MethodRunner {
  return async (name, body, signal) => {
    try {
      return await run(name, body, signal);
    } catch (error) {
      const isUnknownMethod = error instanceof Refusal && error.code === 404;
      if (error instanceof Violation || isUnknownMethod) violations.push(`${name}: ${error.message}`);
      throw error;
    }
  };
}

/** Carries out what an answer to a webhook asks for. The bot does not learn what becomes of it. */
async function callUnheard(call: MethodRunner, fields: Readonly<Record<string, unknown>>): Promise<void> {
  const { method, ...parameters } = fields;
  if (typeof method !== 'string') return;
  const body = { encoding: 'json' as const, fields: parameters, files: [] };
  await call(method, body, new AbortController().signal).catch(() => {});
}

function formatAll({ world }: Stage, style: TranscriptStyle | undefined): string {
  const chats = [...world.chats.values()].map((chat) => {
    const title = chat.json.title ?? chat.json.first_name;
    return `── ${title} ──\n${formatTranscript(chat, world.bot, style)}`;
  });
  return chats.join('\n\n');
}

function describeBot({ token, username, firstName, seesAllGroupMessages }: FakeBotApiOptions): UserFromGetMe {
  const id = Number(token.split(':')[0]);
  if (!Number.isSafeInteger(id)) throw new Error('a token has the form <number>:<letters>');
  return {
    id,
    is_bot: true,
    first_name: firstName ?? 'bijia',
    username: username ?? 'bijia_test_bot',
    can_join_groups: true,
    can_read_all_group_messages: seesAllGroupMessages ?? false,
    supports_inline_queries: true,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
    supports_join_request_queries: false,
  };
}
