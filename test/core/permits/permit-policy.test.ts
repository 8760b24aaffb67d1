import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HeldPermit } from '../../../src/core/permits/held-permit.js';
import type { Freeze } from '../../../src/core/permits/permit-freeze.js';
import { PermitLedger } from '../../../src/core/permits/permit-ledger.js';
import {
  type BatchAsk,
  createForecast,
  getBatchUs,
  getInteractiveUs,
  getReserve,
  type Peaks,
  toPicture,
  updatePeaks,
} from '../../../src/core/permits/permit-policy.js';
import type { PermitView } from '../../../src/core/permits/permit-store.js';
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
  const permits = new PermitLedger(getTiming(calls), drafts.map(createPermit));
  // Somebody chatted a while ago, unless a test says otherwise.
  const known = { readyAtUs: 0, waitingElsewhere: 0, freeze: undefined, lastInteractiveUs: 0 };
  const view = { permits, newest: drafts.length - 1, nowUs: s(second), ...known, ...more };
  return toPicture(view, getTiming(calls));
}

const FREEZE: Freeze = { frozenUntilUs: s(500), calls: 18, sinceUs: 0, strikes: 1 };

describe('a permit is free again', () => {
  it.each<[string, Draft, number]>([
    ['at once when it was given back', at(1, { void: true }), 0],
    ['a hold after its answer', at(5), 65.25],
    ['a lease and a hold after it was taken without an answer', unanswered(3), 79.25],
    ['later when its process wants it kept longer', at(5, { holdUs: s(100) }), 105],
  ])('%s', (_, draft, second) => {
    expect(getInteractiveUs(draw(1, 10, [draft]))).toBe(s(second));
  });

  it('and a freeze that is over leaves fewer', () => {
    const inUse = range(480, 18);
    expect(getInteractiveUs(draw(20, 501, inUse))).toBe(0);
    expect(getInteractiveUs(draw(20, 501, inUse, { freeze: FREEZE }))).toBe(s(540.25));
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
    expect(createForecast(draw(1, second, [draft]))(0)).toBe(s(likely));
  });

  it('is told of the earliest likely return, whatever the order of the calls', () => {
    const calls = [unanswered(1, { holdUs: s(100) }), unanswered(2)];
    expect(createForecast(draw(2, 10, calls))(0)).toBe(s(62.25));
  });

  it('is told of those ahead here and elsewhere', () => {
    expect(createForecast(draw(1, 10, [at(2)], { waitingElsewhere: 2 }))(1)).toBe(s(62.25 + 3 * 60.25));
  });
});

