import { type BijiaError, toBijiaError } from '../errors.js';
import { countPageRows, createEmptyShopError, isLastPage, type ListedPage } from '../lookup/shop-listing.js';
import type { Product } from '../product/product.js';
import { createBudget, createBudgetError } from './budget.js';
import type { BatchCallOptions } from './core-batch-source.js';
import type { Journal } from './journal/journal.js';

export interface CrawlOptions {
  readonly shopId: string;
  /** Holds one entry per page; page 1 has index 0. */
  readonly journal: Journal;
  readonly getPage: (page: number, options: BatchCallOptions) => Promise<ListedPage>;
  /** The same in every run of a job. */
  readonly pageSize: number;
  readonly batchId: string;
  readonly signal?: AbortSignal;
  /** Most upstream calls of this run. */
  readonly maxCalls?: number;
  readonly onProgress?: (progress: CrawlProgress) => void;
}

export interface CrawlProgress {
  readonly pages: number;
  /** Different products. */
  readonly count: number;
  /** Rows that had no id. */
  readonly skipped: number;
  /** As the upstream said last; it may change while paging. */
  readonly total?: number;
  readonly name?: string;
  /** Upstream calls of this run. */
  readonly calls: number;
}

export interface CrawlReport extends CrawlProgress {
  readonly state: 'finished' | 'stopped' | 'cancelled';
  readonly cause?: BijiaError;
  /** Whether all that the upstream counts was seen: rows move while a shop changes. */
  readonly complete: boolean;
}

/** Pages through a whole shop. Pages in the journal are not asked for again. */
export async function crawlShop(options: CrawlOptions): Promise<CrawlReport> {
  const { shopId, journal, getPage, pageSize, batchId, signal, onProgress } = options;
  const budget = createBudget(options.maxCalls);
  const seen = new Set<string>();
  let progress: CrawlProgress = { pages: 0, count: 0, skipped: 0, calls: 0 };
  let pageRows = pageSize;

  const fetchPage = async (page: number): Promise<ListedPage> => {
    const known = await journal.read(page - 1);
    // Written by this program, and proven by its checksum.
    if (known !== undefined) return known as ListedPage;
    if (!budget.hasRoom()) throw createBudgetError(options.maxCalls ?? 0);
    const call = budget.begin();
    const listed = await getPage(page, { signal, batchId, onPermit: call.onPermit }).finally(call.end);
    if (page === 1 && listed.rowCount === 0) throw createEmptyShopError(shopId);
    await journal.append(page - 1, 'ok', listed, true);
    return listed;
  };

  try {
    for (let page = 1; ; page += 1) {
      signal?.throwIfAborted();
      const before = seen.size;
      const listed = await fetchPage(page);
      for (const { id } of listed.products) seen.add(id);
      const { total = progress.total, name = progress.name } = listed;
      const skipped = progress.skipped + listed.skipped;
      progress = { pages: page, count: seen.size, skipped, total, name, calls: budget.calls() };
      onProgress?.(progress);
      if (page === 1) pageRows = countPageRows(pageSize, listed);
      if (!isLastPage({ page, pageRows }, listed) && seen.size > before) continue;
      const complete = !listed.beyondLast && seen.size + skipped >= (total ?? 0);
      return { ...progress, state: 'finished', complete };
    }
  } catch (thrown) {
    const cause = signal?.aborted ? undefined : toBijiaError(thrown);
    return { ...progress, state: cause ? 'stopped' : 'cancelled', cause, complete: false };
  }
}

/** The products of all pages in the journal, each once, in the shop's order. */
export async function* readCrawl(journal: Journal): AsyncGenerator<Product> {
  const seen = new Set<string>();
  for (let page = 0; ; page += 1) {
    const listed = (await journal.read(page)) as ListedPage | undefined;
    if (!listed) return;
    for (const product of listed.products) {
      if (!seen.has(product.id)) yield product;
      seen.add(product.id);
    }
  }
}
