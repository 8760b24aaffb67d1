import { describe, expect, it } from 'vitest';
import type { ChatDriver } from '../fake-telegram/index.js';
import { FLAGSHIP, FLAGSHIP_ID, jdLink, jdLinks, MILK_POWDER, SHOP } from '../helpers/telegram/links.js';
import { createStage } from '../helpers/telegram/running-bot.js';

async function open(api = {}) {
  const stage = await createStage({ api });
  await stage.startBot();
  return { ...stage, chat: stage.api.chat(stage.api.user()) };
}

/** Each with what an upstream that opens share codes makes of it: of the last two, a card. */
const CODES = [
  ['￥VBY2G6XMu8Dy7S%', '这个口令或链接打不开商品'],
  ['复制 ！AbC12dEf9Gh！ 打开京东', '这个口令或链接打不开商品'],
  ['¥CA8812aHKiTsQz¥', '淘宝 · '],
  ['￥AbCdEf12345￥', '淘宝 · '],
] as const;
const WITHOUT_OPENERS = {
  ...{ TBK_APP_KEY: undefined, TBK_APP_SECRET: undefined, TBK_PID: undefined },
  ...{ DATAOKE_APP_KEY: undefined, DATAOKE_APP_SECRET: undefined },
};

const hide = (text: string, ...urls: string[]) => ({
  entities: urls.map((url, at) => ({ type: 'text_link' as const, offset: at, length: 1, url })),
  text,
});

describe('a post', () => {
  it('names its product in a button, in its preview, or in what it quotes', async () => {
    const { api, chat } = await open();
    chat.send('今天好价，手慢无', { buttonUrls: ['https://t.me/deals', FLAGSHIP] });
    await chat.waitForMessage(FLAGSHIP_ID);
    chat.sendPhoto('picture', { buttonUrls: [jdLink(100_001_002)] });
    await chat.waitForMessage('100001002');
    chat.sendPhoto('picture', { caption: '好价', buttonUrls: [jdLink(100_001_003)] });
    await chat.waitForMessage('100001003');
    chat.send('好价', { with: { link_preview_options: { url: jdLink(100_001_004) } } });
    await chat.waitForMessage('100001004');
    chat.send('这个怎么样', { with: { quote: { text: `秒杀 ${jdLink(100_001_005)}`, position: 0 } } });
    await chat.waitForMessage('100001005');
    chat.send('这个呢', { with: { external_reply: { link_preview_options: { url: jdLink(100_001_006) } } } });
    await chat.waitForMessage('100001006');
    expect(chat.messages()).toHaveLength(6);
    expect(api.violations).toEqual([]);
    expect(api.refused()).toEqual([]);
  });

  it('whose buttons lead elsewhere is answered as before', async () => {
    const { chat } = await open();
    chat.send('好价', { buttonUrls: ['https://www.amazon.com/dp/B0ABCDEFGH'] });
    await chat.waitForMessage('暂不支持');
    chat.sendPhoto('picture', { buttonUrls: ['https://t.me/deals'] });
    await chat.waitForMessage('作为「文件」发送');
    chat.send('shop', { buttonUrls: [SHOP] });
    await chat.waitForMessage('这是店铺链接');
  });

  it('in a group is answered by its buttons where the bot may read it', async () => {
    const { api } = await open({ seesAllGroupMessages: true });
    const ann = api.user();
    const group = api.group({ title: '群', members: [ann] }).as(ann);
    group.sendPhoto('picture', { buttonUrls: ['https://t.me/deals'] });
    group.sendPhoto('picture', { buttonUrls: [FLAGSHIP] });
    await group.waitForMessage(FLAGSHIP_ID);
    expect(group.messages()).toHaveLength(1);
  });

  it('with a share code, of whatever shape, is answered as one', async () => {
    const { chat } = await open();
    for (const [code, answer] of CODES) {
      chat.send(code);
      await chat.waitForMessage(answer);
    }
  });

  it('with a share code that nobody here opens is told that the app does', async () => {
    const { api, startBot, sandbox } = await createStage();
    await startBot(WITHOUT_OPENERS);
    const chat = api.chat(api.user());
    for (const [code] of CODES) {
      chat.send(code);
      await chat.waitForMessage('口令和小程序链接只能在 App 里打开');
    }
    expect(sandbox.arrivals()).toEqual([]);
  });

  it('with a price is not taken for one with a share code', async () => {
    const { chat } = await open();
    for (const text of ['只要￥5699!', '满￥300减30%']) {
      chat.send(text);
      await chat.waitForMessage('没有找到商品链接');
    }
  });
});

