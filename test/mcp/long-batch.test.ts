import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Batches, BatchProgress, JobRecord, Product, Row } from '../../src/core/index.js';
import { LOCAL_CALLER } from '../../src/mcp/caller.js';
import { createCatalogue } from '../../src/mcp/catalogue.js';
import { createRunningJobs, type RunningJobs } from '../../src/mcp/jobs/running-jobs.js';
import { runUntil } from '../../src/mcp/protocol/deadline.js';
import type { ToolCall } from '../../src/mcp/tool.js';
import { createBatchProductsTool } from '../../src/mcp/tools/batch-products.js';
import { type BatchAnswer, toRecords } from '../helpers/mcp-batch.js';

const LINES = 150;
/** A hundred calls a minute, as fast as they may go. */
const PER_WINDOW = 100;
const WINDOW_MS = 60_000;
const CALL_MS = 8;
/** What reading the rows of a job takes. */
const READING_MS = 200;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

const toProduct = (line: number): Product => ({
  platform: 'shop',
  id: String(100_000_000_000 + line),
  title: `商品 ${line}`,
  url: `https://shop.example/${100_000_000_000 + line}.html`,
  prices: [{ kind: 'sale', amountFen: 1990 + line }],
  source: 'shop-api',
  fetchedAtMs: 1_700_000_000_000,
});

/** A job of 150 products on a clock of its own; every third answer comes late, so that lines come out of order. */
function createSlowBatches() {
  const record = {
    ...{ id: 'abcdef1234', run: 1, state: 'planned', lines: LINES, total: LINES, done: 0, counts: {} },
    key: { kind: 'batch', owner: 'local', sandbox: false, detail: 'summary' },
  } as unknown as JobRecord;
  let state: JobRecord['state'] = 'planned';
  const places = new Map<number, number>();
  const order = Array.from({ length: LINES }, (_, at) => at + 1).sort(
    (a, b) => a + (a % 3 ? 0 : 10) - (b + (b % 3 ? 0 : 10)),
  );
  const get = async () => ({ ...record, state });
  const run = async (_: string, { onProgress }: { onProgress?: (progress: BatchProgress) => void }) => {
    state = 'running';
    for (const [at, line] of order.entries()) {
      await sleep(at > 0 && at % PER_WINDOW === 0 ? WINDOW_MS - PER_WINDOW * CALL_MS : CALL_MS);
      places.set(line, at + 1);
      const remainingMs = at < PER_WINDOW ? WINDOW_MS : undefined;
      onProgress?.({
        total: LINES,
        done: at + 1,
        counts: { ok: at + 1 },
        calls: at + 1,
        rate: 1,
        remainingMs,
      });
    }
    state = 'finished';
  };
  async function* readRows(): AsyncGenerator<Row> {
    await sleep(READING_MS);
    for (let line = 1; line <= LINES; line += 1) {
      const product = toProduct(line);
      const facts = { line, input: product.id, platform: product.platform, id: product.id };
      const place = places.get(line);
      yield place === undefined
        ? { ...facts, outcome: 'cancelled' }
        : { ...facts, outcome: 'ok', place, product };
    }
  }
  const prepare = async () => ({ id: record.id, save: get, discard: async () => undefined });
  return { get, run, readRows, prepare } as unknown as Batches;
}

function createCaller(withinMs: number, batches = createSlowBatches()) {
  const monotonicNow = () => performance.now();
  const jobs: RunningJobs = createRunningJobs(batches, { monotonicNow });
  const tool = createBatchProductsTool(createCatalogue());
  return async (args: Readonly<Record<string, unknown>>) => {
    const startMs = monotonicNow();
    const { signal } = new AbortController();
    const parts = {
      batches,
      jobs,
      caller: LOCAL_CALLER,
      now: Date.now,
      monotonicNow,
      report: () => undefined,
    };
    const call = runUntil({ withinMs, signal, monotonicNow }, (deadline, inner) =>
      tool.run(args, { ...parts, deadline, signal: inner } as unknown as ToolCall),
    );
    let isDone = false;
    const settled = call.finally(() => {
      isDone = true;
    });
    while (!isDone) await vi.advanceTimersByTimeAsync(10);
    const { data } = await settled;
    return { tookMs: monotonicNow() - startMs, data: data as unknown as BatchAnswer };
  };
}

