import { describe, expect, it } from 'vitest';
import type { BatchEntry } from '../../../src/telegram/batches/batch-entry.js';
import { adoptJobs, isAlone } from '../../../src/telegram/batches/job-adoption.js';
import { NOW_MS } from '../../helpers/telegram/products.js';

const [ME, DEAD, LIVING] = [1, 2, 3];
const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const others = { isGone: async (member: number) => member === DEAD };
const isOwn = ({ by }: BatchEntry) => by === ME;

const entry = (id: string, rest: Partial<BatchEntry>): BatchEntry => ({
  ...{ id, ownerId: 1, chatId: 1, locale: 'zh', label: 'ids.txt', format: 'csv', total: 5, phase: 'queued' },
  ...{ retryFailed: false, atMs: NOW_MS, delivery: 'none', by: DEAD },
  ...rest,
});

/** One look of this machine at these jobs. */
async function look(entries: readonly BatchEntry[], { isFaster = false } = {}) {
  const seen = { claimed: [] as string[], settled: [] as string[], cancelled: [] as string[], begun: 0 };
  const end = new AbortController();
  const store = {
    refresh: async () => undefined,
    list: () => [...entries],
    isOwn,
    claim: async (id: string) => {
      if (isFaster) return undefined;
      seen.claimed.push(id);
      return { ...(entries.find((one) => one.id === id) ?? expect.fail()), by: ME };
    },
  };
  await adoptJobs(
    {
      ...{ store, others, log },
      settle: ({ id }) => void seen.settled.push(id),
      endCancelled: async ({ id }) => void seen.cancelled.push(id),
      beginNext: () => {
        seen.begun += 1;
        end.abort();
      },
    },
    end.signal,
  );
  return seen;
}

describe('jobs of machines that are gone', () => {
  it('are taken over, and those of living ones and what is done are not', async () => {
    const ended = { phase: 'ended', end: 'finished' } as const;
    const seen = await look([
      entry('queued', {}),
      entry('running', { phase: 'running' }),
      entry('unsent', ended),
      entry('sending', { ...ended, delivery: 'sending' }),
      entry('sent', { ...ended, delivery: 'sent' }),
      entry('stopped', { phase: 'ended', end: 'stopped' }),
      entry('elsewhere', { by: LIVING }),
      entry('own', { by: ME }),
    ]);
    expect(seen.claimed).toEqual(['queued', 'running', 'unsent', 'sending']);
    expect(seen.settled).toEqual(['unsent', 'sending']);
    expect(seen.begun).toBe(1);
  });

  it('that somebody has cancelled by then are ended, not begun', async () => {
    expect(await look([entry('a', { phase: 'running', isCancelled: true })])).toMatchObject({
      cancelled: ['a'],
    });
  });

  it('are left to another machine that was faster', async () => {
    const seen = await look([entry('a', { phase: 'ended', end: 'finished' })], { isFaster: true });
    expect([seen.claimed, seen.settled]).toEqual([[], []]);
  });

  it('have nobody else; others have', async () => {
    const answers = [DEAD, LIVING, ME, undefined].map((by) => isAlone(entry('a', { by }), { isOwn }, others));
    expect(await Promise.all(answers)).toEqual([true, false, true, true]);
  });
});
