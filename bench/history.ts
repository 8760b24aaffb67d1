import { closeSync, openSync, writeSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Observation } from '../src/core/prices/observation.js';
import { createInbox, formatLine } from '../src/core/state/history/inbox.js';
import { startCommand } from './command.js';
import type { Figure } from './figure.js';
import type { Part } from './part.js';

/** What a table of many products costs. */
export interface HistoryCosts {
  readonly bytesEach: number;
  /** A year of one product, with its windows and its verdict; median. */
  readonly yearMs: number;
  /** The 50 largest drops of 24 hours; median. */
  readonly dropsMs: number;
}

const MILLION = 1_000_000;
const GOAL_MB = 1.2 * 1024;
const DENSE_PRODUCTS = 2000;
const DENSE = 'a row a look';
const TABLE = fileURLToPath(new URL('./history-table.js', import.meta.url));

const countProducts = (full: boolean) => (full ? MILLION : MILLION / 10);

export const history: Part = {
  name: 'history',
  describe: ({ full }) =>
    `${countProducts(full).toLocaleString('en-US')} products with a look a day for a year; ${DENSE}: ${DENSE_PRODUCTS.toLocaleString('en-US')} products`,
  run: async ({ full }) => {
    const folder = await mkdtemp(join(tmpdir(), 'bijia-bench-'));
    try {
      return [...measureInbox(folder), ...(await measureTable(folder, countProducts(full)))];
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

const LINES = 2000;
const FIRSTS = 51;

/** What noting an answer adds to it. */
function measureInbox(folder: string): Figure[] {
  const observation: Observation = {
    ...{
      platform: 'jd',
      id: '100012345678',
      sku: '',
      source: 'jd-union',
      title: '十月稻田 小町米 真空包装 5kg',
    },
    ...{ minute: 29_600_000, prices: { list: 6550, sale: 5044, coupon: null }, stock: 'in_stock' },
  };
  const onFailure = (error: unknown) => {
    throw error;
  };
  const firstsMs = Array.from({ length: FIRSTS }, (_, at) => {
    const inbox = createInbox({ folder: join(folder, `first-${at}`), pid: 1, now: Date.now, onFailure });
    const startMs = performance.now();
    inbox.append(observation);
    const elapsedMs = performance.now() - startMs;
    inbox.close();
    return elapsedMs;
  });
  const inbox = createInbox({ folder: join(folder, 'inbox'), pid: 1, now: Date.now, onFailure });
  const laterUs = measureUs(() => inbox.append(observation));
  inbox.close();
  const line = Buffer.from(formatLine(observation));
  const file = openSync(join(folder, 'plain.log'), 'a');
  const plainUs = measureUs(() => writeSync(file, line));
  closeSync(file);
  return [
    { name: 'a first answer noted by a process', unit: 'ms', value: getMedian(firstsMs), atMost: 1 },
    { name: '  each one after it', unit: 'µs', value: laterUs, others: { 'write() alone': plainUs } },
  ];
}

/** The middle one of many, since now and then the disk is busy. */
function measureUs(work: () => void): number {
  const times = Array.from({ length: LINES }, () => {
    const startMs = performance.now();
    work();
    return 1000 * (performance.now() - startMs);
  });
  return getMedian(times.slice(LINES / 2));
}

function getMedian(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

async function measureTable(folder: string, products: number): Promise<Figure[]> {
  const run = async (...args: readonly string[]) => {
    const { stdout, memoryMb } = await startCommand({ args, environment: {}, script: TABLE }).ended;
    return { costs: (stdout ? JSON.parse(stdout) : {}) as HistoryCosts, memoryMb };
  };
  const table = join(folder, 'table');
  await run('fill', table, String(products));
  const ours = await run('read', table, String(products));
  const dense = await run('dense', join(folder, 'dense'), String(DENSE_PRODUCTS));
  const toMb = ({ bytesEach }: HistoryCosts) => (bytesEach * MILLION) / 2 ** 20;
  return [
    {
      ...{ name: 'a million products and a year, on disk', unit: 'MB', value: toMb(ours.costs) },
      ...{ atMost: GOAL_MB, others: { [DENSE]: toMb(dense.costs) } },
    },
    {
      ...{ name: 'a year of one product, judged', unit: 'ms', value: ours.costs.yearMs, atMost: 5 },
      others: { [DENSE]: dense.costs.yearMs },
    },
    {
      ...{ name: 'the largest drops of 24 hours', unit: 'ms', value: ours.costs.dropsMs, atMost: 100 },
      // Far fewer products, and yet.
      others: { [DENSE]: dense.costs.dropsMs },
    },
    { name: '  memory of the process', unit: 'MB', value: ours.memoryMb, atMost: 200 },
  ];
}
