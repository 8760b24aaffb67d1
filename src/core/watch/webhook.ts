import { createHmac } from 'node:crypto';
import { isIP } from 'node:net';
import type { Post } from '../call/post.js';
import { UpstreamError } from '../errors.js';
import { type Alert, formatAlert } from '../prices/alert.js';
import type { Webhook } from '../watch-settings.js';

/** What receives a webhook has to be quick: an alert is only worth a few lines. */
const TIMEOUT_MS = 10_000;

/**
 * Posts alerts as one JSON document: `{"alerts":[…]}`. `x-bijia-signature` is `sha256=` and the HMAC of the body. It may come
 * more than once: receivers tell by `alert_id`.
 * @throws UpstreamError when it was not taken
 */
export async function postAlerts(webhook: Webhook, alerts: readonly Alert[], post: Post): Promise<void> {
  const body = JSON.stringify({ alerts: alerts.map(formatAlert) });
  const headers: Record<string, string> = { 'content-type': 'application/json' };
  if (webhook.secret !== undefined) {
    headers['x-bijia-signature'] =
      `sha256=${createHmac('sha256', webhook.secret).update(body).digest('hex')}`;
  }
  const options = { timeoutMs: TIMEOUT_MS, isPublicOnly: !isPrivateByName(new URL(webhook.url).hostname) };
  const status = await post(webhook.url, { headers, body }, options);
  if (status >= 200 && status < 300) return;
  throw new UpstreamError(`The webhook ${webhook.name} answered with status ${status}.`);
}

/** An operator who writes an address or localhost means it; a public name must not lead into the private network. */
function isPrivateByName(hostname: string): boolean {
  return hostname === 'localhost' || isIP(hostname.replace(/^\[|\]$/g, '')) !== 0;
}
