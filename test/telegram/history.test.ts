import { describe, expect, it } from 'vitest';
import { refuse } from '../fake-telegram/index.js';
import { FLAGSHIP, jdLinks, MILK_POWDER, PAID_ONLY, UNKNOWN } from '../helpers/telegram/links.js';
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

  it('is asked for by a link behind a word, and by a post of another chat', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    const behind = { type: 'text_link' as const, offset: '/history '.length, length: 2, url: FLAGSHIP };
    chat.send('/history 手机', { entities: [behind] });
    await chat.waitForMessage('iPhone 17');
    const other = { link_preview_options: { url: MILK_POWDER } };
    chat.send('/history', { with: { external_reply: other } });
    await chat.waitForMessage('三元');
  });

  it('is said in words where pictures may not be sent', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    const refusal = 'Bad Request: not enough rights to send photos to the chat';
    api.faults.plan('sendPhoto', refuse(400, refusal));
    chat.send(`/history ${FLAGSHIP}`);
    const { photo, text } = await chat.waitForMessage('数据还少');
    expect([photo, text]).toEqual([undefined, expect.stringMatching(/[▁-█]/)]);
  });

  it('of many links is that of the first five, and asks for no others', async () => {
    const { api, sandbox, startBot } = await createStage();
    await startBot({ TELEGRAM_DAILY_CALLS: '6' });
    const chat = api.chat(api.user());
    chat.send(`/history ${jdLinks(40).join(' ')}`);
    await chat.waitUntil(() => chat.messages().filter(({ text }) => text.includes('数据还少'))[4]);
    chat.send('/status');
    await chat.waitForMessage(({ text }) => /用了 [1-5] 次/.test(text));
    expect(sandbox.arrivals().length).toBeLessThanOrEqual(6);
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
