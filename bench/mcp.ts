import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { build } from 'esbuild';
import { encode } from 'gpt-tokenizer/encoding/o200k_base';
import type { Figure } from './figure.js';
import { measureStart, type Start } from './mcp-start.js';
import type { Part } from './part.js';

/** From the registry, for this run only: few ever compare. */
const REFERENCE = '@modelcontextprotocol/server-everything@2026.8.31';
const ROUNDS = 9;
const CACHED_CALLS = 500;
const PRODUCT = 'https://item.jd.com/100012345678.html';

interface Peer {
  readonly name: string;
  readonly script: string;
  readonly args: readonly string[];
}

export const mcp: Part = {
  name: 'mcp',
  describe: () => `medians of ${ROUNDS} starts of each server, by turns`,
  run: async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bijia-bench-'));
    try {
      return [...(await compareStarts(folder)), await measureCached(folder)];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

async function compareStarts(folder: string): Promise<Figure[]> {
  const [ours, ...others] = await listPeers(folder);
  const starts = new Map<string, Start[]>();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const { name, script, args } of [ours, ...others]) {
      const start = await measureStart(script, args, { BIJIA_STATE_DIR: folder });
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
  const initialize = figure(
    { name: 'spawn to the answer of initialize', unit: 'ms' },
    (start) => start.initializeMs,
  );
  const everything = initialize.others?.['everything'] ?? 0;
  return [
    initialize,
    { name: '  share of everything', unit: '%', value: (100 * initialize.value) / everything, atMost: 70 },
    figure({ name: 'spawn to the answer of tools/list', unit: 'ms' }, (start) => start.toolsListMs),
    figure({ name: 'resident memory then', unit: 'MB', atMost: 65 }, (start) => start.memoryMb),
    figure(
      { name: 'tokens of tools/list', unit: '', atMost: 2000 },
      (start) => encode(JSON.stringify(start.tools)).length,
    ),
  ];
}

/** Ours first: the built command, the protocol's reference server, and the least server, bundled like ours. */
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
  return [
    { name: 'bijia', script: resolve('dist/cli.js'), args: ['mcp'] },
    {
      name: 'everything',
      script: join(folder, 'node_modules/@modelcontextprotocol/server-everything/dist/index.js'),
      args: ['stdio'],
    },
    { name: 'hello world, bundled', script: hello, args: [] },
  ];
}

async function measureCached(folder: string): Promise<Figure> {
  const client = new Client({ name: 'bench', version: '1' });
  const env = { PATH: process.env['PATH'] ?? '', BIJIA_SANDBOX: '1', BIJIA_STATE_DIR: folder };
  const args = [resolve('dist/cli.js'), 'mcp'];
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env, stderr: 'ignore' }));
  const times: number[] = [];
  for (let call = 0; call <= CACHED_CALLS; call += 1) {
    const startMs = performance.now();
    await client.callTool({ name: 'get_product', arguments: { product: PRODUCT } });
    times.push(performance.now() - startMs);
  }
  await client.close();
  return {
    name: 'get_product cached, over stdio (p50)',
    unit: 'ms',
    value: median(times.slice(1)),
    atMost: 5,
  };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}
