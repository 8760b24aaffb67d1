import type { Post } from '../call/post.js';
import type { Logger } from '../logger.js';
import type { Alert, AlertFate } from '../prices/alert.js';
import type { WatchStore } from '../state/history/watch-store.js';
import type { Webhook } from '../watch-settings.js';
import { postAlerts } from './webhook.js';

/** Alerts of one sweep to one place beyond which they come as one message. */
export const MAX_SINGLE_ALERTS = 5;
const MAX_DELIVERED = 1000;
/** What a runner has been sending for so long, it does not send any more. */
const CUT_OFF_MS = 5 * 60_000;

/** Sends alerts to one place in one message. @returns what became of all of them, or of each in order */
export type SendAlerts = (alerts: readonly Alert[]) => Promise<AlertFate | readonly AlertFate[]>;

/**
 * Sends the alerts that wait for some places, one message after the other. Each is marked right before it is sent, so that a
 * process that dies between never sends it twice: what may have arrived becomes `unknown`, and the rest stays due. What
 * `send` throws counts as failed.
 * @returns how many alerts there were
 */
export async function deliver(
  store: WatchStore,
  isOurs: (to: string) => boolean,
  send: SendAlerts,
  { nowMs, signal }: { readonly nowMs: number; readonly signal?: AbortSignal },
): Promise<number> {
  await store.forgetCutOff(nowMs - CUT_OFF_MS);
  const tried = new Set<string>();
  const isWanted = (to: string, id: string) => isOurs(to) && !tried.has(id);
  while (!signal?.aborted) {
    const alerts = await store.takeAlerts(isWanted, { maxSingle: MAX_SINGLE_ALERTS, max: MAX_DELIVERED });
    if (alerts.length === 0) break;
    for (const { id } of alerts) tried.add(id);
    const fates = [await send(alerts).catch(() => 'failed' as const)].flat();
    const all = fates[0] ?? 'failed';
    await store.settleAlerts(new Map(alerts.map(({ id }, at) => [id, fates[at] ?? all])));
  }
  return tried.size;
}

export interface WebhookSenderOptions {
  readonly webhooks: readonly Webhook[];
  readonly post: Post;
  readonly log: Pick<Logger, 'warn'>;
}

/**
 * Posts alerts to the webhooks they are for. What was not taken is tried again with the next delivery; why, the operator
 * is told once, until it is taken again.
 */
export function createWebhookSender({ webhooks, post, log }: WebhookSenderOptions): SendAlerts {
  const refusing = new Set<string>();
  return async (alerts) => {
    const webhook = findWebhook(alerts[0]?.to ?? '', webhooks);
    if (!webhook) return 'failed';
    const { name } = webhook;
    try {
      await postAlerts(webhook, alerts, post);
      refusing.delete(name);
      return 'sent';
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      if (!refusing.has(name)) {
        log.warn('a webhook did not take its alerts; they are posted again until it does', { name, detail });
      }
      refusing.add(name);
      return 'due';
    }
  };
}

const PREFIX = 'webhook:';
export const isWebhookPlace = (to: string): boolean => to.startsWith(PREFIX);
export const findWebhook = (to: string, webhooks: readonly Webhook[]): Webhook | undefined =>
  webhooks.find(({ name }) => to === `${PREFIX}${name}`);
