import { describe, expect, it } from 'vitest';
import type { JobRecord, Row } from '../../../src/core/index.js';
import { toJobAnswer } from '../../../src/mcp/answers/job-answer.js';
import { formatJobCursor, parseJobCursor, START } from '../../../src/mcp/answers/job-cursor.js';
import type { ToolCall } from '../../../src/mcp/tool.js';

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

describe('a job that is too long to be told', () => {
  it('says how much remains and what is made up, as every other answer does', async () => {
    const options = { told: START, fields: [] };
    const { data } = await toJobAnswer(RECORD, CALL, options);
    expect(data).toMatchObject({
      state: 'stopped',
      total: 29_000,
      done: 9000,
      remaining: 20_000,
      sandbox: true,
      notice: expect.stringMatching(/SANDBOX: made-up data/),
    });
    const real = { ...RECORD, key: { ...RECORD.key, sandbox: false } };
    expect((await toJobAnswer(real, CALL, options)).data).not.toHaveProperty('notice');
  });
});
