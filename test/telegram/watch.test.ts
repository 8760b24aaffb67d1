import { describe, expect, it } from 'vitest';
import { type Alert, createCore, parseConfig } from '../../src/core/index.js';
import { FLAGSHIP, FLAGSHIP_ID, jdLinks, MILK_POWDER, PAID_ONLY } from '../helpers/telegram/links.js';
import { createStage, type Stage } from '../helpers/telegram/running-bot.js';

const openCore = ({ sandbox, stateDir }: Stage) =>
  createCore(parseConfig({ ...sandbox.environment, BIJIA_STATE_DIR: stateDir }));

/** As a runner leaves it that found a crossing and ended. */
async function leaveAlert(stage: Stage, rest: Pick<Alert, 'owner' | 'to'>): Promise<void> {
  const core = openCore(stage);
  const [result] = await core.get(FLAGSHIP);
  const ref = { platform: 'jd', kind: 'product' as const, id: FLAGSHIP_ID, url: FLAGSHIP };
  const { watch } = await core.watches.add({ refs: [ref], rule: { kind: 'below', fen: 500_000 }, ...rest });
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
    chat.reply(question, '1k');
    await chat.waitForMessage('不到现价的三成');
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
    for (const link of jdLinks(2)) chat.send(`/watch ${link} 1`);
    await chat.waitForMessage('最多 1 个降价提醒');
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
