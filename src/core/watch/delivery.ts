import type { WatchStore } from '../state/history/watch-store.js';
import type { Alert, AlertFate } from './alert.js';
import { type Post, postAlerts, type Webhook } from './webhook.js';

/** Alerts of one sweep to one place beyond which they come as one message. */
export const MAX_SINGLE_ALERTS = 5;
const MAX_DELIVERED = 1000;
/** What a runner has been sending for so long, it does not send any more. */
const CUT_OFF_MS = 5 * 60_000;

/** Sends alerts to one place in one message. @returns what became of all of them, or of each in order */
export type SendAlerts = (alerts: readonly Alert[]) => Promise<AlertFate | readonly AlertFate[]>;

export interface DeliverOptions {
  /** Wall clock, milliseconds. */
  readonly nowMs: number;
  /** Nothing is sent to a further place once it has fired. */
  readonly signal?: AbortSignal;
}

/**
 * Sends the alerts that wait for some places, one place after the other. Each is marked before it is sent, so that a process
 * that dies between never sends it twice: what may have arrived becomes `unknown`, and what waits for other places is still
 * due. What `send` throws counts as failed.
 */
export async function deliver(
  store: WatchStore,
  isOurs: (to: string) => boolean,
  send: SendAlerts,
  { nowMs, signal }: DeliverOptions,
): Promise<number> {
  await store.forgetCutOff(nowMs - CUT_OFF_MS);
  // What a place does not take now waits for the next time.
  const served = new Set<string>();
  let count = 0;
  while (!signal?.aborted) {
    const alerts = await store.takeAlerts((to) => isOurs(to) && !served.has(to), MAX_DELIVERED);
    const [first] = alerts;
    if (!first) break;
    served.add(first.to);
    count += alerts.length;
    for (const message of toMessages(alerts)) {
      const fates = [await send(message).catch(() => 'failed' as const)].flat();
      const all = fates[0] ?? 'failed';
      await store.settleAlerts(new Map(message.map(({ id }, at) => [id, fates[at] ?? all])));
    }
  }
  return count;
}

/** Posts alerts to the webhooks they are for; what was not taken is tried again with the next delivery. */
export function createWebhookSender(webhooks: readonly Webhook[], post: Post): SendAlerts {
  return async (alerts) => {
    const webhook = findWebhook(alerts[0]?.to ?? '', webhooks);
    if (!webhook) return 'failed';
    return postAlerts(webhook, alerts, post).then(
      () => 'sent' as const,
      () => 'due' as const,
    );
  };
}

const PREFIX = 'webhook:';
export const isWebhookPlace = (to: string): boolean => to.startsWith(PREFIX);
export const findWebhook = (to: string, webhooks: readonly Webhook[]): Webhook | undefined =>
  webhooks.find(({ name }) => to === `${PREFIX}${name}`);

/** More than a few at once to one place become one message. */
function toMessages(alerts: readonly Alert[]): (readonly Alert[])[] {
  return alerts.length > MAX_SINGLE_ALERTS ? [alerts] : alerts.map((alert) => [alert]);
}
