import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import type { Figure } from './figure.js';
import { measureCached } from './mcp-cached.js';
import { measureEnds } from './mcp-ends.js';
import { type Era, measureStart, type Start } from './mcp-start.js';
import { median } from './median.js';
import type { Part } from './part.js';

/** From the registry, for this run only: few ever compare. */
const REFERENCE = '@modelcontextprotocol/server-everything@2026.8.31';
const ROUNDS = 9;

interface Peer {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly era?: Era;
}

export const mcp: Part = {
  name: 'mcp',
  describe: () => `medians of ${ROUNDS} starts of each server, by turns`,
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bijia-bench-'));
    try {
      const sandboxed = { BIJIA_SANDBOX: '1', BIJIA_STATE_DIR: join(folder, 'cached') };
      return [
        ...(await compareStarts(folder)),
        ...(await measureCached(sandboxed)),
        ...(await measureEnds(join(folder, 'ends'))),
      ];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function compareStarts(folder: string): Promise<Figure[]> {
  const [ours, ...others] = await listPeers(folder);
  const starts = new Map<string, Start[]>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, script, args, era = 'older' } of [ours, ...others]) {
      const environment = { BIJIA_STATE_DIR: folder };
      const start = await measureStart({ script, args, environment, era });
      starts.set(name, [...(starts.get(name) ?? []), start]);
    }
  }
  const figure = (facts: Omit<Figure, 'value' | 'others'>, of: (start: Start) => number): Figure => {
    const medianOf = ({ name }: Peer) => median((starts.get(name) ?? []).map(of));
    return {
      ...facts,
      value: medianOf(ours),
      others: Object.fromEntries(others.map((one) => [one.name, medianOf(one)])),
    };
  };
  const opened = figure({ name: 'spawn to the first answer', unit: 'ms' }, (start) => start.openedMs);
  const listed = figure(
    { name: 'spawn to the answer of tools/list', unit: 'ms' },
    (start) => start.toolsListMs,
  );
  const everything = opened.others?.[EVERYTHING] ?? 0;
  const exa = listed.others?.[EXA];
  return [
    opened,
    { name: '  share of everything', unit: '%', value: (100 * opened.value) / everything, atMost: 70 },
    listed,
    ...(exa === undefined
      ? []
      : [{ name: '  beside exa', unit: '×' as const, value: listed.value / exa, atMost: 0.85 }]),
    figure({ name: 'resident memory then', unit: 'MB', atMost: 65 }, (start) => start.memoryMb),
    figure(
      { name: 'tokens of tools/list', unit: '', atMost: 2000 },
      (start) => encode(JSON.stringify(start.tools)).length,
    ),
  ];
}

const EVERYTHING = 'everything';
const EXA = 'exa';

/**
 * Ours first, in the older revision and in the newer; the protocol's reference server; the least server, bundled like
 * ours; and, where BENCH_EXA names its script, `exa-mcp-server` of the registry.
 */
async function listPeers(folder: string): Promise<[Peer, ...Peer[]]> {
  await promisify(execFile)('npm', ['install', '--silent', '--no-save', '--prefix', folder, REFERENCE]);
  const hello = join(folder, 'hello.mjs');
  await build({
    entryPoints: [resolve('bench/mcp-hello.ts')],
    outfile: hello,
    bundle: true,
    platform: 'node',
    format: 'esm',
    minifySyntax: true,
    minifyWhitespace: true,
    banner: {
      js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  const ours = { script: resolve('dist/cli.js'), args: ['mcp'] };
  const exa = process.env['BENCH_EXA'];
  return [
    { name: 'bijia', ...ours },
    { name: 'bijia, 2026-07-28', ...ours, era: 'newer' },
    ...(exa ? [{ name: EXA, script: resolve(exa), args: [] }] : []),
    {
      name: EVERYTHING,
      script: join(folder, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js'),
      args: ['stdio'],
    },
    { name: 'hello world, bundled', script: hello, args: [] },
  ];
}
