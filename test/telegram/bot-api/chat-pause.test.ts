import type { ApiCallFn } from 'grammy';
import { describe, expect, it } from 'vitest';
import { createChatPause } from '../../../src/telegram/bot-api/chat-pause.js';

interface Sent {
  readonly atMs: number;
  readonly chatId: unknown;
}

/** A gate on a clock that jumps to the end of every wait. */
function openGate(answers: (sent: Sent) => number | undefined) {
  let nowMs = 0;
  const sent: Sent[] = [];
  const gate = createChatPause({
    monotonicNow: () => nowMs,
    wait: async (ms) => {
      nowMs += ms;
    },
  });
  const prev = (async (_method: string, payload: { chat_id?: unknown }) => {
    const one = { atMs: nowMs, chatId: payload.chat_id };
    sent.push(one);
    const seconds = answers(one);
    return seconds === undefined
      ? { ok: true, result: true }
      : {
          ok: false,
          error_code: 429,
          description: 'Too Many Requests',
          parameters: { retry_after: seconds },
        };
  }) as unknown as ApiCallFn;
  const call = (way: 'wait' | 'drop', chat_id: number) =>
    gate[way](prev, 'sendChatAction', { chat_id, action: 'typing' } as never, undefined);
  return { call, sent };
}

describe('the gate before a chat', () => {
  it('holds everything back until the time is over, for that chat alone', async () => {
    const { call, sent } = openGate(({ atMs, chatId }) => (atMs === 0 && chatId === 1 ? 30 : undefined));
    expect(await call('wait', 1)).toMatchObject({ ok: false, error_code: 429 });
    expect(await call('wait', 2)).toMatchObject({ ok: true });
    expect(await call('wait', 1)).toMatchObject({ ok: true });
    expect(sent).toEqual([
      { atMs: 0, chatId: 1 },
      { atMs: 0, chatId: 2 },
      { atMs: 30_100, chatId: 1 },
    ]);
  });

  it('drops what would be outdated, and says how long it still takes', async () => {
    const { call, sent } = openGate(({ atMs }) => (atMs === 0 ? 2000 : undefined));
    await call('drop', 1);
    expect(await call('drop', 1)).toMatchObject({
      ok: false,
      error_code: 429,
      parameters: { retry_after: 2001 },
    });
    expect(sent).toHaveLength(1);
  });

  it('opens later when it is told to wait again', async () => {
    let refusals = 0;
    const { call, sent } = openGate(() => {
      refusals += 1;
      return refusals <= 2 ? 10 : undefined;
    });
    await call('wait', 1);
    await call('wait', 1);
    await call('wait', 1);
    expect(sent.map(({ atMs }) => atMs)).toEqual([0, 10_100, 20_200]);
  });
});
