import { formatProduct, type Product, type ShopListing, type Words } from '../../core/index.js';
import type { CliContext } from '../context.js';
import { formatSales, formatShownPrice } from './card.js';
import { cutColumns, formatTable } from './terminal.js';

/** A part of a shop, or all of it. Who answered, and when, is unknown where it failed. */
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
export function printListing(context: CliContext, listing: PrintedListing): void {
  const { terminal, words, texts } = context;
  const { total, products, skipped, name, id } = listing;
  if (products.length > 0) terminal.print(formatTable(products.map((product) => toRow(product, words))));
  const summary = texts.listing.summary(products.length, total, name ?? texts.listing.unnamed(id));
  terminal.tell(summary + (skipped > 0 ? texts.listing.withoutId(skipped) : ''));
  if (listing.sandbox) terminal.tell(texts.sandbox.listing);
  if (listing.nextCursor) terminal.tell(texts.listing.more(listing.nextCursor));
}

function toRow(product: Product, words: Words): string[] {
  const title = cutColumns(product.title ?? '', 44);
  return [product.id, title, ...formatShownPrice(product, words), formatSales(product, words) ?? ''];
}
