import { describe, expect, it } from 'vitest';
import type { ToldRows } from '../../../src/core/batch/arrivals.js';
import type { ArrivedRows, JobRecord, Row } from '../../../src/core/index.js';
import { toJobAnswer } from '../../../src/mcp/answers/job-answer.js';
import { formatJobCursor, parseJobCursor, START } from '../../../src/mcp/answers/job-cursor.js';
import type { ToolCall } from '../../../src/mcp/tool.js';
import { type BatchAnswer, toRecords } from '../../helpers/mcp-batch.js';

const RECORD = {
  id: 'abcdef1234',
  state: 'stopped',
  lines: 30_000,
  total: 29_000,
  done: 9000,
  counts: { ok: 9000 },
  key: { kind: 'batch', sandbox: true },
} as unknown as JobRecord;

const CALL = { jobs: { find: () => undefined } } as unknown as ToolCall;

describe('a long job that has finished', () => {
  const finished = {
    ...RECORD,
    run: 1,
    state: 'finished',
    total: 30_000,
    done: 30_000,
    counts: { ok: 30_000 },
  };
  const record = finished as unknown as JobRecord;
  let read = 0;
  const readRows = async function* readRows(_: string, skip = 0): AsyncGenerator<Row> {
    for (let line = skip + 1; line <= 30_000; line += 1) {
      read += 1;
      const id = String(100_000 + (line % 50));
      yield { line, place: 30_000 - line, input: `input ${line}`, outcome: 'ok', platform: 'shop', id };
    }
  };
  const call = { ...CALL, batches: { readRows }, now: () => 0 } as unknown as ToolCall;
  const ask = async (cursor?: string) => {
    read = 0;
    const told = cursor === undefined ? START : parseJobCursor(cursor, record);
    const { data } = await toJobAnswer(record, call, { told, fields: [] });
    const {
      columns,
      rows,
      remaining,
      next_cursor: next,
    } = data as {
      columns: string[];
      rows: number[][];
      remaining: number;
      next_cursor?: string;
    };
    return { lines: rows.map((row) => row[columns.indexOf('line')]), remaining, next };
  };

  it.each([
    ['its first row', 0, 200],
    ['a row in its middle', 25_000, 25_200],
    ['a row near its end', 29_800, 30_000],
  ])('is told from %s on, and each page reads no more than it may hold', async (_, from, to) => {
    const lines: unknown[] = [];
    let cursor: string | undefined = formatJobCursor(record, { told: from, place: 0, line: from });
    while (cursor !== undefined && from + lines.length < to) {
      const page = await ask(cursor);
      expect(read).toBeLessThanOrEqual(500);
      lines.push(...page.lines);
      expect(page.remaining).toBe(30_000 - from - lines.length);
      cursor = page.next;
    }
    expect(lines).toEqual(Array.from(lines, (_line, at) => from + at + 1));
    expect(from + lines.length).toBeGreaterThanOrEqual(to);
  });

  it('brings the same rows for the same call', async () => {
    const { next } = await ask();
    const page = await ask(next);
    await ask(page.next);
    expect(await ask(next)).toEqual(page);
  });
});

