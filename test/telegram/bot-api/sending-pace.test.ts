import { setMaxListeners } from 'node:events';
import fc from 'fast-check';
import type { ApiCallFn } from 'grammy';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSendingPace } from '../../../src/telegram/bot-api/sending-pace.js';
import { createChatState } from '../../fake-telegram/chat-state.js';
import { createRateLimit, PUBLISHED, type RateLimits } from '../../fake-telegram/rate-limit.js';

const [ANN, BOB, GROUP] = [5_000_001, 5_000_002, -1_001];
const ANSWER_MS = 40;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The pace before a Telegram with the limits that it publishes, on a clock of the test's own. */
function open(limits: RateLimits = PUBLISHED) {
  const limit = createRateLimit(limits, () => performance.now());
  const chats = new Map(
    [ANN, BOB, GROUP].map((id) => [id, createChatState({ id, type: id > 0 ? 'private' : 'group' } as never)]),
  );
  const sent: { readonly atMs: number; readonly chatId: number }[] = [];
  const telegram = async (_method: string, { chat_id }: { chat_id: number }) => {
    limit.spend(chats.get(chat_id) ?? expect.fail());
    sent.push({ atMs: performance.now(), chatId: chat_id });
    await new Promise((resolve) => setTimeout(resolve, ANSWER_MS));
    return { ok: true, result: true };
  };
  const pace = createSendingPace({ wait: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) });
  const innermost = ((method: never, payload: never, signal: never) =>
    pace.perBot(telegram as unknown as ApiCallFn, method, payload, signal)) as unknown as ApiCallFn;
  const call =
    (layer: 'perChat' | 'perChatOrDrop') =>
    (chat_id: number, method = 'sendMessage', signal?: AbortSignal) =>
      pace[layer](innermost, method as never, { chat_id, text: '' } as never, signal as never);
  return { send: call('perChat'), show: call('perChatOrDrop'), sent };
}

describe('the pace of sending', () => {
  it('is never too fast for a group, for hundreds of messages and edits', async () => {
    const { send, sent } = open();
    const startMs = performance.now();
    const all = Array.from({ length: 200 }, (_, at) =>
      send(GROUP, at % 3 ? 'sendMessage' : 'editMessageText'),
    );
    await vi.advanceTimersByTimeAsync(15 * 60_000);
    await Promise.all(all);
    expect(sent).toHaveLength(200);
    const tookMs = (sent.at(-1)?.atMs ?? 0) - startMs;
    expect(tookMs).toBeLessThan(9 * 60_000 + 30_000);
  });

  it.each([
    ['a private chat', ANN],
    ['a group', GROUP],
  ])('allows %s a short burst, then a message a second', async (_, chat) => {
    const { send, sent } = open();
    const startMs = performance.now();
    const all = Array.from({ length: 15 }, () => send(chat));
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(20_000);
    await Promise.all(all);
    expect((sent.at(-1)?.atMs ?? 0) - startMs).toBeLessThan(13_000);
  });

  it('gives a chat a short burst again once it was quiet for as long', async () => {
    const { send, sent } = open();
    for (const count of [3, 6, 9]) {
      for (let one = 0; one < 3; one += 1) void send(ANN);
      await vi.advanceTimersByTimeAsync(100);
      expect(sent).toHaveLength(count);
      await vi.advanceTimersByTimeAsync(4000);
    }
  });

  it('is never too fast, whatever mixture of cards and progress goes to a chat', async () => {
    const moment = fc.record({
      chat: fc.constantFrom(ANN, BOB, GROUP),
      isProgress: fc.boolean(),
      pauseMs: fc.oneof(fc.constant(0), fc.nat(1500), fc.nat(40_000)),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(moment, { minLength: 40, maxLength: 80 }), async (moments) => {
        const { send, show } = open();
        const calls: Promise<unknown>[] = [];
        for (const { chat, isProgress, pauseMs } of moments) {
          calls.push(isProgress ? show(chat, 'editMessageText') : send(chat));
          await vi.advanceTimersByTimeAsync(pauseMs);
        }
        await vi.advanceTimersByTimeAsync(10 * 60_000);
        // A message that Telegram refuses rejects here.
        await Promise.all(calls);
      }),
      { numRuns: 10 },
    );
  });

  it('is one for the whole bot, and no chat holds up another', async () => {
    const { send, sent } = open();
    const chats = Array.from({ length: 45 }, (_, at) => send(at % 2 ? ANN : BOB));
    const busy = Array.from({ length: 45 }, () => send(GROUP));
    await vi.advanceTimersByTimeAsync(30_000);
    expect(sent.filter(({ chatId }) => chatId !== GROUP)).toHaveLength(45);
    await vi.advanceTimersByTimeAsync(150_000);
    await Promise.all([...chats, ...busy]);
  });

  it('drops progress to a busy chat, so that results find room', async () => {
    const { send, show, sent } = open();
    const shown = Array.from({ length: 4 }, () => show(GROUP, 'editMessageText'));
    await vi.advanceTimersByTimeAsync(100);
    const answers = await Promise.all(shown);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(2);
    expect(answers.at(-1)).toMatchObject({ ok: false, error_code: 429, parameters: { retry_after: 1 } });
    void send(GROUP, 'sendDocument');
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toHaveLength(3);
  });

  it('drops progress to a group that had half of its minute', async () => {
    const { send, show, sent } = open();
    for (let one = 0; one < 10; one += 1) void send(GROUP);
    await vi.advanceTimersByTimeAsync(30_000);
    expect(sent).toHaveLength(10);
    expect(await show(GROUP, 'editMessageText')).toMatchObject({ ok: false, parameters: { retry_after: 3 } });
    await vi.advanceTimersByTimeAsync(35_000);
    const shown = show(GROUP, 'editMessageText');
    await vi.advanceTimersByTimeAsync(100);
    expect(await shown).toMatchObject({ ok: true });
  });

  it('does not count what shows nothing', async () => {
    const { send, sent } = open({});
    const all = Array.from({ length: 100 }, () => send(GROUP, 'sendChatAction'));
    await vi.advanceTimersByTimeAsync(100);
    await Promise.all(all);
    expect(sent).toHaveLength(100);
  });

  it('continues when the wall clock is set back by an hour', async () => {
    const { send, sent } = open();
    void send(ANN);
    await vi.advanceTimersByTimeAsync(100);
    vi.setSystemTime(Date.now() - 3_600_000);
    void send(ANN);
    await vi.advanceTimersByTimeAsync(100);
    expect(sent).toHaveLength(2);
  });

  it('lets go of what waits when the process ends, and of its signal when it was sent', async () => {
    const { send, sent } = open();
    const ending = new AbortController();
    setMaxListeners(0, ending.signal);
    const listen = vi.spyOn(ending.signal, 'addEventListener');
    const leave = vi.spyOn(ending.signal, 'removeEventListener');
    const all = Array.from({ length: 25 }, () => send(GROUP, 'sendMessage', ending.signal));
    const ended = Promise.allSettled(all);
    await vi.advanceTimersByTimeAsync(25_000);
    ending.abort();
    expect((await ended).filter(({ status }) => status === 'rejected')).toHaveLength(5);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(sent).toHaveLength(20);
    expect(leave.mock.calls.length).toBe(listen.mock.calls.length);
  });
});
