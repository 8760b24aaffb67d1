import { describe, expect, it } from 'vitest';
import { FLAGSHIP, MILK_POWDER, PAID_ONLY, UNKNOWN } from '../helpers/telegram/links.js';
import { createStage } from '../helpers/telegram/running-bot.js';

describe('the price history in a chat', () => {
  it('is a chart with the verdict, by command and by the button under a card', async () => {
    const { api, sandbox, startBot } = await createStage();
    await startBot(PAID_ONLY);
    const chat = api.chat(api.user());
    chat.send('/history');
    await chat.waitForMessage('请在 /history 后面加上商品链接');
    chat.send(FLAGSHIP);
    await chat.waitForMessage('iPhone 17');
    const calls = sandbox.arrivals().length;
    await chat.press('走势').answered();
    const first = await chat.waitForMessage('数据还少');
    expect(first.photo).toBeDefined();
    expect(first.text).toMatch(/¥[\d,]+（.+）。90 天里只有 1 天的价格，无法判断。/);
    expect(first.text).toContain('模拟数据');
    // The card has just asked for it.
    expect(sandbox.arrivals()).toHaveLength(calls);
    chat.send(`/history ${MILK_POWDER} ${FLAGSHIP}`);
    await chat.waitUntil(() => chat.messages().filter(({ text }) => text.includes('数据还少'))[1]);
    // That source costs money: only what was seen already is shown.
    await chat.waitForMessage('还没有见过这个商品的价格');
    expect(sandbox.arrivals()).toHaveLength(calls);
    expect(api.refused()).toEqual([]);
  });

  it('says what is wrong with a link', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(`/history ${UNKNOWN}`);
    await chat.waitForMessage('没有找到这个商品');
    chat.send('/history 你好');
    await chat.waitForMessage('没有找到商品链接');
  });
});

describe('several links in one message', () => {
  it('are compared after their cards, the cheapest that can be bought first', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(`${FLAGSHIP}\n${MILK_POWDER}`);
    const { text } = await chat.waitForMessage('有货里最便宜');
    expect(text).toMatch(
      /^有货里最便宜：三元.+，¥15\.60 拼单价\n¥15\.60 拼单价 · 三元.+\n¥5,699 券后 · Apple iPhone 17.+\n.*模拟数据/,
    );
    expect(chat.messages().at(-1)?.text).toBe(text);
  });

  it('are not compared when only one of them is a product', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(`${FLAGSHIP} ${FLAGSHIP} ${UNKNOWN}`);
    await chat.waitForMessage('没有找到这个商品');
    expect(chat.messages().filter(({ text }) => text.includes('有货里最便宜'))).toEqual([]);
  });
});
