import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createArrivals, type ToldRows } from '../../../src/core/batch/arrivals.js';
import type { JournalFollower } from '../../../src/core/batch/journal/journal-follower.js';
import { createJournalIndex } from '../../../src/core/batch/journal/journal-index.js';
import type { ListPlaces } from '../../../src/core/batch/list-places.js';
import type { Outcome } from '../../../src/core/errors.js';

/** A list of which each row asks for this reference, -1 for none; row 7 begins at byte 700 and is line 8. */
function createList(references: readonly number[], unasked: readonly number[] = []): ListPlaces {
  return {
    rowCount: references.length,
    referenceCount: Math.max(-1, ...references) + 1,
    ownColumns: [],
    offsetAt: (row) => row * 100,
    lineAt: (row) => row + 1,
    referenceAt: (row) => references[row] ?? -1,
    rowsOf: (reference) =>
      Uint32Array.from(references.flatMap((one, row) => (one === reference && reference >= 0 ? [row] : []))),
    isUnasked: (row) => references[row] === -1 || unasked.includes(references[row] ?? -1),
  };
}

/** Answers come in with `answer`, and are found at the next refresh. */
function createJournal() {
  const index = createJournalIndex(undefined);
  let found: number[] = [];
  let isAway = false;
  let place = 0;
  const journal: JournalFollower = {
    refresh: async () => {
      const now = found;
      found = [];
      if (isAway) throw new Error('away');
      return now;
    },
    counts: index.counts,
    lineOf: index.placeAt,
    placeOf: (at) => index.placeAt(at)?.offset,
    segmentNames: () => [],
  };
  return {
    journal,
    answer: (reference: number, outcome: Outcome = 'ok', at = place + 10) => {
      place = Math.max(place, at);
      if (index.record(reference, outcome, { segment: 0, offset: at, length: 5 })) found.push(reference);
    },
    setAway: (away: boolean) => {
      isAway = away;
    },
  };
}

const START: ToldRows = { told: 0, place: -1, line: 0 };

/** The lines of a page, and the cursor behind its last one. */
async function readPage(arrivals: ReturnType<typeof createArrivals>, told: ToldRows, most: number) {
  const { places, before, arrived } = await arrivals.read(told, most);
  const lines = places.map(({ at }) => at / 100 + 1);
  const last = places.at(-1);
  const next = last ? { told: before + places.length, place: last.place, line: lines.at(-1) ?? 0 } : told;
  return { lines, next, before, arrived, firstLines: places.map(({ firstLine }) => firstLine) };
}

describe('the rows of a list whose answers still come', () => {
  it('are told as their answers come, first those that ask for nothing', async () => {
    const { journal, answer } = createJournal();
    const arrivals = createArrivals(createList([0, 1, -1, 0, 2, 3], [3]), journal);
    answer(1);
    const first = await readPage(arrivals, START, 10);
    expect(first).toMatchObject({ lines: [3, 6, 2], arrived: 3, before: 0 });
    answer(0);
    const second = await readPage(arrivals, first.next, 10);
    expect(second).toMatchObject({ lines: [1, 4], firstLines: [1, 1], arrived: 5, before: 3 });
    expect((await readPage(arrivals, second.next, 10)).lines).toEqual([]);
    expect((await readPage(arrivals, first.next, 1)).lines).toEqual([1]);
  });

  it('come again where a failure has given way, and stand behind all others then', async () => {
    const { journal, answer } = createJournal();
    const arrivals = createArrivals(createList([0, 1, 2]), journal);
    answer(0, 'upstream_error');
    answer(1);
    const first = await readPage(arrivals, START, 10);
    answer(0);
    answer(2);
    expect((await readPage(arrivals, first.next, 10)).lines).toEqual([1, 3]);
    expect((await readPage(arrivals, START, 10)).lines).toEqual([2, 1, 3]);
  });

  it('are answered after all where another machine can ask for what this one cannot', async () => {
    const { journal, answer } = createJournal();
    const arrivals = createArrivals(createList([0, 1], [0]), journal);
    const first = await readPage(arrivals, START, 10);
    answer(1);
    answer(0);
    expect((await readPage(arrivals, first.next, 10)).lines).toEqual([2, 1]);
  });

  it('stand in their places where a runner writes on that was thought dead', async () => {
    const { journal, answer } = createJournal();
    const arrivals = createArrivals(createList([0, 1, 2]), journal);
    answer(0, 'ok', 500);
    await readPage(arrivals, START, 10);
    answer(1, 'ok', 100);
    expect((await readPage(arrivals, START, 10)).lines).toEqual([2, 1]);
  });

  it('are all there after a look that failed in its middle', async () => {
    const { journal, answer, setAway } = createJournal();
    const arrivals = createArrivals(createList([0, 1]), journal);
    answer(0);
    setAway(true);
    await expect(readPage(arrivals, START, 10)).rejects.toThrow('away');
    setAway(false);
    answer(1);
    expect((await readPage(arrivals, START, 10)).lines).toEqual([1, 2]);
  });

  it('of one line that asks for the same twice are told apart by their number', async () => {
    const { journal, answer } = createJournal();
    const list = { ...createList([0, 0, 0]), lineAt: () => 1 };
    const arrivals = createArrivals(list, journal);
    answer(0);
    const told = { place: 10, line: 1 };
    for (const count of [1, 2, 3]) {
      expect((await arrivals.read({ ...told, told: count }, 9)).places.length).toBe(3 - count);
    }
  });

  it('come exactly once, in whatever order the answers come and however few are read at a time', async () => {
    const turn = fc.tuple(fc.array(fc.nat({ max: 30 }), { maxLength: 8 }), fc.integer({ min: 1, max: 9 }));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -1, max: 20 }), { minLength: 1, maxLength: 50 }),
        fc.array(turn, { maxLength: 20 }),
        async (given, turns) => {
          // References are numbered as they first appear.
          const numbers = new Map<number, number>();
          const references = given.map((one) => {
            if (one >= 0 && !numbers.has(one)) numbers.set(one, numbers.size);
            return numbers.get(one) ?? -1;
          });
          const { journal, answer } = createJournal();
          const arrivals = createArrivals(createList(references), journal);
          const told: number[] = [];
          let cursor = START;
          const tell = async (most: number) => {
            const page = await readPage(arrivals, cursor, most);
            expect(page.before).toBe(told.length);
            expect((await readPage(arrivals, cursor, most)).lines).toEqual(page.lines);
            told.push(...page.lines);
            cursor = page.next;
            return page.lines.length;
          };
          for (const [answered, most] of turns) {
            for (const one of answered) if (one < numbers.size) answer(one);
            await tell(most);
          }
          for (let one = 0; one < numbers.size; one += 1) answer(one);
          while ((await tell(7)) > 0);
          expect([...told].sort((a, b) => a - b)).toEqual(given.map((_, row) => row + 1));
          const all = await readPage(arrivals, START, 1000);
          expect(all.lines).toEqual(told);
        },
      ),
      { numRuns: 200 },
    );
  });
});
