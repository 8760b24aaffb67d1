import { describe, expect, it } from 'vitest';
import type { Freeze } from '../../../src/core/permits/permit-freeze.js';
import {
  type BatchAsk,
  getBatchUs,
  getInteractiveUs,
  getLikelyInteractiveUs,
  getReserve,
  getReturnUs,
  toPicture,
  updatePeaks,
} from '../../../src/core/permits/permit-policy.js';
import type { HeldPermit, PermitView } from '../../../src/core/permits/permit-store.js';
import { toTiming } from '../../../src/core/permits/permit-timing.js';

/** Seconds as microseconds. */
const s = (seconds: number) => Math.round(seconds * 1e6);
/** A permit is kept for 60.25 s after its answer, an unanswered call for 16 s more. */
const getTiming = (calls: number) => toTiming({ calls, windowMs: 60_000 }, 15_000);

type Draft = Partial<HeldPermit>;
/** Taken and answered at this second. */
const at = (second: number, more: Draft = {}): Draft => ({
  acquiredUs: s(second),
  answeredUs: s(second),
  ...more,
});
const unanswered = (second: number, more: Draft = {}): Draft => ({ acquiredUs: s(second), ...more });
const range = (first: number, count: number, more: Draft = {}) =>
  Array.from({ length: count }, (_, index) => at(first + index, more));

function createPermit(draft: Draft, number: number): HeldPermit {
  return { number, acquiredUs: 0, kind: 'b1', pid: 1, holdUs: 0, ...draft };
}

function draw(calls: number, second: number, drafts: readonly Draft[], more: Partial<PermitView> = {}) {
  const permits = drafts.map(createPermit);
  const known = { readyAtUs: 0, waitingElsewhere: 0, freeze: undefined };
  const view = { permits, newest: permits.length - 1, nowUs: s(second), ...known, ...more };
  return toPicture(view, getTiming(calls));
}

const FREEZE: Freeze = { frozenUntilUs: s(500), calls: 18, sinceUs: 0, strikes: 1 };

describe('a permit is free again', () => {
  it.each<[string, Draft, number]>([
    ['at once when it was given back', at(1, { void: true }), Number.NEGATIVE_INFINITY],
    ['a hold after its answer', at(5), 65.25],
    ['a lease and a hold after it was taken without an answer', unanswered(3), 79.25],
    ['later when its process wants it kept longer', at(5, { holdUs: s(100) }), 105],
  ])('%s', (_, draft, second) => {
    expect(getReturnUs(createPermit(draft, 0), getTiming(20))).toBe(second * 1e6);
  });
});

describe('a picture', () => {
  it('tells what is in use, and the returns from the latest on', () => {
    const picture = draw(20, 61.25, [at(1), unanswered(2), at(3, { void: true })]);
    expect(picture.inUse.map(({ number }) => number)).toEqual([1]);
    expect([...picture.returnsUs]).toEqual([s(78.25), s(61.25), Number.NEGATIVE_INFINITY]);
    expect(picture).toMatchObject({ calls: 20, frozenUntilUs: 0 });
  });

  it('knows of a freeze', () => {
    const throttled = draw(20, 501, [], { freeze: FREEZE });
    expect(throttled).toMatchObject({ calls: 18, frozenUntilUs: s(500) });
  });
});

