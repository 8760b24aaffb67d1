import { countPageRows, createEmptyShopError, isLastPage, type ListedPage } from '../lookup/shop-listing.js';
import type { BatchCallOptions } from './core-batch-source.js';
import type { Journal, KnownJournal } from './journal/journal.js';
import { type Row, type RowsOptions, toProductRow } from './output/row.js';
import type { RowPlace } from './output/row-index.js';
import type { Standing, Work } from './work.js';

/** Reads one page of a shop; pages count from 1. */
export type GetPage = (page: number, options: BatchCallOptions) => Promise<ListedPage>;

export interface ShopWorkOptions {
  readonly shopId: string;
  /** Provider id. */
  readonly source: string;
  readonly getPage: GetPage;
  /** The same in every run of a job. */
  readonly pageSize: number;
  /** Holds one entry per page; page 1 has index 0. */
  readonly journal: Pick<KnownJournal, 'read'>;
}

/** The pages of a shop, one after the other: only a page tells whether another follows. */
export async function openShopWork(options: ShopWorkOptions): Promise<Work> {
  const { shopId, source, getPage, pageSize, journal } = options;
  const crawl = createCrawl(pageSize);
  for await (const listed of readPages(journal)) crawl.add(listed);
  const ask = async (page: number, callOptions: BatchCallOptions): Promise<ListedPage> => {
    const listed = await getPage(page, callOptions);
    if (page === 1 && listed.rowCount === 0) throw createEmptyShopError(shopId);
    return listed;
  };
  return {
    workloads: [
      {
        source,
        atOnce: 1,
        next: () => (crawl.isAtEnd() ? [] : [crawl.pages()]),
        putBack: () => undefined,
        countCalls: (pages) => pages,
        ask: (indexes, callOptions) =>
          Promise.all(
            indexes.map(async (index) => {
              return { index, outcome: 'ok' as const, record: await ask(index + 1, callOptions) };
            }),
          ),
      },
    ],
    standing: crawl.standing,
    isSettled: (index) => index < crawl.pages(),
    settle: ({ record }) => crawl.add(record as ListedPage),
    // A page that fails stops the run.
    fail: () => undefined,
    findFailure: () => undefined,
  };
}

/** What the pages so far have brought. */
function createCrawl(pageSize: number) {
  const seen = new Set<string>();
  let pages = 0;
  let pageRows = pageSize;
  let skipped = 0;
  let total: number | undefined;
  let name: string | undefined;
  let end: ListedPage | undefined;
  return {
    pages: () => pages,
    isAtEnd: () => end !== undefined,
    add: (listed: ListedPage) => {
      const before = seen.size;
      for (const { id } of listed.products) seen.add(id);
      pages += 1;
      skipped += listed.skipped;
      total = listed.total ?? total;
      name = listed.name ?? name;
      if (pages === 1) pageRows = countPageRows(pageSize, listed);
      // A page that brings nothing new ends the shop, whatever the total says.
      if (isLastPage({ page: pages, pageRows }, listed) || seen.size === before) end = listed;
    },
    standing: (): Standing => {
      const complete = end !== undefined && !end.beyondLast && seen.size + skipped >= (total ?? 0);
      return {
        total: total ?? (end && seen.size),
        done: seen.size,
        counts: seen.size > 0 ? { ok: seen.size } : {},
        shop: { name, pages, skipped, complete },
      };
    },
  };
}

/** @param ready resolves when a page is in the journal, or will not come in this run */
async function* readPages(
  journal: Pick<KnownJournal, 'read'>,
  ready?: (index: number) => Promise<void>,
): AsyncGenerator<ListedPage> {
  for (let index = 0; ; index += 1) {
    await ready?.(index);
    const listed = (await journal.read(index)) as ListedPage | undefined;
    if (!listed) return;
    yield listed;
  }
}

/** Where the products of a finished shop stand, in the order of its rows: the page's entry, and which product of it. */
export async function* listShopPlaces(journal: Pick<Journal, 'read' | 'lineOf'>): AsyncGenerator<RowPlace> {
  const seen = new Set<string>();
  let page = 0;
  for await (const { products } of readPages(journal)) {
    for (const [at, { id }] of products.entries()) {
      if (seen.has(id)) continue;
      seen.add(id);
      yield { at, answer: journal.lineOf(page) };
    }
    page += 1;
  }
}

/** The products of all pages in the journal, each once, in the shop's order. */
export async function* readShopRows(
  journal: Pick<KnownJournal, 'read'>,
  input: string,
  { ready, skip = 0 }: Pick<RowsOptions, 'ready' | 'skip'> = {},
): AsyncGenerator<Row> {
  const seen = new Set<string>();
  for await (const { products } of readPages(journal, ready)) {
    for (const product of products) {
      if (seen.has(product.id)) continue;
      seen.add(product.id);
      if (seen.size > skip) yield toProductRow(product, seen.size, input);
    }
  }
}
