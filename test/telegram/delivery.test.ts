import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Route, startHttpServer } from '../../src/telegram/updates/http-server.js';
import { refuse } from '../fake-telegram/index.js';
import { findFreePort } from '../helpers/free-port.js';
import { FLAGSHIP, jdLinks, MILK_POWDER } from '../helpers/telegram/links.js';
import { createProcessStage, createStage, type RunningBot, TOKEN } from '../helpers/telegram/running-bot.js';

const SECRET = 'a-secret-of-sixteen-or-more';
const PUBLIC = 'https://bot.example';

const expectNoToken = (bot: RunningBot) => {
  expect(bot.output()).not.toContain(TOKEN);
  expect(bot.output()).not.toContain(TOKEN.split(':')[1]);
  expect(bot.output()).not.toContain(SECRET);
};

describe('by webhook', () => {
  async function openWebhook() {
    const stage = await createStage();
    const port = await findFreePort();
    stage.api.webhook.route(PUBLIC, `http://127.0.0.1:${port}`);
    const bot = await stage.startBot({
      TELEGRAM_WEBHOOK_URL: `${PUBLIC}/hooks/telegram`,
      TELEGRAM_WEBHOOK_SECRET: SECRET,
      TELEGRAM_WEBHOOK_PORT: String(port),
    });
    return { ...stage, bot, origin: `http://127.0.0.1:${port}` };
  }

  it('updates are confirmed at once and answered', async () => {
    const { api, bot } = await openWebhook();
    const chat = api.chat(api.user());
    chat.send(FLAGSHIP);
    await chat.waitForMessage('iPhone 17');
    expect(api.webhook.deliveries.map(({ outcome }) => outcome)).toEqual([200]);
    expect(api.webhook.info()).toMatchObject({
      pending_update_count: 0,
      allowed_updates: expect.arrayContaining(['message']),
    });
    expect((await bot.stop()).code).toBe(0);
    expectNoToken(bot);
  });

  it('nobody is heard without the secret, and nothing odd does harm', async () => {
    const { api, bot, origin } = await openWebhook();
    const chat = api.chat(api.user());
    const update = JSON.stringify({
      update_id: 1,
      message: {
        message_id: 1,
        date: 1,
        chat: { id: chat.id, type: 'private' },
        from: chat.user,
        text: '/help',
      },
    });
    const post = async (headers: Record<string, string>, body: string, path = '/hooks/telegram') =>
      (await fetch(origin + path, { method: 'POST', headers, body })).status;
    const known = { 'x-telegram-bot-api-secret-token': SECRET };
    expect(await post({}, update)).toBe(401);
    expect(await post({ 'x-telegram-bot-api-secret-token': `${SECRET}x` }, update)).toBe(401);
    expect(await post(known, update, '/hooks')).toBe(404);
    expect(await post(known, 'nonsense')).toBe(400);
    expect(await post(known, '{"a":1}')).toBe(400);
    expect(await post(known, 'x'.repeat(2 * 1024 * 1024)).catch(() => 400)).toBe(400);
    expect((await fetch(`${origin}/hooks/telegram`)).status).toBe(405);
    expect(chat.messages()).toEqual([]);
    expect(await post(known, update)).toBe(200);
    await chat.waitForMessage('没有找到商品链接');
    expect(bot.hasEnded()).toBe(false);
  });

  it('waits no longer than its patience for a request to come in', async () => {
    const port = await findFreePort();
    const handle: Route['handle'] = async (request) => void (await request.toArray());
    const options = { host: '127.0.0.1', port, isHealthy: () => true, patienceMs: 400 };
    const face = await startHttpServer({ ...options, webhook: { path: '/hook', handle } });
    onTestFinished(face.close);
    for (const rest of ['', 'content-length: 9\r\n\r\n{']) {
      const socket = connect(port, '127.0.0.1').resume();
      socket.write(`POST /hook HTTP/1.1\r\nhost: x\r\n${rest}`);
      await once(socket, 'close');
      expect(socket.destroyed).toBe(true);
    }
  });

  it('/healthz says whether the bot works', async () => {
    const { origin, bot } = await openWebhook();
    const answer = await fetch(`${origin}/healthz`);
    expect([answer.status, await answer.text()]).toEqual([200, 'ok\n']);
    expect((await bot.stop()).code).toBe(0);
  });

  it('is refused with Telegram’s own words', async () => {
    const { launchBot } = await createStage();
    const bot = launchBot({
      TELEGRAM_WEBHOOK_URL: `${PUBLIC}:8080/x`,
      TELEGRAM_WEBHOOK_SECRET: SECRET,
      TELEGRAM_WEBHOOK_PORT: String(await findFreePort()),
    });
    expect(await bot.exited).toBe(2);
    expect(bot.output()).toContain('Webhook can be set up only on ports 80, 88, 443 or 8443');
  });

  it('is impossible without a secret, and without https', async () => {
    const { api, launchBot } = await createStage();
    const expectRefusal = async (environment: Record<string, string>, words: string) => {
      const bot = launchBot({
        ...environment,
      });
      expect(await bot.exited).toBe(2);
      expect(bot.output()).toContain(words);
    };
    await expectRefusal({ TELEGRAM_WEBHOOK_URL: PUBLIC }, 'TELEGRAM_WEBHOOK_SECRET');
    await expectRefusal(
      { TELEGRAM_WEBHOOK_URL: PUBLIC, TELEGRAM_WEBHOOK_SECRET: 'short' },
      'TELEGRAM_WEBHOOK_SECRET',
    );
    await expectRefusal(
      { TELEGRAM_WEBHOOK_URL: 'http://bot.example', TELEGRAM_WEBHOOK_SECRET: SECRET },
      'https://',
    );
    await expectRefusal({ TELEGRAM_ALLOWED_USERS: '@ann' }, 'TELEGRAM_ALLOWED_USERS');
    await expectRefusal({ TELEGRAM_BOT_TOKEN: 'nonsense' }, 'TELEGRAM_BOT_TOKEN');
    expect(api.requests).toEqual([]);
  });
});

