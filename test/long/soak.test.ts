import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OUTCOMES, providers } from '../../src/core/index.js';
import type { Fault } from '../../src/sandbox/fault-plan.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { HELLO, type McpProcess, READY, startMcpProcess, toCall } from '../helpers/mcp-process.js';
import { CLI, runCliProcess } from '../helpers/run-cli.js';

/** `SOAK_MINUTES=10` is the run whose figures are in docs/measurements.md. */
const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 0.6);
/** Thirty times the real pace. */
const WINDOW_MS = 2000;
/** What a window of a hundred calls brings a second with faults, chats and freezes, so that it takes the time above. */
const IDS = Math.ceil(MINUTES * 60 * 30);
/** One call in twenty. */
const FAULTS: readonly Fault[] = [
  { kind: 'status', rate: 0.014 },
  { kind: 'reset', rate: 0.014 },
  { kind: 'hang', rate: 0.008 },
  { kind: 'garbage', rate: 0.01 },
  // On the token call itself it would be a refusal of the account, at which a batch stops, as it should.
  { kind: 'expired-token', rate: 0.002, method: 'jd.union.open.goods.detail.query' },
  { kind: 'throttled', rate: 0.002 },
];
/** An operator starts a batch that stopped again; more often than this, something is wrong. */
const MOST_RUNS = 5;
/** From a third of the time to its end. Caches and the collector's mood are some of it. */
const MOST_GROWTH_MB = 40;

let folder: string;
let sandbox: Sandbox;
let environment: Readonly<Record<string, string>>;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bijia-soak-'));
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  sandbox = await startSandbox({
    upstreams,
    quota: `100/${WINDOW_MS}ms`,
    latencyMs: [5, 60],
    tokenLifeMs: 20_000,
  });
  sandbox.setFaults(FAULTS);
  environment = {
    ...sandbox.environment,
    BIJIA_STATE_DIR: join(folder, 'state'),
    BIJIA_CALL_TIMEOUT: '3s',
    BIJIA_ANSWER_WITHIN: '5s',
    // What five minutes bring at the real pace. The usual 5,000 would fill up for as long as the run lasts.
    BIJIA_CACHE_ENTRIES: '500',
    BIJIA_LOG_LEVEL: 'silent',
  };
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true, force: true });
});

interface Sample {
  readonly atMs: number;
  readonly rssMb: number;
}

/** Resident memory as Linux tells it; nothing where it does not. */
function readRssMb(pid: number): number | undefined {
  const path = `/proc/${pid}/status`;
  const size = existsSync(path) && /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(path, 'utf8'))?.[1];
  return size ? Number(size) / 1024 : undefined;
}

/** Looks once a second until the signal. */
async function watchMemory(pid: number, signal: AbortSignal): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  while (!signal.aborted) {
    const rssMb = readRssMb(pid);
    if (rssMb !== undefined) samples.push({ atMs: performance.now(), rssMb });
    await sleep(1000, undefined, { signal }).catch(() => undefined);
  }
  return samples;
}

const getMean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** How much the memory grew after the first third of the time, by the line that fits best. */
function getGrowthMb(samples: readonly Sample[]): number {
  const later = samples.slice(Math.floor(samples.length / 3));
  const [meanMs, meanMb] = [getMean(later.map(({ atMs }) => atMs)), getMean(later.map(({ rssMb }) => rssMb))];
  const products = later.map(({ atMs, rssMb }) => (atMs - meanMs) * (rssMb - meanMb));
  const squares = later.map(({ atMs }) => (atMs - meanMs) ** 2);
  const spanMs = (later.at(-1)?.atMs ?? 0) - (later[0]?.atMs ?? 0);
  return (getMean(products) / getMean(squares)) * spanMs;
}

/** The mean of each sixth of the time, and the growth. */
function describeMemory(name: string, samples: readonly Sample[]): string {
  const size = Math.ceil(samples.length / 6);
  const parts = Array.from({ length: 6 }, (_, at) => samples.slice(at * size, (at + 1) * size));
  const means = parts.map((part) => Math.round(getMean(part.map(({ rssMb }) => rssMb))));
  const most = Math.max(...samples.map(({ rssMb }) => rssMb));
  return `${name}: ${means.join(', ')} MB, at most ${most.toFixed(0)}; grew ${getGrowthMb(samples).toFixed(1)} MB`;
}

