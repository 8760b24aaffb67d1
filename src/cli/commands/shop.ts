import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type Batches,
  type Core,
  checkOutput,
  createBatches,
  formatError,
  formatProduct,
  InputError,
  type JobRecord,
  type Output,
  type Product,
  parseOutputFormat,
  parseWholeNumber,
  type ShopListing,
  type ShopReport,
  toBijiaError,
} from '../../core/index.js';
import { formatSales, formatShownPrice } from '../card.js';
import { type CliContext, EXIT, type ExitCode } from '../context.js';
import { reportFailure, runWithCore } from '../run-with-core.js';
import { cutColumns, formatTable } from '../terminal.js';

interface ShopFlags {
  readonly platform?: string;
  readonly source?: string;
  readonly limit?: number;
  readonly all?: true;
  readonly cursor?: string;
  readonly out?: string;
  readonly quiet?: true;
  readonly json?: true;
}

export function registerShop(program: Command, context: CliContext): void {
  program
    .command('shop')
    .description('list the products of a shop')
    .argument('<shop>', 'link or id of the shop')
    .option('--platform <name>', 'what a bare id belongs to')
    .option('--source <provider>', 'which provider answers')
    .option('--limit <n>', 'most products to list (20)', parseWholeNumber)
    .option('--all', 'every product; the same command goes on after an interruption')
    .option('--cursor <cursor>', 'go on where an earlier page ended')
    .option('--out <file>', 'with --all: write .jsonl, .csv or .xlsx')
    .option('--quiet', 'no progress')
    .option('--json', 'print one JSON document')
    .action((shop: string, flags: ShopFlags) =>
      runWithCore(context, async (core) => {
        try {
          return await (flags.all
            ? listAll(context, core, shop, flags)
            : listPart(context, core, shop, flags));
        } catch (thrown) {
          if (flags.json) context.terminal.print(JSON.stringify(toErrorJson(shop, thrown)));
          return reportFailure(context, thrown);
        }
      }),
    );
}

async function listPart(context: CliContext, core: Core, shop: string, flags: ShopFlags): Promise<ExitCode> {
  if (flags.out !== undefined)
    throw new InputError('--out goes with --all: only a whole shop is written to a file.');
  const listing = await core.getShopProducts(shop, { ...flags, signal: context.signal });
  if (flags.json) context.terminal.print(JSON.stringify(toJson(listing)));
  else printListing(context, listing);
  return EXIT.ok;
}

async function listAll(context: CliContext, core: Core, shop: string, flags: ShopFlags): Promise<ExitCode> {
  const output = flags.out === undefined ? undefined : createOutput(resolve(context.cwd, flags.out));
  if (output) await checkOutput(output, 0);
  const ref = await core.getShopRef(shop, { ...flags, signal: context.signal });
  const batches = createBatches(core);
  const format = output?.format ?? 'jsonl';
  const request = { owner: 'local', source: flags.source, label: `shop ${ref.id}` };
  const record = await batches.saveShop(ref, request, {
    output: { path: output?.path, format, rows: 'product' },
  });
  return crawlShop(context, batches, record, { ...flags, output });
}

function createOutput(path: string): Output {
  return { path, format: parseOutputFormat(path), rows: 'product', detail: 'summary' };
}

export interface CrawlFlags {
  readonly output?: Output | undefined;
  readonly quiet?: true;
  readonly json?: true;
}

/** Crawls a shop, or goes on with it, and prints what was found unless it goes to a file. */
export async function crawlShop(
  context: CliContext,
  batches: Batches,
  { id, shop }: JobRecord,
  { output, quiet, json }: CrawlFlags,
): Promise<ExitCode> {
  const { terminal, signal } = context;
  const report = await batches.runShop(id, {
    output,
    signal,
    onProgress: quiet
      ? undefined
      : ({ pages, count, total = '?' }) => terminal.tell(`page ${pages}: ${count}/${total}`),
  });
  if (!output) {
    const products: Product[] = [];
    for await (const row of batches.readRows(id)) if (row.product) products.push(row.product);
    const listing = toListing(products, report, shop);
    if (json) terminal.print(JSON.stringify(toJson(listing)));
    else printListing(context, listing);
  }
  if (report.outputPath) terminal.tell(`${report.count} products → ${report.outputPath}`);
  if (report.cause) terminal.tell(`Stopped: ${report.cause.message}`);
  if (report.state !== 'finished') terminal.tell(`Go on with the same command, or: bijia jobs resume ${id}`);
  if (report.state === 'cancelled') return EXIT.interrupted;
  return report.state === 'finished' ? EXIT.ok : EXIT.notAllOk;
}

type PrintedListing = Omit<ShopListing, 'cursorAfter'>;

function toListing(
  products: readonly Product[],
  report: ShopReport,
  shop: JobRecord['shop'],
): PrintedListing {
  const [first] = products;
  return {
    platform: shop?.platform ?? '',
    id: shop?.id ?? '',
    name: report.name,
    total: report.total,
    products,
    skipped: 0,
    complete: report.complete,
    source: first?.source ?? '',
    fetchedAtMs: first?.fetchedAtMs ?? 0,
    sandbox: first?.sandbox,
  };
}

function toJson(listing: PrintedListing) {
  return {
    shop: { platform: listing.platform, id: listing.id, name: listing.name },
    total: listing.total,
    count: listing.products.length,
    complete: listing.complete,
    next_cursor: listing.nextCursor,
    products: listing.products.map((product) => formatProduct(product, 'summary')),
    source: listing.source,
    fetched_at: new Date(listing.fetchedAtMs).toISOString(),
    sandbox: listing.sandbox,
  };
}

function toErrorJson(input: string, thrown: unknown) {
  const error = toBijiaError(thrown);
  return { input, outcome: error.outcome, error: formatError(error), sandbox: error.sandbox || undefined };
}

/** A listing for a person's eyes. */
export function printListing({ terminal }: CliContext, listing: PrintedListing): void {
  terminal.print(formatTable(listing.products.map(toRow)));
  const total = listing.total === undefined ? '' : ` of ${listing.total}`;
  const skipped = listing.skipped > 0 ? `; ${listing.skipped} rows had no id` : '';
  terminal.tell(
    `${listing.products.length}${total} products of ${listing.name ?? `shop ${listing.id}`}${skipped}`,
  );
  if (listing.sandbox) terminal.tell('Sandbox data: made up.');
  if (listing.nextCursor) terminal.tell(`More: --cursor ${listing.nextCursor}, or --all`);
}

function toRow(product: Product): string[] {
  const sales = product.sales ? formatSales(product.sales) : '';
  return [product.id, cutColumns(product.title ?? '', 44), ...formatShownPrice(product), sales];
}