describe('a bot that cannot begin', () => {
  const webhook = { TELEGRAM_WEBHOOK_URL: PUBLIC, TELEGRAM_WEBHOOK_SECRET: SECRET };

  it.each([
    [{ TELEGRAM_BOT_TOKEN: '' }, '没有设置 TELEGRAM_BOT_TOKEN'],
    [{ TELEGRAM_BOT_TOKEN: 'nonsense' }, 'TELEGRAM_BOT_TOKEN 不是机器人令牌'],
    [{ TELEGRAM_BOT_TOKEN: '7000000001:AAwrongWrongWrongWrongWrong' }, 'Telegram 不接受 TELEGRAM_BOT_TOKEN'],
    [{ TELEGRAM_WEBHOOK_URL: PUBLIC }, '就要设 TELEGRAM_WEBHOOK_SECRET'],
    [{ ...webhook, TELEGRAM_WEBHOOK_HOST: '192.0.2.1' }, '换一个 TELEGRAM_WEBHOOK_PORT'],
    [{ ...webhook, TELEGRAM_WEBHOOK_URL: `${PUBLIC}:8080/x` }, 'Telegram 不接受 TELEGRAM_WEBHOOK_URL（'],
  ])('says why in Chinese, too: %j', async (given, words) => {
    const { launchBot } = await createStage();
    const TELEGRAM_WEBHOOK_PORT = String(await findFreePort());
    const bot = launchBot({ BIJIA_LANG: 'zh', TELEGRAM_WEBHOOK_PORT, ...given });
    expect(await bot.exited).toBe(2);
    expect(bot.output()).toContain(words);
    // No marketplace is what is missing.
    expect(bot.output()).not.toContain('这个平台');
  });
});