describe('/batch', () => {
  const links = jdLinks(4);
  const expectOffer = (chat: ChatDriver, count: number) => chat.waitForMessage(`${count} 个商品`);

  it('in reply to a post takes the links behind its words, buttons and captions', async () => {
    const { api, chat } = await open();
    const { text, entities } = hide('甲乙丙丁\n全都好价', ...links);
    const post = chat.send(text, { entities });
    chat.reply(post, '/batch');
    const offer = await expectOffer(chat, 4);
    expect(offer.text).not.toContain('无法识别');
    const photo = chat.sendPhoto('picture', { caption: `三款\n${jdLinks(3).join('\n')}` });
    chat.reply(photo, '/batch');
    await expectOffer(chat, 3);
    const buttons = chat.send('好价', { buttonUrls: jdLinks(2) });
    chat.reply(buttons, '/batch');
    await expectOffer(chat, 2);
    chat.sendPhoto('picture', { caption: `/batch\n${[...links, MILK_POWDER].join('\n')}` });
    await expectOffer(chat, 5);
    expect(api.violations).toEqual([]);
  });

  it('says how a table was read: its header, its column and what was passed over', async () => {
    const { api, chat } = await open();
    const rows = jdLinks(3).map((link, at) => `${at + 1},手机,${link}`);
    const table = ['京东商品清单', '序号,商品名称,商品链接', ...rows].join('\n');
    chat.sendDocument(table, '清单.csv');
    const offer = await expectOffer(chat, 3);
    expect(offer.text.split('\n')[0]).toBe(
      '读取表格：表头在第 2 行，取「商品链接」列。跳过 1 行，如第 1 行“京东商品清单”（标题）。',
    );
    const english = api.chat(api.user({ language_code: 'en' }));
    english.sendDocument(table, 'list.csv');
    const words = 'Reading the table: header in row 2, column "商品链接". Skipped 1 row, e.g. row 1';
    await english.waitForMessage(words);
    const page = `<table><tr><td>${jdLinks(2).join('</td></tr><tr><td>')}</td></tr></table>`;
    chat.sendDocument(page, '导出.xls', 'application/vnd.ms-excel');
    await expectOffer(chat, 2);
  });

  it.each([
    ['json', 'application/json', JSON.stringify({ data: { list: jdLinks(3).map((url) => ({ url })) } })],
    [
      'jsonl',
      'application/x-ndjson',
      jdLinks(3)
        .map((url) => JSON.stringify({ url }))
        .join('\n'),
    ],
    ['html', 'text/html', `<ul></ul><table><tr><td>${jdLinks(3).join('<tr><td>')}</table>`],
  ])('reads %s, by its name or by its type', async (extension, type, content) => {
    const { api, chat } = await open();
    chat.sendDocument(content, `清单.${extension}`);
    await expectOffer(chat, 3);
    const other = api.chat(api.user());
    other.sendDocument(content, undefined, type);
    await expectOffer(other, 3);
  });

  it('takes lines of a share text together, in a message too', async () => {
    const { chat } = await open();
    chat.send(`/batch\n${MILK_POWDER}\n我在拼多多发现一件好货，快来看看吧\n${FLAGSHIP}`);
    const offer = await expectOffer(chat, 2);
    expect(offer.text).not.toContain('无法识别');
  });

  it('takes documents without a name or an ending by their type', async () => {
    const { chat } = await open();
    chat.sendDocument(links.join('\n'), undefined, 'text/plain');
    await expectOffer(chat, 4);
    chat.sendDocument(`url\n${jdLinks(3).join('\n')}`, '清单', 'text/csv; charset=utf-8');
    await expectOffer(chat, 3);
    chat.sendDocument(jdLinks(2).join('\n'), '清单.2026', 'text/plain');
    await expectOffer(chat, 2);
    chat.sendDocument('x', undefined, 'application/zip');
    await chat.waitForMessage('只能读取');
  });

  it.each(['first', 'last'])('under the %s file of an album means all of them', async (place) => {
    const { api } = await open({ seesAllGroupMessages: true });
    const ann = api.user();
    const group = api.group({ title: '群', members: [ann] }).as(ann);
    const album = { with: { media_group_id: '13579' } };
    for (const count of [2, 3, 4]) {
      const hasCaption = count === (place === 'first' ? 2 : 4);
      group.sendDocument(jdLinks(count).join('\n'), `${count}.txt`, 'text/plain', {
        ...album,
        ...(hasCaption && { caption: '/batch' }),
      });
    }
    await group.waitUntil(() => {
      const texts = group.messages().map(({ text }) => text);
      return [2, 3, 4].every((count) => texts.some((text) => text.includes(`${count} 个商品`))) || undefined;
    });
    group.sendDocument(jdLinks(7).join('\n'), '7.txt', 'text/plain', { with: { media_group_id: '2468' } });
    group.send('/help');
    await group.waitForMessage('/jobs');
    expect(group.messages()).toHaveLength(4);
  });

  it('under an album whose other files the bot does not see says so', async () => {
    const { api } = await open();
    const ann = api.user();
    const group = api.group({ title: '群', members: [ann] }).as(ann);
    const album = { with: { media_group_id: '13579' } };
    group.sendDocument(jdLinks(2).join('\n'), 'a.txt', 'text/plain', { ...album, caption: '/batch' });
    expect(group.sendDocument(jdLinks(3).join('\n'), 'b.txt', 'text/plain', album).update).toBeUndefined();
    await group.waitUntil(() => group.messages().find(({ text }) => text.includes('其余的请分别发送')));
  });

  it('reads one list of a person at a time, and those of others at the same time', async () => {
    const { api, chat } = await open();
    api.faults.plan('download', { kind: 'hang' }, { times: 1 });
    chat.sendDocument(links.join('\n'), 'stuck.txt');
    await api.waitForRequest('download');
    for (let more = 0; more < 10; more += 1) chat.sendDocument(links.join('\n'), `${more}.txt`);
    await chat.waitForMessage('你还有查询没有完成');
    const others = [api.chat(api.user()), api.chat(api.user())];
    for (const other of others) {
      other.sendDocument(jdLinks(3).join('\n'), 'ids.txt');
      await expectOffer(other, 3);
    }
    expect(api.requestsOf('download')).toHaveLength(3);
  });
});
