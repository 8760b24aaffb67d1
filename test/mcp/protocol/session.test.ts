import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { UpstreamTimeoutError } from '../../../src/core/index.js';
import { LOCAL_CALLER } from '../../../src/mcp/caller.js';
import { createCatalogue } from '../../../src/mcp/catalogue.js';
import { runUntil } from '../../../src/mcp/protocol/deadline.js';
import type { ProgressNotice } from '../../../src/mcp/protocol/progress.js';
import { createSession } from '../../../src/mcp/protocol/session.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
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
