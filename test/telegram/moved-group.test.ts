import { describe, expect, it } from 'vitest';
import type { BotMessage } from '../fake-telegram/index.js';
import { jdLinks } from '../helpers/telegram/links.js';
import { createStage } from '../helpers/telegram/running-bot.js';

const QUOTA = '10/1s';
const hasFile = ({ document }: BotMessage) => document !== undefined;

/** A batch under way in a group that is not a supergroup yet. */
async function openGroup(count: number) {
  const { api, startBot } = await createStage({ quota: QUOTA });
  const ann = api.user();
  const group = api.group({ title: '群', members: [ann], type: 'group' });
  const access = { TELEGRAM_ALLOWED_USERS: String(ann.id), TELEGRAM_ALLOWED_CHATS: String(group.id) };
  const launch = () => startBot({ JD_UNION_QUOTA: QUOTA, ...access });
  const bot = await launch();
  const chat = group.as(ann);
  chat.sendDocument(jdLinks(count).join('\n'), 'ids.txt', 'text/plain', { caption: '/batch' });
  await chat.waitForMessage(`${count} 个商品`);
  chat.press('开始');
  await chat.waitForMessage('⏳');
  return { api, ann, group, bot, launch };
}

describe('a group that becomes a supergroup', () => {
  it('gets the result of its batch there, and the operator reads which id to let in', async () => {
    const { api, ann, group, bot } = await openGroup(60);
    const moved = group.upgrade(ann);
    const chat = moved.as(ann);
    chat.send('/jobs');
    expect((await chat.waitForMessage('最近 7 天')).text).toContain('ids.txt');
    const result = await chat.waitForMessage(hasFile);
    expect(result.text).toContain('成功 60');
    expect(result.replyTo).toBeUndefined();
    expect(bot.output()).toMatch(/put the new id into TELEGRAM_ALLOWED_CHATS/);
    expect(bot.output()).toContain(String(moved.id));
    expect(group.as(ann).messages().filter(hasFile)).toEqual([]);
    expect(api.violations).toEqual([]);
  });

  it('gets the result also when the bot never heard of the move', async () => {
    const { ann, group } = await openGroup(40);
    const chat = group.upgrade(ann, { isUnannounced: true }).as(ann);
    expect((await chat.waitForMessage(hasFile)).text).toContain('成功 40');
    chat.send('/jobs');
    await chat.waitForMessage('✅ 完成');
  });

  it('says there that a batch was cancelled, with what can be done about it', async () => {
    const { ann, group } = await openGroup(200);
    const chat = group.upgrade(ann).as(ann);
    chat.send('/jobs');
    await chat.waitForMessage('最近 7 天');
    chat.press('取消');
    const ended = await chat.waitForMessage('🚫 已取消');
    expect(ended.buttons.flat().map(({ text }) => text)).toEqual(['▶️ 继续', '📄 下载已完成部分']);
  });
});
