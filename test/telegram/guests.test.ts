import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { FLAGSHIP, jdLinks } from '../helpers/telegram/links.js';
import { listMistakes } from '../helpers/telegram/list-mistakes.js';
import { createStage } from '../helpers/telegram/running-bot.js';

async function open(environment: Record<string, string> = {}) {
  const stage = await createStage();
  const [adminUser, annUser] = [
    stage.api.user({ first_name: 'Admin' }),
    stage.api.user({ first_name: 'Ann', username: 'ann_real' }),
  ];
  const start = () =>
    stage.startBot({
      TELEGRAM_ALLOWED_USERS: undefined,
      TELEGRAM_ADMINS: String(adminUser.id),
      ...environment,
    });
  const bot = await start();
  return { ...stage, bot, start, admin: stage.api.chat(adminUser), ann: stage.api.chat(annUser) };
}

describe('a stranger', () => {
  it('is announced to admins once, and let in by a button, also after a restart', async () => {
    const { api, bot, start, admin, ann } = await open();
    ann.send('/start');
    await ann.waitForMessage('授权');
    const offer = await admin.waitForMessage('Ann (＠ann_real) 想使用机器人');
    expect(offer.text).toContain(String(ann.id));
    ann.send(FLAGSHIP);
    await ann.waitForMessage('授权');
    admin.press('允许', { on: offer });
    await admin.waitForMessage(`${ann.id} 现在可以使用机器人`);
    await ann.waitForMessage('你现在可以使用机器人了');
    ann.send(FLAGSHIP);
    await ann.waitForMessage('iPhone 17');
    expect(admin.messages()).toHaveLength(1);
    await bot.stop();
    await start();
    ann.send(FLAGSHIP);
    await ann.waitForMessage('iPhone 17');
    expect(api.violations).toEqual([]);
    expect(listMistakes(api)).toEqual([]);
  });

  it('cannot let anybody in', async () => {
    const { admin, ann, sandbox } = await open();
    ann.send(`/allow ${ann.id}`);
    await ann.waitForMessage('授权');
    const offer = await admin.waitForMessage('想使用机器人');
    const data = offer.buttons[0]?.[0]?.data ?? expect.fail();
    const shown = ann.messages()[0] ?? expect.fail();
    expect((await ann.forge(data, { on: shown }).answered()).text).toContain('授权');
    ann.send(FLAGSHIP);
    await ann.waitForMessage('授权');
    expect(sandbox.arrivals()).toEqual([]);
  });
});

describe('an admin', () => {
  it('lets in and keeps out by id and by the name of somebody who wrote, and sees who may', async () => {
    const { admin, ann } = await open();
    admin.send('/allow @ann_real');
    await admin.waitForMessage('还不认识 ＠ann_real');
    admin.send('/allow');
    await admin.waitForMessage('数字 ID 或 @用户名');
    ann.send('/start');
    await admin.waitForMessage('想使用机器人');
    admin.send('/users');
    expect((await admin.waitForMessage('还在等（1）')).text).toContain(`${ann.id} Ann`);
    admin.send('/allow @Ann_Real');
    await admin.waitForMessage(`${ann.id} 现在可以使用机器人`);
    ann.send(FLAGSHIP);
    await ann.waitForMessage('iPhone 17');
    admin.send('/users');
    await admin.waitForMessage('可以使用（1）');
    admin.send(`/deny ${ann.id}`);
    await admin.waitForMessage('不能再使用机器人');
    ann.send(FLAGSHIP);
    await ann.waitForMessage('授权');
    admin.send(`/deny ${admin.id}`);
    await admin.waitForMessage('对方是管理员');
    admin.send('/help');
    await admin.waitForMessage('/allow ID');
  });

  it('lets in a whole group, and keeps one person out of an open bot', async () => {
    const { api, admin, ann } = await open({ TELEGRAM_ALLOWED_CHATS: '' });
    const group = api.group({ title: '群', members: [ann.user] });
    const inGroup = group.as(ann.user);
    inGroup.send('/help');
    await inGroup.waitForMessage('授权');
    admin.send(`/allow ${group.id}`);
    await admin.waitForMessage('现在可以使用机器人');
    inGroup.send('/help');
    await inGroup.waitForMessage('/batch');
    admin.send(`/deny ${ann.id}`);
    await admin.waitForMessage('不能再使用机器人');
    inGroup.send('/help');
    await inGroup.waitForMessage('授权');
  });
});

describe('/forget', () => {
  const readAll = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      // The price history is about products, not about who asked for them.
      .filter((entry) => entry.isFile() && !entry.parentPath.includes('history'))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
      .join('\n');

  it('removes what is stored of a user, after a question, and keeps the count of the day', async () => {
    const { api, bot, admin, ann, stateDir } = await open({ TELEGRAM_DAILY_CALLS: '7' });
    ann.send('/start');
    admin.press('允许', { on: await admin.waitForMessage('想使用机器人') });
    await ann.waitForMessage('你现在可以使用机器人了');
    ann.send('/lang');
    await ann.waitForMessage('Choose a language');
    await ann.press('中文').answered();
    ann.sendDocument(jdLinks(5).join('\n'), 'anns-list.txt');
    await ann.waitForMessage('5 个商品');
    ann.press('开始');
    await ann.waitForMessage(({ document }) => document !== undefined);
    ann.sendDocument(jdLinks(4, 100_030_000).join('\n'), 'anns-second-list.txt');
    await ann.waitForMessage('4 个商品');
    ann.send('/forget');
    const question = await ann.waitForMessage('删除你的批量查询');
    const mallory = api.chat(api.user());
    mallory.send('/start');
    await mallory.waitForMessage('授权');
    ann.press('删除', { on: question });
    await ann.waitForMessage('已删除你的数据');
    ann.send('/jobs');
    await ann.waitForMessage('没有批量查询');
    ann.send(jdLinks(3, 100_040_000).join(' '));
    await ann.waitForMessage('查询额度已用完');
    await bot.stop();
    const kept = readAll(stateDir);
    for (const words of ['anns-list', 'anns-second', 'ann_real', '100001002', '100030001']) {
      expect(kept, words).not.toContain(words);
    }
    expect(kept).not.toContain(`"${ann.id}":"zh"`);
  });

  it('waits for what is under way', async () => {
    const { admin, ann } = await open({ JD_UNION_QUOTA: '3/1s' });
    admin.send(`/allow ${ann.id}`);
    await admin.waitForMessage('现在可以使用');
    ann.sendDocument(jdLinks(60).join('\n'), 'ids.txt');
    await ann.waitForMessage('60 个商品');
    ann.press('开始');
    await ann.waitForMessage('⏳');
    ann.send('/forget');
    await ann.waitForMessage('删除你的批量查询');
    expect((await ann.press('删除').answered()).text).toContain('有批量查询在进行');
  });
});
