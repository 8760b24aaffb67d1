import { GrammyError, InlineKeyboard } from 'grammy';
import { describe, expect, it } from 'vitest';
import { createProgressMessage, getEditPauseMs } from '../../../src/telegram/batches/progress-message.js';

function open({ fail }: { fail?: (text: string) => unknown } = {}) {
  let nowMs = 0;
  const edits: { readonly atMs: number; readonly text: string }[] = [];
  const errors: unknown[] = [];
  const message = createProgressMessage({
    monotonicNow: () => nowMs,
    edit: async ({ text }) => {
      edits.push({ atMs: nowMs, text });
      const error = fail?.(text);
      if (error) throw error;
    },
    onError: (error) => errors.push(error),
  });
  const show = async (text: string, atMs: number) => {
    nowMs = atMs;
    message.show(() => ({ text, keyboard: new InlineKeyboard() }));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { edits, errors, message, show };
}

describe('the progress message', () => {
  it('is edited every four seconds at first, and every half minute in the end', async () => {
    const { edits, show } = open();
    for (let second = 0; second <= 1200; second += 1) await show(String(second), second * 1000);
    const gaps = edits.slice(1).map(({ atMs }, at) => (atMs - (edits[at]?.atMs ?? 0)) / 1000);
    expect(gaps.slice(0, 14).every((gap) => gap === 4)).toBe(true);
    expect(gaps.at(-1)).toBe(30);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(3);
    expect(edits.length).toBeLessThan(80);
  });

  it('keeps within what Telegram allows in any minute', () => {
    for (const elapsedMs of [0, 59_999, 60_000, 600_000]) {
      expect(60_000 / getEditPauseMs(elapsedMs)).toBeLessThan(20);
    }
  });

  it('renders nothing that is not shown, and shows nothing twice', async () => {
    const { edits, show } = open();
    await show('a', 0);
    await show('b', 1000);
    await show('a', 5000);
    await show('c', 9000);
    expect(edits.map(({ text }) => text)).toEqual(['a', 'c']);
  });

  it('continues after an edit that failed, and reports it unless nothing had changed', async () => {
    const refusal = (description: string) =>
      new GrammyError('failed', { ok: false, error_code: 400, description }, 'editMessageText', {});
    const { edits, errors, show } = open({
      fail: (text) =>
        text === 'a' ? refusal('message is not modified') : text === 'b' ? refusal('odd') : undefined,
    });
    await show('a', 0);
    await show('b', 5000);
    await show('c', 10_000);
    expect(edits).toHaveLength(3);
    expect(errors).toHaveLength(1);
  });

  it('is edited as soon as the pause of one that came too early is over', async () => {
    const refusal = {
      ...{ ok: false as const, error_code: 429, description: 'Too Many Requests: retry after 2' },
      parameters: { retry_after: 2 },
    };
    const { edits, errors, show } = open({
      fail: (text) => (text === 'a' ? new GrammyError('failed', refusal, 'editMessageText', {}) : undefined),
    });
    await show('a', 0);
    await show('a', 1999);
    await show('b', 2000);
    expect(edits.map(({ text }) => text)).toEqual(['a', 'b']);
    expect(errors).toEqual([]);
  });

  it('shows nothing any more once it is closed', async () => {
    const { edits, message, show } = open();
    await message.close();
    await show('a', 0);
    expect(edits).toEqual([]);
  });
});
