import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CancelledError, ThrottledError, UpstreamTimeoutError } from '../../src/core/index.js';
import { LOCAL_CALLER } from '../../src/mcp/caller.js';
import { createCatalogue } from '../../src/mcp/catalogue.js';
import { runUntil } from '../../src/mcp/protocol/deadline.js';
import { type ProgressNotice, startProgress } from '../../src/mcp/protocol/progress.js';
import { createSession } from '../../src/mcp/protocol/session.js';
import { createLineReader } from '../../src/mcp/protocol/stdio-transport.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('lines', () => {
  const read = (chunks: readonly Buffer[], maxBytes = 1000) => {
    const lines: string[] = [];
    let tooLong = 0;
    const onData = createLineReader({
      maxBytes,
      onLine: (line) => lines.push(line),
      onTooLong: () => (tooLong += 1),
    });
    for (const chunk of chunks) onData(chunk);
    return { lines, tooLong };
  };

  it('are the same however they are cut into chunks', () => {
    const texts = fc.array(
      fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => `${text.replace(/\s/g, '')}.`),
    );
    fc.assert(
      fc.property(texts, fc.array(fc.nat({ max: 50 })), (lines, cuts) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        const chunks: Buffer[] = [];
        let start = 0;
        for (const cut of cuts) {
          chunks.push(bytes.subarray(start, start + cut));
          start += cut;
        }
        chunks.push(bytes.subarray(start));
        expect(read(chunks, 100_000).lines).toEqual(lines);
      }),
    );
  });

  it('that are too long are passed over, and the next one counts', () => {
    const chunks = ['x'.repeat(600), 'x'.repeat(600), 'x\nshort\n'].map((text) => Buffer.from(text));
    expect(read(chunks)).toEqual({ lines: ['short'], tooLong: 1 });
  });

  it('that are empty, or end the way Windows does, do no harm', () => {
    expect(read([Buffer.from('\n\r\na\r\n')]).lines).toEqual(['a']);
  });
});

describe('progress', () => {
  it('comes first within a second, then every one to two, strictly increasing, and never after the end', async () => {
    const seen: (ProgressNotice & { atMs: number })[] = [];
    const startMs = Date.now();
    const ticker = startProgress(async (notice) => void seen.push({ ...notice, atMs: Date.now() - startMs }));
    ticker.report({ done: 0, total: 10, message: '0 of 10' });
    await vi.advanceTimersByTimeAsync(4000);
    ticker.report({ done: 7, total: 10, message: 'x'.repeat(300) });
    await vi.advanceTimersByTimeAsync(4000);
    ticker.stop();
    const count = seen.length;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(seen.length).toBe(count);
    expect(seen[0]?.atMs).toBeLessThanOrEqual(1000);
    const gaps = seen.slice(1).map(({ atMs }, at) => atMs - (seen[at]?.atMs ?? 0));
    expect(gaps.every((gapMs) => gapMs >= 1000 && gapMs <= 2000)).toBe(true);
    expect(seen.every(({ progress }, at) => at === 0 || progress > (seen[at - 1]?.progress ?? 0))).toBe(true);
    expect(seen.at(-1)).toMatchObject({ progress: expect.closeTo(7, 1), total: 10 });
    expect(seen.every(({ message }) => message.length < 200)).toBe(true);
  });

  it('survives a client that has left', async () => {
    const ticker = startProgress(() => Promise.reject(new Error('gone')));
    await vi.advanceTimersByTimeAsync(3000);
    ticker.stop();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the time for an answer', () => {
  const monotonicNow = () => Date.now();
  const hang = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new CancelledError())));
  const options = () => ({ withinMs: 45_000, signal: new AbortController().signal, monotonicNow });

  it('ends with an answer that says so, and stops the work', async () => {
    let stopped = false;
    const answer = runUntil(options(), (_, signal) => {
      signal.addEventListener('abort', () => {
        stopped = true;
      });
      return hang(signal);
    });
    const expected = expect(answer).rejects.toThrow(UpstreamTimeoutError);
    await vi.advanceTimersByTimeAsync(45_000);
    await expected;
    expect(stopped).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is not waited for when the quota makes it too long: the wait is said at once', async () => {
    const answer = runUntil(options(), (deadline, signal) => {
      deadline.onWait(50_000);
      return hang(signal);
    });
    await expect(answer).rejects.toMatchObject({ outcome: 'throttled', retryAfterMs: 50_000 });
  });

  it('names the wait for the quota when that is what took it', async () => {
    const answer = runUntil(options(), (deadline, signal) => {
      deadline.onWait(40_000);
      return hang(signal);
    });
    const expected = expect(answer).rejects.toThrow(ThrottledError);
    await vi.advanceTimersByTimeAsync(45_000);
    await expected;
  });

  it('is over when the client cancels', async () => {
    const controller = new AbortController();
    const answer = runUntil({ ...options(), signal: controller.signal }, (_, signal) => hang(signal));
    controller.abort();
    await expect(answer).rejects.toThrow(CancelledError);
  });

  it('brings at least the answer that was kept for the end', async () => {
    const answer = runUntil(options(), (deadline) =>
      deadline.orLate(
        async () => {
          await new Promise((resolve) => setTimeout(resolve, 60_000));
          return 'whole';
        },
        () => 'short',
      ),
    );
    await vi.advanceTimersByTimeAsync(44_000);
    expect(await answer).toBe('short');
  });

  it('leaves nothing behind when the work is done in time', async () => {
    expect(await runUntil(options(), async (deadline) => deadline.leftMs())).toBe(45_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a call that has to open the core first', () => {
  it('gets its progress and its answer by the time of the asking, however slow that is', async () => {
    const options = {
      openCore: () => new Promise<never>(() => undefined),
      tell: () => undefined,
      now: Date.now,
      monotonicNow: () => performance.now(),
    };
    const session = createSession(options, createCatalogue());
    const notices: ProgressNotice[] = [];
    const answer = session
      .run(async () => 'opened', {
        signal: new AbortController().signal,
        caller: LOCAL_CALLER,
        sendProgress: async (notice) => void notices.push(notice),
      })
      .catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1000);
    expect(notices.length).toBeGreaterThan(0);
    await vi.advanceTimersByTimeAsync(44_000);
    expect(await answer).toBeInstanceOf(UpstreamTimeoutError);
    const count = notices.length;
    await vi.advanceTimersByTimeAsync(5000);
    expect(notices).toHaveLength(count);
  });

  it('has less time left for the work by what the opening took', async () => {
    const options = {
      withinMs: 10_000,
      signal: new AbortController().signal,
      monotonicNow: () => performance.now(),
    };
    const startMs = performance.now() - 8000;
    const late = runUntil({ ...options, startMs }, () => new Promise(() => undefined)).catch(String);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await late).toMatch(/within 10 s/);
  });
});
