import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Api } from 'grammy';
import type { Update } from 'grammy/types';
import { StateError } from '../../core/index.js';
import type { Tasks } from '../tasks.js';
import { answer, type Route } from './http-server.js';
import { ALLOWED_UPDATES, type UpdateSource } from './update-source.js';

const SECRET_HEADER = 'x-telegram-bot-api-secret-token';
const MAX_BODY_BYTES = 1024 * 1024;
/** Above it Telegram keeps the updates for a while. */
const MAX_UNDER_WAY = 500;

/** Where Telegram brings updates, and what it shows there. */
export interface WebhookAddress {
  readonly url: string;
  readonly secret: string;
}

export interface WebhookOptions extends WebhookAddress {
  readonly tasks: Pick<Tasks, 'size'>;
  /** Resolves when an update may be confirmed. @throws StateError where Telegram is to bring it again */
  readonly take: (update: Update) => Promise<void>;
}

export interface Webhook extends UpdateSource {
  readonly route: Route;
}

/**
 * Updates that Telegram brings. Each is confirmed as soon as it is taken: an answer may have to wait for the quota for
 * longer than Telegram waits for the confirmation.
 */
export function createWebhook({ url, secret, tasks, take }: WebhookOptions): Webhook {
  let isOpen = true;
  const isSecret = createSecretCheck(secret);

  const handle: Route['handle'] = async (request, response) => {
    if (request.method !== 'POST') return answer(response, 405, 'only POST');
    // Before a byte of the body is read: anybody can knock here.
    if (!isSecret(request.headers[SECRET_HEADER])) return answer(response, 401, 'wrong secret');
    if (!isOpen || tasks.size() >= MAX_UNDER_WAY) {
      response.setHeader('retry-after', '5');
      return answer(response, 503, 'come again');
    }
    const update = parseUpdate(await readBody(request));
    if (!update) return answer(response, 400, 'no update');
    try {
      await take(update);
      answer(response, 200, 'ok');
    } catch (error) {
      if (!(error instanceof StateError)) throw error;
      response.setHeader('retry-after', '1');
      answer(response, 503, 'come again');
    }
  };

  return {
    route: { path: new URL(url).pathname, handle },
    isAlive: () => isOpen,
    ended: new Promise(() => {}),
    stop: async () => {
      isOpen = false;
    },
  };
}

/** Tells Telegram where to bring updates. What has gathered by then comes too. */
export async function registerWebhook(api: Api, { url, secret }: WebhookAddress): Promise<void> {
  await api.setWebhook(url, {
    secret_token: secret,
    allowed_updates: ALLOWED_UPDATES,
    max_connections: 40,
  });
}

/** Compares digests, in a time that tells nothing about the secret. */
function createSecretCheck(secret: string): (given: string | string[] | undefined) => boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest();
  const expected = digest(secret);
  return (given) => typeof given === 'string' && timingSafeEqual(digest(given), expected);
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseUpdate(text: string): Update | undefined {
  try {
    const update: unknown = JSON.parse(text);
    const isUpdate = typeof update === 'object' && update !== null && 'update_id' in update;
    return isUpdate && typeof update.update_id === 'number' ? (update as Update) : undefined;
  } catch {
    return undefined;
  }
}
