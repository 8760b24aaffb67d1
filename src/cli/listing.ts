import { countOf, formatProduct, type Product, type ShopListing } from '../core/index.js';
import { formatSales, formatShownPrice } from './card.js';
import type { CliContext } from './context.js';
import { cutColumns, formatTable } from './terminal.js';

/** A part of a shop, or all of it. Who answered, and when, is unknown where nothing came of it. */
export interface PrintedListing extends Omit<ShopListing, 'cursorAfter' | 'source' | 'fetchedAtMs'> {
  readonly source: string | undefined;
  readonly fetchedAtMs: number | undefined;
}

/** The JSON form of a listing. */
export function formatListing(listing: PrintedListing) {
  const { fetchedAtMs } = listing;
  return {
    shop: { platform: listing.platform, id: listing.id, name: listing.name },
    total: listing.total,
    count: listing.products.length,
    skipped: listing.skipped || undefined,
    complete: listing.complete,
    next_cursor: listing.nextCursor,
    products: listing.products.map((product) => formatProduct(product, 'summary')),
    source: listing.source,
    fetched_at: fetchedAtMs === undefined ? undefined : new Date(fetchedAtMs).toISOString(),
    sandbox: listing.sandbox,
  };
}

/** A listing for a person's eyes. */
export function printListing({ terminal }: CliContext, listing: PrintedListing): void {
  if (listing.products.length > 0) terminal.print(formatTable(listing.products.map(toRow)));
  const { total, products, skipped } = listing;
  const share = total === undefined ? '' : `${products.length} of `;
  const unread = skipped > 0 ? `; ${countOf(skipped, 'row')} had no id` : '';
  terminal.tell(
    `${share}${countOf(total ?? products.length, 'product')} of ${listing.name ?? `shop ${listing.id}`}${unread}`,
  );
  if (listing.sandbox) terminal.tell('Sandbox data: made up.');
  if (listing.nextCursor) terminal.tell(`More: --cursor ${listing.nextCursor}, or --all`);
}

function toRow(product: Product): string[] {
  const sales = product.sales ? formatSales(product.sales) : '';
  return [product.id, cutColumns(product.title ?? '', 44), ...formatShownPrice(product), sales];
}