describe('by polling', () => {
  it('/healthz works where a port is named', async () => {
    const { startBot } = await createStage();
    const port = await findFreePort();
    await startBot({ TELEGRAM_WEBHOOK_PORT: String(port) });
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
    expect((await fetch(`http://127.0.0.1:${port}/telegram`)).status).toBe(404);
  });

  it('an update that comes twice is handled once, also by the next process', async () => {
    const { api, sandbox, startBot } = await createProcessStage();
    const first = await startBot();
    const chat = api.chat(api.user());
    const { update } = chat.send(FLAGSHIP, { isDuplicated: true });
    await chat.waitForMessage('iPhone 17');
    chat.send('/help');
    await chat.waitForMessage('/batch');
    await first.stop('SIGKILL');
    await startBot();
    if (update) api.repeat(update);
    chat.send('/lang');
    await chat.waitForMessage('Choose a language');
    expect(chat.messages()).toHaveLength(3);
    expect(sandbox.arrivals()).toHaveLength(1);
  });

  it('messages from before a pause cost nothing, and nobody is left in the dark', async () => {
    const { api, sandbox, startBot } = await createStage();
    const chat = api.chat(api.user());
    const ann = api.user();
    const group = api.group({ title: '群', members: [ann] }).as(ann);
    chat.send(FLAGSHIP, { sentAgoMs: 6 * 60_000 });
    chat.sendDocument(jdLinks(3).join('\n'), 'ids.txt', 'text/plain', { sentAgoMs: 6 * 60_000 });
    group.send(`@${api.bot.username} ${FLAGSHIP}`, { sentAgoMs: 6 * 60_000 });
    await startBot();
    await chat.waitUntil(() => (chat.messages().length === 2 ? true : undefined));
    expect(chat.messages().map(({ text }) => text)).toEqual(
      Array(2).fill('机器人刚才不在线，这条消息没有处理。还需要的话，请再发一次。'),
    );
    chat.send(FLAGSHIP, { sentAgoMs: 60_000 });
    await chat.waitForMessage('iPhone 17');
    expect(sandbox.arrivals()).toHaveLength(1);
    expect(group.messages()).toEqual([]);
  });

  it('a second process with the same token is told what to do', async () => {
    const { api, startBot } = await createStage();
    const first = await startBot();
    await api.waitForRequest('getUpdates');
    await startBot();
    expect(await first.exited).toBe(2);
    expect(first.output()).toContain('409');
    expect(first.output()).toContain('Only one may');
    expectNoToken(first);
  });

  it('a refused token ends it with a word, and never with the token', async () => {
    const { launchBot } = await createStage();
    const bot = launchBot({
      TELEGRAM_BOT_TOKEN: '7000000001:AAwrongWrongWrongWrongWrong',
      BIJIA_LOG_LEVEL: 'debug',
    });
    expect(await bot.exited).toBe(2);
    expect(bot.output()).toContain('TELEGRAM_BOT_TOKEN');
    expect(bot.output()).not.toContain('AAwrong');
  });

  it('whatever fails, the token is never printed', async () => {
    const { api, sandbox, startBot } = await createProcessStage();
    const bot = await startBot({ BIJIA_LOG_LEVEL: 'debug', DEBUG: 'grammy*' });
    const chat = api.chat(api.user());
    api.faults.plan('getUpdates', { kind: 'page', status: 502 });
    api.faults.plan('sendMessage', { kind: 'reset' });
    chat.send('/help');
    await expect.poll(() => bot.output()).toContain('an update failed');
    api.faults.plan('sendMessage', refuse(400, 'Bad Request: chat not found'));
    api.faults.plan('getFile', refuse(500, 'Internal Server Error'), { times: 9 });
    chat.send('/help');
    sandbox.setFaults([{ kind: 'garbage', times: 1 }]);
    chat.send(FLAGSHIP);
    await chat.waitForMessage(/出错/);
    api.faults.clear();
    api.faults.plan('download', { kind: 'reset' });
    chat.sendDocument(jdLinks(2).join('\n'), 'ids.txt');
    await chat.waitForMessage('没有下载成功');
    const known = bot.output().length;
    await api.close();
    await expect.poll(() => bot.output().slice(known)).toContain('cannot be reached');
    expect((await bot.stop()).code).toBe(0);
    expect(bot.output()).toContain('cannot be reached');
    expectNoToken(bot);
  });

  it('the bot waits for a network that comes later', async () => {
    const { api, launchBot } = await createStage();
    const port = Number(new URL(api.origin).port);
    await api.close();
    const bot = launchBot();
    await expect.poll(() => bot.output()).toContain('cannot be reached');
    await api.start(port);
    await expect.poll(() => bot.output()).toContain('is at work');
    const chat = api.chat(api.user());
    chat.send(FLAGSHIP);
    await chat.waitForMessage('iPhone 17');
    expect(api.requestsOf('setMyCommands').map(({ fields }) => fields['language_code'])).toEqual([
      undefined,
      'en',
    ]);
  });
});

describe('through a proxy', () => {
  /** Forwards to one origin whatever is asked for, and notes what that was. */
  async function startProxy(target: string) {
    const seen: string[] = [];
    const { hostname, port } = new URL(target);
    const proxy = createServer((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.writeHead(502).end();
    });
    proxy.on('connect', (request, socket) => {
      seen.push(`CONNECT ${request.url}`);
      const upstream = connect(Number(port), hostname, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        upstream.pipe(socket).pipe(upstream);
      });
      socket.on('error', () => upstream.destroy());
      upstream.on('error', () => socket.destroy());
    });
    proxy.listen(0, '127.0.0.1');
    await new Promise((resolve) => proxy.once('listening', resolve));
    onTestFinished(() => void proxy.close());
    const address = proxy.address();
    const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
    return { url, seen };
  }

  it.each([
    ['TELEGRAM_PROXY_URL', 'http://telegram.invalid:8081'],
    ['HTTP_PROXY', 'http://telegram.invalid:8081'],
  ])('%s carries calls, uploads and downloads alike', async (name, root) => {
    const { api, startBot } = await createStage();
    const proxy = await startProxy(api.origin);
    await startBot({ [name]: proxy.url, TELEGRAM_API_ROOT: root, NO_PROXY: '127.0.0.1' });
    const chat = api.chat(api.user());
    chat.send(MILK_POWDER);
    await chat.waitForMessage('拼单价');
    chat.sendDocument(jdLinks(2).join('\n'), 'ids.txt');
    await chat.waitForMessage('2 个商品');
    chat.press('开始');
    await chat.waitForMessage(({ document }) => document !== undefined);
    expect(api.requestsOf('download')).toHaveLength(1);
    expect(new Set(proxy.seen)).toEqual(new Set(['CONNECT telegram.invalid:8081']));
  });

  it('NO_PROXY keeps Telegram out of it', async () => {
    const { api, startBot } = await createStage();
    const proxy = await startProxy(api.origin);
    await startBot({ HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url });
    const chat = api.chat(api.user());
    chat.send('/help');
    await chat.waitForMessage('/batch');
    expect(proxy.seen).toEqual([]);
  });

  it('an unreachable proxy is said so, without its password', async () => {
    const { launchBot } = await createStage();
    const bot = launchBot({
      TELEGRAM_PROXY_URL: 'http://user:hunter2-password@127.0.0.1:9',
    });
    await expect.poll(() => bot.output()).toContain('cannot be reached');
    await bot.stop();
    expect(bot.output()).not.toContain('hunter2');
    expectNoToken(bot);
  });
});
