import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES, type Row } from '../../../src/core/index.js';
import {
  formatJobCursor,
  type JobCursor,
  parseJobCursor,
  START,
} from '../../../src/mcp/answers/job-cursor.js';
import { pickRows } from '../../../src/mcp/answers/job-rows.js';

const toRow = (line: number, place: number | undefined, id = String(line)): Row => ({
  ...{ line, place, id, input: `input ${line}`, platform: 'shop' },
  outcome: place === undefined ? 'cancelled' : 'ok',
});

async function* toStream(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}

const pick = (rows: readonly Row[], told = START) => pickRows(toStream(rows), told);
const JOB = { id: 'abcdef1234', run: 1 };
const pass = (cursor: JobCursor) => parseJobCursor(formatJobCursor(JOB, cursor), JOB);

describe('rows of a job', () => {
  it('leave out lines without an answer, and bring them when they have one', async () => {
    const early = await pick([toRow(1, 5), toRow(2, undefined), toRow(3, 8)]);
    expect(early.rows.map(({ line }) => line)).toEqual([1, 3]);
    expect(early.counts).toEqual({ ok: 2 });
    const late = await pick([toRow(1, 5), toRow(2, 11), toRow(3, 8)], pass(early.cursorAfter(2)));
    expect(late.rows.map(({ line }) => line)).toEqual([2]);
    expect(late.toldCount).toBe(2);
  });

  it('come again when they were answered again', async () => {
    const { cursorAfter } = await pick([toRow(1, 5), toRow(2, 8)]);
    const { rows } = await pick([toRow(1, 12), toRow(2, 8)], pass(cursorAfter(2)));
    expect(rows.map(({ line }) => line)).toEqual([1]);
  });

  it('say of a repeated product only where its facts stand, that is, where they were told first', async () => {
    const { rows } = await pick([toRow(1, 9, 'a'), toRow(2, 5, 'b'), toRow(3, 2, 'a'), toRow(4, 2, 'a')]);
    expect(rows.map(({ line, sameAs }) => [line, sameAs])).toEqual([
      [3, undefined],
      [4, 3],
      [2, undefined],
      [1, 3],
    ]);
  });

  it('come exactly once, in whatever order the answers arrive and however few fit into a result', async () => {
    const arrivals = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 20 })), {
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), arrivals, async (lines, turns) => {
        const rows = Array.from({ length: lines }, (_, at) => toRow(at + 1, undefined));
        let place = 0;
        const arrive = (at: number) => {
          if (rows[at]?.place !== undefined) return;
          // Two lines may share a place.
          place += at % 5 === 0 ? 0 : 7;
          rows[at] = toRow(at + 1, place);
        };
        const told: number[] = [];
        let cursor = START;
        const tell = async (most: number) => {
          const picked = await pick(rows, cursor);
          const again = await pick(rows, cursor);
          expect(again.rows).toEqual(picked.rows);
          const count = Math.min(most, picked.rows.length);
          told.push(...picked.rows.slice(0, count).map(({ line }) => line));
          cursor = pass(picked.cursorAfter(count));
          expect(cursor.told).toBe(told.length);
          return picked.rows.length;
        };
        for (const [arrived, most] of turns) {
          place += 1;
          for (let at = arrived % lines; at < lines; at += 1 + (arrived % 7)) arrive(at);
          await tell(most);
        }
        place += 1;
        for (const at of rows.keys()) arrive(at);
        while ((await tell(7)) > 0);
        expect(told.length).toBe(lines);
        expect(new Set(told).size).toBe(lines);
      }),
      { numRuns: 100 },
    );
  });

  it('of one line that share a place are told apart by their number, wherever a result ends', async () => {
    // Two that are refused, and one product that is named twice.
    const rows = [toRow(1, 0), toRow(1, 0), toRow(1, 0), toRow(2, 5), toRow(2, 5), toRow(3, 9)];
    for (let most = 1; most <= rows.length; most += 1) {
      const told: unknown[] = [];
      let cursor = START;
      for (let turn = 0; turn < rows.length; turn += 1) {
        const picked = await pick(rows, cursor);
        const count = Math.min(most, picked.rows.length);
        expect(picked.toldCount).toBe(told.length);
        told.push(...picked.rows.slice(0, count).map(({ line }) => line));
        cursor = pass(picked.cursorAfter(count));
      }
      expect(told).toEqual([1, 1, 1, 2, 2, 3]);
    }
  });

  it('stop to be read when nobody waits for them', async () => {
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(pickRows(toStream([toRow(1, 1)]), START, signal)).rejects.toThrow(/too late/);
  });

  it('have a mark for "not asked for yet" that is an outcome', () => {
    expect(OUTCOMES).toContain('cancelled');
  });
});

describe('a cursor', () => {
  it.each([
    '',
    'next',
    'abcdef1234',
    'abcdef1234.1',
    'ABCDEF1234.1.1',
    'abcdef1234.1.1',
    'abcdef1234.2.1.5.1',
    '1234567890.1.1.5.1',
    'abcdef1234.1.1.5.x',
  ])('is refused when it is not of this run: %s', (cursor) => {
    expect(() => parseJobCursor(cursor, JOB)).toThrow(/does not belong/);
  });
});

it('is at most 60 characters long, whatever it stands for', () => {
  const job = { id: 'f'.repeat(16), run: 999_999 };
  const cursor = { told: 9_999_999, place: Number.MAX_SAFE_INTEGER, line: 9_999_999 };
  const text = formatJobCursor(job, cursor);
  expect(text.length).toBeLessThanOrEqual(60);
  expect(parseJobCursor(text, job)).toEqual(cursor);
});
