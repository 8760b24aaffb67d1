import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CancelledError, ThrottledError, UpstreamTimeoutError } from '../../../src/core/index.js';
import { runUntil } from '../../../src/mcp/protocol/deadline.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
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
