import { describe, expect, it } from 'vitest';
import { type BotMessage, type ChatDriver, refuse } from '../fake-telegram/index.js';
import {
  expectNoMistakes,
  hasFile,
  openBatchChat,
  readFile,
  upload,
} from '../helpers/telegram/batch-chat.js';
import { jdLinks } from '../helpers/telegram/links.js';
import type { Stage } from '../helpers/telegram/running-bot.js';

describe('a batch under way', () => {
  it('is cancelled by the user who began it, and gives what is done', async () => {
    const { api, chat, sandbox, untilIdle } = await openBatchChat({ quota: '10/1s' });
    await upload(chat, jdLinks(400));
    chat.press('开始');
    const progress = await chat.waitForMessage(/⏳ #\w{4} · \d+\/400 个商品（\d+%）/);
    const stranger = await createStrangerPress(api, chat, progress);
    expect(stranger.text).toBe('只有发起的人可以操作。');
    await expect.poll(() => sandbox.arrivals().length).toBeGreaterThan(8);
    chat.press('取消');
    const ended = await chat.waitForMessage('🚫 已取消');
    expect(ended.buttons.flat().map(({ text }) => text)).toEqual(['▶️ 继续', '📄 下载已完成部分']);
    const calls = sandbox.arrivals().length;
    chat.press('下载已完成部分');
    const part = await chat.waitForMessage(hasFile);
    expect(part.text).toContain('部分结果');
    expect(part.document?.fileName).toContain('-partial.csv');
    expect(readFile(part).trim().split('\n')).toHaveLength(401);
    expect(readFile(part)).toContain(',cancelled,');
    // At this quota the next calls would leave within a second.
    await untilIdle(1200);
    expect(sandbox.arrivals()).toHaveLength(calls);
    expectNoMistakes({ api });
  });

  it('can be cancelled while it waits, and resumed to its end without asking twice', async () => {
    const { chat, sandbox } = await openBatchChat({ quota: '10/1s' });
    await upload(chat, jdLinks(100));
    chat.press('开始');
    await chat.waitForMessage('⏳');
    await upload(chat, jdLinks(4, 100_020_000));
    chat.press('开始');
    const queued = await chat.waitForMessage('排队中');
    chat.press('取消', { on: queued });
    await chat.waitForMessage('🚫 已取消');
    const first = chat.messages().find(({ text }) => text.startsWith('⏳'));
    chat.press('取消', { on: first ?? { id: 0 } });
    await chat.waitUntil(() =>
      chat.messages().filter(({ text }) => text.startsWith('🚫')).length === 2 ? true : undefined,
    );
    chat.press('继续', { on: first ?? { id: 0 } });
    const result = await chat.waitForMessage(hasFile);
    expect(result.text).toContain('成功 100');
    // Calls that were under way when it was cancelled are made again.
    const ids = sandbox.arrivals().length;
    expect(ids).toBeLessThanOrEqual(100 + 32);
  });

  it('offers to ask again for what failed, and only for that', async () => {
    const { chat, sandbox } = await openBatchChat();
    sandbox.setFaults([{ kind: 'status', id: '100001003' }]);
    await upload(chat, jdLinks(6));
    chat.press('开始');
    const first = await chat.waitForMessage(hasFile);
    expect(first.text).toContain('成功 5 · 平台出错 1');
    expect(readFile(first)).toContain('upstream_error');
    sandbox.setFaults([]);
    const calls = sandbox.arrivals().length;
    chat.press('仅重试失败项');
    const second = await chat.waitForMessage(hasFile);
    expect(second.text).toContain('成功 6');
    expect(sandbox.arrivals()).toHaveLength(calls + 1);
  });

  it('continues when its message was deleted a moment before', async () => {
    const { api, chat } = await openBatchChat();
    await upload(chat, jdLinks(5));
    const gone = refuse(400, 'Bad Request: message to edit not found');
    api.faults.plan('editMessageText', gone, { times: 20 });
    chat.press('开始');
    expect((await chat.waitForMessage(hasFile)).text).toContain('成功 5');
  });

  it('stops for a cause that somebody has to fix, says so with a new message, and can continue', async () => {
    const { chat, sandbox } = await openBatchChat();
    sandbox.setFaults([
      { kind: 'code', code: '10001', upstream: 'jd-union', method: 'jd.union.open.goods.detail.query' },
    ]);
    await upload(chat, jdLinks(5));
    chat.press('开始');
    const stopped = await chat.waitForMessage(
      ({ text, edits }) => text.startsWith('⚠️ 已停止') && edits === 0,
    );
    expect(stopped.buttons.flat().map(({ text }) => text)).toEqual(['▶️ 继续', '📄 下载已完成部分']);
    sandbox.setFaults([]);
    chat.press('继续', { on: stopped });
    await chat.waitForMessage(hasFile);
  });

  it('lets chat go first', async () => {
    const { api, chat, sandbox } = await openBatchChat({ quota: '20/1s' });
    await upload(chat, jdLinks(400));
    chat.press('开始');
    await chat.waitForMessage('⏳');
    await expect.poll(() => sandbox.arrivals().length).toBeGreaterThan(20);
    const other = api.chat(api.user());
    const before = sandbox.arrivals().length;
    other.send(jdLinks(1, 100_090_000)[0] ?? '');
    await other.waitForMessage('100090000');
    const place = sandbox.arrivals().findIndex(({ ids }) => ids.includes('100090000'));
    // Calls of the batch that already held their permit come first, never the 300 others.
    expect(place - before).toBeLessThanOrEqual(40);
    chat.press('取消');
    await chat.waitForMessage('🚫 已取消');
  });
});

async function createStrangerPress(api: Stage['api'], chat: ChatDriver, progress: BotMessage) {
  const data = progress.buttons[0]?.[0]?.data ?? '';
  const mallory = api.chat(api.user());
  mallory.send('/help');
  const own = await mallory.waitForMessage('/batch');
  // From another chat the batch cannot even be seen.
  expect((await mallory.forge(data, { on: own }).answered()).text).toContain('按钮已失效');
  const group = api.group({ title: '群', members: [chat.user, mallory.user] });
  const owner = group.as(chat.user);
  const file = owner.sendDocument(jdLinks(150, 100_030_000).join('\n'), 'ids.txt', 'text/plain', {
    caption: '/batch',
  });
  expect(file.update).toBeDefined();
  const offer = await owner.waitForMessage('150 个商品');
  expect((await group.as(mallory.user).press('开始', { on: offer }).answered()).text).toBe(
    '只有发起的人可以操作。',
  );
  owner.press('开始', { on: offer });
  const waiting = await owner.waitForMessage('排队中');
  const answer = await group.as(mallory.user).press('取消', { on: waiting }).answered();
  owner.press('取消', { on: waiting });
  await owner.waitForMessage('🚫 已取消');
  return answer;
}
