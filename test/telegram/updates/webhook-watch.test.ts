import type { Api } from 'grammy';
import { describe, expect, it } from 'vitest';
import { watchWebhook } from '../../../src/telegram/updates/webhook-watch.js';

const OURS = 'https://bot.example/hook';
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Telegram that says each of these addresses by turns; nothing for a failure. */
function createApi(addresses: readonly (string | undefined)[]) {
  const rest = [...addresses];
  const getWebhookInfo = async () => {
    const url = rest.shift();
    if (url === undefined) throw new Error('no network');
    return { url };
  };
  return { api: { getWebhookInfo } as unknown as Api, left: () => rest.length };
}

const watch = (addresses: readonly (string | undefined)[], isOurs?: () => boolean) => {
  const { api, left } = createApi(addresses);
  const signal = new AbortController();
  const watching = watchWebhook({ api, url: OURS, log, signal: signal.signal, everyMs: 1, isOurs });
  return { watching, left, stop: () => signal.abort() };
};

describe('the watch over a webhook', () => {
  it.each([
    ['leads to another address', 'https://other.example/hook'],
    ['was removed', ''],
  ])('says what to do when it %s', async (words, found) => {
    const { watching } = watch([OURS, undefined, OURS, found]);
    await expect(watching).rejects.toMatchObject({ name: 'ConfigError', code: 'lost_webhook' });
    await expect(watching).rejects.toThrow(new RegExp(`${words}.*BIJIA_DATABASE_URL`));
  });

  it('asks nothing while another machine looks, and ends with the bot', async () => {
    let looks = 0;
    const { watching, left, stop } = watch(['https://other.example'], () => {
      looks += 1;
      if (looks === 3) stop();
      return false;
    });
    await watching;
    expect(left()).toBe(1);
  });
});
