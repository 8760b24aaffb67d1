import { describe, expect, it } from 'vitest';
import {
  createPauseError,
  createStopError,
  type Freeze,
  getCalls,
  isAfter,
  isTooOften,
  planFreeze,
} from '../../../src/core/permits/permit-freeze.js';
import { toTiming } from '../../../src/core/permits/permit-timing.js';

const s = (seconds: number) => seconds * 1e6;
const getTiming = (calls: number) => toTiming({ calls, windowMs: 60_000 }, 15_000);
const FREEZE: Freeze = { frozenUntilUs: s(65), calls: 18, sinceUs: s(5), strikes: 1 };

describe('planFreeze', () => {
  it.each([
    [0, 65],
    [90_000, 95],
  ])('holds for the window or %i ms, whichever is longer, and then a tenth slower', (retryAfterMs, until) => {
    expect(planFreeze(undefined, { acquiredUs: s(1), nowUs: s(5), retryAfterMs }, getTiming(20))).toEqual({
      ...FREEZE,
      frozenUntilUs: s(until),
    });
  });

  it('counts the strikes, of calls that knew of the last one', () => {
    const plan = (acquiredS: number) =>
      planFreeze(FREEZE, { acquiredUs: s(acquiredS), nowUs: s(66), retryAfterMs: 0 }, getTiming(20));
    expect(plan(64.9)).toBeUndefined();
    expect(plan(65)).toMatchObject({ calls: 16, strikes: 2 });
  });

  it.each([
    [10, 2, 3],
    [1, 1, 1],
  ])('leaves a quarter of %i calls', (calls, before, least) => {
    const call = { acquiredUs: s(65), nowUs: s(66), retryAfterMs: 0 };
    expect(planFreeze({ ...FREEZE, calls: before }, call, getTiming(calls))?.calls).toBe(least);
  });
});

describe('a freeze', () => {
  it.each([
    [5, 18],
    [124.9, 18],
    [125, 19],
    [900, 20],
  ])('leaves at %f s %i calls', (second, calls) => {
    expect(getCalls(FREEZE, s(second), getTiming(20))).toBe(calls);
    expect(getCalls(undefined, s(second), getTiming(20))).toBe(20);
  });

  it('is over for the caller who acquired at its end', () => {
    expect([isAfter(undefined, 0), isAfter(FREEZE, s(64.9)), isAfter(FREEZE, s(65))]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('comes too often the third time', () => {
    const isThird = (strikes: number) => isTooOften({ ...FREEZE, strikes });
    expect([isTooOften(undefined), isThird(2), isThird(3)]).toEqual([false, false, true]);
  });

  it('is told in whole seconds, and stops batches with what to do', () => {
    expect(createPauseError(1500)).toMatchObject({
      code: 'throttled',
      retryAfterMs: 1500,
      stopsBatch: false,
      message: expect.stringContaining('in 2 s'),
    });
    expect(createStopError(1500)).toMatchObject({
      code: 'throttled_repeatedly',
      retryAfterMs: 1500,
      stopsBatch: true,
      message: expect.stringMatching(/something else uses the same key\. The batch stops.*then resume\.$/),
    });
  });
});

describe('createTiming', () => {
  it.each([
    [
      60_000,
      15_000,
      {
        windowUs: s(60),
        holdUs: s(60.25),
        leaseUs: s(16),
        longestSleepUs: s(1),
        pollUs: s(0.25),
        batchPollUs: s(1),
        courtesyUs: s(0.125),
      },
    ],
    [100, 250, { holdUs: 100_417, leaseUs: 251_667, pollUs: 1000, batchPollUs: 4000 }],
    [3_600_000, 15_000, { pollUs: s(0.25) }],
  ])('scales all lengths with a window of %i ms', (windowMs, callTimeoutMs, expected) => {
    expect(toTiming({ calls: 7, windowMs }, callTimeoutMs)).toMatchObject({ calls: 7, ...expected });
  });

  it('leaves a permit time for a long way, and its lease as much longer', () => {
    const near = toTiming({ calls: 7, windowMs: 1000 }, 15_000);
    const far = toTiming({ calls: 7, windowMs: 1000 }, 15_000, 500);
    expect(far).toEqual({ ...near, longestSleepUs: s(0.5), leaseUs: s(15.5) });
    expect(toTiming({ calls: 7, windowMs: 60_000 }, 15_000, 500).longestSleepUs).toBe(s(1));
  });
});
