import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OUTCOMES, type Outcome, type Row } from '../../../src/core/index.js';
import { formatJobCursor, type JobCursor, parseJobCursor } from '../../../src/mcp/answers/job-cursor.js';
import { pickRows } from '../../../src/mcp/answers/job-rows.js';

const START: JobCursor = { line: 0, open: [] };

const toRow = (line: number, outcome: Outcome, id = String(line)): Row => ({
  line,
  input: `input ${line}`,
  outcome,
  platform: 'shop',
  id,
});

async function* toStream(rows: readonly Row[]): AsyncGenerator<Row> {
  yield* rows;
}

const pick = (rows: readonly Row[], told = START) => pickRows(toStream(rows), told, rows.length);

describe('rows of a job', () => {
  it('leave out lines without an answer, and bring them when they have one', async () => {
    const early = await pick([toRow(1, 'ok'), toRow(2, 'cancelled'), toRow(3, 'not_found')]);
    expect(early.rows.map(({ line }) => line)).toEqual([1, 3]);
    expect(early.counts).toEqual({ ok: 1, not_found: 1 });
    const late = await pick([toRow(1, 'ok'), toRow(2, 'ok'), toRow(3, 'not_found')], early.cursorAfter(2));
    expect(late.rows.map(({ line }) => line)).toEqual([2]);
    expect(late.toldCount).toBe(2);
  });

  it('say of a repeated product only where its facts stand', async () => {
    const { rows } = await pick([toRow(1, 'ok', 'a'), toRow(2, 'ok', 'b'), toRow(3, 'ok', 'a')]);
    expect(rows.map(({ sameAs }) => sameAs)).toEqual([undefined, undefined, 1]);
  });

  it('come exactly once, in whatever order the answers arrive and however few fit into a result', async () => {
    const arrivals = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 20 })), {
      minLength: 1,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 60 }), arrivals, async (lines, turns) => {
        const rows = Array.from({ length: lines }, (_, at) => toRow(at + 1, 'cancelled'));
        const told: number[] = [];
        let cursor = START;
        const tell = async (most: number) => {
          const picked = await pick(rows, cursor);
          const count = Math.min(most, picked.rows.length);
          told.push(...picked.rows.slice(0, count).map(({ line }) => line));
          const job = { id: 'abcdef1234', run: 1 };
          cursor = parseJobCursor(formatJobCursor(job, picked.cursorAfter(count)), job as never);
          return picked.rows.length;
        };
        for (const [arrived, most] of turns) {
          for (let at = arrived % lines; at < lines; at += 1 + (arrived % 7)) rows[at] = toRow(at + 1, 'ok');
          await tell(most);
        }
        rows.forEach((_, at) => {
          rows[at] = toRow(at + 1, 'ok');
        });
        while ((await tell(7)) > 0);
        expect(told.length).toBe(lines);
        expect(new Set(told).size).toBe(lines);
      }),
      { numRuns: 100 },
    );
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
    'abcdef1234.1.1.x',
    'abcdef1234.2.1',
    '1234567890.1.1',
  ])('is refused when it is not of this run: %s', (cursor) => {
    expect(() => parseJobCursor(cursor, { id: 'abcdef1234', run: 1 } as never)).toThrow(/no current run/);
  });
});
