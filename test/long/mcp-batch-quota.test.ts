import type { Progress } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { callBatch, toIds, toRecords } from '../helpers/mcp-batch.js';
import {
  type CallOptions,
  connectMcpProcess,
  type McpSession,
  openSandboxPlace,
  type SandboxPlace,
} from '../helpers/mcp-session.js';
import { runCliProcess } from '../helpers/run-cli.js';
import { measureSlowdown } from '../helpers/slowdown.js';

/** A fifth of the real scale: a process that stands still for a moment is not late then with all that it has to say. */
const WINDOW_MS = 12_000;
const WITHIN_MS = WINDOW_MS * 0.75;
const SCALED = {
  JD_UNION_QUOTA: `100/${WINDOW_MS}ms`,
  BIJIA_ANSWER_WITHIN: `${WITHIN_MS}ms`,
};

let place: SandboxPlace;
let session: McpSession;

beforeEach(async () => {
  place = await openSandboxPlace({}, SCALED);
  session = await connectMcpProcess(place.environment);
});
afterEach(async () => {
  await session.close();
  await place.close();
});

const batch = (args: Record<string, unknown>, options?: CallOptions) => callBatch(session, args, options);

/** Calls that reached the upstream: a request of our own comes after all that left before it. */
const countArrived = async () => {
  await fetch(`${place.sandbox.origin}/_sandbox/stats`);
  return place.sandbox.arrivals().length;
};

const listJobs = async () => {
  const { stdout } = await runCliProcess(['jobs', '--json'], { environment: place.environment });
  return (JSON.parse(stdout) as { jobs: { id: string; state: string }[] }).jobs;
};

