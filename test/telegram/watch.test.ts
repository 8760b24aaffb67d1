import { describe, expect, it } from 'vitest';
import { type Alert, createCore, parseConfig } from '../../src/core/index.js';
import {
  FLAGSHIP,
  FLAGSHIP_ID,
  jdLinks,
  MILK_POWDER,
  PAID_ONLY,
  SHOP,
  UNKNOWN,
} from '../helpers/telegram/links.js';
import { listMistakes } from '../helpers/telegram/list-mistakes.js';
import { createProcessStage, createStage, type Stage } from '../helpers/telegram/running-bot.js';

const openCore = ({ sandbox, stateDir }: Stage) =>
  createCore(parseConfig({ ...sandbox.environment, BIJIA_STATE_DIR: stateDir }));

/** As a runner leaves it that found a crossing and ended. */
async function leaveAlert(stage: Stage, rest: Pick<Alert, 'owner' | 'to'>): Promise<void> {
  const core = openCore(stage);
  const [result] = await core.get(FLAGSHIP);
  const ref = { platform: 'jd', kind: 'product' as const, id: FLAGSHIP_ID, url: FLAGSHIP };
  const made = await core.watches.add({ refs: [ref], rule: { kind: 'below', fen: 500_000 }, ...rest });
  const [watch = made.watch] = (await core.watches.list()).filter(({ id }) => id === made.watch.id);
  const store = await core.history.openWatches();
  const alert: Alert = {
    id: `alert of ${watch.id}`,
    watchId: watch.id,
    ...rest,
    platform: 'jd',
    productId: FLAGSHIP_ID,
    url: FLAGSHIP,
    title: result?.product?.title,
    reason: 'below',
    price: { fen: 489_900, kind: 'coupon' },
    targetFen: 500_000,
    verdict: 'unknown',
    atMs: Date.now(),
    sandbox: true,
  };
  await store.settle([], [{ watchId: watch.id, before: watch.state, state: watch.state, alert }]);
  await core.close();
}

