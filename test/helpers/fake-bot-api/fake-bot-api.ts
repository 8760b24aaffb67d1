import { once } from 'node:events';
import type { Server } from 'node:http';
import type { User, UserFromGetMe } from 'grammy/types';
import { createChatDriver } from './chat-driver.js';
import type { ChatDriver } from './chat-driver-types.js';
import { createFaults, type Faults } from './faults.js';
import { createFileStore } from './file-store.js';
import { createMethods, type MethodRunner } from './methods/all.js';
import type { OpenQueries } from './methods/answering.js';
import type { RateLimits } from './rate-limit.js';
import { Refusal, Violation } from './refusal.js';
import type { ParsedBody } from './request-body.js';
import { createRequestLog, type RequestRecord } from './request-log.js';
import { createApiServer } from './server.js';
import { formatTranscript, type TranscriptStyle } from './transcript.js';
import { createUpdateQueue, type UpdateRecord } from './update-queue.js';
import { DEFAULT_TIMEOUT_MS, waitFor } from './waiting.js';
import { createWebhook, type Webhook } from './webhook.js';
import { createWorld } from './world.js';

export interface FakeBotApiOptions {
  readonly token: string;
  /** Milliseconds since 1970; the machine's clock by default. Long polls and faults wait in real time. */
  readonly now?: (() => number) | undefined;
  readonly username?: string | undefined;
  readonly firstName?: string | undefined;
  /** Privacy mode is on by default: in groups the bot sees commands, replies and mentions only. */
  readonly seesAllGroupMessages?: boolean | undefined;
  /** None by default. */
  readonly rateLimits?: RateLimits | undefined;
  /** How long a callback or inline query can be answered; 15 s by default. */
  readonly queryLifetimeMs?: number | undefined;
  /** 1 s by default, as the real server; see `retryDelayMs` of the webhook. */
  readonly webhookRetryDelayMs?: number | undefined;
}

export interface GroupOptions {
  readonly title: string;
  readonly members: readonly User[];
  readonly type?: 'group' | 'supergroup' | undefined;
}

export interface Group {
  readonly id: number;
  /** The group as one of its members uses it. */
  readonly as: (member: User) => ChatDriver;
}

/** A Bot API server for tests, with the people who write to the bot. Nothing outlives the object. */
export interface FakeBotApi {
  /** For `TELEGRAM_API_ROOT`: no slash at the end. Known once the server has started. */
  readonly origin: string;
  readonly bot: UserFromGetMe;
  readonly start: (port?: number) => Promise<void>;
  /** Closes every connection. What was said and queued stays: the server can start again. */
  readonly close: () => Promise<void>;
  /** A person; nothing happens yet. */
  readonly user: (details?: Partial<User>) => User;
  /** The private chat of a person with the bot. */
  readonly chat: (user: User) => ChatDriver;
  readonly group: (options: GroupOptions) => Group;
  readonly faults: Pick<Faults, 'plan' | 'clear'>;
  /** From now on Telegram cannot load photos from such addresses, and says so. */
  readonly refusePhotoUrls: (match: RegExp, words?: string) => void;
  readonly webhook: Pick<Webhook, 'route' | 'deliveries' | 'info'>;
  /** Every request, in order of arrival. */
  readonly requests: readonly RequestRecord[];
  readonly requestsOf: (method: string) => RequestRecord[];
  readonly updates: readonly UpdateRecord[];
  /** Delivers an update once more, with the same id. */
  readonly repeat: (update: UpdateRecord) => void;
  /** Milliseconds from the first delivery of an update to the arrival of the bot's next message or edit in its chat. */
  readonly replyDelayMs: (update: UpdateRecord) => number | undefined;
  /** What was refused although the real server has no words for it, and errors of this server: a test expects none. */
  readonly violations: readonly string[];
  readonly waitForRequest: (
    method: string,
    match?: (request: RequestRecord) => boolean,
    timeoutMs?: number,
  ) => Promise<RequestRecord>;
  /** All conversations as the people see them now. */
  readonly transcript: (style?: TranscriptStyle) => string;
}

const DEFAULT_QUERY_LIFETIME_MS = 15_000;
const FIRST_USER_ID = 5_000_001;
const FIRST_GROUP_ID = 1_001;

