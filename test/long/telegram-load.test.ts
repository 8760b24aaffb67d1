import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { type BotMessage, type ChatDriver, type FakeBotApi, refuse } from '../fake-telegram/index.js';
import { measureSlowdown } from '../helpers/slowdown.js';
import { FLAGSHIP, jdLinks } from '../helpers/telegram/links.js';
import { createProcessStage } from '../helpers/telegram/running-bot.js';

const hasFile = ({ document }: BotMessage) => document !== undefined;

async function startBatch(chat: ChatDriver, links: readonly string[]) {
  chat.sendDocument(links.join('\n'), 'ids.txt');
  await chat.waitForMessage('识别到');
  chat.press('开始');
  await chat.waitForMessage('⏳');
}

/** What counts towards Telegram's ceiling of all chats. */
const MESSAGES_A_SECOND = 30;
const listMessages = (api: FakeBotApi) =>
  ['sendMessage', 'sendPhoto', 'editMessageText', 'editMessageCaption'].flatMap((method) =>
    api.requestsOf(method),
  );

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;

describe('a cached product', () => {
  it('is answered within 50 ms, half of the time', async () => {
    const { api, startBot } = await createProcessStage();
    await startBot();
    const chats = Array.from({ length: 20 }, () => api.chat(api.user()));
    const delays: number[] = [];
    const slowdowns: number[] = [];
    for (let round = 0; round < 10; round += 1) {
      for (const chat of chats) {
        const { update } = chat.send(FLAGSHIP);
        await chat.waitForMessage('iPhone 17');
        delays.push((update && api.replyDelayMs(update)) ?? Number.POSITIVE_INFINITY);
      }
      slowdowns.push(measureSlowdown());
    }
    const slowdown = median(slowdowns);
    console.log(
      `reply p50 ${median(delays).toFixed(1)} ms, worst ${Math.max(...delays).toFixed(1)} ms, slowed down ${slowdown.toFixed(1)}`,
    );
    expect(median(delays)).toBeLessThanOrEqual(50 * slowdown);
  });
});

describe('fifty chats at once during a batch', () => {
  it('hear at once how long it takes, and are answered before any further batch call', async () => {
    const quota = '20/2s';
    const { api, sandbox, startBot } = await createProcessStage({ quota });
    await startBot({ JD_UNION_QUOTA: quota });
    const owner = api.chat(api.user());
    await startBatch(owner, jdLinks(600, 200_100_000));
    await expect.poll(() => sandbox.arrivals().length).toBeGreaterThan(30);
    const links = jdLinks(50, 100_500_000);
    const chats = links.map(() => api.chat(api.user()));
    const sentAtMs = performance.now();
    const before = sandbox.arrivals().length;
    for (const [at, chat] of chats.entries()) chat.send(links[at] ?? '');
    const told = await Promise.all(
      chats.map(async (chat) => {
        const first = await chat.waitForMessage(/前面还有查询|编号/);
        return first.postedAtMs - sentAtMs;
      }),
    );
    // Who was told waits for a permit: from here on the bot knows of all of them.
    const known = sandbox.arrivals().length - before;
    await Promise.all(chats.map((chat) => chat.waitForMessage('编号')));
    const answeredMs = performance.now() - sentAtMs;
    console.log(`told after ${Math.max(...told).toFixed(0)} ms, answered after ${answeredMs.toFixed(0)} ms`);
    expect(Math.max(...told)).toBeLessThan(answeredMs);
    // Telegram takes thirty messages a second, so fifty fill two such windows, whatever a busy machine makes of them:
    // they come first, and what is found out by then hardly gets a place before the last of them.
    const toldUntilMs = sentAtMs + Math.max(...told);
    const sent = listMessages(api).filter(
      ({ receivedAtMs }) => receivedAtMs >= sentAtMs && receivedAtMs <= toldUntilMs,
    );
    console.log(`${sent.length} messages until the last was told`);
    expect(sent.length).toBeLessThanOrEqual(2.5 * MESSAGES_A_SECOND);
    const after = sandbox.arrivals().slice(before);
    const isChat = after.map(({ ids }) => ids.some((id) => id.startsWith('1005')));
    const last = isChat.lastIndexOf(true);
    // Calls of the batch that already held their permit.
    const batchCalls = isChat.slice(known, last).filter((chat) => !chat).length;
    expect(isChat.filter(Boolean)).toHaveLength(50);
    expect(batchCalls).toBeLessThanOrEqual(3);
  });
});

