import { describe, expect, it } from 'vitest';
import type { Fault } from '../../src/sandbox/fault-plan.js';
import { type BotMessage, throttled } from '../fake-telegram/index.js';
import { measureSlowdown } from '../helpers/slowdown.js';
import { forgetEnd, readKeptJob } from '../helpers/telegram/kept-job.js';
import { FLAGSHIP, jdLinks } from '../helpers/telegram/links.js';
import { listMistakes } from '../helpers/telegram/list-mistakes.js';
import { createProcessStage } from '../helpers/telegram/running-bot.js';

const hasFile = ({ document }: BotMessage) => document !== undefined;
const QUOTA = '20/1s';
/** A call that is held back has an end in time. */
const QUOTAS = { JD_UNION_QUOTA: QUOTA, BIJIA_CALL_TIMEOUT: '5s' };

/** A bot that has offered to begin a list. */
async function offerBatch(count: number, faults: readonly Fault[] = []) {
  const stage = await createProcessStage({ quota: QUOTA });
  stage.sandbox.setFaults(faults);
  const bot = await stage.startBot(QUOTAS);
  const chat = stage.api.chat(stage.api.user());
  chat.sendDocument(jdLinks(count).join('\n'), 'ids.txt');
  const progress = await chat.waitForMessage('识别到');
  const countFiles = () => chat.messages().filter(hasFile).length;
  return {
    ...{ ...stage, bot, chat, progress, countFiles },
    begin: () => chat.press('开始'),
    untilArrivals: (least: number) =>
      expect.poll(() => stage.sandbox.arrivals().length).toBeGreaterThanOrEqual(least),
    untilFiles: (least: number) => chat.waitUntil(() => (countFiles() >= least ? true : undefined)),
  };
}

describe('a bot that is killed', () => {
  it('in the middle of a batch continues with it: one result, no call twice but those under way', async () => {
    // As long as one call gets no answer, the batch has no end.
    const stage = await offerBatch(100, [{ kind: 'hang', id: '100001050' }]);
    const { api, bot, chat, sandbox, progress, startBot, countFiles } = stage;
    stage.begin();
    await stage.untilArrivals(40);
    await bot.stop('SIGKILL');
    await startBot(QUOTAS);
    const resumed = await chat.waitForMessage('机器人重启过');
    sandbox.setFaults([]);
    expect(resumed.id).toBe(progress.id);
    const result = await chat.waitForMessage(hasFile);
    expect(result.text).toContain('成功 100');
    expect(sandbox.arrivals().length).toBeLessThanOrEqual(100 + 32);
    expect(countFiles()).toBe(1);
    expect(api.violations).toEqual([]);
  });

  it('after the last answer shows the whole of it, and brings the result', async () => {
    const { begin, bot, chat, progress, stateDir, startBot, untilFiles } = await offerBatch(10);
    begin();
    await untilFiles(1);
    await bot.stop('SIGKILL');
    forgetEnd(stateDir);
    await startBot(QUOTAS);
    await untilFiles(2);
    const shown = chat.messages().find(({ id }) => id === progress.id);
    expect(shown?.text).toMatch(/^✅ 完成 #\w+ · 10\/10/);
  });

  it('after the last answer of a retry does not ask for the failures once more', async () => {
    const failing = { kind: 'status', id: '100001003' } as const;
    const { begin, bot, chat, sandbox, stateDir, startBot, untilFiles } = await offerBatch(5, [failing]);
    begin();
    await untilFiles(1);
    chat.press('仅重试失败项');
    await untilFiles(2);
    const calls = sandbox.arrivals().length;
    await bot.stop('SIGKILL');
    forgetEnd(stateDir);
    await startBot(QUOTAS);
    await untilFiles(3);
    expect(sandbox.arrivals()).toHaveLength(calls);
  });

  it('while it sends the result does not send it again, but says that nobody knows', async () => {
    const { api, begin, bot, chat, startBot, untilFiles, countFiles } = await offerBatch(10);
    api.faults.plan('sendDocument', { kind: 'late' });
    begin();
    await untilFiles(1);
    await bot.stop('SIGKILL');
    const again = await startBot(QUOTAS);
    const word = await chat.waitForMessage('可能已经发出，也可能没有');
    await again.stop('SIGKILL');
    await startBot(QUOTAS);
    expect(countFiles()).toBe(1);
    chat.press('重新发送结果', { on: word });
    await untilFiles(2);
  });

  it('while Telegram makes the result wait sends it, once', async () => {
    const { api, begin, bot, chat, startBot, stateDir, untilFiles } = await offerBatch(10);
    const fault = api.faults.plan('sendDocument', throttled(60));
    begin();
    await api.waitForRequest('sendDocument', ({ status }) => status === 429);
    // Until the bot has read the refusal, it cannot know either.
    await expect.poll(() => readKeptJob(stateDir).extra.telegram.delivery).toBe('none');
    await bot.stop('SIGKILL');
    expect(fault.count()).toBe(1);
    await startBot(QUOTAS);
    await untilFiles(1);
    expect(api.requestsOf('sendDocument')).toHaveLength(2);
    expect(chat.messages().some(({ text }) => text.includes('可能已经发出'))).toBe(false);
  });
});

describe('a bot that is asked to end', () => {
  it('ends within ten seconds, and the batch continues with the next one', async () => {
    // Ten seconds at this quota: it is told in the first of them.
    const { api, begin, bot, chat, startBot, untilArrivals } = await offerBatch(200);
    begin();
    await untilArrivals(10);
    const { code, tookMs } = await bot.stop('SIGTERM');
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(8000 + 2000 * measureSlowdown());
    expect(chat.messages()[0]?.text).toContain('稍后自动继续');
    await startBot(QUOTAS);
    const result = await chat.waitForMessage(hasFile);
    expect(result.text).toContain('成功 200');
    expect(listMistakes(api)).toEqual([]);
  });

  it('in the middle of sending leaves it to the next one to say that nobody knows', async () => {
    const { api, begin, bot, chat, startBot, untilFiles, countFiles } = await offerBatch(10);
    api.faults.plan('sendDocument', { kind: 'late' });
    begin();
    await untilFiles(1);
    const { code, tookMs } = await bot.stop('SIGTERM');
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(8000 + 2000 * measureSlowdown());
    await startBot(QUOTAS);
    await chat.waitForMessage('可能已经发出，也可能没有');
    expect(countFiles()).toBe(1);
  });

  it('answers what is under way first, and tells those who would wait too long', async () => {
    const { api, sandbox, startBot } = await createProcessStage({ quota: '2/60s' });
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
    expect(tookMs).toBeLessThan(8000 + 2000 * measureSlowdown());
    expect(quick.messages().some(({ text }) => text.includes('iPhone 17'))).toBe(true);
    expect(slow.messages().some(({ text }) => text.includes('机器人正在重启'))).toBe(true);
  });

  it('ends at once when there is nothing to do', async () => {
    const { api, startBot } = await createProcessStage();
    const bot = await startBot();
    await api.waitForRequest('getUpdates');
    // Well before the eight seconds that it would wait for what is under way.
    expect((await bot.stop('SIGINT')).tookMs).toBeLessThan(5000 * measureSlowdown());
  });
});
