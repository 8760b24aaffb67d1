import { autoRetry } from '@grammyjs/auto-retry';
import { FormattedString, fmt } from '@grammyjs/parse-mode';
import { run } from '@grammyjs/runner';
import { Bot, InlineKeyboard, InputFile } from 'grammy';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FakeBotApi, throttled } from '../index.js';
import { startApi, TOKEN } from './support.js';

const PNG = Buffer.from('89504e470d0a1a0a0000', 'hex');

/** A real bot: cards with a button that refreshes them, and files sent back. */
async function startBot(api: FakeBotApi): Promise<Bot> {
  const bot = new Bot(TOKEN, { client: { apiRoot: api.origin } });
  bot.api.config.use(autoRetry({ rethrowHttpErrors: true }));
  let refreshes = 0;
  const keyboard = () =>
    new InlineKeyboard().text('🔄 刷新', 'v1:refresh').row().url('🛒 打开京东', 'https://item.jd.com');
  const card = () => {
    const text = fmt`${FormattedString.b('iPhone 17')}\n¥5,699 ${FormattedString.s('¥5,999')}\n${refreshes}`;
    return { caption: text.text, caption_entities: text.entities };
  };
  bot.command('start', (ctx) => ctx.reply(`hello ${ctx.from?.language_code}`));
  bot.on('message:entities:url', async (ctx) => {
    await ctx.replyWithChatAction('typing');
    const reply = { reply_markup: keyboard(), reply_parameters: { message_id: ctx.msgId } };
    await ctx
      .replyWithPhoto('https://img.jd.com/a.jpg', { ...card(), ...reply })
      .catch(() => ctx.replyWithPhoto(new InputFile(PNG, 'a.png'), { ...card(), ...reply }));
  });
  bot.callbackQuery('v1:refresh', async (ctx) => {
    await ctx.answerCallbackQuery({ text: '已是最新' });
    refreshes += 1;
    await ctx.editMessageCaption({ ...card(), reply_markup: keyboard() });
  });
  bot.on('message:document', async (ctx) => {
    const file = await ctx.getFile();
    const response = await fetch(`${api.origin}/file/bot${TOKEN}/${file.file_path}`);
    const content = Buffer.from(await response.arrayBuffer());
    await ctx.replyWithDocument(new InputFile(Buffer.concat([content, Buffer.from('done')]), 'result.csv'));
  });
  bot.catch(({ error }) => {
    errors.push(error);
  });
  const errors: unknown[] = [];
  const runner = run(bot, { runner: { silent: true } });
  onTestFinished(async () => {
    await runner.stop();
    expect(errors).toEqual([]);
    expect(api.violations).toEqual([]);
  });
  return bot;
}

