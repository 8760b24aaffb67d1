import { describe, expect, it } from 'vitest';
import { createStage } from './running-bot.js';

const ids = (count: number, first = 100_000_000) =>
  Array.from({ length: count }, (_, at) => `https://item.jd.com/${first + at}.html`).join('\n');

describe('a batch', () => {
  it('goes from the file to the table', async () => {
    const { api, startBot } = await createStage();
    const bot = await startBot({ JD_UNION_QUOTA: '50/1s' });
    const chat = api.chat(api.user());
    chat.sendDocument(`${ids(60)}\nnonsense\n${ids(3)}`, 'ids.txt');
    const offer = await chat.waitForMessage('识别到');
    expect(offer.text).toContain('识别到 60 个编号');
    chat.press('xlsx');
    await chat.waitUntil(() => chat.last()?.buttons[0]?.some(({ text }) => text === '✅ xlsx') || undefined);
    chat.press('开始');
    const result = await chat.waitForMessage(({ document }) => document !== undefined, 20_000);
    console.log(chat.transcript());
    chat.send('/jobs');
    await chat.waitForMessage('最近 7 天的任务');
    chat.send('/status');
    await chat.waitForMessage('今天用了');
    chat.send('/shop https://mall.jd.com/index-1000462158.html');
    await chat.waitForMessage('🏬');
    chat.press('›');
    await chat.waitForMessage('第 2/');
    chat.press('整店导出');
    await chat.waitForMessage('导出整个店铺');
    chat.press('开始');
    await chat.waitForMessage(({ document }) => document !== undefined, 20_000);
    console.log(chat.transcript());
    expect(api.violations).toEqual([]);
    expect(api.refused()).toEqual([]);
    expect((await bot.stop()).code).toBe(0);
    console.log(bot.output());
  });
});