export function createFakeBotApi(options: FakeBotApiOptions): FakeBotApi {
  const now = options.now ?? Date.now;
  const world = createWorld({ bot: describeBot(options), now });
  const updates = createUpdateQueue();
  const files = createFileStore(now);
  const faults = createFaults();
  const log = createRequestLog();
  const queries: OpenQueries = { presses: new Map(), inline: new Map() };
  const violations: string[] = [];
  const refusedUrls: { readonly match: RegExp; readonly words: string }[] = [];
  let people = 0;
  let groups = 0;
  let server: Server | undefined;

  const call = async (name: string, body: ParsedBody, signal: AbortSignal) => {
    try {
      return await methods(name, body, signal);
    } catch (error) {
      const isUnknownMethod = error instanceof Refusal && error.code === 404;
      if (error instanceof Violation || isUnknownMethod) violations.push(`${name}: ${error.message}`);
      throw error;
    }
  };
  const webhook = createWebhook({
    updates,
    now,
    retryDelayMs: options.webhookRetryDelayMs ?? 1_000,
    onDelivery: world.touch,
    callMethod: async ({ method, ...fields }) => {
      if (typeof method !== 'string') return;
      // The bot does not learn what becomes of such a call.
      await call(method, { encoding: 'json', fields, files: [] }, new AbortController().signal).catch(
        () => {},
      );
    },
  });
  const methods: MethodRunner = createMethods({
    world,
    updates,
    files,
    queries,
    webhook,
    rateLimits: options.rateLimits ?? {},
    queryLifetimeMs: options.queryLifetimeMs ?? DEFAULT_QUERY_LIFETIME_MS,
    urlPolicy: (url) => refusedUrls.find(({ match }) => match.test(url))?.words,
  });
  const stage = { world, updates, files, queries };
  const findRequests = (method: string) =>
    log.records.filter((record) => record.method.toLowerCase() === method.toLowerCase());

  return {
    get origin() {
      const address = server?.address();
      if (!address || typeof address === 'string') throw new Error('the fake Bot API server is not started');
      return `http://127.0.0.1:${address.port}`;
    },
    bot: world.bot,
    start: async (port = 0) => {
      const onCrash = (error: unknown) => violations.push(`crash: ${String(error)}`);
      const onProgress = world.touch;
      server = createApiServer({ token: options.token, files, faults, log, call, onCrash, onProgress });
      await once(server.listen(port, '127.0.0.1'), 'listening');
    },
    close: async () => {
      webhook.remove();
      if (!server?.listening) return;
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
    user: (details = {}) => {
      const id = FIRST_USER_ID + people;
      people += 1;
      return { id, is_bot: false, first_name: `Person${people}`, language_code: 'zh-hans', ...details };
    },
    chat: (user) => {
      const { id, first_name, username } = user;
      const json = { id, type: 'private' as const, first_name, ...(username !== undefined && { username }) };
      return createChatDriver(stage, world.openChat(json, [user]), user);
    },
    group: ({ title, members, type = 'supergroup' }) => {
      const number = FIRST_GROUP_ID + groups;
      groups += 1;
      const id = type === 'group' ? -number : -1_000_000_000_000 - number;
      const state = world.openChat({ id, type, title }, members);
      return { id, as: (member) => createChatDriver(stage, state, member) };
    },
    faults,
    refusePhotoUrls: (match, words = 'wrong file identifier/HTTP URL specified') => {
      refusedUrls.push({ match, words });
    },
    webhook,
    requests: log.records,
    requestsOf: findRequests,
    updates: updates.records,
    repeat: updates.repeat,
    replyDelayMs: ({ deliveredAtMs: [deliveredAtMs = Number.NaN], chatKey }) => {
      const reply = log.records.find(
        ({ method, fields, receivedAtMs }) =>
          /^(?:send(?!ChatAction)|edit)/i.test(method) &&
          Number(fields['chat_id']) === chatKey &&
          receivedAtMs > deliveredAtMs,
      );
      return reply && reply.receivedAtMs - deliveredAtMs;
    },
    violations,
    waitForRequest: (method, match = () => true, timeoutMs = DEFAULT_TIMEOUT_MS) =>
      waitFor(
        world,
        () => findRequests(method).find(match),
        timeoutMs,
        () => `requests so far: ${log.records.map((record) => record.method).join(', ')}`,
      ),
    transcript: (style) =>
      [...world.chats.values()]
        .map(
          (chat) =>
            `── ${chat.json.title ?? chat.json.first_name} ──\n${formatTranscript(chat, world.bot, style)}`,
        )
        .join('\n\n'),
  };
}

function describeBot({ token, username, firstName, seesAllGroupMessages }: FakeBotApiOptions): UserFromGetMe {
  const id = Number(token.split(':')[0]);
  if (!Number.isSafeInteger(id)) throw new Refusal(401, 'the token has the form <number>:<letters>');
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