describe('500 products at the pace of the quota', () => {
  it('are answered within the time with what is done, and called with its cursors all come exactly once', async () => {
    const products = toIds(500);
    const lines: number[] = [];
    const times: number[] = [];
    let args: Record<string, unknown> = { products, platform: 'jd' };
    for (;;) {
      const startMs = performance.now();
      const answer = await batch(args);
      times.push(performance.now() - startMs);
      lines.push(...toRecords(answer).map(({ line }) => Number(line)));
      if (answer.remaining === 0) break;
      args = { cursor: answer.next_cursor };
    }
    expect(times.length).toBeGreaterThan(2);
    // The way to the process and back, on a machine that does other things too, is not the server's.
    expect(Math.max(...times)).toBeLessThan(WITHIN_MS * (1 + measureSlowdown()));
    expect(lines.length).toBe(500);
    expect(new Set(lines).size).toBe(500);
    expect(place.sandbox.stats().every(({ violations }) => violations === 0)).toBe(true);
    expect(new Set(place.sandbox.arrivals().flatMap(({ ids }) => ids)).size).toBe(500);
  });

  it('continue in the background, with progress that increases', async () => {
    const { job, state, total } = await batch({ products: toIds(500), platform: 'jd' });
    expect([state, total]).toEqual(['running', 500]);
    const seen: Progress[] = [];
    while (seen.length < 2) await batch({ job }, { onProgress: (notice) => seen.push(notice) });
    expect(seen[0]).toMatchObject({ total: 500, message: expect.stringMatching(/of 500 done/) });
    expect(seen.every(({ progress }, at) => at === 0 || progress > (seen[at - 1]?.progress ?? 0))).toBe(true);
    const arrived = place.sandbox.arrivals().length;
    await expect.poll(() => place.sandbox.arrivals().length).toBeGreaterThan(arrived);
  });

  it('stop with cancel, and nothing reaches the upstream afterwards', async () => {
    const { job } = await batch({ products: toIds(500), platform: 'jd' });
    const stopped = await batch({ job, cancel: true });
    expect(stopped).toMatchObject({ state: 'cancelled', hint: expect.stringContaining('To continue') });
    const arrived = await countArrived();
    await new Promise((resolve) => setTimeout(resolve, WINDOW_MS / 4));
    expect(await countArrived()).toBe(arrived);
    expect(await batch({ job })).toMatchObject({ state: 'running' });
  });

  it("stop with the client's cancellation", async () => {
    // With time enough, so that the cancellation does not meet the answer on its way.
    await session.close();
    session = await connectMcpProcess({ ...place.environment, BIJIA_ANSWER_WITHIN: '45s' });
    const controller = new AbortController();
    const call = batch({ products: toIds(500), platform: 'jd' }, { signal: controller.signal });
    await expect.poll(() => place.sandbox.arrivals().length).toBeGreaterThan(10);
    const rejected = expect(call).rejects.toThrow();
    controller.abort();
    await rejected;
    await expect.poll(async () => (await listJobs())[0]?.state).toBe('cancelled');
    const arrived = await countArrived();
    await new Promise((resolve) => setTimeout(resolve, WINDOW_MS / 4));
    expect(await countArrived()).toBe(arrived);
  });

  it('continue in the next process only when they are called for', async () => {
    const { job, rows } = await batch({ products: toIds(200), platform: 'jd' });
    await session.close();
    const arrived = await countArrived();
    session = await connectMcpProcess(place.environment);
    await new Promise((resolve) => setTimeout(resolve, WINDOW_MS / 4));
    expect(await countArrived()).toBe(arrived);
    const lines = new Set(rows.map(([line]) => line));
    let answer = await batch({ job });
    for (;;) {
      for (const [line] of answer.rows) lines.add(line);
      if (answer.remaining === 0) break;
      answer = await batch({ cursor: answer.next_cursor });
    }
    expect(lines.size).toBe(200);
    expect(new Set(place.sandbox.arrivals().flatMap(({ ids }) => ids)).size).toBe(200);
  });

  it('is not started twice when the same list is given while it runs', async () => {
    const first = await batch({ products: toIds(500), platform: 'jd' });
    const second = await batch({ products: toIds(500), platform: 'jd' });
    expect([second.job, second.state]).toEqual([first.job, 'running']);
    expect(second.rows.length).toBeGreaterThanOrEqual(first.rows.length);
  });

  it('of the command line is followed while it runs there, and can be stopped from here', async () => {
    const run = runCliProcess(['batch', '-', '--platform', 'jd', '--quiet'], {
      environment: place.environment,
      stdin: toIds(1000).join('\n'),
    });
    await expect.poll(async () => (await listJobs())[0]?.state).toBe('running');
    const [{ id = '' } = {}] = await listJobs();
    await expect.poll(() => place.sandbox.arrivals().length).toBeGreaterThan(10);
    const answer = await batch({ job: id });
    expect(answer).toMatchObject({ state: 'running', total: 1000 });
    expect(answer.rows.length).toBeGreaterThan(0);
    for (let turn = 0; turn < 10; turn += 1) {
      const { state } = await batch({ cursor: answer.next_cursor, cancel: true });
      if (state === 'cancelled') break;
    }
    expect((await run).code).not.toBe(0);
    expect((await listJobs())[0]?.state).toBe('cancelled');
  });
});

describe('150 products at the pace of a real quota', () => {
  it('are answered within 45 s with what is done, and then the rest', async () => {
    await session.close();
    const real = { JD_UNION_QUOTA: '100/60s', BIJIA_ANSWER_WITHIN: '45s' };
    session = await connectMcpProcess({
      ...place.environment,
      ...real,
      BIJIA_STATE_DIR: `${place.stateDir}/real`,
    });
    let answer = await batch({ products: toIds(150), platform: 'jd' });
    const lines = answer.rows.map(([line]) => line);
    expect(lines.length).toBeGreaterThan(50);
    while (answer.next_cursor) {
      const startMs = performance.now();
      answer = await batch({ cursor: answer.next_cursor });
      // The same as above; to the millisecond it is shown by a fake clock (test/mcp/long-batch.test.ts).
      expect(performance.now() - startMs).toBeLessThan(45_000 + 5000 * measureSlowdown());
      lines.push(...answer.rows.map(([line]) => line));
    }
    expect([lines.length, new Set(lines).size]).toEqual([150, 150]);
  });
});
