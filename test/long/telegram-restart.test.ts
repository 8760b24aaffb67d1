import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type BotMessage, throttled } from '../fake-telegram/index.js';
import { FLAGSHIP, jdLinks } from '../helpers/telegram/links.js';
import { createStage } from '../helpers/telegram/running-bot.js';

const hasFile = ({ document }: BotMessage) => document !== undefined;
const QUOTA = '20/1s';
const QUOTAS = { JD_UNION_QUOTA: QUOTA };

async function startBatch(count: number, failingId?: string) {
  const stage = await createStage({ quota: QUOTA });
  if (failingId !== undefined) stage.sandbox.setFaults([{ kind: 'status', id: failingId }]);
  const bot = await stage.startBot(QUOTAS);
  const chat = stage.api.chat(stage.api.user());
  chat.sendDocument(jdLinks(count).join('\n'), 'ids.txt');
  await chat.waitForMessage('识别到');
  chat.press('开始');
  await chat.waitForMessage('⏳');
  return { ...stage, bot, chat, progress: chat.messages()[0] };
}

/** As a process leaves it that is killed after the last answer and before the chat's part says so. */
function forgetEnd(stateDir: string): void {
  const names = readdirSync(stateDir, { recursive: true, encoding: 'utf8' });
  const path = join(stateDir, names.find((name) => name.endsWith('job.json')) ?? '');
  const record = JSON.parse(readFileSync(path, 'utf8'));
  expect(record.state).toBe('finished');
  const telegram = { ...record.extra.telegram, open: 'running', delivery: 'none' };
  writeFileSync(path, JSON.stringify({ ...record, extra: { telegram } }));
}