const ASK: BatchAsk = {
  kind: 'b1',
  pid: 1,
  sinceNumber: -1,
  expectedCalls: undefined,
  reserve: 1,
  batchFirst: false,
};
/** What a batch alone waits for a newcomer nobody has seen. */
const ALONE = 0.03125;
const COURTESY = 0.125;
const FIRST = { batchFirst: true, reserve: 0 };

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

  it.each<[string, number, number]>([
    ['a list that fits beside three: at once', leave(612, range(600, 12), { expectedCalls: 51 }), 0],
    ['three are kept: at the first return', leave(617, range(600, 17), { expectedCalls: 51 }), 660.25],
    [
      'those would cost it a window: spread',
      leave(612, range(600, 12), { expectedCalls: 52 }),
      611 + 49.25 / 8,
    ],
    ['its length is unknown: spread', leave(612, range(600, 12)), 611 + 49.25 / 8],
    [
      'batches go first, of any length: at once',
      leave(612, range(600, 19), { ...FIRST, expectedCalls: 999 }),
      0,
    ],
    ['the whole quota is in use: at the first return', leave(620, range(600, 20), FIRST), 660.25],
  ])('of ten windows without a chat: %s', (_, second, expected) => {
    expect(second).toBeCloseTo(expected + ALONE, 5);
  });

  it.each([
    [600, true],
    [600.001, false],
  ])('%f s after the last chat spreads: %s', (second, spreads) => {
    expect(leave(second, range(second - 12, 12), { expectedCalls: 51 }) > second).toBe(spreads);
  });

  it.each([
    [0, 1],
    [1, 2],
    [2, 1],
    [4, 1],
  ])('after a burst, when %i people have come, leaves %i free', (people, left) => {
    const drawInUse = (batch: number) => [
      ...Array.from({ length: batch }, () => at(0)),
      ...Array.from({ length: people }, () => at(10, { kind: 'i' })),
    ];
    const leaveWith = (batch: number) => leave(13, drawInUse(batch), { expectedCalls: 51 });
    expect(leaveWith(20 - left - people)).toBeGreaterThanOrEqual(60.25);
    expect(leaveWith(20 - left - people - 1)).toBeLessThan(60.25);
  });

  it('after a burst keeps none for people whose permits are over', () => {
    const batch = Array.from({ length: 18 }, () => at(55));
    const leaveWith = (person: number) =>
      leave(61, [at(person, { kind: 'i' }), ...batch], { expectedCalls: 51 });
    expect(leaveWith(1)).toBeGreaterThanOrEqual(61.25);
    expect(leaveWith(0.5)).toBeLessThan(115);
  });

  it.each<[string, readonly Draft[], number]>([
    ['on two machines, took turns here and there', range(0, 3, { kind: 'ja', pid: 2 }), ALONE],
    ['there, and another batch none since', [...range(0, 2, other), at(2, { kind: 'ja', pid: 2 })], COURTESY],
    ['there, and another batch one since', [at(0, { kind: 'ja', pid: 2 }), at(1, other)], 0],
    [
      'and one rival works on four machines',
      range(0, 4).map((draft, pid) => ({ ...draft, kind: 'jb', pid })),
      0,
    ],
  ])('is one batch: %s', (_, drafts, expected) => {
    expect(leave(5, drafts, { kind: 'ja', sinceNumber: 0 })).toBeCloseTo(expected, 5);
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

describe('what is kept free for people', () => {
  const chat = (second: number): Draft => at(second, { kind: 'i' });
  /** How many permits, when the quota was looked at with these in use, one look after the other. */
  const keep = (
    calls: number,
    second: number,
    ...looks: readonly (readonly [number, readonly Draft[]])[]
  ) => {
    const peaks = looks.reduce<Peaks>((known, [lookedAt, drafts]) => {
      const { view, timing } = draw(calls, lookedAt, drafts);
      return updatePeaks(known, view, timing);
    }, []);
    return getReserve(peaks, draw(calls, second, []));
  };

  it.each<[string, number, readonly Draft[]]>([
    ['one when nobody chats', 1, []],
    ['as many as have come within a thirtieth of the window', 3, [chat(10), chat(11), chat(12), chat(12.1)]],
    ['also what was exactly so far apart', 2, [chat(10), chat(12)]],
    ['not what was further apart', 1, [chat(10), chat(12.1)]],
    ['not what batches took, or was given back', 1, [at(11), at(11), chat(12), { ...chat(12), void: true }]],
    ['six at most', 6, Array.from({ length: 8 }, () => chat(12))],
  ])('is %s: %i', (_, count, drafts) => {
    expect(keep(20, 13, [13, drafts])).toBe(count);
  });

  const three = [13, [chat(7), chat(7), chat(7)]] as const;
  it.each([
    [20, 606.9, 3],
    [20, 607, 1],
    [4, 606.9, 2],
    [1, 10, 0],
  ])('of %i, until ten windows after three have come together: at %f s %i', (calls, second, count) => {
    expect(keep(calls, second, three)).toBe(count);
  });

  it('stays while fewer come, and goes on from the last time that as many came', () => {
    expect(keep(20, 606.9, three, [500, [chat(499)]])).toBe(3);
    expect(keep(20, 1099.9, three, [501, [chat(500), chat(500)]])).toBe(2);
    expect(keep(20, 700, three, [210, [chat(200), chat(200), chat(200)]])).toBe(3);
    expect(keep(20, 700, [210, [chat(200), chat(200), chat(200)]], three)).toBe(3);
  });

  /** Until when so many are kept: of a larger group that came later, as long as of that. */
  const listKept = (peaks: Peaks) =>
    Array.from(peaks, (_, people) => Math.max(...Array.from(peaks.slice(people), (atUs) => atUs ?? 0)));

  it('is the same whether they are seen one after the other or all at once', () => {
    const people = fc.array(fc.record({ afterMs: fc.integer({ min: 0, max: 900 }), isPerson: fc.boolean() }));
    fc.assert(
      fc.property(people, fc.array(fc.nat(40), { maxLength: 6 }), (comers, stops) => {
        let ms = 0;
        const drafts = comers.map(({ afterMs, isPerson }) => {
          ms += afterMs;
          return isPerson ? chat(ms / 1000) : at(ms / 1000);
        });
        const look = (peaks: Peaks, count: number, since?: number) => {
          const { view, timing } = draw(20, ms / 1000, drafts.slice(0, count));
          return updatePeaks(peaks, view, timing, since);
        };
        let seen = 0;
        let peaks: Peaks = [];
        for (const stop of [...stops.toSorted((one, other) => one - other), drafts.length]) {
          peaks = look(peaks, Math.min(stop, drafts.length), seen - 1);
          seen = Math.min(stop, drafts.length);
        }
        expect(listKept(peaks)).toEqual(listKept(look([], drafts.length)));
      }),
    );
  });
});
