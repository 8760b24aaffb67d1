import { describe, expect, it } from 'vitest';
import { type ChatDriver, refuse } from '../fake-telegram/index.js';
import { createWorkbook, SHEET_END, SHEET_START } from '../helpers/batch/workbook.js';
import {
  expectNoMistakes,
  hasFile,
  openBatchChat,
  readFile,
  upload,
} from '../helpers/telegram/batch-chat.js';
import { FLAGSHIP_ID, jdLinks, MILK_POWDER, SHOP } from '../helpers/telegram/links.js';

const MB = 1024 * 1024;
describe('/batch', () => {
  it('goes from the file over the offer to the table', async () => {
    const { api, chat } = await openBatchChat();
    const lines = [
      ...jdLinks(20),
      ...jdLinks(3),
      MILK_POWDER,
      'nonsense',
      'https://item.jd.com/100000000404.html',
    ];
    const offer = await upload(chat, lines);
    expect(offer.text.split('\n')).toEqual([
      '识别到 26 行、22 个商品：京东 21，拼多多 1，3 行重复，1 行无法识别。',
      '无法识别的行：25（无法识别）',
      '需要 22 次查询，预计 1 秒。',
    ]);
    expect(offer.buttons.map((row) => row.map(({ text }) => text))).toEqual([
      ['✅ csv', 'xlsx', 'jsonl'],
      ['▶️ 开始', '取消'],
    ]);
    chat.press('jsonl');
    await chat.waitForMessage(({ buttons }) => buttons[0]?.[2]?.text === '✅ jsonl');
    expect((await chat.press('开始').answered()).text).toBe('已经开始');
    const result = await chat.waitForMessage(hasFile);
    expect(result.id).not.toBe(offer.id);
    expect(result.text.split('\n').slice(1)).toEqual([
      '26 行、22 个商品：成功 24 · 没找到 1 · 无法识别 1',
      '🧪 模拟数据',
    ]);
    expect(result.document?.fileName).toMatch(/^bijia-[0-9a-f]{4}-\d{4}-\d\d-\d\d\.jsonl$/);
    const rows = readFile(result)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(rows.map(({ line }) => line)).toEqual(lines.map((_, at) => at + 1));
    expect(rows.at(-1)).toMatchObject({ outcome: 'not_found', error: { code: 'not_found' } });
    await chat.waitUntil(() =>
      chat.messages().find(({ id, text }) => id === offer.id && text.startsWith('✅ 完成')),
    );
    expectNoMistakes({ api });
  });

  it('writes csv and xlsx, reads workbooks, a caption, a reply and lines of text', async () => {
    const { api, chat } = await openBatchChat();
    const cells = ['sku', FLAGSHIP_ID, '100001001'].map(
      (text, at) => `<row r="${at + 1}"><c r="A${at + 1}" t="inlineStr"><is><t>${text}</t></is></c></row>`,
    );
    const sheet = SHEET_START + cells.join('') + SHEET_END;
    chat.sendDocument(createWorkbook('', { 'xl/worksheets/sheet1.xml': sheet }), '商品.xlsx');
    await chat.waitForMessage('2 个商品：京东 2');
    chat.press('xlsx');
    await chat.waitForMessage(({ buttons }) => buttons[0]?.[1]?.text === '✅ xlsx');
    chat.press('开始');
    const table = await chat.waitForMessage(hasFile);
    expect(Buffer.from(table.document?.content ?? []).toString('latin1', 0, 2)).toBe('PK');

    const ann = api.user();
    const group = api.group({ title: '群', members: [ann] }).as(ann);
    const file = group.sendDocument(jdLinks(2).join('\n'), 'ids.txt');
    expect(file.update).toBeUndefined();
    group.reply(file, '/batch');
    await group.waitForMessage('2 个商品');
    group.press('开始');
    expect(readFile(await group.waitForMessage(hasFile))).toMatch(/^\ufeff?line,input,outcome/);
    group.sendDocument(jdLinks(3).join('\n'), 'ids.txt', 'text/plain', {
      caption: `/batch@${api.bot.username}`,
    });
    await group.waitForMessage('3 个商品');
    chat.send(`/batch ${jdLinks(4).join('\n')}`);
    await chat.waitForMessage('4 个商品');
    chat.press('开始');
    await chat.waitForMessage(/[⏳✅] [^\n]*\n粘贴的列表（4 行）/);
    await chat.waitForMessage(hasFile);
    chat.send('/batch');
    await chat.waitForMessage('把商品编号或链接放进文件');
    expectNoMistakes({ api });
  });

  it('leaves alone what is meant for another bot', async () => {
    const { api } = await openBatchChat({ seesAllGroupMessages: true });
    const ann = api.user();
    const group = api.group({ title: '群', members: [ann] }).as(ann);
    for (const caption of ['/batch@other_bot', '/batches', `/batch@${api.bot.username}2`]) {
      group.sendDocument(jdLinks(2).join('\n'), 'ids.txt', 'text/plain', { caption });
    }
    group.send('/help');
    await group.waitForMessage('/batch');
    expect(group.messages()).toHaveLength(1);
  });

  it('asks which marketplace bare ids belong to', async () => {
    const { api, chat, sandbox } = await openBatchChat();
    chat.sendDocument(['100001001', '100001002', ...jdLinks(1, 100_002_000)].join('\n'), 'ids.txt');
    const question = await chat.waitForMessage('属于哪个平台');
    expect(question.buttons.map((row) => row.map(({ text }) => text))).toEqual([
      ['京东（3 个）'],
      ['拼多多（3 个）'],
      ['淘宝（3 个）'],
      ['只查能识别的 1 个'],
      ['取消'],
    ]);
    chat.press('京东');
    await chat.waitForMessage('3 个商品：京东 3');
    chat.press('开始');
    await chat.waitForMessage(hasFile);
    expect(sandbox.arrivals()).toHaveLength(3);
    expectNoMistakes({ api });
  });

  it('forgets an offer that is cancelled', async () => {
    const { chat, sandbox } = await openBatchChat();
    const offer = await upload(chat, jdLinks(3));
    chat.press('取消');
    await chat.waitForMessage('已取消');
    const answer = await chat.forge(offer.buttons[1]?.[0]?.data ?? '', { on: offer }).answered();
    expect(answer.text).toContain('按钮已失效');
    expect(sandbox.arrivals()).toEqual([]);
  });

  it('refuses files before they are downloaded, and those it cannot read', async () => {
    const { api, chat } = await openBatchChat();
    const refusals: readonly (readonly [Parameters<ChatDriver['sendDocument']>[0], string, string])[] = [
      [{ sizeBytes: 21 * MB }, 'ids.csv', '最大 2 MB'],
      [{ sizeBytes: 2 * MB + 1 }, 'ids.txt', '最大 2 MB'],
      [{ sizeBytes: 5 * MB + 1 }, 'ids.xlsx', '最大 5 MB'],
      ['%PDF-1.4', 'ids.pdf', '只能读取'],
      ['x', 'noextension', '只能读取'],
    ];
    for (const [content, name, words] of refusals) {
      chat.sendDocument(content, name);
      await chat.waitForMessage(words);
    }
    expect(api.requestsOf('getFile')).toEqual([]);
    // As of a file whose size Telegram does not say.
    api.faults.plan('getFile', refuse(400, 'Bad Request: file is too big'));
    chat.sendDocument('x', 'ids.csv');
    await chat.waitUntil(() => chat.messages().filter(({ text }) => text.includes('最大 2 MB'))[2]);
    api.faults.plan(
      'getFile',
      refuse(400, 'Bad Request: wrong file_id or the file is temporarily unavailable'),
    );
    chat.sendDocument('x', 'ids.csv');
    await chat.waitForMessage('文件没有下载成功');
    chat.sendDocument('', 'ids.txt');
    await chat.waitForMessage('文件是空的');
    chat.sendDocument('[\n{"id": 1,\n', 'ids.json');
    await chat.waitForMessage('JSON 文件有错误');
    chat.sendDocument('hello\nworld', 'ids.txt');
    await chat.waitForMessage('没有能识别的');
    chat.sendDocument('id\n1.00012E+11\n', 'ids.csv');
    await chat.waitForMessage('科学计数法');
    chat.sendDocument(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]), 'ids.csv');
    await chat.waitForMessage('这不是文本或表格文件');
    chat.sendDocument(jdLinks(5010).slice(0, 5001).join('\n'), 'ids.txt');
    await chat.waitForMessage('一次最多 5,000 个商品，文件里有 5,001 个');
    chat.sendPhoto('picture', { caption: '/batch' });
    await chat.waitForMessage('作为「文件」发送');
    expectNoMistakes({ api });
  });

  it('survives a workbook made to blow up, and continues answering', async () => {
    const { api, chat, bot } = await openBatchChat();
    const bomb = createWorkbook('', { 'xl/worksheets/sheet1.xml': ' '.repeat(300 * MB) });
    expect(bomb.length).toBeLessThan(5 * MB);
    chat.sendDocument(bomb, 'bomb.xlsx');
    await chat.waitForMessage('正在读取');
    const other = api.chat(api.user());
    other.send('/help');
    await other.waitForMessage('/batch');
    await chat.waitForMessage(/表格太大|表格文件已损坏/, 60_000);
    expect(bot.hasEnded()).toBe(false);
  });

  it('lets one run and three wait, and tells how many come first', async () => {
    const { chat } = await openBatchChat({ quota: '10/1s' });
    await upload(chat, jdLinks(600));
    chat.press('开始');
    const first = await chat.waitForMessage('⏳');
    for (const ahead of [1, 2, 3]) {
      const offer = await upload(chat, jdLinks(5, 100_010_000 + ahead * 1000));
      expect(offer.text).toContain(`前面还有 ${ahead} 个批量查询`);
      chat.press('开始');
      await chat.waitForMessage(`排队中，前面还有 ${ahead} 个批量查询`);
    }
    chat.sendDocument(jdLinks(2).join('\n'), 'more.txt');
    await chat.waitForMessage('有 1 个批量查询在进行、3 个在排队');
    chat.send('/jobs');
    const jobs = await chat.waitForMessage('最近 7 天的批量查询');
    expect(jobs.text.match(/排队中/g)).toHaveLength(3);
    chat.press('取消', { on: first });
    await chat.waitUntil(() => (chat.messages().filter(hasFile).length === 3 ? true : undefined));
  });
});

