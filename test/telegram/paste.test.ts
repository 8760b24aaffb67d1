import { describe, expect, it } from 'vitest';
import { createStage } from './running-bot.js';

const FLAGSHIP = 'https://item.jd.com/100012345678.html';

describe('a pasted link', () => {
  it('brings the card', async () => {
    const { api, startBot } = await createStage();
    const bot = await startBot();
    const chat = api.chat(api.user());
    chat.send(FLAGSHIP);
    const card = await chat.waitForMessage('iPhone 17');
    console.log(chat.transcript());
    expect(card.text).toContain('沙盒数据');
    chat.send('https://mobile.yangkeduo.com/goods.html?goods_id=8420152864');
    await chat.waitForMessage('拼单价');
    chat.press('规格');
    await chat.waitForMessage('⬇️');
    console.log(chat.transcript());
    expect(api.violations).toEqual([]);
    expect((await bot.stop()).code).toBe(0);
    console.log(bot.output());
  });
});
