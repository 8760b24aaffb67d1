import { describe, expect, it } from 'vitest';
import { HOSTILE_TITLES } from '../../src/core/simulation/titles.js';
import {
  FLAGSHIP,
  FLAGSHIP_ID,
  jdLink,
  jdLinks,
  MILK_POWDER,
  SHOP,
  UNKNOWN,
} from '../helpers/telegram/links.js';
import { createStage } from '../helpers/telegram/running-bot.js';

describe('alone with the bot', () => {
  it('asks whose ids are, also where there are several, or words beside them', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send('100012345678 iPhone 17 红色 国行全新未拆封 帮忙看看划算吗，最近想买');
    const about = await chat.waitForMessage('100012345678 是哪个平台的编号？');
    expect(about.buttons.flat().map(({ text }) => text)).toEqual(['京东', '拼多多', '淘宝']);
    chat.send('①100012345678 ②100012345679');
    const question = await chat.waitForMessage('100012345678 · 100012345679 是哪个平台的编号？');
    expect(question.buttons.flat().map(({ text }) => text)).toEqual(['京东', '拼多多', '淘宝']);
    chat.press('京东');
    await chat.waitForMessage('商品编号 100012345679');
    chat.send('京东 100012345678\n8420152864');
    await chat.waitForMessage('8420152864 是哪个平台的编号？');
    chat.send('100012345671 100012345672 100012345673 100012345674 100012345675');
    await chat.waitForMessage('请写上平台再发，如「京东 100012345671」');
    expect(api.violations).toEqual([]);
    expect(api.refused()).toEqual([]);
  });

  it('a link brings the card, with a picture where there is one', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    const sent = chat.send(`看看这个 ${FLAGSHIP} 划算吗`);
    const card = await chat.waitForMessage('iPhone 17');
    expect(card.text.split('\n').slice(0, 3)).toEqual([
      '京东自营 · Apple iPhone 17 256GB 黑色 支持移动联通电信5G 双卡双待手机',
      '¥5,699 券后   划线价 ¥5,999',
      '月销量 20万 · 评价 50万（好评率 97%） · 有货',
    ]);
    expect(card.text).toContain('模拟数据');
    expect(card.replyTo).toBe(sent.id);
    expect(chat.actions()).toEqual(['typing']);
    chat.send(MILK_POWDER);
    const second = await chat.waitForMessage('拼单价');
    expect(second.photo?.url).toMatch(/^https:\/\//);
    expect(second.buttons.map((row) => row.map(({ text }) => text))).toEqual([
      ['🔄 刷新', '📋 规格 4', '📎 复制编号'],
      ['🔔 降价提醒', '📈 走势', '🔍 找同款'],
      ['🛒 打开拼多多'],
    ]);
    expect(api.violations).toEqual([]);
    expect(api.refused()).toEqual([]);
  });

  it('share texts, captions, hidden links and short links are read', async () => {
    const { api, startBot } = await createStage();
    // Only the embedded sandbox stands in for the hosts of short links.
    await startBot({ BIJIA_SANDBOX: '1' });
    const chat = api.chat(api.user());
    const text = '限时特价，点我';
    chat.send(text, { entities: [{ type: 'text_link', offset: 0, length: text.length, url: FLAGSHIP }] });
    await chat.waitForMessage(FLAGSHIP_ID);
    chat.sendPhoto('picture', { caption: `买它 ${jdLink(100_001_002)}` });
    await chat.waitForMessage('100001002');
    chat.send(`【京东】https://3.cn/p${FLAGSHIP_ID}?jkl=@a@ 「Apple iPhone」点击链接直接打开`);
    await chat.waitForMessage(FLAGSHIP_ID);
    chat.send('https://3.cn/dead');
    await chat.waitForMessage('短链接已失效');
    chat.send('https://3.cn/script');
    await chat.waitForMessage('短链接');
    expect(api.violations).toEqual([]);
  });

  it('five links bring five cards in their order and a comparison, and sixty no more and a word about the rest', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(jdLinks(5).join(' '));
    await chat.waitForMessage('有货里最便宜');
    const cards = chat.messages().slice(0, -1);
    expect(cards.map(({ text }) => /商品编号 (\d+)/.exec(text)?.[1])).toEqual(
      jdLinks(5).map((link) => /\d+/.exec(link)?.[0]),
    );
    const sixty = jdLinks(60, 100_002_000).join('\n');
    chat.send(sixty.padEnd(4096, ' 很便宜'));
    const notice = await chat.waitForMessage('一次最多查 5 个链接');
    expect(notice.text).toContain('其余 55 个');
    expect(chat.messages()).toHaveLength(13);
    expect(api.refused()).toEqual([]);
  });

  it('a bare id is asked about, then answered', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    chat.send(FLAGSHIP_ID);
    const question = await chat.waitForMessage('哪个平台');
    expect(question.buttons.flat().map(({ text }) => text)).toEqual(['京东', '拼多多', '淘宝']);
    chat.press('京东');
    await chat.waitForMessage('iPhone 17');
    // Too long for one of the two.
    chat.send('100000000000123');
    await chat.waitForMessage('商品编号 100000000000123');
  });

  it('whatever cannot be looked up gets an answer that says what can', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const expectAnswer = async (text: string, answer: string | RegExp) => {
      const chat = api.chat(api.user());
      chat.send(text);
      await chat.waitForMessage(answer);
      return chat;
    };
    await expectAnswer('https://v.douyin.com/92ATSTRwUEY/', /暂不支持.*京东、拼多多、淘宝/);
    await expectAnswer('https://www.amazon.com/dp/B0ABCDEFGH', /暂不支持.*京东、拼多多/);
    await expectAnswer('https://item.taobao.com/item.htm?id=713417934359', '淘宝联盟不再支持数字商品编号');
    await expectAnswer('你好', '没有找到商品链接');
    await expectAnswer('￥AbCdEf12345￥', '淘宝 · ');
    await expectAnswer(UNKNOWN, '没有找到这个商品');
    await expectAnswer('https://www.jd.com/', '这个链接里没有商品');
    await expectAnswer('/nonsense', '没有找到商品链接');
    const chat = await expectAnswer(SHOP, '这是店铺链接');
    chat.press('列出店铺商品');
    await chat.waitForMessage('250 个商品');
    chat.sendPhoto('picture');
    await chat.waitForMessage('作为「文件」发送');
    chat.send(`${UNKNOWN} ${FLAGSHIP} https://item.taobao.com/item.htm?id=713417934359`);
    const failures = await chat.waitForMessage('• ');
    expect(failures.text.split('\n')).toHaveLength(2);
    expect(api.refused()).toEqual([]);
  });

  it('a link that a marketplace cannot answer is worded for it, never called another marketplace', async () => {
    const { api, startBot } = await createStage();
    await startBot({
      PDD_DDK_CLIENT_ID: undefined,
      PDD_DDK_CLIENT_SECRET: undefined,
      PDD_DDK_PID: undefined,
    });
    const sign =
      'https://mobile.yangkeduo.com/goods.html?goods_sign=E9b2xO1zPBNLXBNhwfDchu9rOlfmjN_89g_J7rMXyru4';
    const item = 'https://jingfen.jd.com/detail/MsDxpCw3eBBU3UGhlbKb4c2o_3LZQVebpuKbbMBrvsH.html';
    const chinese = api.chat(api.user());
    chinese.send(sign);
    await chinese.waitForMessage('复制带 goods_id= 的链接');
    chinese.send(item);
    await chinese.waitForMessage('请发商品页链接');
    const english = api.chat(api.user({ language_code: 'en' }));
    english.send(sign);
    await english.waitForMessage('paste the link with goods_id=');
    english.send(`${item} ${sign}`);
    const both = await english.waitForMessage('Paste the product page instead');
    expect(both.text.split('\n')).toHaveLength(2);
    for (const { text } of [...chinese.messages(), ...english.messages()]) {
      expect(text).not.toMatch(/暂不支持这个平台|marketplace is not supported/);
    }
  });

  it('a hostile title stays text: no markup, no mention, no foreign link', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const allowed = new Set(['bold', 'text_link', 'strikethrough', 'code']);
    for (const [place, { about }] of HOSTILE_TITLES.entries()) {
      const chat = api.chat(api.user());
      const id = `200001${String(place + 1).padStart(3, '0')}`;
      const links = [jdLink(id), `https://mobile.yangkeduo.com/goods.html?goods_id=${id}`];
      chat.send(links.join(' '));
      await chat.waitUntil(() => (chat.messages().length === 2 ? true : undefined));
      for (const { entities } of chat.messages()) {
        expect(
          entities.filter(({ type }) => !allowed.has(type)),
          about,
        ).toEqual([]);
        for (const entity of entities) {
          if (entity.type === 'text_link') expect(entity.url, about).toMatch(/\.(jd|yangkeduo)\.com\//);
        }
      }
    }
    expect(api.violations).toEqual([]);
    expect(api.refused()).toEqual([]);
  });

  it('English is spoken to those whose Telegram is English, and to those who choose it', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const english = api.chat(api.user({ language_code: 'en-GB' }));
    english.send(FLAGSHIP);
    await english.waitForMessage('after coupon');
    english.send('/lang');
    await english.waitForMessage('Choose a language');
    expect((await english.press('中文').answered()).text).toBe('好的，以后用中文。');
    english.send(FLAGSHIP);
    await english.waitForMessage('券后');
  });
});