describe('a bot that is killed', () => {
  it('in the middle of a batch continues with it: one result, no call twice but those under way', async () => {
    const { api, bot, chat, sandbox, progress, startBot } = await startBatch(100);
    await chat.waitUntil(() => (sandbox.arrivals().length >= 40 ? true : undefined), 15_000);
    await bot.stop('SIGKILL');
    await startBot(QUOTAS);
    const resumed = await chat.waitForMessage('机器人重启过', 10_000);
    expect(resumed.id).toBe(progress?.id);
    const result = await chat.waitForMessage(hasFile, 20_000);
    expect(result.text).toContain('成功 100');
    expect(sandbox.arrivals().length).toBeLessThanOrEqual(100 + 32);
    expect(chat.messages().filter(hasFile)).toHaveLength(1);
    expect(api.violations).toEqual([]);
  }, 45_000);

  it('after the last answer shows the whole of it, and brings the result', async () => {
    const { bot, chat, progress, stateDir, startBot } = await startBatch(10);
    await chat.waitForMessage(hasFile, 15_000);
    await bot.stop('SIGKILL');
    forgetEnd(stateDir);
    await startBot(QUOTAS);
    await chat.waitUntil(() => (chat.messages().filter(hasFile).length === 2 ? true : undefined), 10_000);
    const shown = chat.messages().find(({ id }) => id === progress?.id);
    expect(shown?.text).toMatch(/^✅ 完成 #\w+ · 10\/10/);
  }, 45_000);

  it('after the last answer of a retry does not ask for the failures once more', async () => {
    const { bot, chat, sandbox, stateDir, startBot } = await startBatch(5, '100001003');
    const countFiles = () => chat.messages().filter(hasFile).length;
    await chat.waitForMessage(hasFile, 15_000);
    chat.press('仅重试失败项');
    await chat.waitUntil(() => (countFiles() === 2 ? true : undefined), 15_000);
    const calls = sandbox.arrivals().length;
    await bot.stop('SIGKILL');
    forgetEnd(stateDir);
    await startBot(QUOTAS);
    await chat.waitUntil(() => (countFiles() === 3 ? true : undefined), 15_000);
    expect(sandbox.arrivals()).toHaveLength(calls);
  }, 60_000);

  it('while it sends the result does not send it again, but says that nobody knows', async () => {
    const { api, bot, chat, startBot } = await startBatch(10);
    api.faults.plan('sendDocument', { kind: 'late' });
    await api.waitForRequest('sendDocument', undefined, 15_000);
    await chat.waitUntil(() => (chat.messages().some(hasFile) ? true : undefined));
    await bot.stop('SIGKILL');
    const again = await startBot(QUOTAS);
    const word = await chat.waitForMessage('可能已经发出，也可能没有', 10_000);
    await again.stop('SIGKILL');
    await startBot(QUOTAS);
    expect(chat.messages().filter(hasFile)).toHaveLength(1);
    chat.press('重新发送结果', { on: word });
    await chat.waitUntil(() => (chat.messages().filter(hasFile).length === 2 ? true : undefined), 10_000);
  }, 45_000);

  it('while Telegram makes the result wait sends it, once', async () => {
    const { api, bot, chat, startBot, untilIdle } = await startBatch(10);
    const fault = api.faults.plan('sendDocument', throttled(60));
    await api.waitForRequest('sendDocument', ({ status }) => status === 429, 15_000);
    // Until the bot has read the refusal, it cannot know either.
    await untilIdle();
    await bot.stop('SIGKILL');
    expect(fault.count()).toBe(1);
    await startBot(QUOTAS);
    await chat.waitForMessage(hasFile, 10_000);
    expect(api.requestsOf('sendDocument')).toHaveLength(2);
    expect(chat.messages().some(({ text }) => text.includes('可能已经发出'))).toBe(false);
  }, 45_000);
});

describe('a bot that is asked to end', () => {
  it('ends within ten seconds, and the batch continues with the next one', async () => {
    const { api, bot, chat, startBot } = await startBatch(120);
    await chat.waitForMessage(/⏳ #\w+ · [1-9]/, 15_000);
    const { code, tookMs } = await bot.stop('SIGTERM');
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(10_000);
    expect(chat.messages()[0]?.text).toContain('稍后自动继续');
    await startBot(QUOTAS);
    const result = await chat.waitForMessage(hasFile, 20_000);
    expect(result.text).toContain('成功 120');
    expect(api.refused()).toEqual([]);
  }, 45_000);

  it('in the middle of sending leaves it to the next one to say that nobody knows', async () => {
    const { api, bot, chat, startBot } = await startBatch(10);
    api.faults.plan('sendDocument', { kind: 'late' });
    await chat.waitUntil(() => (chat.messages().some(hasFile) ? true : undefined), 15_000);
    const { code, tookMs } = await bot.stop('SIGTERM');
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(10_000);
    await startBot(QUOTAS);
    await chat.waitForMessage('可能已经发出，也可能没有', 10_000);
    expect(chat.messages().filter(hasFile)).toHaveLength(1);
  }, 45_000);

  it('answers what is under way first, and tells those who would wait too long', async () => {
    const { api, sandbox, startBot } = await createStage({ quota: '2/60s' });
    const bot = await startBot({ JD_UNION_QUOTA: '2/60s' });
    const quick = api.chat(api.user());
    sandbox.setFaults([{ kind: 'slow', delayMs: 1500, times: 1 }]);
    quick.send(FLAGSHIP);
    await quick.waitUntil(() => (quick.actions().length > 0 ? true : undefined));
    const slow = api.chat(api.user());
    slow.send(jdLinks(3).join(' '));
    await slow.waitForMessage('前面还有查询');
    const { code, tookMs } = await bot.stop('SIGTERM');
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(10_000);
    expect(quick.messages().some(({ text }) => text.includes('iPhone 17'))).toBe(true);
    expect(slow.messages().some(({ text }) => text.includes('机器人正在重启'))).toBe(true);
  }, 30_000);

  it('ends at once when there is nothing to do', async () => {
    const { api, startBot } = await createStage();
    const bot = await startBot();
    await api.waitForRequest('getUpdates');
    expect((await bot.stop('SIGINT')).tookMs).toBeLessThan(2000);
  });
});
