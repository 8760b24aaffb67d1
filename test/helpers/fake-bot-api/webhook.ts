import type { WebhookInfo } from 'grammy/types';
import { badRequest } from './refusal.js';
import type { UpdateQueue, UpdateRecord } from './update-queue.js';

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

const ALLOWED_PORTS = ['', '443', '80', '88', '8443'];
const ANSWER_TIMEOUT_MS = 60_000;

/** Delivers updates by HTTP: in order within a chat, several chats at a time, again until the answer is 2xx. */
export function createWebhook(options: WebhookOptions): Webhook {
  const { updates, now, retryDelayMs, callMethod } = options;
  const routes = new Map<string, string>();
  const deliveries: Delivery[] = [];
  const busyChats = new Set<number>();
  let current: WebhookSettings | undefined;
  let stop = new AbortController();
  let lastError: { readonly date: number; readonly message: string } | undefined;

  const pump = () => {
    for (const update of updates.pending()) {
      if (!current || busyChats.size >= current.maxConnections) return;
      if (busyChats.has(update.chatKey)) continue;
      busyChats.add(update.chatKey);
      void deliver(update, current, stop.signal).finally(() => {
        busyChats.delete(update.chatKey);
        pump();
      });
    }
  };

  const deliver = async (update: UpdateRecord, settings: WebhookSettings, signal: AbortSignal) => {
    for (let failures = 0; !signal.aborted; failures += 1) {
      const sentAtMs = performance.now();
      update.deliveredAtMs.push(sentAtMs);
      const outcome = await send(update, settings, signal);
      if (signal.aborted) return;
      deliveries.push({ updateId: update.updateId, sentAtMs, outcome: outcome.status });
      if (outcome.isOk) updates.confirm(update);
      else lastError = { date: Math.floor(now() / 1000), message: outcome.problem };
      options.onDelivery();
      if (outcome.isOk) return;
      const backoffMs = failures === 0 ? 0 : retryDelayMs * 2 ** Math.min(failures - 1, 6);
      await sleep(outcome.retryAfterMs ?? backoffMs, signal);
    }
  };

  const send = async (update: UpdateRecord, { url, secretToken }: WebhookSettings, signal: AbortSignal) => {
    const { origin } = new URL(url);
    const target = routes.get(origin);
    if (!target) return failed('Failed to resolve host: Name or service not known');
    try {
      const response = await fetch(url.replace(origin, target), {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          ...(secretToken !== undefined && { 'x-telegram-bot-api-secret-token': secretToken }),
        },
        body: JSON.stringify(update.json),
        redirect: 'manual',
        signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_TIMEOUT_MS)]),
      });
      const answer = await response.text();
      if (response.ok) await callMethod(readAnswer(answer));
      return judge(response);
    } catch {
      return failed('Connection closed');
    }
  };

  return {
    deliveries,
    route: (publicOrigin, loopbackOrigin) => {
      routes.set(publicOrigin, loopbackOrigin);
    },
    set: (settings) => {
      checkUrl(settings.url);
      checkSecret(settings.secretToken ?? '');
      stop.abort();
      stop = new AbortController();
      current = settings;
      lastError = undefined;
      updates.onPush = pump;
      pump();
    },
    remove: () => {
      stop.abort();
      current = undefined;
      updates.onPush = () => {};
    },
    settings: () => current,
    info: () => ({
      url: current?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: updates.pending().length,
      ...(lastError && { last_error_date: lastError.date, last_error_message: lastError.message }),
      ...(current && {
        max_connections: current.maxConnections,
        ip_address: current.ipAddress ?? '127.0.0.1',
      }),
      ...(updates.allowed().length > 0 && { allowed_updates: [...updates.allowed()] }),
    }),
  };
}

function judge(response: Response) {
  if (response.ok) return { isOk: true, status: response.status, problem: '', retryAfterMs: undefined };
  const retryAfterS = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    isOk: false,
    status: response.status,
    problem: `Wrong response from the webhook: ${response.status} ${response.statusText}`,
    retryAfterMs: retryAfterS > 0 ? Math.min(retryAfterS, 3600) * 1000 : undefined,
  };
}

function failed(problem: string) {
  return { isOk: false, status: problem, problem, retryAfterMs: undefined };
}

function readAnswer(answer: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(answer);
    return value !== null && typeof value === 'object' ? { ...value } : {};
  } catch {
    return {};
  }
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

async function sleep(delayMs: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
