import { describe, expect, it } from 'vitest';
import type { BotMessage, ChatDriver } from '../../fake-telegram/index.js';
import { FLAGSHIP } from '../../helpers/telegram/links.js';
import { createStage } from '../../helpers/telegram/running-bot.js';

const readFile = (message: BotMessage) => Buffer.from(message.document?.content ?? []).toString('utf8');

/** With a merchant's interface alone, which knows what the goods cost. */
const MERCHANT = { JD_UNION_APP_KEY: undefined, JD_UNION_APP_SECRET: undefined };

const getColumns = async (chat: ChatDriver, link: string, names: readonly string[]) => {
  chat.sendDocument(link, 'ids.csv', 'text/csv', { caption: '/batch' });
  await chat.waitForMessage('1 个商品');
  chat.press('开始');
  const result = readFile(await chat.waitForMessage(({ document }) => document !== undefined));
  const [head = '', row = ''] = result.trim().split(/\r?\n/);
  return names.map((name) => row.split(',')[head.split(',').indexOf(name)]);
};

describe('what the operator earns', () => {
  it('is in no result file but those of admins in private', async () => {
    const { api, startBot } = await createStage();
    const [admin, ann] = [api.user(), api.user()];
    await startBot({ JD_UNION_DIALECT: 'jos', TELEGRAM_ADMINS: String(admin.id) });
    const [amount, rate] = await getColumns(api.chat(admin), FLAGSHIP, ['commission', 'commission_rate']);
    expect([Number(amount) > 0, Number(rate) > 0]).toEqual([true, true]);
    expect(await getColumns(api.chat(ann), FLAGSHIP, ['commission', 'commission_rate'])).toEqual(['', '']);
  });
});

describe('cost prices', () => {
  it('are for admins in private alone: on cards, in buttons and in result files', async () => {
    const { api, startBot } = await createStage({ api: { seesAllGroupMessages: true } });
    const [admin, ann] = [api.user(), api.user()];
    await startBot({ ...MERCHANT, TELEGRAM_ADMINS: String(admin.id) });
    const group = api.group({ title: '群', members: [admin, ann] });
    const boss = api.chat(admin);
    boss.send(FLAGSHIP);
    await boss.waitForMessage('成本价');
    await boss.press('刷新').answered();
    boss.press('规格');
    await boss.waitForMessage('1. ');
    boss.press('返回');
    await boss.waitForMessage('成本价');
    for (const chat of [api.chat(ann), group.as(admin), group.as(ann)]) {
      chat.send(FLAGSHIP);
      const card = await chat.waitForMessage('iPhone 17');
      expect(card.text).not.toContain('成本价');
      await chat.press('刷新', { on: card }).answered();
      chat.press('规格', { on: card });
      await chat.waitForMessage('🕒');
      expect(chat.messages().some(({ text }) => text.includes('成本价'))).toBe(false);
    }
    const getCostColumn = async (chat: ChatDriver) => (await getColumns(chat, FLAGSHIP, ['cost_price']))[0];
    expect(Number(await getCostColumn(boss))).toBeGreaterThan(0);
    expect(await getCostColumn(api.chat(ann))).toBe('');
    expect(await getCostColumn(group.as(admin))).toBe('');
    expect(api.violations).toEqual([]);
  });
});