const WHOLE_LIST = { products: Array.from({ length: LINES }, (_, at) => String(at)) };

describe('a list that takes longer than an answer may', () => {
  it.each([1, 20, 41, 45, 60])('is answered with what is done, where that is %i s', async (seconds) => {
    const call = createCaller(seconds * 1000);
    const { tookMs, data } = await call(WHOLE_LIST);
    expect(tookMs).toBeLessThan(seconds * 1000);
    expect(data).toMatchObject({ state: 'running', total: LINES, next_cursor: expect.any(String) });
    expect(data.rows.length).toBeGreaterThan(30);
    expect(data.remaining).toBe(LINES - data.rows.length);
    expect(data.next_cursor?.length).toBeLessThanOrEqual(60);
    expect(data.hint).toContain(`{"cursor":"${data.next_cursor}"}`);
  });

  it.each([1, 20, 41, 45, 60])('comes exactly once behind its cursors, within %i s each', async (seconds) => {
    const call = createCaller(seconds * 1000);
    let { data } = await call(WHOLE_LIST);
    const lines = toRecords(data).map(({ line }) => line);
    while (data.next_cursor) {
      const next = await call({ cursor: data.next_cursor });
      expect(next.tookMs).toBeLessThan(seconds * 1000);
      data = next.data;
      lines.push(...toRecords(data).map(({ line }) => line));
      expect(data.remaining).toBe(LINES - lines.length);
    }
    expect(data).toMatchObject({ state: 'finished', remaining: 0, hint: 'Complete.' });
    expect(new Set(lines).size).toBe(LINES);
    expect(lines.length).toBe(LINES);
  });

  it('brings the same rows for the same call, whatever was told in between', async () => {
    const call = createCaller(20_000);
    const { data: first } = await call(WHOLE_LIST);
    const next = { cursor: first.next_cursor };
    const second = await call(next);
    await call({ cursor: second.data.next_cursor });
    const again = await call(next);
    const linesOf = ({ data }: { readonly data: BatchAnswer }) => toRecords(data).map(({ line }) => line);
    expect(linesOf(again)).toEqual(expect.arrayContaining(linesOf(second)));
    const whole = await call({ job: first.job });
    expect(whole.data.rows.slice(0, first.rows.length)).toEqual(first.rows);
    // Only the times in it pass.
    const passing = { age_s: expect.any(Number), hint: expect.stringContaining(`${whole.data.next_cursor}`) };
    expect((await call({ job: first.job })).data).toEqual({ ...whole.data, ...passing });
  });

  it('is answered about while the disk does not answer', async () => {
    const batches = createSlowBatches();
    const call = createCaller(1000, batches);
    const { data: first } = await call(WHOLE_LIST);
    Object.assign(batches, { get: () => new Promise(() => undefined) });
    const { data } = await call({ cursor: first.next_cursor });
    expect(data).toMatchObject({
      state: 'running',
      counts: { ok: PER_WINDOW },
      next_cursor: first.next_cursor,
    });
  });

  it('says the time that is left by now, not when the last answer came', async () => {
    const call = createCaller(20_000);
    const { data } = await call(WHOLE_LIST);
    const { data: later } = await call({ cursor: data.next_cursor });
    const [early = 0, late = 0] = [data, later].map(({ hint }) => Number(/about (\d+) s/.exec(hint)?.[1]));
    expect(early - late).toBeGreaterThanOrEqual(15);
  });

  it('is at least counted where reading it takes too long', async () => {
    const call = createCaller(500);
    await call(WHOLE_LIST);
    await vi.advanceTimersByTimeAsync(2000);
    const { data } = await createCaller(READING_MS)(WHOLE_LIST);
    expect(data).toMatchObject({
      state: 'running',
      remaining: LINES,
      rows: [],
      counts: { ok: expect.any(Number) },
      next_cursor: expect.any(String),
      hint: expect.stringContaining('ready'),
    });
  });
});
