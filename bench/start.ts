import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { sandboxUpstream } from '../src/core/providers/jd-union/sandbox/index.js';
import { startSandbox } from '../src/sandbox/start-sandbox.js';
import type { Figure } from './figure.js';
import { median } from './median.js';
import type { Part } from './part.js';

const ROUNDS = 15;
const CLI = resolve('dist/cli.js');

/** What is run by turns. */
const RUNS = {
  node: ['-e', '0'],
  version: [CLI, '--version'],
  resolve: [CLI, 'resolve', 'https://item.jd.com/100012345678.html'],
  get: [CLI, 'get', '100012345678'],
} as const;
type Run = keyof typeof RUNS;
const NAMES = Object.keys(RUNS) as Run[];

export const start: Part = {
  name: 'start',
  describe: () => `commands from start to end, medians of ${ROUNDS} by turns, beside "node -e 0"`,
  run: async () => {
    const sandbox = await startSandbox({ upstreams: [sandboxUpstream], quota: '1000/1s' });
    const folder = await mkdtemp(join(tmpdir(), 'bijia-bench-'));
    try {
      return toFigures(await measure({ ...sandbox.environment, BIJIA_STATE_DIR: folder }));
    } finally {
      await sandbox.close();
      await rm(folder, { recursive: true });
    }
  },
};

async function measure(environment: Readonly<Record<string, string>>): Promise<Record<Run, number>> {
  const elapsedMs: Record<Run, number[]> = { node: [], version: [], resolve: [], get: [] };
  // Before the first round there is no token.
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const name of NAMES) {
      const startMs = performance.now();
      await runOnce(RUNS[name], environment);
      if (round > 0) elapsedMs[name].push(performance.now() - startMs);
    }
  }
  const medians = NAMES.map((name) => [name, median(elapsedMs[name])] as const);
  return Object.fromEntries(medians) as Record<Run, number>;
}

async function runOnce(args: readonly string[], environment: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, args, {
    env: { PATH: process.env['PATH'], ...environment },
    stdio: 'ignore',
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`);
}

function toFigures({ node, version, resolve, get }: Record<Run, number>): Figure[] {
  return [
    { name: 'node -e 0', unit: 'ms', value: node },
    { name: 'bijia --version, beside it', unit: '×', value: version / node, atMost: 1.5 },
    { name: 'bijia resolve, offline', unit: '×', value: resolve / node },
    { name: 'bijia get, its token at hand', unit: '×', value: get / node, atMost: 3 },
  ];
}
