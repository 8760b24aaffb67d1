import { describe, expect, it } from 'vitest';
import { type RunOptions, startRun } from '../../../src/core/batch/engine.js';
import { openJournal } from '../../../src/core/batch/journal/journal.js';
import type { Progress } from '../../../src/core/batch/progress.js';
import { type GetPage, openShopWork, readShopRows } from '../../../src/core/batch/shop-work.js';
import { CredentialError, UpstreamError } from '../../../src/core/errors.js';
import type { ListedPage } from '../../../src/core/lookup/shop-listing.js';
import { createProduct } from '../../helpers/batch/products.js';
import { collect, createFolder } from '../../helpers/batch/reading.js';

const SIZE = 3;

/** A shop whose products may change between two pages. */
function createShop(ids: number[], onPage: (page: number) => void = () => undefined) {
  const asked: number[] = [];
  const getPage: GetPage = async (page, { signal, onPermit }): Promise<ListedPage> => {
    signal?.throwIfAborted();
    onPermit?.();
    asked.push(page);
    onPage(page);
    const products = ids.slice((page - 1) * SIZE, page * SIZE).map((id) => createProduct(String(id)));
    return {
      name: 'a shop',
      total: ids.length,
      products,
      skipped: 0,
      rowCount: products.length,
      beyondLast: false,
      sandbox: false,
    };
  };
  return { ids, asked, getPage };
}

interface CrawlOptions extends Partial<RunOptions> {
  readonly folder?: string;
  readonly pageSize?: number;
}

async function crawl(getPage: GetPage, options: CrawlOptions = {}) {
  const { folder = createFolder(), pageSize = SIZE, ...others } = options;
  const journal = await openJournal({ folder, run: 1, list: 'shop' });
  const work = await openShopWork({ shopId: '1', source: 'red-api', getPage, pageSize, journal });
  const { report, ready } = startRun({
    ...{ work, journal, batchId: 'b', monotonicNow: () => 0, callTimeoutMs: 1000, ...others },
  });
  const rows = (await collect(readShopRows(journal, 'shop', { ready }))).map(({ id }) => Number(id));
  const ended = await report;
  await journal.close();
  return { report: ended, rows, folder };
}

const range = (size: number) => Array.from({ length: size }, (_, at) => at + 1);

