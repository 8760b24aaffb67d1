import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addPoints,
  MINUTES_PER_DAY,
  type Point,
  packPoints,
  toSpans,
  unpackPoints,
} from '../../../src/core/prices/track.js';

const DAY = MINUTES_PER_DAY;
const addAll = (points: readonly Point[]) => addPoints([], points);
const addEach = (points: readonly Point[]) =>
  points.reduce<readonly Point[]>((known, point) => addPoints(known, [point]), []);
const anyPoint = fc.record({
  minute: fc.integer({ min: 29_000_000, max: 29_000_000 + 30 * DAY }),
  value: fc.option(fc.integer({ min: 1, max: 5 }), { nil: null }),
});

describe('points', () => {
  it('are the same in whatever order they come, and however often', () => {
    const points = fc.array(anyPoint, { maxLength: 60 });
    const shuffled = points.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray([...all, ...all], { minLength: 2 * all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, again]) => {
        const known = addAll(all);
        expect(addAll(again)).toEqual(known);
        expect(addEach(again)).toEqual(known);
        expect(addPoints(known, again)).toBe(known);
        const half = again.slice(again.length / 2);
        expect(addPoints(addAll(again.slice(0, again.length / 2)), half)).toEqual(known);
      }),
    );
  });

  it('of one minute are the lower one, and any price rather than none', () => {
    expect(
      addAll([
        { minute: 5, value: 9 },
        { minute: 5, value: 7 },
      ]),
    ).toEqual([{ minute: 5, value: 7 }]);
    expect(
      addAll([
        { minute: 5, value: 7 },
        { minute: 5, value: null },
      ]),
    ).toEqual([{ minute: 5, value: 7 }]);
    expect(
      addAll([
        { minute: 5, value: null },
        { minute: 5, value: 7 },
      ]),
    ).toEqual([{ minute: 5, value: 7 }]);
  });

  it('survive being packed', () => {
    const amounts = fc.option(fc.integer({ min: 0, max: 1_000_000_000 }), { nil: null });
    const minutes = fc.uniqueArray(fc.integer({ min: 1, max: 60_000_000 }), { maxLength: 80 });
    fc.assert(
      fc.property(minutes, fc.array(amounts, { minLength: 80, maxLength: 80 }), (times, values) => {
        const points = times
          .sort((a, b) => a - b)
          .map((minute, at) => ({ minute, value: values[at] ?? null }));
        expect(unpackPoints(packPoints(points))).toEqual(points);
      }),
    );
  });

  it('that repeat take next to no room', () => {
    const year = Array.from({ length: 365 }, (_, day) => ({
      minute: 29_000_000 + day * DAY,
      value: 569_900,
    }));
    expect(packPoints(year).length).toBeLessThan(16);
  });
});

describe('spans', () => {
  it('join equal neighbours and begin again with another value', () => {
    const points = [
      { minute: 0, value: 50 },
      { minute: DAY, value: 50 },
      { minute: 2 * DAY, value: 45 },
      { minute: 3 * DAY, value: 50 },
    ];
    expect(toSpans(points)).toEqual([
      { first: 0, last: DAY, value: 50 },
      { first: 2 * DAY, last: 2 * DAY, value: 45 },
      { first: 3 * DAY, last: 3 * DAY, value: 50 },
    ]);
  });

  it('end where nothing was seen for more than three days', () => {
    const seenAt = (...minutes: number[]) => toSpans(minutes.map((minute) => ({ minute, value: 50 })));
    expect(seenAt(0, 3 * DAY)).toHaveLength(1);
    expect(seenAt(0, 3 * DAY + 1)).toEqual([
      { first: 0, last: 0, value: 50 },
      { first: 3 * DAY + 1, last: 3 * DAY + 1, value: 50 },
    ]);
  });
});
