import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examineBot } from '../../src/telegram/examine-bot.js';
import { createFakeBotApi } from '../fake-telegram/index.js';

const TOKEN = '7000000001:AAtestTestTestTestTestTestTestTest';
const HOOK = 'https://bot.example/hook';

describe('doctor asks Telegram where it brings updates', () => {
  const api = createFakeBotApi({ token: TOKEN });
  beforeAll(() => api.start());
  afterAll(() => api.close());

  const setWebhook = (url: string) =>
    fetch(`${api.origin}/bot${TOKEN}/setWebhook?url=${encodeURIComponent(url)}`);
  const ask = async (hook?: string) => {
    const environment = {
      ...{ TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: api.origin, TELEGRAM_ALLOWED_USERS: '*' },
      ...(hook !== undefined && {
        ...{ TELEGRAM_WEBHOOK_URL: hook, TELEGRAM_WEBHOOK_SECRET: 'a-secret-of-sixteen-or-more' },
      }),
    };
    const checks = await examineBot(environment, new AbortController().signal);
    return checks.find(({ name }) => name.en === 'updates');
  };

  it('and says where another process may use the same token', async () => {
    expect(await ask()).toBeUndefined();
    expect(await ask(HOOK)).toMatchObject({ status: 'info' });
    await setWebhook(HOOK);
    expect(await ask(HOOK)).toMatchObject({ status: 'ok' });
    expect(await ask()).toMatchObject({
      ...{ status: 'problem', advice: { en: expect.stringContaining('one database') } },
    });
    await setWebhook('https://other.example/hook');
    expect(await ask(HOOK)).toMatchObject({
      ...{ status: 'problem', found: { en: expect.stringContaining('another address') } },
    });
  });
});