describe('a shop, page by page', () => {
  it('reads every page once, and stops where the total says', async () => {
    const shop = createShop(range(7));
    const { report, rows } = await crawl(shop.getPage);
    expect(report).toMatchObject({
      state: 'finished',
      done: 7,
      total: 7,
      counts: { ok: 7 },
      shop: { pages: 3, name: 'a shop', complete: true },
      calls: 3,
    });
    expect(shop.asked).toEqual([1, 2, 3]);
    expect(rows).toEqual(range(7));
  });

  it('continues at the page where it was interrupted', async () => {
    const controller = new AbortController();
    const first = createShop(range(12), (page) => page === 2 && controller.abort());
    const { report, folder } = await crawl(first.getPage, { signal: controller.signal });
    expect(report).toMatchObject({ state: 'cancelled', cause: undefined, shop: { complete: false } });
    const second = createShop(range(12));
    const resumed = await crawl(second.getPage, { folder });
    expect(second.asked).toEqual([3, 4]);
    expect(resumed.rows).toEqual(range(12));
    expect(resumed.report).toMatchObject({ state: 'finished', done: 12, calls: 2 });
  });

  it('gives each product once when rows move to a later page', async () => {
    const shop = createShop(range(7), (page) => page === 2 && shop.ids.unshift(100));
    const { report, rows } = await crawl(shop.getPage);
    expect(rows).toEqual(range(7));
    // The new one went to a page that was read already.
    expect(report).toMatchObject({ total: 8, done: 7, shop: { complete: false } });
  });

  it('ends where a shrinking total ends, and says that something may be missing', async () => {
    const shop = createShop(range(9), (page) => page === 2 && shop.ids.splice(0, 2));
    const { report, rows } = await crawl(shop.getPage);
    expect(shop.asked).toEqual([1, 2, 3]);
    expect(rows).toEqual([1, 2, 3, 6, 7, 8, 9]);
    expect(report).toMatchObject({ state: 'finished', total: 7 });
  });

  it('ends at a page that brings nothing new, whatever the total says', async () => {
    const page: ListedPage = {
      total: 1000,
      products: [createProduct('1')],
      skipped: 0,
      rowCount: 1,
      beyondLast: false,
      sandbox: false,
    };
    const { report } = await crawl(async () => page);
    expect(report).toMatchObject({ state: 'finished', done: 1, shop: { pages: 2, complete: false } });
  });

  it('continues to the end when the upstream puts fewer rows on a page than it is asked for', async () => {
    const shop = createShop(range(8));
    const { report, rows } = await crawl(shop.getPage, { pageSize: 100 });
    expect(rows).toEqual(range(8));
    expect(report).toMatchObject({ shop: { complete: true }, calls: 3 });
  });

  it('counts rows without id: what is listed without them is complete', async () => {
    const shop = createShop(range(5));
    const getPage: GetPage = async (page, options) => {
      const listed = await shop.getPage(page, options);
      return { ...listed, total: 7, skipped: 1, rowCount: listed.rowCount + 1 };
    };
    const { report } = await crawl(getPage, { pageSize: SIZE + 1 });
    expect(report).toMatchObject({ done: 5, shop: { skipped: 2, complete: true } });
  });

  it('is not complete where the upstream shows no more, though it has more', async () => {
    const shop = createShop(range(9));
    const { report, rows } = await crawl(async (page, options) => ({
      ...(await shop.getPage(page, options)),
      total: undefined,
      ...(page === 3 && { products: [], rowCount: 0, beyondLast: true }),
    }));
    expect(rows).toEqual(range(6));
    expect(report).toMatchObject({ state: 'finished', shop: { complete: false } });
  });

  it('says that there is no such shop when the first page is empty', async () => {
    const { report } = await crawl(createShop([]).getPage);
    expect(report).toMatchObject({ state: 'stopped', cause: { outcome: 'not_found' } });
  });

  it.each([new CredentialError('refused'), new UpstreamError('down')])(
    'stops at $name, and asks for that page again when resumed',
    async (error) => {
      const shop = createShop(range(6), (page) => {
        if (page === 2) throw error;
      });
      const { report, folder } = await crawl(shop.getPage);
      // The call for the page that failed was made, too.
      expect(report).toMatchObject({ state: 'stopped', cause: error, done: 3, calls: 2 });
      expect((await crawl(createShop(range(6)).getPage, { folder })).rows).toEqual(range(6));
    },
  );

  it('keeps to a bound of calls', async () => {
    const { report, folder } = await crawl(createShop(range(9)).getPage, { maxCalls: 2 });
    expect(report).toMatchObject({
      state: 'stopped',
      shop: { pages: 2 },
      calls: 2,
      cause: { code: 'max_calls_reached' },
    });
    expect((await crawl(createShop(range(9)).getPage, { folder })).report).toMatchObject({
      done: 9,
      calls: 1,
    });
  });

  it('counts a call that failed', async () => {
    const getPage: GetPage = async (_page, { onPermit }) => {
      onPermit?.();
      throw new UpstreamError('down');
    };
    expect((await crawl(getPage)).report).toMatchObject({ state: 'stopped', calls: 1 });
  });

  it('never tells less than it told before it was interrupted', async () => {
    const { folder } = await crawl(createShop(range(12)).getPage, { maxCalls: 3 });
    const seen: Progress[] = [];
    await crawl(createShop(range(12)).getPage, { folder, onProgress: (progress) => seen.push(progress) });
    expect(seen.map(({ done, total }) => [done, total])).toEqual([[12, 12]]);
  });
});
