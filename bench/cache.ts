import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Core, createCore, parseConfig } from '../src/core/index.js';
import { createProductCache } from '../src/core/lookup/product-cache.js';
import { createProductLookup } from '../src/core/lookup/product-lookup.js';
import { sandboxUpstream } from '../src/core/providers/jd-union/sandbox/index.js';
import { startSandbox } from '../src/sandbox/start-sandbox.js';
import { compare } from './compare.js';
import type { Figure } from './figure.js';
import { createGate } from './gate.js';
import { median } from './median.js';
import type { Part } from './part.js';
import { openStage } from './stage.js';

const HITS = 40_000;
const ROUNDS = 9;
/** Enough that the compiler has seen everything long before the second half, which is what counts. */
const CALLS = 3000;

export const cache: Part = {
  name: 'cache',
  describe: () => 'processor time of the process that asks',
  run: async () => [...(await measureHits()), ...(await measureCalls())],
};

/** By turns, so that what else the machine does hits both alike. */
async function measureHits(): Promise<Figure[]> {
  const sandbox = await startSandbox({ upstreams: [sandboxUpstream] });
  const stateDir = await mkdtemp(join(tmpdir(), 'bijia-bench-'));
  const core = createCore(parseConfig({ ...sandbox.environment, BIJIA_STATE_DIR: stateDir }));
  try {
    const findHit = createHit(core);
    const findProduct = () => core.lookUp([PRODUCT]);
    await measureUs(findHit);
    await measureUs(findProduct);
    const hits: number[] = [];
    const products: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      hits.push(await measureUs(findHit));
      products.push(await measureUs(findProduct));
    }
    const ratios = products.map((productUs, round) => productUs / (hits[round] ?? productUs));
    return [
      { name: 'a cached answer', unit: 'µs', value: median(hits), atMost: 2 },
      { name: '  as the product that is handed out', unit: 'µs', value: median(products) },
      { name: '  beside the bare answer', unit: '×', value: median(ratios), atMost: 2 },
    ];
  } finally {
    await core.close();
    await sandbox.close();
    await rm(stateDir, { recursive: true });
  }
}

const ID = { id: '100012345678' };
const PRODUCT = { platform: 'jd', kind: 'product', url: '', ...ID } as const;

function createHit(core: Core): () => Promise<unknown> {
  const clock = { now: Date.now, monotonicNow: () => performance.now() };
  const lookup = createProductLookup({
    record: () => undefined,
    ...clock,
    cache: createProductCache({ ...clock, ttlMs: 60_000, maxEntries: 100 }),
  });
  const upstream = core.getUpstream('jd');
  const options = { lane: 'interactive', detail: 'summary' } as const;
  return () => lookup(upstream, [ID], options);
}

/** Processor time of one run. */
async function measureUs(run: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  for (let hit = 0; hit < HITS; hit += 1) await run();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / HITS;
}

async function measureCalls(): Promise<Figure[]> {
  const stage = await openStage({ quota: { calls: 100, windowMs: 250 }, gate: createGate() });
  try {
    const measure = await compare(stage, [{ batch: { calls: CALLS } }]);
    const facts = {
      name: 'a call upstream, with permit, signature and reading',
      unit: 'ms',
      atMost: 1,
    } as const;
    return [measure(facts, ({ warmCpuUs }) => warmCpuUs / (CALLS / 2) / 1000)];
  } finally {
    await stage.close();
  }
}