describe('a picture', () => {
  it('that Telegram cannot load, and we cannot either, leaves the words', async () => {
    const { api, startBot } = await createStage();
    await startBot({ HTTPS_PROXY: 'http://127.0.0.1:9' });
    api.refusePhotoUrls(/pddpic/);
    const chat = api.chat(api.user());
    chat.send(MILK_POWDER);
    const card = await chat.waitForMessage('拼单价');
    expect(card.photo).toBeUndefined();
    expect(api.requestsOf('sendPhoto')).toHaveLength(1);
    chat.send(MILK_POWDER);
    await chat.waitForMessage('拼单价');
    expect(api.requestsOf('sendPhoto')).toHaveLength(1);
  });

  it('that Telegram has is sent by its id from then on', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const chat = api.chat(api.user());
    for (let times = 0; times < 2; times += 1) {
      chat.send(MILK_POWDER);
      await chat.waitForMessage('拼单价');
    }
    const [first, second] = api.requestsOf('sendPhoto').map(({ fields }) => String(fields['photo']));
    expect(first).toMatch(/^https:/);
    expect(second).toBe(chat.messages()[0]?.photo?.fileId);
  });
});

describe('in a group', () => {
  it('links are answered where the bot may read them, everything else is passed over', async () => {
    const { api, startBot } = await createStage({ api: { seesAllGroupMessages: true } });
    await startBot();
    const ann = api.user();
    const chat = api.group({ title: '比价', members: [ann] }).as(ann);
    for (const text of [
      '大家好',
      '100012345678',
      'https://item.taobao.com/item.htm?id=1',
      'https://www.jd.com/',
      '/unknown',
    ]) {
      chat.send(text);
    }
    chat.sendPhoto('picture');
    chat.sendDocument('1', 'a.txt');
    const link = chat.send(FLAGSHIP);
    const card = await chat.waitForMessage('iPhone 17');
    expect(card.replyTo).toBe(link.id);
    expect(chat.messages()).toHaveLength(1);
  });

  it('the bot is called by its name, also in reply to somebody’s link, and by a reply to it', async () => {
    const { api, startBot } = await createStage();
    await startBot();
    const [ann, bob] = [api.user(), api.user()];
    const group = api.group({ title: '比价', members: [ann, bob] });
    const chat = group.as(ann);
    expect(chat.send(FLAGSHIP).update).toBeUndefined();
    const link = group.as(bob).send(MILK_POWDER);
    chat.reply(link, `@${api.bot.username}`);
    const card = await chat.waitForMessage('拼单价');
    chat.reply(card, FLAGSHIP);
    await chat.waitForMessage('iPhone 17');
    chat.reply(card, '现在呢？');
    expect((await chat.waitForMessage('拼单价')).id).not.toBe(card.id);
    chat.send(`@${api.bot.username} 你好`);
    await chat.waitForMessage('没有找到商品链接');
    chat.send('/help');
    expect((await chat.waitForMessage('隐私模式')).text).toContain(`@${api.bot.username}`);
  });
});
