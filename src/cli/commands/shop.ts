import type { Command } from 'commander';
import {
  formatError,
  formatProduct,
  type Product,
  parseWholeNumber,
  type ShopListing,
  toBijiaError,
} from '../../core/index.js';
import { formatSales, formatShownPrice } from '../card.js';
import { type CliContext, EXIT } from '../context.js';
import { reportFailure, runWithCore } from '../run-with-core.js';
import { cutColumns, formatTable } from '../terminal.js';

interface ShopFlags {
  readonly platform?: string;
  readonly limit?: number;
  readonly all?: true;
  readonly cursor?: string;
  readonly json?: true;
}

export function registerShop(program: Command, context: CliContext): void {
  program
    .command('shop')
    .description('list the products of a shop')
    .argument('<shop>', 'link or id of the shop')
    .option('--platform <name>', 'what a bare id belongs to')
    .option('--limit <n>', 'most products to list (20)', parseWholeNumber)
    .option('--all', 'every product of the shop')
    .option('--cursor <cursor>', 'go on where an earlier page ended')
    .option('--json', 'print one JSON document')
    .action((shop: string, flags: ShopFlags) =>
      runWithCore(context, async (core) => {
        try {
          const limit = flags.all ? Number.POSITIVE_INFINITY : flags.limit;
          const lane = flags.all ? 'batch' : 'interactive';
          const { platform, cursor } = flags;
          const listing = await core.getShopProducts(shop, {
            platform,
            cursor,
            limit,
            lane,
            signal: context.signal,
          });
          if (flags.json) context.terminal.print(JSON.stringify(toJson(listing)));
          else printListing(context, listing);
          return EXIT.ok;
        } catch (thrown) {
          if (flags.json) context.terminal.print(JSON.stringify(toErrorJson(shop, thrown)));
          return reportFailure(context, thrown);
        }
      }),
    );
}

function toJson(listing: ShopListing) {
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
export function printListing({ terminal }: CliContext, listing: ShopListing): void {
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
