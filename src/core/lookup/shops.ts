import type { Clock } from '../clock.js';
import type { Product } from '../product/product.js';
import type { GetOptions } from './look-up.js';
import {
  collectShopProducts,
  getListedPage,
  type ListedPage,
  type ShopListing,
  type ShopRef,
} from './shop-listing.js';
import type { Upstream } from './upstream.js';
import type { GetUpstream } from './upstream-finder.js';

const DEFAULT_SHOP_LIMIT = 20;

/** How much of a shop to list, and from where on. */
export interface ShopOptions extends GetOptions {
  readonly cursor?: string;
  /** Most products to return; 20 unless said otherwise. */
  readonly limit?: number;
}

export type Shops = ReturnType<typeof createShops>;

export interface ShopsParts extends Pick<Clock, 'now'> {
  readonly getUpstream: GetUpstream;
  /** The shop that a text points to. */
  readonly getShopRef: (text: string, options?: GetOptions) => Promise<ShopRef>;
  /** Notes what a page says of its products. */
  readonly recordListed: (upstream: Upstream, products: readonly Product[], atMs: number) => void;
}

/** Shops by their upstreams: a page, or as much of one as is asked for. */
export function createShops({ getUpstream, getShopRef, recordListed, now }: ShopsParts) {
  const getShopPage = async (
    ref: ShopRef,
    place: { readonly page: number; readonly size: number },
    options: GetOptions = {},
  ): Promise<ListedPage> => {
    const upstream = getUpstream(ref.platform, { source: options.source, capability: 'shop' });
    const page = await getListedPage(upstream, ref, place, toCallOptions(options), now);
    recordListed(upstream, page.products, now());
    return page;
  };
  const getShopProducts = async (text: string, options: ShopOptions = {}): Promise<ShopListing> => {
    const ref = await getShopRef(text, options);
    const upstream = getUpstream(ref.platform, { source: options.source, capability: 'shop' });
    const { cursor, limit = DEFAULT_SHOP_LIMIT } = options;
    const maxSize = upstream.connection.maxShopPageSize ?? limit;
    const listed = await collectShopProducts(ref.id, { cursor, limit }, maxSize, (page, size) =>
      getShopPage(ref, { page, size }, options),
    );
    return {
      ...listed,
      platform: ref.platform,
      id: ref.id,
      source: upstream.provider.id,
      fetchedAtMs: now(),
    };
  };
  return { getShopPage, getShopProducts };
}

function toCallOptions(options: GetOptions) {
  return { ...options, lane: options.lane ?? 'interactive' };
}