describe('price alerts in a chat', () => {
  it('are set by command, listed and stopped', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send('/watches');
    await chat.waitForMessage('还没有降价提醒');
    chat.send(`/watch ${FLAGSHIP} 5000`);
    const made = await chat.waitForMessage('已设降价提醒');
    expect(made.text).toMatch(
      /^🔔 已设降价提醒 #w\w{7} · 现价 ¥5,699（券后） · 不高于 ¥5,000 时提醒 · 约每 .+查一次价/,
    );
    expect(made.text).toContain('模拟数据');
    chat.send('/watches');
    await chat.waitForMessage('你的降价提醒（1）');
    expect((await chat.press('🔕 1').answered()).text).toBe('已取消提醒');
    await chat.waitForMessage('还没有降价提醒。发 /watch');
    expect((await chat.press('取消提醒', { on: made }).answered()).text).toContain('没有这个提醒');
    expect(api.refused()).toEqual([]);
  });

  it('are set by the button under a card: by a rule, or by a price in reply', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(FLAGSHIP);
    await chat.waitForMessage('iPhone 17');
    chat.press('降价提醒');
    const choices = await chat.waitForMessage('降到多少时提醒');
    expect(choices.buttons.map((row) => row.map(({ text }) => text))).toEqual([
      ['降 2%', '降 5%', '90 天新低'],
      ['输入价格'],
    ]);
    chat.press('降 5%');
    await chat.waitForMessage('降 5% 时提醒');
    chat.press('输入价格', { on: choices });
    const question = await chat.waitForMessage('写目标价');
    chat.reply(question, '便宜一点');
    await chat.waitForMessage('没有看懂价格');
    chat.reply(question, '¥6,000');
    await chat.waitForMessage('不高于 ¥6,000 时提醒');
    await chat.waitForMessage('现在已经达到');
    // What looks like a slip of the finger is asked about once more.
    chat.reply(question, '1k');
    await chat.waitForMessage('目标价 ¥1,000 不到现价（¥5,699）的三成');
    chat.press('就按 ¥1,000 提醒');
    await chat.waitForMessage('不高于 ¥1,000 时提醒');
    expect(api.refused()).toEqual([]);
  });

  it('are set in groups by their admins alone, up to a number, and not where looks cost money', async () => {
    const { api, startBot } = await createStage();
    await startBot({ ...PAID_ONLY, TELEGRAM_MAX_WATCHES: '1' });
    const [ann, bob] = [api.user(), api.user()];
    const group = api.group({ title: 'Deals', members: [ann, bob] });
    group.as(bob).send(`/watch ${FLAGSHIP} 5000`);
    await group.as(bob).waitForMessage('只有群管理员');
    const chat = api.chat(bob);
    chat.send(`/watch ${MILK_POWDER} 50`);
    await chat.waitForMessage('没有开通降价提醒');
    for (const link of jdLinks(2)) chat.send(`/watch ${link} 400`);
    await chat.waitForMessage('最多 1 个降价提醒');
  });

  it('are set for each of several links, or for the cheapest of them', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(`/watch ${FLAGSHIP} ${MILK_POWDER} 10`);
    const question = await chat.waitForMessage('一共 2 个商品');
    chat.press('只看最便宜的');
    const made = await chat.waitForMessage('看 2 个商品里最便宜的');
    expect(made.text).toContain('现价 ¥15.60');
    chat.press('分别提醒', { on: question });
    await chat.waitForMessage('目标价 ¥10 不到现价（¥5,699）的三成');
    await chat.waitForMessage(({ text }) => text.startsWith('🔔 已设') && !text.includes('最便宜'));
    chat.send('/watches');
    await chat.waitForMessage('你的降价提醒（2）');
    expect(api.refused()).toEqual([]);
  });

  it('are set for the links of a post that is answered, with the price in the answer', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    const post = chat.send(`${FLAGSHIP} ${MILK_POWDER}`);
    await chat.waitForMessage('有货里最便宜');
    chat.reply(post, '/watch 10');
    const question = await chat.waitForMessage('一共 2 个商品');
    expect((await chat.press('只看最便宜的').answered()).text).toBeUndefined();
    expect((await chat.waitForMessage('看 2 个商品里最便宜的')).text).toContain('不高于 ¥10 时提醒');
    chat.press('分别提醒', { on: question });
    await chat.waitForMessage('目标价 ¥10 不到现价（¥5,699）的三成');
  });

  it('are not set on a shop, whose ID some product has, too', async () => {
    const { api, sandbox, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    for (const rest of ['', ' 5000']) {
      chat.send(`/watch ${SHOP}${rest}`);
      await chat.waitUntil(
        () => chat.messages().filter(({ text }) => text.includes('这是店铺'))[rest ? 1 : 0],
      );
    }
    expect(sandbox.arrivals()).toEqual([]);
  });

  it('are not set by a price that was sent long ago', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(`/watch ${FLAGSHIP}`);
    await chat.waitForMessage('降到多少时提醒');
    chat.press('输入价格');
    const question = await chat.waitForMessage('写目标价');
    chat.reply(question, '5000', { sentAgoMs: 6 * 60_000 });
    await chat.waitForMessage('机器人刚才不在线');
  });

  it('are set by a short link, a share code and a product that is gone as far as they can', async () => {
    const { api, startBot } = await createStage();
    await startBot({ BIJIA_SANDBOX: '1' });
    const chat = api.chat(api.user());
    chat.send(`/watch https://u.jd.com/p${FLAGSHIP_ID}`);
    await chat.waitForMessage('降到多少时提醒');
    chat.press('降 5%');
    await chat.waitForMessage('降 5% 时提醒');
    chat.send('/watch ￥AbC12dEfGhI￥ 200');
    await chat.waitForMessage('不高于 ¥200 时提醒');
    chat.send(`/watch ${UNKNOWN} 200`);
    await chat.waitForMessage('没有找到这个商品');
    expect(api.refused()).toEqual([]);
  });

  it('of a channel are set by what its admins post, and stopped by them alone', async () => {
    const stage = await createStage();
    const [ann, bob] = [stage.api.user(), stage.api.user()];
    const channel = stage.api.group({ title: '好价', type: 'channel', members: [ann, bob], admins: [ann] });
    const environment = {
      TELEGRAM_ALLOWED_USERS: String(bob.id),
      TELEGRAM_ALLOWED_CHATS: String(channel.id),
    };
    const bot = await stage.startBot(environment);
    const posts = channel.as(ann);
    posts.send(`今天的好价 ${FLAGSHIP}`);
    posts.send(`/watch ${FLAGSHIP} 5000`);
    const made = await posts.waitForMessage('已设降价提醒');
    expect(posts.messages()).toHaveLength(1);
    expect((await channel.as(bob).press('取消提醒', { on: made }).answered()).text).toContain('没有这个提醒');
    await bot.stop();
    const place = { owner: `telegram:${channel.id}`, to: `telegram:${channel.id}` };
    await leaveAlert(stage, place);
    await stage.startBot(environment);
    await posts.waitForMessage('📉 ¥4,899');
    posts.send('/watches');
    await posts.waitForMessage('你的降价提醒（1）');
    expect((await posts.press('取消提醒', { on: made }).answered()).text).toBe('已取消提醒');
    expect(listMistakes(stage.api)).toEqual([]);
    expect(stage.api.violations).toEqual([]);
  });

  it('of a topic come to that topic', async () => {
    const stage = await createStage();
    const ann = stage.api.user();
    const forum = stage.api.group({ title: '群', members: [ann], admins: [ann], topics: [45] });
    const bot = await stage.startBot();
    const chat = forum.as(ann);
    chat.send(`/watch ${FLAGSHIP} 5000`, { topic: 45 });
    await chat.waitForMessage('已设降价提醒');
    await bot.stop();
    await leaveAlert(stage, { owner: `telegram:${ann.id}`, to: `telegram:${forum.id}/45` });
    await stage.startBot();
    await chat.waitForMessage('📉 ¥4,899');
    const sent = stage.api.requestsOf('sendMessage').map(({ fields }) => Number(fields['message_thread_id']));
    expect(sent).toEqual([45, 45]);
    expect(listMistakes(stage.api)).toEqual([]);
  });

  it('that the operator sets on the command line come to a chat that is let in', async () => {
    const stage = await createStage();
    const user = stage.api.user();
    const chat = stage.api.chat(user);
    await leaveAlert(stage, { owner: 'local', to: `telegram:${user.id}` });
    await stage.startBot({ TELEGRAM_ALLOWED_USERS: String(user.id) });
    await chat.waitForMessage('📉 ¥4,899（券后），不高于你定的 ¥5,000');
  });

  it('are not sent to whom the operator has shut out since', async () => {
    const stage = await createStage();
    const user = stage.api.user();
    const chat = stage.api.chat(user);
    await leaveAlert(stage, { owner: `telegram:${user.id}`, to: `telegram:${user.id}` });
    await stage.startBot({ TELEGRAM_ALLOWED_USERS: '1' });
    await stage.untilIdle();
    expect(chat.messages()).toEqual([]);
    const core = openCore(stage);
    expect((await core.watches.listAlerts(0)).map(({ status }) => status)).toEqual(['failed']);
    await core.close();
  });

  it('that were being sent when the bot was killed do not come again', async () => {
    const stage = await createProcessStage();
    const user = stage.api.user();
    const chat = stage.api.chat(user);
    await leaveAlert(stage, { owner: `telegram:${user.id}`, to: `telegram:${user.id}` });
    stage.api.faults.plan('sendMessage', { kind: 'late' });
    const bot = await stage.startBot();
    await chat.waitForMessage('📉');
    await bot.stop('SIGKILL');
    await stage.startBot();
    await stage.untilIdle();
    expect(chat.messages()).toHaveLength(1);
    const core = openCore(stage);
    expect((await core.watches.listAlerts(0)).map(({ status }) => status)).toEqual(['sending']);
    await core.close();
  });

  it('arrive once, with what can be done about them', async () => {
    const stage = await createStage();
    const user = stage.api.user();
    const chat = stage.api.chat(user);
    await leaveAlert(stage, { owner: `telegram:${user.id}`, to: `telegram:${user.id}` });
    const bot = await stage.startBot();
    const alert = await chat.waitForMessage('📉 ¥4,899（券后），不高于你定的 ¥5,000');
    expect(alert.text).toContain('iPhone 17');
    expect((await chat.press('7 天内不提醒').answered()).text).toBe('7 天内不提醒');
    chat.send('/watches');
    await chat.waitForMessage('💤 暂不提醒');
    await bot.stop();
    await stage.startBot();
    chat.send('/forget');
    await chat.waitForMessage('降价提醒、语言设置');
    chat.press('删除');
    await chat.waitForMessage('已删除你的数据');
    chat.send('/watches');
    await chat.waitForMessage('还没有降价提醒');
    expect(chat.messages().filter(({ text }) => text.startsWith('📉'))).toHaveLength(1);
    const core = openCore(stage);
    expect(await core.watches.listAlerts(0)).toEqual([]);
    await core.close();
  });
});