/** Runs the batch to its end, as often as it takes; the memory is that of the longest run. */
async function runBatch(list: string, out: string) {
  let memory: readonly Sample[] = [];
  let runs = 0;
  while (!existsSync(out) && runs < MOST_RUNS) {
    runs += 1;
    const child = spawn(process.execPath, [CLI, 'batch', list, '--out', out, '--quiet'], {
      cwd: '/',
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { PATH: process.env['PATH'], ...environment },
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => console.log(text.trim()));
    const ended = new AbortController();
    const watching = watchMemory(child.pid ?? expect.fail(), ended.signal);
    await once(child, 'close');
    ended.abort();
    const samples = await watching;
    if (samples.length > memory.length) memory = samples;
  }
  return { runs, memory };
}

const toId = (number: number) => String(100_000_000_000 + number * 1000 + 1);

/** Asks for one product after the other, and now and then for several. */
async function talkToMcp({ send, frame }: McpProcess, signal: AbortSignal): Promise<string[]> {
  send(HELLO);
  await frame(({ id }) => id === 0);
  send(READY);
  const outcomes: string[] = [];
  for (let id = 1; !signal.aborted; id += 1) {
    const products = Array.from({ length: 10 }, (_, at) => toId(900_000 + id * 10 + at));
    const isMany = id % 20 === 0;
    send(
      isMany
        ? toCall(id, 'batch_products', { products, platform: 'jd' })
        : toCall(id, 'get_product', { product: products[0], platform: 'jd' }),
    );
    const { result } = await frame((answer) => answer.id === id);
    const facts = result?.['structuredContent'] as { error?: { code: string } } | undefined;
    outcomes.push(facts ? (facts.error?.code ?? 'ok') : 'no answer');
    await sleep(400);
  }
  return outcomes;
}

/** A person at the command line, a process for each question. */
async function chat(signal: AbortSignal): Promise<string[]> {
  const outcomes: string[] = [];
  for (let number = 800_000; !signal.aborted; number += 1) {
    const { stdout, stderr } = await runCliProcess(['get', toId(number), '--platform', 'jd', '--json'], {
      environment,
    });
    const answer = stdout === '' ? expect.fail(stderr) : JSON.parse(stdout);
    outcomes.push((answer as { results: { outcome: string }[] }).results[0]?.outcome ?? 'no answer');
    await sleep(2000);
  }
  return outcomes;
}

const tally = (names: readonly string[]) => {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
};

describe('a batch, an assistant and a person on one quota, while one call in twenty fails', () => {
  it(`get an outcome for everything within the quota and flat memory (${IDS} ids)`, async () => {
    const [list, out] = [join(folder, 'list.txt'), join(folder, 'out.jsonl')];
    const ids = Array.from({ length: IDS }, (_, at) => toId(at));
    writeFileSync(list, ids.map((id) => `https://item.jd.com/${id}.html\n`).join(''));
    const startMs = performance.now();
    const finished = new AbortController();
    const mcp = startMcpProcess(environment);
    const others = Promise.all([
      talkToMcp(mcp, finished.signal),
      chat(finished.signal),
      watchMemory(mcp.child.pid ?? expect.fail(), finished.signal),
    ]);
    const batch = await runBatch(list, out);
    finished.abort();
    const [asked, chats, mcpMemory] = await others;
    mcp.child.stdin?.end();
    await mcp.untilExit();
    const seconds = (performance.now() - startMs) / 1000;

    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    const results = lines.map((line) => JSON.parse(line) as { id: string; outcome: string });
    const outcomes = tally(results.map(({ outcome }) => outcome));
    console.log(
      [
        `${IDS} ids in ${seconds.toFixed(0)} s and ${batch.runs} run(s): ${JSON.stringify(outcomes)}`,
        `MCP: ${JSON.stringify(tally(asked))}; chat: ${JSON.stringify(tally(chats))}`,
        `upstream: ${JSON.stringify(sandbox.stats())}`,
        describeMemory('batch', batch.memory),
        describeMemory('MCP', mcpMemory),
      ].join('\n'),
    );
    expect(results.map(({ id }) => id)).toEqual(ids);
    expect(OUTCOMES).toEqual(expect.arrayContaining(Object.keys(outcomes)));
    expect(outcomes['cancelled']).toBeUndefined();
    expect((outcomes['ok'] ?? 0) / IDS).toBeGreaterThan(0.95);
    expect([...asked, ...chats]).not.toContain('no answer');
    expect([...asked, ...chats]).not.toContain('internal_error');
    expect(sandbox.stats().every(({ violations }) => violations === 0)).toBe(true);
    for (const memory of [batch.memory, mcpMemory]) {
      if (memory.length > 0) expect(getGrowthMb(memory)).toBeLessThan(MOST_GROWTH_MB);
    }
  });
});