describe('a long job whose answers still come', () => {
  const record = { ...RECORD, run: 1, state: 'running', lines: 5000, total: 5000 } as unknown as JobRecord;
  /** Lines in the order in which their answers came; every fiftieth asks for the same as the one before. */
  const order = Array.from({ length: 5000 }, (_, at) => ((at * 7) % 5000) + 1);
  const createCall = () => {
    let arrived = 0;
    let isFinished = false;
    const toArrivedRow = (at: number) => {
      const line = order[at] ?? 0;
      const firstLine = line % 50 === 0 ? line - 1 : line;
      const facts = { line, firstLine, place: Math.ceil(at / 2), input: `input ${line}` };
      return { ...facts, outcome: 'ok' as const, platform: 'shop', id: String(100_000 + firstLine) };
    };
    const readArrived = async (_: string, told: ToldRows, most: number): Promise<ArrivedRows> => {
      const all = Array.from({ length: arrived }, (_row, at) => toArrivedRow(at)).sort(
        (a, b) => a.place - b.place || a.line - b.line,
      );
      const behind = all.filter(
        ({ place, line }) => place > told.place || (place === told.place && line > told.line),
      );
      const before = arrived - behind.length;
      const rows = behind.slice(0, most);
      return { rows, before, arrived, rowCount: order.length, counts: { ok: arrived } };
    };
    const readRows = async function* readRows(_: string, skip = 0) {
      for (let line = skip + 1; line <= order.length; line += 1) {
        yield { line, place: 9, input: `input ${line}`, outcome: 'ok', platform: 'shop', id: `${line}` };
      }
    };
    const call = { ...CALL, batches: { readArrived, readRows }, now: () => 0 } as unknown as ToolCall;
    const ask = async (told = START) => {
      const now = { ...record, state: isFinished ? 'finished' : 'running' } as JobRecord;
      const { data } = await toJobAnswer(now, call, { told, fields: [] });
      const page = data as unknown as BatchAnswer;
      return { ...page, lines: toRecords(page).map(({ line }) => Number(line)) };
    };
    return {
      ask,
      arrive: (count: number) => {
        arrived = Math.min(order.length, arrived + count);
      },
      finish: () => {
        isFinished = true;
      },
    };
  };

  it('is told page by page, each row exactly once, also behind the cursors of before when it has finished', async () => {
    const { ask, arrive, finish } = createCall();
    const told: number[] = [];
    let page = await ask();
    expect(page).toMatchObject({
      state: 'running',
      remaining: 5000,
      rows: [],
      next_cursor: expect.any(String),
    });
    for (let turn = 0; page.next_cursor !== undefined && turn < 200; turn += 1) {
      if (turn === 20) {
        arrive(5000);
        finish();
      } else arrive(150);
      const cursor = parseJobCursor(page.next_cursor, record);
      page = await ask(cursor);
      expect((await ask(cursor)).rows).toEqual(page.rows);
      told.push(...page.lines);
      expect(page.remaining).toBe(5000 - told.length);
    }
    expect(page).toMatchObject({ state: 'finished', remaining: 0 });
    expect([told.length, new Set(told).size]).toEqual([5000, 5000]);
  });

  it('says what is ready, and of a repeated line where its facts stand, on whichever page', async () => {
    const { ask, arrive } = createCall();
    arrive(5000);
    const first = await ask();
    expect(first.hint).toContain(
      `${5000 - first.lines.length} rows remain, ${5000 - first.lines.length} of them ready`,
    );
    const repeated = toRecords(first).filter(({ same_as: sameAs }) => sameAs);
    expect(repeated.map(({ line }) => Number(line) % 50)).toEqual(repeated.map(() => 0));
    expect(repeated.map(({ line, same_as: sameAs }) => Number(line) - Number(sameAs))).toEqual(
      repeated.map(() => 1),
    );
    expect(repeated.length).toBeGreaterThan(0);
  });

  it('is told in the order of its list to who asks when it has finished', async () => {
    const { ask, arrive, finish } = createCall();
    arrive(5000);
    finish();
    const first = await ask();
    expect(first.lines.slice(0, 3)).toEqual([1, 2, 3]);
    const next = await ask(parseJobCursor(first.next_cursor ?? '', record));
    expect(next.lines[0]).toBe(first.lines.length + 1);
  });

  it('says that all of it is made up', async () => {
    const { ask } = createCall();
    expect(await ask()).toMatchObject({
      sandbox: true,
      notice: expect.stringMatching(/SANDBOX: made-up data/),
    });
  });
});

describe('what remains of a job', () => {
  const tell = async (facts: object, rows: readonly Partial<Row>[], lines: number) => {
    const readRows = async function* readRows(): AsyncGenerator<Row> {
      for (const [at, row] of rows.entries()) {
        yield { line: at + 1, place: at + 1, input: `input ${at}`, outcome: 'ok', platform: 'shop', ...row };
      }
    };
    const call = { ...CALL, batches: { readRows }, now: () => 0 } as unknown as ToolCall;
    const record = { ...RECORD, run: 1, lines, ...facts } as unknown as JobRecord;
    const { data } = await toJobAnswer(record, call, { told: START, fields: [] });
    const page = data as unknown as BatchAnswer;
    return { ...page, told: page.rows.length };
  };
  const toRows = (count: number, lineOf: (at: number) => number) =>
    Array.from({ length: count }, (_, at) => ({ line: lineOf(at), id: String(100_000 + at) }));

  it('counts all products of lines that name several', async () => {
    const page = await tell(
      { state: 'finished' },
      toRows(600, (at) => Math.floor(at / 3) + 1),
      200,
    );
    expect(page.remaining).toBe(600 - page.told);
    expect(page.next_cursor).toBeDefined();
  });

  it('is nothing where a shop has told all that it shows, however many it counts', async () => {
    const key = { ...RECORD.key, kind: 'shop' };
    const rows = toRows(30, (at) => at + 1);
    expect(await tell({ state: 'finished', key }, rows, 35)).toMatchObject({ told: 30, remaining: 0 });
    expect(await tell({ state: 'stopped', key }, rows, 35)).toMatchObject({ told: 30, remaining: 5 });
  });
});