describe('a real bot over HTTP', () => {
  it('talks with a person, and the transcript shows what she sees', async () => {
    const api = await startApi({ now: () => 1_790_000_000_000 });
    await startBot(api);
    const chat = api.chat(api.user({ first_name: 'Ann', language_code: 'en' }));
    chat.send('/start');
    await chat.waitForMessage('hello en');
    chat.send('https://item.jd.com/100012043978.html');
    const card = await chat.waitForMessage('iPhone 17');
    expect(card).toMatchObject({ edits: 0, photo: { url: 'https://img.jd.com/a.jpg' }, replyTo: 3 });
    expect(await chat.press('刷新').answered()).toEqual({
      text: '已是最新',
      showAlert: false,
      url: undefined,
    });
    await chat.waitForMessage(({ edits }) => edits === 1);
    chat.sendDocument('sku\n1\n', 'ids.csv', 'text/csv', { caption: '/batch' });
    const result = await chat.waitForMessage(({ document }) => document !== undefined);
    expect(String(result.document?.content)).toBe('sku\n1\ndone');
    expect(chat.actions()).toEqual(['typing']);
    expect(chat.transcript()).toMatchInlineSnapshot(`
      "Ann
        /start
      bijia
        hello en
      Ann
        https://item.jd.com/100012043978.html
      bijia (reply to “https://item.jd.com/1000…”, edited 1×)
        🖼 photo
        **iPhone 17**
        ¥5,699 ~~¥5,999~~
        1
        [ 🔄 刷新 ]
        [ 🛒 打开京东 ]
      Ann presses [ 🔄 刷新 ]
        bijia 💬 已是最新
      Ann
        📎 ids.csv (6 B)
        /batch
      bijia
        📎 result.csv (10 B)"
    `);
  });

  it('uploads the photo when Telegram cannot load its address', async () => {
    const api = await startApi();
    await startBot(api);
    api.refusePhotoUrls(/img\.jd\.com/);
    const chat = api.chat(api.user());
    chat.send('item.jd.com/1.html');
    const card = await chat.waitForMessage('iPhone');
    expect(Buffer.from(card.photo?.content ?? [])).toEqual(PNG);
    expect(api.requestsOf('sendPhoto').map(({ description }) => description)).toEqual([
      'Bad Request: wrong file identifier/HTTP URL specified',
      undefined,
    ]);
  });

  it('waits as long as 429 says, and sends once', async () => {
    const api = await startApi();
    await startBot(api);
    api.faults.plan('sendMessage', throttled(1));
    const chat = api.chat(api.user());
    chat.send('/start');
    await chat.waitForMessage('hello');
    const [first, second] = api.requestsOf('sendMessage');
    expect(first).toMatchObject({ status: 429, fault: 'refuse' });
    expect((second?.receivedAtMs ?? 0) - (first?.answeredAtMs ?? 0)).toBeGreaterThan(990);
    expect(chat.messages()).toHaveLength(1);
  });

  it('is measured from the update to the reply', async () => {
    const api = await startApi();
    await startBot(api);
    const chat = api.chat(api.user());
    const startMs = performance.now();
    const { update } = chat.send('/start');
    await chat.waitForMessage('hello');
    const delayMs = update && api.replyDelayMs(update);
    expect(delayMs).toBeGreaterThan(0);
    // A millisecond of rounding.
    expect(delayMs).toBeLessThanOrEqual(performance.now() - startMs + 1);
  });

  it('learns that a press is forged, on a message it cannot see, or by another person', async () => {
    const api = await startApi();
    const bot = await startBot(api);
    const [ann, bob] = [api.user(), api.user({ first_name: 'Bob' })];
    const group = api.group({ title: '比价', members: [ann, bob] });
    const seen: unknown[] = [];
    bot.on('callback_query:data', (ctx) => {
      seen.push([ctx.from.first_name, ctx.callbackQuery.data, ctx.callbackQuery.message?.date === 0]);
      return ctx.answerCallbackQuery();
    });
    const { message_id } = await bot.api.sendMessage(group.id, 'hello');
    await group
      .as(bob)
      .forge('v9:x', { on: { id: message_id }, isInaccessible: true })
      .answered();
    expect(seen).toEqual([['Bob', 'v9:x', true]]);
    expect(() => group.as(bob).press('刷新')).toThrow('no button "刷新" here');
  });

  it('sets commands for each language', async () => {
    const api = await startApi();
    const bot = await startBot(api);
    await bot.api.setMyCommands([{ command: 'batch', description: '批量' }]);
    await bot.api.setMyCommands([{ command: 'batch', description: 'Many at once' }], { language_code: 'en' });
    expect(await bot.api.getMyCommands()).toEqual([{ command: 'batch', description: '批量' }]);
    expect(await bot.api.getMyCommands({ language_code: 'en' })).toEqual([
      { command: 'batch', description: 'Many at once' },
    ]);
    await bot.api.deleteMyCommands({ language_code: 'en' });
    expect(await bot.api.getMyCommands({ language_code: 'en' })).toEqual([]);
  });
});
