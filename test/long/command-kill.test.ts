import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { providers } from '../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../src/sandbox/start-sandbox.js';
import { type CliRun, runCliProcess, startCliProcess } from '../helpers/run-cli.js';

/** As many calls of a batch are under way at once. */
const CALLS_IN_FLIGHT = 32;

let folder: string;
let sandbox: Sandbox;
const inFolder = (name: string) => join(folder, name);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bijia-kill-'));
  const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
  sandbox = await startSandbox({ upstreams, quota: '60/1s', latencyMs: [5, 40] });
});
afterEach(async () => {
  await sandbox.close();
  rmSync(folder, { recursive: true });
});

const createIds = (count: number) =>
  Array.from({ length: count }, (_, at) => String(100_000_000_001 + at * 1000));

function writeList(ids: readonly string[]): string {
  writeFileSync(inFolder('list.txt'), ids.map((id) => `https://item.jd.com/${id}.html\n`).join(''));
  return inFolder('list.txt');
}

interface Kill {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** When to kill. */
  readonly isDue: () => boolean;
}

/** Kills the command when it is due; its end is awaited, so that the next one finds it dead. */
async function kill({ args, environment, isDue }: Kill): Promise<CliRun> {
  const { child, end } = startCliProcess(args, { environment });
  while (!isDue() && child.exitCode === null) await sleep(5);
  child.kill('SIGKILL');
  return end;
}

const readIds = (path: string) =>
  readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);

describe('after kill -9', () => {
  it('the same batch continues: nothing is lost or doubled, and only calls in flight are repeated', async () => {
    const ids = createIds(150);
    const args = ['batch', writeList(ids), '--out', inFolder('out.jsonl')];
    const environment = { ...sandbox.environment, BIJIA_STATE_DIR: inFolder('state') };
    const points = [20, 60, 100];
    for (const arrivals of points) {
      const { code } = await kill({ args, environment, isDue: () => sandbox.arrivals().length >= arrivals });
      expect(code).toBeNull();
    }
    const { code, stderr } = await runCliProcess(args, { environment });
    expect([code, stderr]).toEqual([0, expect.stringMatching(/known from before/)]);
    expect(readIds(inFolder('out.jsonl'))).toEqual(ids);
    expect(sandbox.arrivals().length - ids.length).toBeLessThanOrEqual(points.length * CALLS_IN_FLIGHT);
    expect(sandbox.stats().map(({ violations }) => violations)).toEqual([0]);
  });

  it('a batch in the embedded sandbox continues, though that has another key each time', async () => {
    // Seven seconds at this quota.
    const ids = createIds(150);
    const args = ['batch', writeList(ids), '--out', inFolder('out.jsonl')];
    const environment = { BIJIA_SANDBOX: '1', BIJIA_STATE_DIR: inFolder('state'), JD_UNION_QUOTA: '20/1s' };
    const jobs = inFolder('state/sandbox/jobs');
    const journals = () =>
      (existsSync(jobs) ? readdirSync(jobs, { recursive: true, encoding: 'utf8' }) : []).filter((path) =>
        /journal-[^/]*$/.test(path),
      );
    const countLines = () =>
      journals().reduce((sum, path) => sum + readFileSync(join(jobs, path), 'utf8').split('\n').length, 0);
    await kill({ args, environment, isDue: () => countLines() > 10 });
    const [job = ''] = readdirSync(jobs);
    const { code, stderr } = await runCliProcess(args, { environment });
    expect(code).toBe(0);
    expect(stderr).toMatch(new RegExp(`Job ${job}: .*; \\d+ known from before`));
    expect(readIds(inFolder('out.jsonl'))).toEqual(ids);
  });

  it('a crawl of a shop continues at its page', async () => {
    // 2,500 products: 25 pages, and each is a call.
    const args = ['shop', '1000377827', '--platform', 'jd', '--all', '--out', inFolder('out.jsonl')];
    const environment = { ...sandbox.environment, BIJIA_STATE_DIR: inFolder('state') };
    const points = [4, 12, 20];
    for (const arrivals of points) {
      await kill({ args, environment, isDue: () => sandbox.arrivals().length >= arrivals });
    }
    expect((await runCliProcess(args, { environment })).code).toBe(0);
    const ids = readIds(inFolder('out.jsonl'));
    expect([ids.length, new Set(ids).size]).toEqual([2500, 2500]);
    expect(sandbox.arrivals().length).toBeLessThanOrEqual(25 + points.length);
  });
});
