import type { WebhookInfo } from 'grammy/types';
import { badRequest } from './refusal.js';
import type { UpdateQueue, UpdateRecord } from './update-queue.js';
import { failedPost, type PostOutcome, postUpdate } from './webhook-post.js';

export interface WebhookSettings {
  readonly url: string;
  readonly secretToken: string | undefined;
  readonly maxConnections: number;
  readonly ipAddress: string | undefined;
}

export interface Delivery {
  readonly updateId: number;
  /** Monotonic milliseconds, comparable with the request log. */
  readonly sentAtMs: number;
  /** HTTP status, or what went wrong on the way. */
  readonly outcome: number | string;
}

export interface Webhook {
  readonly deliveries: readonly Delivery[];
  /** Where updates for a public origin really go: the bot under test listens on loopback without TLS. */
  readonly route: (publicOrigin: string, loopbackOrigin: string) => void;
  /** @throws {Refusal} for an address or a secret that Telegram does not take. */
  readonly set: (settings: WebhookSettings) => void;
  readonly remove: () => void;
  readonly settings: () => WebhookSettings | undefined;
  readonly info: () => WebhookInfo;
}

export interface WebhookOptions {
  readonly updates: UpdateQueue;
  readonly now: () => number;
  /** Wait before the second retry; doubled each time up to 64 times. The first retry comes at once. */
  readonly retryDelayMs: number;
  /** Told after each attempt to deliver. */
  readonly onDelivery: () => void;
  /** Carries out a method that the bot put into its answer to an update. */
  readonly callMethod: (fields: Readonly<Record<string, unknown>>) => Promise<void>;
}

interface ActiveWebhook extends WebhookSettings {
  readonly stop: AbortController;
}

type LastError = { readonly last_error_date: number; readonly last_error_message: string };

const ALLOWED_PORTS = ['', '443', '80', '88', '8443'];
const MAX_BACKOFF_DOUBLINGS = 6;

/** Delivers updates by HTTP: in order within a chat, several chats at a time, again until the answer is 2xx. */
export function createWebhook({ updates, now, ...options }: WebhookOptions): Webhook {
  const routes = new Map<string, string>();
  const deliveries: Delivery[] = [];
  const busyChats = new Set<number>();
  let active: ActiveWebhook | undefined;
  let lastError: LastError | undefined;

  const pump = () => {
    for (const update of updates.pending()) {
      if (!active || busyChats.size >= active.maxConnections) return;
      if (busyChats.has(update.chatKey)) continue;
      busyChats.add(update.chatKey);
      void deliver(update, active).finally(() => {
        busyChats.delete(update.chatKey);
        pump();
      });
    }
  };
  const deliver = async (update: UpdateRecord, webhook: ActiveWebhook) => {
    const { signal } = webhook.stop;
    for (let failures = 0; !signal.aborted; failures += 1) {
      const outcome = await attempt(update, webhook);
      if (signal.aborted || outcome.problem === undefined) return;
      lastError = { last_error_date: Math.floor(now() / 1000), last_error_message: outcome.problem };
      await sleep(outcome.retryAfterMs ?? backoffMs(failures, options.retryDelayMs), signal);
    }
  };
  const attempt = async (update: UpdateRecord, { url, secretToken, stop: { signal } }: ActiveWebhook) => {
    const sentAtMs = performance.now();
    update.deliveredAtMs.push(sentAtMs);
    const { origin } = new URL(url);
    const route = routes.get(origin);
    const outcome: PostOutcome = route
      ? await postUpdate(update, { target: url.replace(origin, route), secretToken, signal })
      : failedPost('Failed to resolve host: Name or service not known');
    if (signal.aborted) return outcome;
    deliveries.push({ updateId: update.updateId, sentAtMs, outcome: outcome.status });
    if (outcome.problem === undefined) updates.confirm(update);
    if (outcome.answer) await options.callMethod(outcome.answer);
    options.onDelivery();
    return outcome;
  };
  const remove = () => {
    active?.stop.abort();
    active = undefined;
    lastError = undefined;
    updates.onPush = () => {};
  };
  const set = (settings: WebhookSettings) => {
    checkUrl(settings.url);
    checkSecret(settings.secretToken ?? '');
    remove();
    active = { ...settings, stop: new AbortController() };
    updates.onPush = pump;
    pump();
  };
  const route = (publicOrigin: string, loopbackOrigin: string) => {
    routes.set(publicOrigin, loopbackOrigin);
  };
  const info = () => ({ ...describe(active, updates), ...lastError });
  return { deliveries, route, set, remove, settings: () => active, info };
}

function describe(settings: WebhookSettings | undefined, updates: UpdateQueue): WebhookInfo {
  const allowed = updates.allowed();
  return {
    url: settings?.url ?? '',
    has_custom_certificate: false,
    pending_update_count: updates.pending().length,
    ...(settings && { max_connections: settings.maxConnections }),
    ...(settings && { ip_address: settings.ipAddress ?? '127.0.0.1' }),
    ...(allowed.length > 0 && { allowed_updates: [...allowed] }),
  };
}

function checkUrl(url: string): void {
  if (!URL.canParse(url)) throw badRequest('invalid webhook URL specified');
  const { protocol, port } = new URL(url);
  if (protocol !== 'https:') throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  if (!ALLOWED_PORTS.includes(port)) {
    throw badRequest('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
  }
}

function checkSecret(secret: string): void {
  if (secret.length > 256) throw badRequest('secret token is too long');
  if (!/^[\w-]*$/.test(secret)) throw badRequest('secret token contains unallowed characters');
}

function backoffMs(failures: number, retryDelayMs: number): number {
  return failures === 0 ? 0 : retryDelayMs * 2 ** Math.min(failures - 1, MAX_BACKOFF_DOUBLINGS);
}

async function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', finish);
      resolve();
    };
    const timer = setTimeout(finish, delayMs);
    signal.addEventListener('abort', finish);
  });
}