describe('an interactive call', () => {
  const busy = [at(1), at(2)];
  it.each([
    [0, 61.25],
    [1, 62.25],
    [2, 61.25 + 60.25],
    [3, 62.25 + 60.25],
  ])('behind %i others leaves when as many permits more are free', (ahead, second) => {
    expect(getInteractiveUs(draw(2, 10, busy), ahead)).toBe(s(second));
  });

  it('leaves at once while one is free, but not before the store is ready or a freeze is over', () => {
    const readyAtUs = s(7);
    expect(getInteractiveUs(draw(2, 10, [at(1)]))).toBe(0);
    expect(getInteractiveUs(draw(2, 10, [at(1)], { readyAtUs }))).toBe(s(7));
    expect(getInteractiveUs(draw(20, 10, [], { readyAtUs, freeze: FREEZE }))).toBe(s(500));
  });

  it.each<[string, number, Draft, number]>([
    ['a call under way is answered at once', 10, unanswered(2), 62.25],
    ['it comes as late as it may once that is over', 62.25, unanswered(2), 78.25],
    ['an answer is known', 10, unanswered(2, { answeredUs: s(5) }), 65.25],
    ['its process keeps it longer', 10, unanswered(2, { holdUs: s(100) }), 102],
    ['it was given back', 10, unanswered(2, { void: true }), 0],
  ])('is told a likely time: %s', (_, second, draft, likely) => {
    expect(getLikelyInteractiveUs(draw(1, second, [draft]), 0)).toBe(s(likely));
  });

  it('is told of the earliest likely return, whatever the order of the calls', () => {
    const calls = [unanswered(1, { holdUs: s(100) }), unanswered(2)];
    expect(getLikelyInteractiveUs(draw(2, 10, calls), 0)).toBe(s(62.25));
  });

  it('is told of those ahead here and elsewhere', () => {
    expect(getLikelyInteractiveUs(draw(1, 10, [at(2)], { waitingElsewhere: 2 }), 1)).toBe(
      s(62.25 + 3 * 60.25),
    );
  });
});

const ASK: BatchAsk = { kind: 'b1', pid: 1, sinceNumber: -1, expectedCalls: undefined, reserve: 1 };
/** What a batch alone waits for a newcomer nobody has seen. */
const ALONE = 0.03125;
const COURTESY = 0.125;

describe('a batch call', () => {
  const other = { pid: 2 };
  /** Seconds until it may leave, of a quota of 20. */
  const leave = (
    second: number,
    drafts: readonly Draft[],
    ask: Partial<BatchAsk> = {},
    view: Partial<PermitView> = {},
  ) => getBatchUs(draw(20, second, drafts, view), { ...ASK, ...ask }) / 1e6;
  const twelve = range(0, 12);
  /** From the last one at 11 s to the first return at 60.25 s in eight steps: seven are free beside the reserve. */
  const SPREAD = 11 + (60.25 - 11) / 8;

  it.each<[string, number, number]>([
    ['an empty quota: at once', leave(1, []), 0],
    ['half the quota in use: at once', leave(12, range(0, 9)), 0],
    ['more than half: spread', leave(12, twelve), SPREAD],
    ['more than half, for a small batch: at once', leave(12, twelve, { expectedCalls: 10 }), 0],
    ['more than half, for one call too many: spread', leave(12, twelve, { expectedCalls: 11 }), SPREAD],
    ['interactive calls do not spread', leave(12, [...twelve, at(11.5, { kind: 'i' })]), 11 + 49.25 / 7],
    ['a larger reserve: wider', leave(12, twelve, { reserve: 4 }), 11 + 49.25 / 5],
    [
      'who waits elsewhere adds to the reserve',
      leave(12, twelve, {}, { waitingElsewhere: 3 }),
      11 + 49.25 / 5,
    ],
    ['the reserve is all that is free: at the first return', leave(19, range(0, 19)), 60.25],
    ['all waits elsewhere: at the first return', leave(12, twelve, {}, { waitingElsewhere: 7 }), 60.25],
    [
      'a return comes soon: at once',
      leave(58.5, [at(0), ...Array.from({ length: 10 }, () => at(58))]),
      60.25 - 60 / 20,
    ],
    ['interactive calls alone: at once', leave(12, range(0, 12, { kind: 'i' })), 0],
    [
      'an overdue answer counts as if it came: no spread beyond it',
      leave(64, [unanswered(4.5), at(5), ...Array.from({ length: 17 }, () => at(63))]),
      65.25,
    ],
    [
      'a permit that returns just now is free: spread over one more',
      leave(60.25, [at(0), ...range(20, 12)]),
      31 + 49.25 / 8,
    ],
    [
      'what is back by then does not hurry: spread until the next return',
      leave(64, [at(4.5), at(5), ...Array.from({ length: 18 }, () => at(63))]),
      63 + 60.25 / 2,
    ],
    ['nothing is left: after the last return', leave(12, twelve, { reserve: 20 }), 71.25 + 0.25],
    ['nothing is left of an empty quota: looks again', leave(12, [], { reserve: 20 }), 12.25],
    ['a freeze: after it', leave(12, [], {}, { freeze: FREEZE }), 500],
  ])('%s', (_, second, expected) => {
    expect(second).toBeCloseTo(expected + ALONE, 5);
  });

  it.each<[string, readonly Draft[], Partial<BatchAsk>, number]>([
    ['the other took none since: the whole courtesy', range(0, 3, other), { sinceNumber: 2 }, COURTESY],
    ['the other took one: none', range(0, 3, other), { sinceNumber: 1 }, 0],
    [
      'another batch of the same process is another',
      range(0, 3, { kind: 'b2' }),
      { sinceNumber: 2 },
      COURTESY,
    ],
    ['its own do not count', range(0, 3), {}, ALONE],
    ['people do not count', range(0, 3, { kind: 'i', pid: 3 }), {}, ALONE],
    [
      'one of two at once took one: half',
      [at(0, other), at(1, { pid: 3 }), at(2, other)],
      { sinceNumber: 1 },
      COURTESY / 2,
    ],
    [
      'two that followed each other are one',
      [at(0, other), at(1, other), at(2, { pid: 3 })],
      { sinceNumber: 1 },
      0,
    ],
  ])('lets others go first: %s', (_, drafts, ask, expected) => {
    expect(leave(5, drafts, ask)).toBeCloseTo(expected, 5);
  });

  it('that was passed over twice spreads no more', () => {
    const rival = range(0, 12, other);
    expect(leave(12, rival, { sinceNumber: 10 })).toBeCloseTo(SPREAD, 5);
    expect(leave(12, rival, { sinceNumber: 9 })).toBe(0);
    const two = range(0, 12).map((draft, index) => ({ ...draft, pid: 2 + (index % 2) }));
    expect(leave(12, two, { sinceNumber: 9 })).toBeCloseTo(SPREAD, 5);
    expect(leave(12, two, { sinceNumber: 7 })).toBe(0);
  });
});

