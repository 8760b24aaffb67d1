import { createHmac } from 'node:crypto';
import { isIP } from 'node:net';
import { ConfigError, UpstreamError } from '../errors.js';
import { type Alert, formatAlert } from './alert.js';

/** Where alerts may be posted to, by the operator's own name for it. */
export interface Webhook {
  readonly name: string;
  readonly url: string;
  /** Signs what is posted; without it nothing proves who sent it. */
  readonly secret?: string;
}

const NAMED = /^BIJIA_WEBHOOK_([A-Z][A-Z0-9_]*)_URL$/;
/** What receives a webhook has to be quick: an alert is only worth a few lines. */
const TIMEOUT_MS = 10_000;

/** Whether a variable belongs to a webhook: `BIJIA_WEBHOOK_<NAME>_URL` or `…_SECRET`. */
export const isWebhookVariable = (name: string): boolean =>
  /^BIJIA_WEBHOOK_[A-Z][A-Z0-9_]*_(URL|SECRET)$/.test(name);

/**
 * The webhooks that the environment names.
 * @throws ConfigError for an address that is not one
 */
export function readWebhooks(environment: Readonly<Record<string, string | undefined>>): Webhook[] {
  return Object.entries(environment).flatMap(([variable, value = '']) => {
    const name = NAMED.exec(variable)?.[1];
    const url = value.trim();
    if (name === undefined || url === '') return [];
    if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
      throw new ConfigError(`${variable} expects an address that begins with https:// or http://`, {
        ...{ code: 'configuration', facts: { problems: `- ${variable}，例如 https://example.com/hook` } },
      });
    }
    const secret = environment[`BIJIA_WEBHOOK_${name}_SECRET`]?.trim();
    return [{ name, url, ...(secret && { secret }) }];
  });
}

/** Sends one POST without following redirects; its status. */
export type Post = (
  url: string,
  message: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
  options: { readonly timeoutMs: number; readonly isPublicOnly: boolean },
) => Promise<number>;

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
