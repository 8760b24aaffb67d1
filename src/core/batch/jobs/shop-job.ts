import type { Product } from '../../product/product.js';
import { type CrawlOptions, type CrawlReport, crawlShop, readCrawl } from '../crawl.js';
import type { Journal } from '../journal/journal.js';
import { type Output, writeOutput } from '../output/output.js';
import type { Row } from '../output/row.js';
import type { LockedJob } from './locked-job.js';
import { createSaver, describeCause, runLocked } from './run-job.js';

export interface ShopJobOptions extends Omit<CrawlOptions, 'journal' | 'batchId'> {
  /** Written at the end, whatever the end. */
  readonly output?: Output;
  /** Monotonic, milliseconds. */
  readonly monotonicNow: () => number;
}

/** How one run over a whole shop ended. */
export interface ShopReport extends CrawlReport {
  readonly outputPath?: string;
}

/**
 * Runs a locked crawl to its end and writes its output.
 * @throws BijiaError when the journal cannot be used or the output not be written; the job is stopped then
 */
export async function runShopJob(job: LockedJob, options: ShopJobOptions): Promise<ShopReport> {
  const { output, monotonicNow } = options;
  const { id, shop } = job.record();
  return runLocked(job, options, async ({ journal, signal }) => {
    const save = createSaver(job, monotonicNow);
    const report = await crawlShop({
      ...options,
      journal,
      signal,
      batchId: id,
      onProgress: (progress) => {
        save({ lines: progress.pages, done: progress.count, total: progress.total ?? progress.count });
        options.onProgress?.(progress);
      },
    });
    const { state, cause, pages, count, total = count } = report;
    await save.end({ lines: pages, done: count, total, counts: { ok: count } });
    const rows = readShopRows(journal, shop?.url ?? '');
    const outputPath = output && (await writeOutput(rows, output, state === 'finished'));
    await job.update({ state, cause: describeCause(cause) });
    return { ...report, outputPath };
  });
}

/** The products of a crawl as rows of an output. */
export async function* readShopRows(journal: Journal, input: string): AsyncGenerator<Row> {
  let line = 0;
  for await (const product of readCrawl(journal)) {
    line += 1;
    yield toProductRow(product, line, input);
  }
}

/** A product that is listed, as a row of an output. */
export const toProductRow = (product: Product, line: number, input: string): Row => ({
  line,
  place: line,
  input,
  outcome: 'ok',
  platform: product.platform,
  id: product.id,
  product,
  sandbox: product.sandbox,
});