describe('peaks of interactive calls', () => {
  const chat = (second: number): Draft => at(second, { kind: 'i' });

  it('are counted within a thirtieth of the window', () => {
    const { view, timing } = draw(20, 13, [chat(10), chat(11), chat(12), chat(12.1)]);
    expect(updatePeaks([], view, timing)).toEqual([undefined, s(10), s(11), s(12.1)]);
  });

  it('leave out batches and what was given back, and end at six', () => {
    const six = Array.from({ length: 8 }, () => chat(1));
    const { view, timing } = draw(20, 3, [at(1), ...six, { ...chat(1), void: true }]);
    expect(updatePeaks([], view, timing)).toHaveLength(7);
    const { view: three } = draw(20, 3, [chat(1), at(1), chat(1), { ...chat(1), void: true }]);
    expect(updatePeaks([], three, timing)).toHaveLength(3);
  });

  it('are remembered, the latest of each', () => {
    const { view, timing } = draw(20, 9, [chat(8)]);
    const before = [0, s(9), s(3)];
    expect(updatePeaks(before, view, timing)).toEqual([0, s(9), s(3)]);
    expect(updatePeaks([0, s(7), s(3)], view, timing)).toEqual([0, s(8), s(3)]);
    expect(updatePeaks(before, draw(20, 9, [at(1)]).view, timing)).toBe(before);
  });

  it.each([
    [20, 606.9, 3],
    [20, 607, 1],
    [4, 606.9, 2],
    [1, 10, 0],
  ])('keep permits of %i free at %f s: %i', (calls, second, reserve) => {
    expect(getReserve([0, s(5), s(6), s(7)], draw(calls, second, []))).toBe(reserve);
  });

  it('keep one free when nobody chats', () => {
    expect(getReserve([], draw(20, 1, []))).toBe(1);
  });
});
