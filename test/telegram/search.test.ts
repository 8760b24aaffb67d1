import { describe, expect, it } from 'vitest';
import { MILK_POWDER, UNKNOWN } from '../helpers/telegram/links.js';
import { createStage } from '../helpers/telegram/running-bot.js';

const NUMBERED = /^\d+\. /;
const listNumbered = (text: string) => text.split('\n').filter((line) => NUMBERED.test(line));

describe('a search in a chat', () => {
  it('gives candidates of every marketplace page by page, and each as a card', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send('/search');
    await chat.waitForMessage('请在 /search 后面写关键词');
    chat.send('/search 快充');
    const first = await chat.waitForMessage('🔍 快充');
    expect(listNumbered(first.text)).toHaveLength(6);
    expect(first.text).toMatch(/拼多多.*¥/);
    expect(first.text).toMatch(/淘宝.*¥/);
    expect(first.text).toContain('可能同款');
    expect(first.text).toContain('模拟数据');
    chat.press('›');
    const second = await chat.waitForMessage('第 2 页');
    expect(second.id).toBe(first.id);
    expect(second.text).toContain('7. ');
    for (const line of listNumbered(second.text)) expect(first.text).not.toContain(line.slice(3));
    chat.press('‹');
    await chat.waitForMessage('第 1 页');
    expect(chat.last()?.text).toBe(first.text);
    chat.press('1');
    await chat.waitForMessage('🕒');
    expect(api.refused()).toEqual([]);
  });

  it('looks for what may be the same product, by the button under a card', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(MILK_POWDER);
    await chat.waitForMessage('拼单价');
    await chat.press('找同款').answered();
    const found = await chat.waitForMessage('🔍 可能同款：');
    expect(listNumbered(found.text).length).toBeGreaterThan(0);
    expect(found.text).toContain('没有人核对过');
    expect(api.refused()).toEqual([]);
  });

  it('says what is wrong, and names a marketplace that failed along with the others', async () => {
    const { api, sandbox, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(`/search ${'长'.repeat(500)}`);
    await chat.waitForMessage('关键词太长');
    chat.send('/search 没有这种东西');
    await chat.waitForMessage('🔍 没有这种东西');
    sandbox.setFaults([{ upstream: 'pdd-ddk', kind: 'code', code: '50001/60001' }]);
    chat.send('/search 毛巾');
    const found = await chat.waitForMessage('🔍 毛巾');
    expect(found.text).toContain('⚠️ 拼多多：拼多多还没有完成备案授权');
    expect(listNumbered(found.text).length).toBeGreaterThan(0);
  });

  it('is forgotten by a bot that was started again, and says so', async () => {
    const { api, startBot } = await createStage();
    const bot = await startBot();
    const chat = api.chat(api.user());
    chat.send('/search 快充');
    await chat.waitForMessage('🔍 快充');
    await bot.stop('SIGTERM');
    await startBot();
    const answer = await chat.press('›').answered();
    expect(answer.text).toBe('这次搜索已失效，请重新搜索。');
  });

  it('counts against the day of who asks', async () => {
    const { api, startBot } = await createStage();
    await startBot({ TELEGRAM_DAILY_CALLS: '2' });
    const chat = api.chat(api.user());
    chat.send('/search 快充');
    await chat.waitForMessage('🔍 快充');
    chat.send('/search 毛巾');
    await chat.waitForMessage('额度已用完');
  });
});

describe('promotion links in a chat', () => {
  it('stand in the place of the product links, in a message of its own', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send('/link');
    await chat.waitForMessage('请在 /link 后面粘贴');
    chat.send(`/link 好价！ ${MILK_POWDER} 快抢`);
    const made = await chat.waitForMessage('好价！ https://p.pinduoduo.com/');
    expect(made.text).toMatch(/^好价！ https:\/\/p\.pinduoduo\.com\/\S+ 快抢$/);
    await chat.waitForMessage('✅ 1 个链接换成了推广链接');
    expect(api.refused()).toEqual([]);
  });

  it('stay where none can be made, and are listed', async () => {
    const { api, startBot } = await createStage();
    await startBot({ JD_UNION_DIALECT: 'jos' });
    const chat = api.chat(api.user());
    chat.send(`/link ${MILK_POWDER} ${UNKNOWN}`);
    const made = await chat.waitForMessage('https://p.pinduoduo.com/');
    expect(made.text).toContain(UNKNOWN);
    const summary = await chat.waitForMessage('1 个没有换');
    expect(summary.text).toContain('京东联盟没有推广这个商品');
    chat.send('/link 你好');
    await chat.waitForMessage('没有找到商品链接');
  });

  it('are made of the message that is replied to', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    const sent = chat.send(`看看 ${MILK_POWDER}`);
    await chat.waitForMessage('拼单价');
    chat.reply(sent, '/link');
    await chat.waitForMessage('看看 https://p.pinduoduo.com/');
  });

  it('are made of what is quoted alone, and of links behind words', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    const sent = chat.send(`甲 ${MILK_POWDER} 乙`);
    await chat.waitForMessage('拼单价');
    chat.reply(sent, '/link', { with: { quote: { text: `甲 ${MILK_POWDER}`, position: 0 } } });
    expect((await chat.waitForMessage('甲 https://p.pinduoduo.com/')).text).not.toContain('乙');
    const behind = { type: 'text_link' as const, offset: '/link '.length, length: 2, url: MILK_POWDER };
    chat.send('/link 奶粉 好价', { entities: [behind] });
    await chat.waitForMessage('奶粉 好价\nhttps://p.pinduoduo.com/');
  });
});