describe('a batch of a thousand', () => {
  it('killed again and again ends in one file with every id once', async () => {
    const quota = '100/2s';
    const { api, sandbox, startBot, untilIdle } = await createProcessStage({ quota });
    const environment = { JD_UNION_QUOTA: quota };
    let bot = await startBot(environment);
    const chat = api.chat(api.user());
    const links = jdLinks(1002, 300_100_000).slice(0, 1000);
    await startBatch(chat, links);
    let kills = 0;
    /** Killed between the note that it is being sent and the sending, it says that nobody knows. */
    const isUnknown = () => chat.messages().some(({ text }) => text.includes('可能已经发出'));
    const isOver = () => chat.messages().some(hasFile) || isUnknown();
    while (!isOver() && kills < 8) {
      await sleep(800 + Math.random() * 2500);
      await bot.stop('SIGKILL');
      kills += 1;
      bot = await startBot(environment);
    }
    await chat.waitUntil(() => (isOver() ? true : undefined));
    if (!chat.messages().some(hasFile)) {
      chat.press('重新发送结果');
      await chat.waitForMessage(hasFile);
    }
    // A second file would follow at once.
    await untilIdle();
    const files = chat.messages().filter(hasFile);
    console.log(`${kills} kills, ${sandbox.arrivals().length} calls`);
    expect(files).toHaveLength(1);
    const rows = Buffer.from(files[0]?.document?.content ?? [])
      .toString('utf8')
      .trim()
      .split(/\r?\n/)
      .slice(1);
    expect(rows).toHaveLength(1000);
    expect(new Set(rows.map((row) => row.split(',')[4])).size).toBe(1000);
    expect(sandbox.arrivals().length).toBeLessThanOrEqual(1000 + 32 * kills);
    expect(api.violations).toEqual([]);
  });
});

describe('a busy group', () => {
  it('of at most twenty messages a minute gets all of its cards', async () => {
    const { api, startBot } = await createProcessStage({
      api: { seesAllGroupMessages: true, rateLimits: { perGroupPerMinute: 20 } },
    });
    await startBot();
    const ann = api.user();
    const chat = api.group({ title: '群', members: [ann] }).as(ann);
    for (let message = 0; message < 5; message += 1)
      chat.send(jdLinks(5, 100_600_000 + message * 1000).join(' '));
    // Beside the cards each message with several links is told which of them is the cheapest.
    const cards = () => chat.messages().flatMap(({ text }) => /商品编号 (\d+)/.exec(text)?.[1] ?? []);
    await chat.waitUntil(() => (cards().length === 25 ? true : undefined));
    expect(new Set(cards()).size).toBe(25);
    expect(api.requestsOf('sendMessage').filter(({ status }) => status === 429).length).toBeLessThanOrEqual(
      5,
    );
  });
});

describe('when Telegram does not answer', () => {
  it('the bot still ends within ten seconds', async () => {
    const { api, startBot } = await createProcessStage();
    const bot = await startBot();
    const chat = api.chat(api.user());
    api.faults.plan('sendMessage', { kind: 'hang' });
    chat.send('/help');
    await api.waitForRequest('sendMessage');
    // It waits for eight seconds at most; the rest is work.
    expect((await bot.stop('SIGTERM')).tookMs).toBeLessThan(8000 + 2000 * measureSlowdown());
  });

  it('and says that somebody has blocked the bot only with the next edit, the batch stops', async () => {
    const quota = '10/1s';
    const { api, sandbox, startBot, untilIdle } = await createProcessStage({ quota });
    await startBot({ JD_UNION_QUOTA: quota });
    const chat = api.chat(api.user());
    await startBatch(chat, jdLinks(300));
    const blocked = refuse(403, 'Forbidden: bot was blocked by the user');
    api.faults.plan('editMessageText', blocked, { times: 99 });
    await api.waitForRequest('editMessageText', ({ status }) => status === 403);
    // At this quota the next calls would leave within a second; those under way may still come home.
    await untilIdle(3000);
    const calls = sandbox.arrivals().length;
    expect(calls).toBeLessThan(300);
    await untilIdle(1500);
    expect(sandbox.arrivals()).toHaveLength(calls);
    expect(chat.messages().some(hasFile)).toBe(false);
  });
});

describe('the demonstration', () => {
  it('plays to its end', () => {
    const { status, stdout } = spawnSync(process.execPath, ['scripts/demo-telegram.js'], {
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    for (const words of ['iPhone 17', '拼单价', 'after coupon', '.xlsx', '🏬'])
      expect(stdout).toContain(words);
  });
});
