import { describe, expect, it } from 'vitest';
import type { BotMessage } from '../fake-telegram/index.js';
import { FLAGSHIP, jdLinks } from '../helpers/telegram/links.js';
import { createStage } from '../helpers/telegram/running-bot.js';

const CHANNEL_ID = -1_001_234_567_890;
const hasFile = ({ document }: BotMessage) => document !== undefined;
const QUOTA = '10/1s';

describe('an admin who writes as the group', () => {
  it('begins a batch that everyone who may use the bot there can operate', async () => {
    const { api, startBot } = await createStage({ quota: QUOTA });
    const [ann, mallory] = [api.user(), api.user()];
    const group = api.group({ title: '群', members: [ann, mallory] });
    await startBot({
      JD_UNION_QUOTA: QUOTA,
      TELEGRAM_ALLOWED_USERS: undefined,
      TELEGRAM_ALLOWED_CHATS: String(group.id),
    });
    const hidden = group.asGroup();
    hidden.sendDocument(jdLinks(60).join('\n'), 'ids.txt', 'text/plain', { caption: '/batch' });
    await hidden.waitForMessage('60 个商品');
    const person = group.as(ann);
    expect((await person.press('开始').answered()).text).toBe('已经开始');
    await person.waitForMessage('⏳');
    person.send('/jobs');
    await person.waitForMessage('ids.txt');
    expect((await group.as(mallory).press('取消').answered()).text).toBe('正在取消…');
    await person.waitUntil(() => person.messages().find(({ text }) => text.startsWith('🚫 已取消')));
    person.press('下载已完成部分');
    await person.waitForMessage(hasFile);
  });
});

describe('somebody who writes as a channel', () => {
  it('is known by the id of the channel, and let in by it', async () => {
    const { api, startBot } = await createStage();
    const group = api.group({ title: '群', members: [] });
    const { stop } = await startBot({ TELEGRAM_ALLOWED_USERS: undefined });
    const chat = group.asChannel(CHANNEL_ID);
    chat.send('/help');
    expect((await chat.waitForMessage('授权')).text).toContain(`你的 ID：${CHANNEL_ID}`);
    await stop();
    await startBot({ TELEGRAM_ALLOWED_USERS: undefined, TELEGRAM_ALLOWED_CHATS: String(CHANNEL_ID) });
    chat.send(`@${api.bot.username} ${FLAGSHIP}`);
    await chat.waitForMessage('iPhone 17');
  });
});
