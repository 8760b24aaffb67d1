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

/**
 * Sends the alerts that wait for some places. Each is marked before it is sent, so that a process that dies between never
 * sends it twice: what may have arrived becomes `unknown`. What `send` throws counts as failed.
 */
export async function deliver(
  store: WatchStore,
  isOurs: (to: string) => boolean,
  send: SendAlerts,
  nowMs: number,
): Promise<number> {
  await store.forgetCutOff(nowMs - CUT_OFF_MS);
  const alerts = await store.takeAlerts(isOurs, MAX_DELIVERED);
  for (const group of groupByPlace(alerts)) {
    const fates = [await send(group).catch(() => 'failed' as const)].flat();
    const all = fates[0] ?? 'failed';
    await store.settleAlerts(new Map(group.map(({ id }, at) => [id, fates[at] ?? all])));
  }
  return alerts.length;
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
function groupByPlace(alerts: readonly Alert[]): Alert[][] {
  const places = new Map<string, Alert[]>();
  for (const alert of alerts) {
    const own = places.get(alert.to);
    if (own) own.push(alert);
    else places.set(alert.to, [alert]);
  }
  return [...places.values()].flatMap((own) =>
    own.length > MAX_SINGLE_ALERTS ? [own] : own.map((alert) => [alert]),
  );
}
