import { describe, expect, it } from 'vitest';
import { FLAGSHIP, FLAGSHIP_ID, MILK_POWDER } from '../helpers/telegram/links.js';
import { createStage } from '../helpers/telegram/running-bot.js';

const STALE = '按钮已失效，请重新发送链接。';

describe('the buttons under a card', () => {
  it('refresh once for everybody who presses, and say when there is nothing newer', async () => {
    const { api, sandbox, startBot, untilIdle } = await createStage();
    await startBot();
    const [ann, bob] = [api.chat(api.user()), api.chat(api.user())];
    for (const chat of [ann, bob]) {
      chat.send(FLAGSHIP);
      await chat.waitForMessage('iPhone 17');
    }
    expect(sandbox.arrivals()).toHaveLength(1);
    sandbox.setFaults([{ kind: 'slow', delayMs: 300, times: 1 }]);
    const pressed = [ann.press('刷新'), bob.press('刷新')];
    const answers = await Promise.all(pressed.map((press) => press.answered()));
    expect(answers.map(({ text }) => text)).toEqual(['正在刷新…', '正在刷新…']);
    await expect.poll(() => sandbox.arrivals().length).toBe(2);
    await untilIdle();
    for (const chat of [ann, bob]) {
      expect((await chat.press('刷新').answered()).text).toBe('已是最新');
    }
    expect(sandbox.arrivals()).toHaveLength(2);
    expect(api.refused()).toEqual([]);
  });

  it('turn the pages of the variants, and come back', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(FLAGSHIP);
    const card = await chat.waitForMessage('iPhone 17');
    chat.press('规格 12');
    const first = await chat.waitForMessage('第 1/2 页');
    expect(first.id).toBe(card.id);
    expect(first.text.split('\n')).toHaveLength(13);
    expect(first.text).toContain('1. 黑色 256GB  规格价 ¥5,999  有货  ⬇️ 最低');
    const struck = first.entities.filter(({ type }) => type === 'strikethrough');
    expect(struck.map(({ offset, length }) => first.text.slice(offset, offset + length))).toEqual([
      '黑色 512GB  规格价 ¥7,299',
    ]);
    chat.press('›');
    await chat.waitForMessage('第 2/2 页');
    // The page in the middle is the one that is shown: nothing happens.
    await chat.press('2/2').answered();
    chat.press('返回');
    await chat.waitForMessage('🕒');
    expect(chat.last()?.text).toBe(card.text);
    expect(api.refused()).toEqual([]);
  });

  it('change the words under a picture, and leave the picture', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(MILK_POWDER);
    await chat.waitForMessage('拼单价');
    chat.press('规格 4');
    const page = await chat.waitForMessage('⬇️ 最低');
    expect(page.photo).toBeDefined();
    expect(api.requestsOf('editMessageCaption')).toHaveLength(1);
  });

  it('copy the id and open the page without asking the bot', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(FLAGSHIP);
    const buttons = (await chat.waitForMessage('iPhone 17')).buttons.flat();
    expect(buttons.find(({ text }) => text.includes('复制'))?.copyText).toBe(FLAGSHIP_ID);
    expect(buttons.find(({ text }) => text.includes('打开'))?.url).toBe(FLAGSHIP);
  });

  it('say that they are out of date when forged, foreign, or too old to be seen', async () => {
    const { api, sandbox, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(FLAGSHIP);
    const card = await chat.waitForMessage('iPhone 17');
    const known = sandbox.arrivals().length;
    const forged = [
      '',
      'x',
      'v0:r:jd1:0',
      'v1:r:zz1:0',
      'v1:r:jd0:0',
      'v1:r:jd1:x',
      'v1:Z:jd1:0',
      'v1:s:pdd12:1',
      'v1:b:zz:0',
      'v1:g:fr:0',
    ];
    for (const data of forged) {
      const answer = await chat.forge(data, { on: card }).answered();
      expect(answer, data).toMatchObject({ text: expect.stringContaining('按钮已失效'), showAlert: true });
    }
    const answer = await chat.forge(`v1:r:jd${FLAGSHIP_ID}:0`, { on: card, isInaccessible: true }).answered();
    expect(answer.text).toBe(STALE);
    expect(sandbox.arrivals()).toHaveLength(known);
  });

  it('cost nothing when the press is too old to be answered', async () => {
    const { api, sandbox, startBot } = await createStage({ api: { queryLifetimeMs: -1 } });
    await startBot();
    const chat = api.chat(api.user());
    chat.send(FLAGSHIP);
    await chat.waitForMessage('iPhone 17');
    chat.press('刷新');
    await api.waitForRequest('answerCallbackQuery');
    chat.send('/help');
    await chat.waitForMessage('/batch');
    expect(sandbox.arrivals()).toHaveLength(1);
  });

  it('tell what went wrong with a refresh, and let the next one through', async () => {
    const { api, sandbox, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(FLAGSHIP);
    await chat.waitForMessage('iPhone 17');
    sandbox.setFaults([{ kind: 'not-found', times: 1 }]);
    chat.press('刷新');
    await chat.waitForMessage('没有找到这个商品');
    expect((await chat.press('刷新').answered()).text).toBe('正在刷新…');
  });
});
