import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createSortedTimes } from '../../../src/core/permits/sorted-times.js';

describe('moments in order', () => {
  it('are those that were added and not removed, whatever else was asked to go', () => {
    const steps = fc.array(fc.record({ add: fc.boolean(), atUs: fc.nat(6) }), { maxLength: 40 });
    fc.assert(
      fc.property(steps, fc.nat(7), (list, limitUs) => {
        const times = createSortedTimes();
        const known: number[] = [];
        for (const { add, atUs } of list) {
          if (add) known.push(atUs);
          else if (known.includes(atUs)) known.splice(known.indexOf(atUs), 1);
          if (add) times.add(atUs);
          else times.remove(atUs);
        }
        const later = known.filter((atUs) => atUs > limitUs);
        expect(times.countAfter(-1)).toBe(known.length);
        expect(times.countAfter(limitUs)).toBe(later.length);
        expect(times.getNext(limitUs)).toBe(Math.min(...later));
        const latest = known.toSorted((one, other) => other - one);
        for (const place of [0, 1, 9])
          expect(times.getLatest(place)).toBe(latest[place] ?? Number.NEGATIVE_INFINITY);
      }),
    );
  });

  it('do not come back when thousands have left', () => {
    const times = createSortedTimes();
    for (let atUs = 0; atUs < 3000; atUs += 1) times.add(atUs);
    for (let atUs = 0; atUs < 2990; atUs += 1) times.remove(atUs);
    expect([times.countAfter(-1), times.getNext(-1), times.getLatest(10)]).toEqual([
      10,
      2990,
      Number.NEGATIVE_INFINITY,
    ]);
  });
});
