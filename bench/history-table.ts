// A process of its own, so that its memory is its own. `fill <folder> <products>` makes a table of as many products with a
// look a day for a year, `read <folder> <products>` asks it what people ask, `dense <folder> <products>` does both with a row
// for each look and kind. Each prints JSON.
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Observation } from '../src/core/prices/observation.js';
import { createPriceReport } from '../src/core/prices/price-report.js';
import type { Tracks } from '../src/core/prices/timeline.js';
import { MINUTES_PER_DAY } from '../src/core/prices/track.js';
import { openHistoryStore } from '../src/core/state/history/open-history-store.js';
import { loadSqlite } from '../src/core/state/history/sqlite-driver.js';
import type { HistoryCosts } from './history.js';

/** Made look by look; all others are copies of them under other ids. */
const ORIGINALS = 5000;
const AT_ONCE = 100;
const DAYS = 365;
const QUESTIONS = 300;
const FIRST_ID = 100_000_000_000;
const nowMs = Date.now();
const today = Math.floor(nowMs / 60_000);

/** A year of one product: a price that moves every ten days or so, and a coupon for six days of forty. */
function listYear(product: number): Observation[] {
  let sale = 10_000 + (product % 977) * 100;
  return Array.from({ length: DAYS }, (_, at) => {
    const ago = DAYS - 1 - at;
    if ((ago * 7 + product) % 11 === 0) sale = Math.max(1000, sale + (((ago * 31 + product) % 7) - 3) * 100);
    const coupon = (ago + product) % 40 < 6 ? sale - 500 : null;
    return {
      ...{ platform: 'jd', id: String(FIRST_ID + product), sku: '', source: 'jd-union' },
      title: `十月稻田 小町米 真空包装 ${product} 号 5kg`,
      minute: today - ago * MINUTES_PER_DAY - (product % 600),
      prices: { list: 200_000, sale, coupon },
      stock: 'in_stock',
    };
  });
}

const open = (folder: string) => openHistoryStore(folder, { now: Date.now, tell: console.error });
const getSizeBytes = (folder: string) => statSync(join(folder, 'history.db')).size;

async function fill(folder: string, products: number): Promise<void> {
  const originals = Math.min(ORIGINALS, products);
  const store = await open(folder);
  for (let from = 0; from < originals; from += AT_ONCE) {
    await store.add(Array.from({ length: AT_ONCE }, (_, at) => listYear(from + at)).flat());
  }
  await store.close();
  const driver = (await loadSqlite())(join(folder, 'history.db'));
  driver.exec('PRAGMA synchronous=OFF');
  for (let from = originals; from < products; from += originals) {
    driver.exec(`BEGIN;
      INSERT INTO series SELECT no + ${from}, platform, CAST(id + ${from} AS TEXT), sku, source, title, shown, kind, before,
        changed, last FROM series WHERE no <= ${originals};
      INSERT INTO track SELECT series + ${from}, name, points FROM track WHERE series <= ${originals};
      COMMIT;`);
  }
  driver.close();
}

/** The middle one of many. */
function getMedian(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

/** Any product, the same ones in each run. */
const pick = (question: number, products: number) => (question * 7919 + 13) % products;

async function read(folder: string, products: number): Promise<HistoryCosts> {
  const store = await open(folder);
  const yearsMs: number[] = [];
  for (let question = 0; question < QUESTIONS; question += 1) {
    const id = String(FIRST_ID + pick(question, products));
    const ask = async () => {
      const [series] = await store.listSeries('jd', id);
      if (!series) throw new Error(`${id} is missing`);
      return createPriceReport(series.tracks, nowMs, DAYS);
    };
    yearsMs.push(await time(ask));
  }
  const dropsMs: number[] = [];
  for (let question = 0; question < 9; question += 1) {
    dropsMs.push(await time(() => store.listDropped(today - MINUTES_PER_DAY, 0, 50)));
  }
  await store.close();
  return {
    bytesEach: getSizeBytes(folder) / products,
    yearMs: getMedian(yearsMs),
    dropsMs: getMedian(dropsMs),
  };
}

/** As one would do it first. */
async function playDense(folder: string, products: number): Promise<HistoryCosts> {
  await (await open(folder)).close();
  const driver = (await loadSqlite())(join(folder, 'history.db'));
  driver.exec(`CREATE TABLE look (product INTEGER, kind TEXT, minute INTEGER, value INTEGER,
    PRIMARY KEY (product, kind, minute)) WITHOUT ROWID`);
  const insert = driver.prepare('INSERT INTO look VALUES (?, ?, ?, ?)');
  driver.exec('BEGIN');
  for (let product = 0; product < products; product += 1) {
    for (const { minute, prices } of listYear(product)) {
      for (const [kind, fen] of Object.entries(prices)) insert.run(product, kind, minute, fen);
      insert.run(product, 'stock', minute, 0);
    }
  }
  driver.exec('COMMIT');
  const ask = driver.prepare('SELECT kind, minute, value FROM look WHERE product=? ORDER BY minute');
  const yearsMs: number[] = [];
  for (let question = 0; question < QUESTIONS; question += 1) {
    yearsMs.push(
      await time(async () => {
        const tracks = new Map<string, { minute: number; value: number | null }[]>();
        for (const { kind, minute, value } of ask.all(pick(question, products))) {
          const points = tracks.get(String(kind)) ?? [];
          points.push({ minute: Number(minute), value: value === null ? null : Number(value) });
          tracks.set(String(kind), points);
        }
        return createPriceReport(tracks as Tracks, nowMs, DAYS);
      }),
    );
  }
  const drops = driver.prepare(`SELECT product, max(value) - min(value) AS fell FROM look
    WHERE kind='sale' AND minute>=? GROUP BY product ORDER BY fell DESC LIMIT 50`);
  const dropsMs = await time(async () => drops.all(today - 4 * MINUTES_PER_DAY));
  driver.close();
  return { bytesEach: getSizeBytes(folder) / products, yearMs: getMedian(yearsMs), dropsMs };
}

const [task, folder = '', count = ''] = process.argv.slice(2);
const products = Number(count);
if (task === 'fill') await fill(folder, products);
else console.log(JSON.stringify(await (task === 'read' ? read : playDense)(folder, products)));
