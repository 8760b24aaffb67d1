import { expect, it } from 'vitest';
import { BoundError } from '../../../src/core/errors.js';
import type { PaidCalls } from '../../../src/core/state/paid-calls.js';

/** What every count of paid calls promises. @param open of another process, for a provider of its own where none is named */
export function definePaidCallsCases(open: (provider: string, ceiling?: number) => PaidCalls): void {
  it('lets the ceiling through over several processes and never more', async () => {
    const processes = Array.from({ length: 3 }, () => open('ceiling', 10));
    const sent = await Promise.allSettled(
      Array.from({ length: 30 }, (_, at) => (processes[at % 3] as PaidCalls).countSent()),
    );
    const passed = sent.filter(({ status }) => status === 'fulfilled').length;
    expect(passed).toBeLessThanOrEqual(10);
    expect(passed).toBeGreaterThanOrEqual(8);
  });

  it('gives back what was not billed, which may be sent then', async () => {
    const calls = open('free', 1);
    const day = await calls.countSent();
    await expect(calls.countSent()).rejects.toMatchObject({ code: 'daily_calls_used' });
    await expect(calls.assertRoom()).rejects.toBeInstanceOf(BoundError);
    await calls.giveBack(day);
    await calls.assertRoom();
    expect(await open('free', 1).countSent()).toBe(day);
  });

  it('counts what was billed beside what was sent, for all processes', async () => {
    const calls = open('billed');
    await calls.countSent();
    await calls.countBilled();
    await open('billed').countBilled();
    expect(await open('billed').readToday()).toEqual({ sent: 1, billed: 2 });
  });
}
