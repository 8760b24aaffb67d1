import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { Bot, webhookCallback } from 'grammy';
import { describe, expect, it, onTestFinished } from 'vitest';
import { call, startApi, TOKEN } from './support.js';

const PUBLIC = 'https://bot.example';
const SECRET_HEADER = 'x-telegram-bot-api-secret-token';

interface Received {
  readonly path: string | undefined;
  readonly secret: string | string[] | undefined;
  readonly text: string;
}

interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

/** A bot's own server that answers as it is told, and with 200 when it is told nothing. */
async function startBotServer(answers: Answer[] = []) {
  const received: Received[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    const update = JSON.parse(await text(request)) as { message?: { text: string } };
    received.push({
      path: request.url,
      secret: request.headers[SECRET_HEADER],
      text: update.message?.text ?? '',
    });
    const { status, headers, body } = answers.shift() ?? { status: 200 };
    response.writeHead(status, headers).end(body);
  });
  return { received, origin: await listen(server) };
}

async function listen(server: Server): Promise<string> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('a webhook', () => {
  it('gets what was queued before and what comes, with the secret', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    const bot = await startBotServer();
    api.webhook.route(PUBLIC, bot.origin);
    chat.send('before');
    await call(api, 'setWebhook', { url: `${PUBLIC}/telegram`, secret_token: 'very_secret-1' });
    chat.send('after');
    await chat.waitUntil(() => api.webhook.deliveries.length === 2 || undefined);
    const expected = { path: '/telegram', secret: 'very_secret-1' };
    expect(bot.received).toEqual([
      { ...expected, text: 'before' },
      { ...expected, text: 'after' },
    ]);
    expect(api.webhook.info()).toMatchObject({ url: `${PUBLIC}/telegram`, pending_update_count: 0 });
  });

  it('gets a refused update again, before the next one of the same chat', async () => {
    const api = await startApi({ webhookRetryDelayMs: 5 });
    const chat = api.chat(api.user());
    const bot = await startBotServer([{ status: 500 }, { status: 401 }, { status: 302 }]);
    api.webhook.route(PUBLIC, bot.origin);
    await call(api, 'setWebhook', { url: PUBLIC });
    chat.send('a');
    chat.send('b');
    await chat.waitUntil(() => api.webhook.deliveries.length === 5 || undefined);
    expect(bot.received.map((update) => update.text)).toEqual(['a', 'a', 'a', 'a', 'b']);
    expect(api.webhook.deliveries.map(({ outcome }) => outcome)).toEqual([500, 401, 302, 200, 200]);
    expect(api.webhook.info().last_error_message).toBe('Wrong response from the webhook: 302 Found');
  });

  it('is told that nobody answers behind it', async () => {
    const api = await startApi();
    await call(api, 'setWebhook', { url: PUBLIC });
    const chat = api.chat(api.user());
    chat.send('a');
    await chat.waitUntil(() => api.webhook.deliveries.length > 0 || undefined);
    expect(await call(api, 'getWebhookInfo')).toMatchObject({
      result: {
        pending_update_count: 1,
        last_error_message: 'Failed to resolve host: Name or service not known',
      },
    });
  });

  it('excludes long polling until it is deleted', async () => {
    const api = await startApi();
    const polling = call(api, 'getUpdates', { timeout: 30 });
    await api.waitForRequest('getUpdates');
    await call(api, 'setWebhook', { url: PUBLIC });
    expect(await polling).toMatchObject({ description: 'Conflict: terminated by setWebhook request' });
    expect(await call(api, 'getUpdates')).toMatchObject({
      error_code: 409,
      description:
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    });
    api.chat(api.user()).send('a');
    await call(api, 'deleteWebhook', { drop_pending_updates: true });
    expect(await call(api, 'getUpdates')).toEqual({ ok: true, result: [] });
  });

  it('is served by a real bot, which refuses a wrong secret', async () => {
    const api = await startApi({ webhookRetryDelayMs: 5 });
    const chat = api.chat(api.user());
    const bot = new Bot(TOKEN, { client: { apiRoot: api.origin } });
    bot.on('message:text', (ctx) => ctx.reply(`you said ${ctx.msg.text}`));
    const origin = await listen(createServer(webhookCallback(bot, 'http', { secretToken: 'right' })));
    api.webhook.route(PUBLIC, origin);
    await bot.api.setWebhook(PUBLIC, { secret_token: 'wrong' });
    chat.send('hello');
    await chat.waitUntil(() => api.webhook.deliveries.length >= 2 || undefined);
    expect(api.webhook.deliveries[0]?.outcome).toBe(401);
    expect(chat.messages()).toEqual([]);
    await bot.api.setWebhook(PUBLIC, { secret_token: 'right' });
    await chat.waitForMessage('you said hello');
    expect(await bot.api.getWebhookInfo()).toMatchObject({ url: PUBLIC, pending_update_count: 0 });
    expect(api.refused()).toEqual([]);
  });

  it('can call a method in its answer', async () => {
    const api = await startApi();
    const chat = api.chat(api.user());
    const body = JSON.stringify({ method: 'sendMessage', chat_id: chat.id, text: 'hello' });
    const bot = await startBotServer([
      { status: 200, headers: { 'content-type': 'application/json' }, body },
    ]);
    api.webhook.route(PUBLIC, bot.origin);
    await call(api, 'setWebhook', { url: PUBLIC });
    chat.send('a');
    await chat.waitForMessage('hello');
  });
});
