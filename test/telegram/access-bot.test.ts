import { describe, expect, it } from 'vitest';
import { FLAGSHIP, jdLinks } from '../helpers/telegram/links.js';
import { createStage } from '../helpers/telegram/running-bot.js';

const NOBODY = { TELEGRAM_ALLOWED_USERS: undefined };

describe('a stranger', () => {
  it('is told the id to be let in with, and nothing is asked for', async () => {
    const { api, sandbox, startBot } = await createStage();
    await startBot(NOBODY);
    const user = api.user();
    const chat = api.chat(user);
    for (const text of ['/start', FLAGSHIP, '/batch 1']) {
      chat.send(text);
      expect((await chat.waitForMessage('授权')).text).toContain(`你的 ID：${user.id}`);
    }
    chat.sendDocument('100012345678', 'ids.txt');
    await chat.waitForMessage('授权');
    const { text, showAlert } = await chat
      .forge('v1:r:jd100012345678:0', { on: chat.messages()[0] ?? { id: 0 } })
      .answered();
    expect(text).toContain(String(user.id));
    expect(showAlert).toBe(true);
    expect(sandbox.arrivals()).toEqual([]);
    expect(api.requestsOf('getFile')).toEqual([]);
  });

  it('in a group hears it only when the bot is called', async () => {
    const { api, startBot } = await createStage({ api: { seesAllGroupMessages: true } });
    await startBot(NOBODY);
    const ann = api.user();
    const chat = api.group({ title: '群', members: [ann] }).as(ann);
    chat.send(FLAGSHIP);
    // What other bots are asked, and what none of ours is called.
    chat.send('/help@some_other_bot');
    chat.send('/ban somebody');
    chat.send('/help');
    expect((await chat.waitForMessage('授权')).text).toContain(`本群 ID：${chat.id}`);
    expect(chat.messages()).toHaveLength(1);
  });
});

describe('somebody let in', () => {
  it('by name, by the chat or as an admin is served', async () => {
    const { api, startBot } = await createStage({ api: { seesAllGroupMessages: true } });
    const [ann, bob, admin] = [api.user(), api.user(), api.user()];
    const group = api.group({ title: '群', members: [bob] });
    await startBot({
      TELEGRAM_ALLOWED_USERS: String(ann.id),
      TELEGRAM_ALLOWED_CHATS: String(group.id),
      TELEGRAM_ADMINS: String(admin.id),
    });
    for (const chat of [api.chat(ann), group.as(bob), api.chat(admin)]) {
      chat.send(FLAGSHIP);
      await chat.waitForMessage('iPhone 17');
    }
    const alone = api.chat(bob);
    alone.send(FLAGSHIP);
    await alone.waitForMessage('授权');
  });

  it('has a daily limit of calls, and admins have none', async () => {
    const { api, sandbox, startBot } = await createStage();
    const admin = api.user();
    await startBot({ TELEGRAM_DAILY_CALLS: '3', TELEGRAM_ADMINS: String(admin.id) });
    const chat = api.chat(api.user());
    chat.send(jdLinks(2).join(' '));
    await chat.waitForMessage('有货里最便宜');
    chat.send(jdLinks(5, 100_006_000).join(' '));
    await chat.waitForMessage('你今天的 3 次查询额度已用完');
    expect(chat.messages()).toHaveLength(5);
    chat.send(FLAGSHIP);
    await chat.waitForMessage('你今天的 3 次查询额度已用完');
    expect(sandbox.arrivals()).toHaveLength(3);
    // What is at hand costs nothing.
    chat.send(jdLinks(1)[0] ?? '');
    const known = await chat.waitForMessage('商品编号 100001000');
    expect((await chat.press('刷新', { on: known }).answered()).text).toContain('查询额度已用完');
    chat.forge('v1:c:jd100001000:0', { on: known });
    expect(sandbox.arrivals()).toHaveLength(3);
    chat.send('/status');
    await chat.waitForMessage('你今天用了 3 次查询，还剩 0');
    chat.sendDocument(jdLinks(2, 100_005_000).join('\n'), 'more.txt');
    await chat.waitForMessage('2 个商品');
    expect((await chat.press('开始').answered()).text).toContain('你今天只剩 0 次');
    const free = api.chat(admin);
    free.send(jdLinks(5).join(' '));
    await free.waitForMessage('有货里最便宜');
    expect(free.messages()).toHaveLength(6);
    free.send('/status');
    const status = await free.waitForMessage('还剩 不限');
    expect(status.text).toContain('所有用户今天共');
  });

  it('cannot exceed the day by several messages at once', async () => {
    const { api, sandbox, startBot } = await createStage();
    await startBot({ TELEGRAM_DAILY_CALLS: '5' });
    sandbox.setFaults([{ kind: 'slow', delayMs: 500 }]);
    const chat = api.chat(api.user());
    for (const first of [100_007_000, 100_008_000, 100_009_000]) chat.send(jdLinks(3, first).join(' '));
    const listTold = (words: string) => chat.messages().filter(({ text }) => text.includes(words));
    await chat.waitUntil(() => (listTold('额度已用完').length === 2 ? true : undefined));
    await chat.waitUntil(() => (listTold('商品编号').length === 5 ? true : undefined));
    expect(sandbox.arrivals()).toHaveLength(5);
  });

  it('in a public bot is answered, but never another bot', async () => {
    const { api, startBot } = await createStage();
    await startBot({ TELEGRAM_ALLOWED_USERS: '*' });
    const robot = api.chat(api.user({ is_bot: true }));
    robot.send(FLAGSHIP);
    const person = api.chat(api.user());
    person.send(FLAGSHIP);
    await person.waitForMessage('iPhone 17');
    expect(robot.messages()).toEqual([]);
  });
});
