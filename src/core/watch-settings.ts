import { ConfigError } from './errors.js';
import { optionalDuration, type Settings, share, wholeNumber } from './settings.js';

/** What bounds the looks of price alerts. */
export const WATCH_SETTINGS = {
  watchShare: share('BIJIA_WATCH_SHARE', 0.2, {
    about: 'How much of each quota price alerts may use, above 0 and at most 1',
  }),
  watchPaidDaily: wholeNumber('BIJIA_WATCH_PAID_DAILY', {
    about: 'How many looks a day that cost money price alerts may take; none unless set',
    example: '50',
  }),
  watchEveryMs: optionalDuration('BIJIA_WATCH_EVERY', {
    about: 'Least time between two looks at a product for price alerts; 30 minutes or an hour unless set',
    example: '2h',
  }),
} satisfies Settings;

/** Where alerts may be posted to, by the operator's own name for it. */
export interface Webhook {
  readonly name: string;
  readonly url: string;
  /** Signs what is posted; without it nothing proves who sent it. */
  readonly secret?: string;
}

const NAMED = /^BIJIA_WEBHOOK_([A-Z][A-Z0-9_]*)_URL$/;

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
