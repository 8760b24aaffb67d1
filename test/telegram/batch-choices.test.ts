import { describe, expect, it } from 'vitest';
import writeXlsxFile from 'write-excel-file/node';
import type { BotMessage } from '../fake-telegram/index.js';
import { jdLinks, MILK_POWDER } from '../helpers/telegram/links.js';
import { createStage } from '../helpers/telegram/running-bot.js';

const AMBIGUOUS = '甲,乙\n100012043978,100008348542\n100012043979,100008348543';

async function open() {
  const stage = await createStage();
  const bot = await stage.startBot();
  return { ...stage, bot, chat: stage.api.chat(stage.api.user()) };
}

const listButtons = ({ buttons }: BotMessage) => buttons.flat().map(({ text }) => text);

const createBook = () =>
  writeXlsxFile([
    { sheet: '京东', data: [['商品链接'], ...jdLinks(3).map((link) => [link])] },
    { sheet: '拼多多', data: [['商品链接'], [MILK_POWDER]] },
  ]).toBuffer();

describe('a list that can be read in several ways', () => {
  it('is asked about where they are as likely, and read as its sender says', async () => {
    const { api, chat, sandbox } = await open();
    chat.sendDocument(AMBIGUOUS, '清单.csv');
    const question = await chat.waitForMessage('哪一列是商品？');
    expect(question.text.split('\n')).toEqual([
      '哪一列是商品？',
      '「甲」列：100012043978、100012043979',
      '「乙」列：100008348542、100008348543',
    ]);
    expect(listButtons(question)).toEqual(['「甲」列', '「乙」列', '取消']);
    chat.press('「乙」列');
    await chat.waitForMessage('属于哪个平台');
    chat.press('京东');
    const offer = await chat.waitForMessage('取「乙」列');
    expect(offer.id).toBe(question.id);
    expect(listButtons(offer)).toEqual(['✅ csv', 'xlsx', 'jsonl', '▶️ 开始', '取消', '改读「甲」列']);
    chat.press('开始');
    await chat.waitForMessage(({ document }) => document !== undefined);
    expect(sandbox.arrivals().flatMap(({ ids }) => ids)).toEqual(['100008348542', '100008348543']);
    expect(api.violations).toEqual([]);
    expect(api.refused()).toEqual([]);
  });

  it('is asked about with no more buttons than somebody reads', async () => {
    const { api, chat } = await open();
    const columns = Array.from({ length: 120 }, (_, at) => at);
    const row = columns.map((at) => 100_012_043_978 + at).join(',');
    chat.sendDocument(`${columns.map((at) => `列${at}甲`).join(',')}\n${row}\n${row}`, '清单.csv');
    const question = await chat.waitForMessage('哪一列是商品？');
    expect(listButtons(question)).toHaveLength(13);
    expect(api.refused()).toEqual([]);
  });

  it('takes the answer for the rows that say nothing, and for no others', async () => {
    const { chat, sandbox } = await open();
    chat.sendDocument(
      '平台,商品ID\n京东,100012043978\n拼多多,8420152864\n苏宁,12345678901\n,100012043979',
      '清单.csv',
    );
    const question = await chat.waitForMessage('属于哪个平台');
    expect(listButtons(question)).toContain('京东（3 个）');
    chat.press('京东（3 个）');
    await chat.waitForMessage('京东 2，拼多多 1');
    chat.press('开始');
    await chat.waitForMessage(({ document }) => document !== undefined);
    expect(
      sandbox
        .arrivals()
        .flatMap(({ ids }) => ids)
        .sort(),
    ).toEqual(['100012043978', '100012043979', '8420152864'].sort());
  });

  it('offers the other sheets, and the way back', async () => {
    const { api, chat } = await open();
    chat.sendDocument(await createBook(), '清单.xlsx');
    const offer = await chat.waitForMessage('3 个商品：京东 3');
    expect(offer.text).toContain('没有读取的工作表：「拼多多」。');
    chat.press('改读工作表「拼多多」');
    const other = await chat.waitForMessage('1 个商品：拼多多 1');
    expect(other.id).toBe(offer.id);
    chat.press('改读工作表「京东」');
    await chat.waitForMessage('3 个商品：京东 3');
    // The file is fetched again each time: the bot keeps none.
    expect(api.requestsOf('download')).toHaveLength(3);
  });

  it('obeys only its sender, and says after a restart that the buttons have expired', async () => {
    const { api, bot, startBot } = await open();
    const [ann, mallory] = [api.user(), api.user()];
    const group = api.group({ title: '群', members: [ann, mallory] });
    const mine = group.as(ann);
    mine.sendDocument(AMBIGUOUS, '清单.csv', 'text/csv', { caption: '/batch' });
    const question = await mine.waitForMessage('哪一列是商品？');
    const stranger = await group.as(mallory).press('「甲」列', { on: question }).answered();
    expect(stranger.text).toBe('只有发起的人可以操作。');
    await bot.stop();
    await startBot();
    const late = await mine.press('「甲」列', { on: question }).answered();
    expect(late.text).toContain('按钮已失效。请重新发送文件');
  });
});