describe('a whole shop', () => {
  it('is listed page by page and exported', async () => {
    const { api, chat, sandbox } = await openBatchChat();
    chat.send('/shop');
    await chat.waitForMessage('/shop 后面加上店铺链接');
    chat.send(`/shop ${SHOP}`);
    const page = await chat.waitForMessage('第 1/25 页');
    expect(page.text.split('\n').filter((line) => /^\d+\. /.test(line))).toHaveLength(10);
    chat.press('›');
    const second = await chat.waitForMessage('第 2/25 页');
    expect(second.id).toBe(page.id);
    chat.press('整店导出');
    await chat.waitForMessage('导出整个店铺');
    const calls = sandbox.arrivals().length;
    chat.press('开始');
    const result = await chat.waitForMessage(hasFile);
    expect(result.text).toContain('成功 250');
    expect(sandbox.arrivals()).toHaveLength(calls + 3);
    chat.send('/shop https://mobile.yangkeduo.com/mall_page.html?mall_id=123');
    await chat.waitForMessage('暂不支持这个功能');
    chat.send('/shop 1000462158');
    await chat.waitForMessage('哪个平台');
    chat.press('京东');
    await chat.waitForMessage('第 1/25 页');
    chat.send('/shop https://mall.jd.com/index-1000000404.html');
    await chat.waitForMessage('没有找到这个店铺的商品');
    expectNoMistakes({ api });
  });
});
