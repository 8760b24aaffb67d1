import * as z from 'zod/mini';
import { InputError, NotFoundError } from '../errors.js';
import type { NotedRef } from '../links/reference.js';
import type { Product } from '../product/product.js';
import type { CallOptions } from '../provider.js';
import { formatCursor, parseCursor } from './cursor.js';
import { markProduct } from './mark-product.js';
import type { Upstream } from './upstream.js';

/** Some products of a shop, and how to go on. */
export interface ShopListing {
  readonly platform: string;
  readonly id: string;
  readonly name?: string;
  /** As the upstream said with the last page; may change while paging. */
  readonly total?: number;
  readonly products: readonly Product[];
  /** Rows of the upstream that had no id. */
  readonly skipped: number;
  readonly complete: boolean;
  readonly nextCursor?: string;
  /** Where to go on for a caller who uses only the first `count` products. */
  readonly cursorAfter: (count: number) => string | undefined;
  readonly source: string;
  readonly fetchedAtMs: number;
  readonly sandbox?: boolean;
}

/** A shop whose id is known. */
export interface ShopRef extends NotedRef {
  readonly id: string;
}

/** @throws InputError when it is not a shop */
export function toShopRef(ref: NotedRef): ShopRef {
  if (ref.kind === 'shop' && ref.id !== null) return { ...ref, id: ref.id };
  throw new InputError('This link leads to no shop. Open it and paste the address of the shop page.', {
    code: 'no_shop_in_link',
  });
}

/** One upstream page, marked as products of ours. */
export interface ListedPage {
  readonly name?: string;
  readonly total?: number;
  readonly products: readonly Product[];
  readonly skipped: number;
  /** Rows that the upstream sent, with and without id. */
  readonly rowCount: number;
  /** The upstream shows no page of this number, however many products the shop has. */
  readonly beyondLast: boolean;
  readonly sandbox: boolean;
}

const Position = z.object({
  shop: z.string(),
  page: z.int().check(z.minimum(1)),
  /** Rows asked for. */
  size: z.int().check(z.minimum(1)),
  /** Products of the page that were listed already. */
  skip: z.int().check(z.minimum(0)),
  /** Rows that come, see {@link countPageRows}; known from the first page on. */
  pageRows: z.optional(z.int().check(z.minimum(1))),
});
type Position = z.infer<typeof Position>;

/** @throws InputError for the cursor of another shop, and for a broken one: both are put right in the same way */
export function parsePosition(cursor: string, shopId: string): Position {
  const position = parseCursor(cursor, Position);
  if (position?.shop === shopId) return position;
  throw new InputError(
    'This cursor does not belong to this shop. Leave it out to begin with the first page.',
    {
      code: 'stale_cursor',
    },
  );
}

export interface ListShopOptions {
  readonly cursor?: string;
  /** Most products to return. */
  readonly limit: number;
}

export type GetPage = (page: number, size: number) => Promise<ListedPage>;

/** Collects up to `limit` products from the cursor on, without repeats; stops where paging brings nothing new. */
export async function collectShopProducts(
  shopId: string,
  { cursor, limit }: ListShopOptions,
  maxSize: number,
  getPage: GetPage,
) {
  if (!(limit >= 1)) throw new InputError('The limit must be at least 1.', { code: 'bad_limit' });
  const start = cursor === undefined ? undefined : parsePosition(cursor, shopId);
  const size = Math.min(start?.size ?? limit, maxSize);
  const found: ListedProducts = new Map();
  let position: Position | undefined = start ?? { shop: shopId, page: 1, size, skip: 0 };
  let last: ListedPage | undefined;
  let skipped = 0;
  while (position && found.size < limit) {
    last = await getPage(position.page, size);
    if (position.page === 1 && last.rowCount === 0) throw createEmptyShopError(shopId);
    skipped += last.skipped;
    position = takeProducts(found, last, position, limit);
  }
  const total = last?.total;
  const seen = countRowsBefore(start) + found.size + skipped;
  const places = [...found.values()];
  const nextCursor = position && formatCursor(position);
  return {
    name: last?.name,
    total,
    products: places.map(({ product }) => product),
    skipped,
    // An upstream may end, or repeat itself, long before all that it counts was seen.
    complete: position === undefined && !last?.beyondLast && seen >= (total ?? 0),
    nextCursor,
    cursorAfter: (count: number) => (places[count] ? formatCursor(places[count].position) : nextCursor),
    sandbox: last?.sandbox || undefined,
  };
}

/** Rows that earlier listings have shown, when one goes on at its cursor. */
function countRowsBefore(start: Position | undefined): number {
  return start ? (start.page - 1) * (start.pageRows ?? start.size) + start.skip : 0;
}

/** Products by id, each with the position from which it would come first. */
type ListedProducts = Map<string, { readonly product: Product; readonly position: Position }>;

/** @returns where to go on, or undefined at the end of the shop */
function takeProducts(
  found: ListedProducts,
  page: ListedPage,
  position: Position,
  limit: number,
): Position | undefined {
  const before = found.size;
  const pageRows = position.pageRows ?? countPageRows(position.size, page);
  for (const [index, product] of page.products.entries()) {
    if (index < position.skip) continue;
    const place = { ...position, skip: index };
    if (found.size >= limit) return place;
    if (!found.has(product.id)) found.set(product.id, { product, position: place });
  }
  const isStuck = found.size === before && position.skip === 0;
  if (isStuck || isLastPage({ page: position.page, pageRows }, page)) return undefined;
  return { ...position, pageRows, page: position.page + 1, skip: 0 };
}

type PageCounts = Pick<ListedPage, 'rowCount' | 'total'>;

/** Rows that an upstream puts on a page: fewer than asked for where it caps its pages, as the first one shows. */
export function countPageRows(asked: number, { rowCount, total = 0 }: PageCounts): number {
  return rowCount > 0 && rowCount < Math.min(asked, total) ? rowCount : asked;
}

/** Whether the shop ends with this page. A total smaller than the page itself is ignored. */
export function isLastPage(
  { page, pageRows }: { readonly page: number; readonly pageRows: number },
  { rowCount, total = 0 }: PageCounts,
): boolean {
  return rowCount === 0 || (total >= rowCount && page >= Math.ceil(total / pageRows));
}

/** For a shop whose first page is empty: some upstreams say so of shops that do not exist. */
export function createEmptyShopError(shopId: string): NotFoundError {
  return new NotFoundError(
    `No products are listed for the shop ${shopId}. Check the id; the shop may also be empty or closed.`,
    { code: 'empty_shop', facts: { id: shopId } },
  );
}

/** One page of an upstream, with every product marked. */
export async function getListedPage(
  upstream: Upstream,
  ref: ShopRef,
  { page, size }: { page: number; size: number },
  options: CallOptions,
  now: () => number,
): Promise<ListedPage> {
  const listed = await upstream.connection.getShopPage?.(ref.id, page, size, options);
  const fetchedAtMs = now();
  const products = listed?.products ?? [];
  const skipped = listed?.skipped ?? 0;
  return {
    name: listed?.shopName,
    total: listed?.total,
    products: products.map((facts) => markProduct(facts, upstream, fetchedAtMs)),
    skipped,
    rowCount: products.length + skipped,
    beyondLast: listed?.beyondLast ?? false,
    sandbox: upstream.isSandbox ?? false,
  };
}
