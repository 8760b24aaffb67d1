import { describe, expect, it } from 'vitest';
import { type BotMessage, type ChatDriver, throttled } from '../fake-telegram/index.js';
import { jdLinks } from '../helpers/telegram/links.js';
import { createStage } from '../helpers/telegram/running-bot.js';

const hasFile = ({ document }: BotMessage) => document !== undefined;

async function open(quota: string, environment: Record<string, string> = {}) {
  const stage = await createStage({ quota });
  await stage.startBot({ JD_UNION_QUOTA: quota, ...environment });
  return { ...stage, chat: stage.api.chat(stage.api.user()) };
}

async function offer(chat: ChatDriver, links: readonly string[]) {
  chat.sendDocument(links.join('\n'), 'ids.txt');
  return chat.waitForMessage('识别到');
}

async function begin(chat: ChatDriver, links: readonly string[]) {
  await offer(chat, links);
  chat.press('开始');
}

describe('the calls of a day', () => {
  it('are not exceeded by a batch and links together, and the batch has those that it was promised', async () => {
    const { chat, sandbox } = await open('20/1s', { TELEGRAM_DAILY_CALLS: '85' });
    await begin(chat, jdLinks(75));
    await chat.waitForMessage('⏳');
    for (let message = 0; message < 5; message += 1) {
      chat.send(jdLinks(3, 100_050_000 + message * 10).join(' '));
    }
    await chat.waitForMessage('查询额度已用完');
    const result = await chat.waitUntil(() => chat.messages().find(hasFile));
    expect(result.text).toContain('成功 75');
    expect(sandbox.arrivals().length).toBeLessThanOrEqual(85);
    chat.send('/status');
    expect((await chat.waitForMessage('你今天用了')).text).toContain(`用了 ${sandbox.arrivals().length} 次`);
  });

  it('that were set aside and not needed are free for chat afterwards', async () => {
    const { chat, sandbox } = await open('1000/1s', { TELEGRAM_DAILY_CALLS: '20' });
    await begin(chat, jdLinks(10));
    await chat.waitForMessage(hasFile);
    chat.send(jdLinks(5, 100_050_000).join(' '));
    await chat.waitForMessage('商品编号 100050004');
    expect(sandbox.arrivals()).toHaveLength(15);
  });
});

describe('while Telegram holds back the results of four chats', () => {
  it('a fifth list runs, and so does the next one of the same person', async () => {
    const { api } = await open('1000/1s');
    const held = Array.from({ length: 4 }, () => api.chat(api.user()));
    const ids = new Set(held.map(({ id }) => id));
    api.faults.plan('sendDocument', throttled(600), {
      times: 99,
      when: ({ chat_id }) => ids.has(Number(chat_id)),
    });
    for (const [at, chat] of held.entries()) await begin(chat, jdLinks(3, 100_010_000 + at * 1000));
    for (const id of ids) {
      await api.waitForRequest('sendDocument', ({ fields }) => Number(fields['chat_id']) === id);
    }
    const fifth = api.chat(api.user());
    await begin(fifth, jdLinks(3, 100_030_000));
    await fifth.waitForMessage(hasFile);
  });
});

describe('a list that is begun twice', () => {
  it('waits once, and the second message says so', async () => {
    const { api, chat } = await open('5/1s');
    await begin(chat, jdLinks(300));
    await chat.waitForMessage('⏳');
    const [links, again] = [jdLinks(4, 100_020_000), jdLinks(4, 100_020_000)];
    await begin(chat, links);
    const first = await chat.waitForMessage('排队中');
    await begin(chat, again);
    await chat.waitForMessage('这份清单已经在查');
    const group = api.group({ title: '群', members: [chat.user] }).as(chat.user);
    group.sendDocument(again.join('\n'), 'ids.txt', 'text/plain', { caption: '/batch' });
    await group.waitForMessage('识别到');
    group.press('开始');
    await group.waitForMessage('这份清单已经在查');
    chat.press('取消', { on: first });
    expect((await chat.waitForMessage('🚫 已取消')).id).toBe(first.id);
    expect(chat.messages().filter(({ text }) => text.includes('排队中'))).toEqual([]);
  });
});
