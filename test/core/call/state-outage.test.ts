import { describe, expect, it } from 'vitest';
import { type HeldCall, sitOutOutage } from '../../../src/core/call/state-outage.js';
import { StateError } from '../../../src/core/errors.js';
import type { Lane } from '../../../src/core/permits/permits.js';

const error = new StateError('The shared database cannot be reached.', { facts: { reason: 'away' } });

/** Begins a call again and again, on a clock that waiting moves. @returns for how long, and what ended it */
async function begin(
  lane: Lane,
  { waitedBeforeMs = 0, signal }: { waitedBeforeMs?: number; signal?: AbortSignal } = {},
) {
  let nowMs = 1_000_000;
  const clock = {
    monotonicNow: () => nowMs,
    wait: async (ms: number) => {
      nowMs += ms;
    },
  };
  const held: HeldCall = { beganMs: nowMs - waitedBeforeMs };
  const sinceMs = nowMs;
  for (;;) {
    try {
      await sitOutOutage(held, error, { lane, signal }, clock);
    } catch (thrown) {
      return { lastedMs: nowMs - sinceMs, thrown };
    }
  }
}

describe('a call that the shared state keeps from leaving', () => {
  it('is begun again for two seconds where a person waits, then fails with what is wrong', async () => {
    const { lastedMs, thrown } = await begin('interactive');
    expect(thrown).toBe(error);
    expect(lastedMs).toBeGreaterThan(1500);
    expect(lastedMs).toBeLessThanOrEqual(2400);
  });

  it('fails at once where the person has waited as long already', async () => {
    expect(await begin('interactive', { waitedBeforeMs: 2100 })).toMatchObject({
      lastedMs: 0,
      thrown: error,
    });
  });

  it('is begun again for ten minutes in a batch, which then stops, to be resumed', async () => {
    const { lastedMs, thrown } = await begin('batch', { waitedBeforeMs: 7_200_000 });
    expect(lastedMs).toBeGreaterThan(599_000);
    expect(lastedMs).toBeLessThanOrEqual(601_000);
    expect(thrown).toMatchObject({ code: 'state_unreachable', stopsBatch: true, facts: { reason: 'away' } });
  });

  it('is not begun again when the batch has been told to stop, or who asked has left', async () => {
    expect(await begin('batch', { signal: AbortSignal.abort() })).toMatchObject({
      thrown: { code: 'cancelled' },
    });
    const stop = new StateError('It stays away.', { stopsBatch: true });
    const clock = { monotonicNow: () => 0, wait: async () => undefined };
    await expect(sitOutOutage({ beganMs: 0 }, stop, { lane: 'batch' }, clock)).rejects.toBe(stop);
  });
});
