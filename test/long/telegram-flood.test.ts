import { describe, expect, it } from 'vitest';
import { type BotMessage, throttled } from '../fake-telegram/index.js';
import { readKeptJob } from '../helpers/telegram/kept-job.js';
import { FLAGSHIP, jdLinks } from '../helpers/telegram/links.js';
import { createProcessStage } from '../helpers/telegram/running-bot.js';

/** Long enough for another chat to be answered within it, on a busy machine too. */
const WAIT_S = 10;
const hasFile = ({ document }: BotMessage) => document !== undefined;

async function startBatch(count: number, quota: string, api = {}) {
  const stage = await createProcessStage({ quota, api });
  const bot = await stage.startBot({ JD_UNION_QUOTA: quota });
  const chat = stage.api.chat(stage.api.user());
  chat.sendDocument(jdLinks(count).join('\n'), 'ids.txt');
  await chat.waitForMessage('识别到');
  chat.press('开始');
  await chat.waitForMessage('⏳');
  return { ...stage, bot, chat };
}

/** Gaps between a refusal with 429 and the next request to the same chat, in milliseconds. */
function listGaps(
  requests: readonly {
    readonly status?: number;
    readonly receivedAtMs: number;
    readonly answeredAtMs?: number;
    readonly fields: Readonly<Record<string, unknown>>;
  }[],
) {
  return requests.flatMap((request, at) => {
    if (request.status !== 429) return [];
    const next = requests.slice(at + 1).find(({ fields }) => fields['chat_id'] === request.fields['chat_id']);
    return next ? [next.receivedAtMs - (request.answeredAtMs ?? 0)] : [];
  });
}

describe('when Telegram says wait', () => {
  it('a card waits exactly as long as it is told, and everything else to that chat with it', async () => {
    const { api, startBot } = await createProcessStage();
    await startBot();
    const [ann, bob] = [api.chat(api.user()), api.chat(api.user())];
    api.faults.plan('sendMessage', throttled(WAIT_S), { when: ({ chat_id }) => chat_id === ann.id });
    ann.send(FLAGSHIP);
    await api.waitForRequest('sendMessage', ({ status }) => status === 429);
    ann.send('/help');
    bob.send(FLAGSHIP);
    await bob.waitForMessage('iPhone 17');
    expect(ann.messages()).toEqual([]);
    await ann.waitUntil(() => (ann.messages().length === 2 ? true : undefined));
    expect(Math.min(...listGaps(api.requests))).toBeGreaterThanOrEqual(WAIT_S * 1000);
    expect(api.refused()).toEqual([]);
  });

  it('progress is dropped rather than kept, and the result still comes', async () => {
    const { api, chat } = await startBatch(160, '20/1s');
    const storm = api.faults.plan('editMessageText', throttled(1), { times: 3 });
    await chat.waitForMessage(hasFile);
    await chat.waitForMessage('✅ 完成');
    expect(storm.count()).toBeGreaterThan(0);
    expect(Math.min(...listGaps(api.requests))).toBeGreaterThanOrEqual(1000);
    expect(chat.messages().filter(hasFile)).toHaveLength(1);
  });

  it('a group gets every card, however often it is made to wait', async () => {
    const { api, startBot } = await createProcessStage({ api: { seesAllGroupMessages: true } });
    await startBot();
    const ann = api.user();
    const chat = api.group({ title: '群', members: [ann] }).as(ann);
    const isThird = ({ text }: Readonly<Record<string, unknown>>) => String(text).includes('100001002');
    api.faults.plan('sendMessage', throttled(1), { times: 2, when: isThird });
    chat.send(jdLinks(5).join(' '));
    await chat.waitUntil(() => (chat.messages().length === 5 ? true : undefined));
    expect(chat.messages().map(({ text }) => /商品编号 (\d+)/.exec(text)?.[1])).toEqual(
      jdLinks(5).map((link) => /\d+/.exec(link)?.[0]),
    );
    expect(listGaps(api.requests)).toHaveLength(2);
    expect(Math.min(...listGaps(api.requests))).toBeGreaterThanOrEqual(1000);
  });
});

describe('when somebody blocks the bot', () => {
  it('in the middle of a batch it stops, and nothing more is spent', async () => {
    const { chat, sandbox, bot, api, stateDir, untilIdle } = await startBatch(300, '10/1s');
    await expect.poll(() => sandbox.arrivals().length).toBeGreaterThan(8);
    chat.block();
    await expect.poll(() => readKeptJob(stateDir).extra.telegram.open).toBeUndefined();
    // At this quota a batch that went on would call again within a second.
    await untilIdle(1500);
    expect(sandbox.arrivals().length).toBeLessThan(100);
    chat.unblock();
    chat.send('/jobs');
    const jobs = await chat.waitForMessage('⚠️ 已停止');
    expect(jobs.buttons.flat().map(({ text }) => text.replace(/ #\w+/, ''))).toEqual(['▶️ 继续', '📄']);
    chat.press('继续');
    await chat.waitForMessage('⏳');
    expect(bot.hasEnded()).toBe(false);
    expect(api.violations).toEqual([]);
  });
});

describe('when Telegram fails', () => {
  it('an answer that was lost is not sent twice, and a refused connection is tried again', async () => {
    const { api, startBot, untilIdle } = await createProcessStage();
    const bot = await startBot();
    const chat = api.chat(api.user());
    api.faults.plan('sendMessage', { kind: 'lost-answer' });
    chat.send(FLAGSHIP);
    await chat.waitForMessage('iPhone 17');
    await untilIdle(1000);
    expect(chat.messages().filter(({ text }) => text.includes('iPhone 17'))).toHaveLength(1);
    const port = Number(new URL(api.origin).port);
    await api.close();
    await expect.poll(() => bot.output()).toContain('cannot be reached');
    await api.start(port);
    chat.send(FLAGSHIP);
    await chat.waitForMessage('iPhone 17');
    expect(bot.hasEnded()).toBe(false);
  });
});
