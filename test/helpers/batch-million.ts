/**
 * One step of a batch of a million ids, in a process of its own so that its memory can be measured:
 * `<step> <folder> <size>`. Prints the milliseconds it took, the most memory it ever had, and what it counted.
 */
import { createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BatchSource } from '../../src/core/batch/core-batch-source.js';
import { startRun } from '../../src/core/batch/engine.js';
import { openInput } from '../../src/core/batch/input/input.js';
import { createRecognise } from '../../src/core/batch/input/line-reading.js';
import { collectInput, loadInput } from '../../src/core/batch/input/list.js';
import { createTableRules } from '../../src/core/batch/input/table/row.js';
import { openJournal } from '../../src/core/batch/journal/journal.js';
import { createListWork } from '../../src/core/batch/list-work.js';
import { writeOutput } from '../../src/core/batch/output/output.js';
import { readRows } from '../../src/core/batch/output/row.js';
import { createCore, marketplaces, parseConfig } from '../../src/core/index.js';
import type { Product } from '../../src/core/product/product.js';

const [step = '', folder = '', sizeText = '0'] = process.argv.slice(2);
const size = Number(sizeText);
const path = (name: string) => join(folder, name);
const copyPath = path('input.jsonl');
const monotonicNow = () => performance.now();
const rules = createTableRules(marketplaces);

/** A product as the upstreams give it, some 700 bytes of JSON. */
const createProduct = (id: string): Product => ({
  platform: 'jd',
  id,
  url: `https://item.jd.com/${id}.html`,
  title: `Apple 苹果 iPhone 17 256GB 黑色 支持移动联通电信5G 双卡双待手机 ${id}`,
  image: `https://img14.360buyimg.com/n1/jfs/t1/${id}/aa/bb/cc.jpg`,
  prices: [
    { kind: 'list', amountFen: 599_900 },
    { kind: 'sale', amountFen: 569_900 },
  ],
  sales: { count: 200_000, atLeast: true, approximate: true, scope: 'item', text: '20万+', period: '30d' },
  reviews: { count: 500_000, goodRatePercent: 97 },
  shop: { id: '1000004067', name: 'Apple产品京东自营旗舰店', selfOperated: true },
  source: 'jd-union',
  fetchedAtMs: 1_760_000_000_000,
  cached: true,
});

function* eachLine(format: (id: number) => string, head = ''): Generator<string> {
  yield head;
  for (let at = 0; at < size; at += 1) yield format(100_000_000_000 + at * 7);
}

const writeLines = (name: string, format: (id: number) => string, head?: string) =>
  pipeline(Readable.from(eachLine(format, head)), createWriteStream(path(name)));

async function collect(name: string) {
  const core = createCore(parseConfig({ BIJIA_STATE_DIR: folder, BIJIA_LOG_LEVEL: 'silent' }));
  const recognise = createRecognise(core, { platform: 'jd' });
  const lines = await openInput({ path: path(name) }, { rules, xlsx: { entry: new URL('file:///nowhere') } });
  const list = await collectInput(lines, { recognise, copyPath: path(`${name}.copy`) });
  await core.close();
  return list.references.size;
}

async function openAll() {
  const list = await loadInput(copyPath);
  const journal = await openJournal({
    folder,
    run: 1,
    list: list.references.hash(),
    size: list.references.size,
  });
  return { list, journal };
}

const STEPS: Readonly<Record<string, () => Promise<number>>> = {
  generate: async () => {
    await writeLines('ids.txt', (id) => `${id}\n`);
    await writeLines(
      'links.csv',
      (id) => `某商品,https://item.jd.com/${id}.html?x=1,9.9\n`,
      '名称,商品链接,价格\n',
    );
    return size;
  },
  'collect-txt': () => collect('ids.txt'),
  'collect-csv': () => collect('links.csv'),
  run: async () => {
    const { list, journal } = await openAll();
    const source: BatchSource = {
      getRoute: () => ({
        ...{ source: 's', group: 'g', limit: { calls: 100, windowMs: 60_000 } },
        ...{ idsPerCall: 20, countCalls: () => 1, isPaid: false },
      }),
      getProducts: async (refs, { onPermit }) => {
        onPermit?.();
        return refs.map(({ id }) => ({ input: id, outcome: 'ok', product: createProduct(id) }));
      },
    };
    const work = createListWork({ references: list.references, journal, source });
    const { report } = startRun({ work, journal, batchId: 'b', monotonicNow, callTimeoutMs: 15_000 });
    const { done } = await report;
    await journal.close();
    return done;
  },
  resume: async () => {
    const journal = await openJournal({ folder, run: 1, list: process.argv[5] ?? '', size });
    return journal.count();
  },
  hash: async () => {
    process.stdout.write(`${(await loadInput(copyPath)).references.hash()}\n`);
    return 0;
  },
  'write-csv': () => writeAll('out.csv', 'csv'),
  'write-jsonl': () => writeAll('out.jsonl', 'jsonl'),
};

async function writeAll(name: string, format: 'csv' | 'jsonl') {
  const { list, journal } = await openAll();
  const rows = readRows({ copyPath, list, journal });
  await writeOutput(rows, { path: path(name), format, rows: 'product', detail: 'summary' }, true);
  await journal.close();
  return list.rowCount;
}

const startedAtMs = monotonicNow();
const count = await STEPS[step]?.();
const maxRssMb = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(
  JSON.stringify({ step, count, tookMs: Math.round(monotonicNow() - startedAtMs), maxRssMb }),
);
