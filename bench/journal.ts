// A process of its own for each question about memory: `write <list> <entries>` makes a job with that many entries and
// prints its id, `scan <id> <size>` finds them again and prints the seconds, `queue <jobs>` has bottleneck hold them.
import Bottleneck from 'bottleneck';
import { openJournal } from '../src/core/batch/journal/journal.js';
import { createBatches, createCore, parseConfig } from '../src/core/index.js';

const APPENDS_AT_ONCE = 1000;
const monotonicNow = () => performance.now();

async function write(path: string, entries: number): Promise<void> {
  const core = createCore(parseConfig(process.env));
  const batches = createBatches(core);
  const prepared = await batches.prepare(
    { path },
    { owner: 'local', label: 'bench', platform: 'jd', detail: 'summary' },
  );
  const { id, run, key } = await prepared.save();
  const journal = await openJournal({ folder: batches.folderOf(id), run, list: key.list });
  for (let from = 0; from < entries; from += APPENDS_AT_ONCE) {
    const indexes = Array.from({ length: Math.min(APPENDS_AT_ONCE, entries - from) }, (_, at) => from + at);
    await Promise.all(indexes.map((index) => journal.append(index, 'ok', createRecord(index), false)));
  }
  await journal.close();
  await core.close();
  process.stdout.write(id);
}

/** As long as an answer without SKUs. */
function createRecord(index: number) {
  const id = String(100_020_000_000 + index);
  const product = {
    id,
    title: '十月稻田 小町米 真空包装 5kg',
    prices: [
      { kind: 'sale', amountFen: 5044 },
      { kind: 'list', amountFen: 6550, fromFen: 6550, toFen: 7467 },
    ],
    reviews: { count: 483_011, goodRatePercent: 92 },
    stock: { status: 'in_stock' },
    shop: { selfOperated: true },
    platform: 'jd',
    url: `https://item.jd.com/${id}.html`,
    source: 'jd-union',
    fetchedAtMs: 1_795_299_745_809,
  };
  return { product };
}

async function scan(id: string, size: number): Promise<void> {
  const core = createCore(parseConfig(process.env));
  const batches = createBatches(core);
  const { run, key } = await batches.get(id);
  const startMs = monotonicNow();
  const journal = await openJournal({
    folder: batches.folderOf(id),
    run,
    list: key.list,
    size,
  });
  process.stdout.write(String((monotonicNow() - startMs) / 1000));
  await journal.close();
  await core.close();
}

/** The usual way to give bottleneck a list. */
async function queue(jobs: number): Promise<void> {
  const gate = new Bottleneck({ minTime: 600 });
  for (let job = 0; job < jobs; job += 1) void gate.schedule(() => Promise.resolve());
  await new Promise(setImmediate);
  process.exit(0);
}

const [mode, subject = '', count] = process.argv.slice(2);
if (mode === 'write') await write(subject, Number(count));
else if (mode === 'scan') await scan(subject, Number(count));
else await queue(Number(subject));
