import { LRUCache } from 'lru-cache';
import { NotFoundError, toBijiaError } from '../errors.js';
import type { Product } from '../product/product.js';
import type { CallOptions } from '../provider.js';
import type { Upstream } from './upstream.js';

/** Links hold for weeks; making one costs a call. */
const LINK_TTL_MS = 3_600_000;
/** A right, or an authorised place, that is missing is not asked for with every product. */
const REFUSAL_TTL_MS = 10 * 60_000;
const MAX_LINKS = 5000;

/**
 * A product that somebody looks at, with the operator's promotion link where the operator shows those; undefined where
 * it stays as it is. Never throws.
 */
export type AddBuyLink = (product: Product, options: CallOptions) => Promise<Product> | undefined;

export function createBuyLinks(upstreams: readonly Upstream[]): AddBuyLink {
  if (!upstreams.some(({ showsBuyLinks }) => showsBuyLinks)) return () => undefined;
  /** By product; an empty text where none can be made. */
  const links = new LRUCache<string, string>({ max: MAX_LINKS, ttl: LINK_TTL_MS });
  const refused = new LRUCache<string, true>({ max: upstreams.length + 1, ttl: REFUSAL_TTL_MS });

  const make = async ({ connection, provider }: Upstream, product: Product, options: CallOptions) => {
    try {
      return (await connection.getPromotionLink?.(product, options))?.url ?? '';
    } catch (thrown) {
      const error = toBijiaError(thrown);
      if (error.outcome === 'not_configured') refused.set(provider.id, true);
      return error instanceof NotFoundError ? '' : undefined;
    }
  };

  const add = async (maker: Upstream, product: Product, options: CallOptions): Promise<Product> => {
    const key = `${product.platform} ${product.id}`;
    const link = links.get(key) ?? (await make(maker, product, options));
    if (link !== undefined) links.set(key, link);
    return link ? { ...product, buyLink: link } : product;
  };

  return (product, options) => {
    if (product.buyLink !== undefined) return undefined;
    const maker = upstreams.find(
      ({ provider, connection, showsBuyLinks }) =>
        showsBuyLinks &&
        provider.marketplace.id === product.platform &&
        connection.getPromotionLink !== undefined &&
        !refused.has(provider.id),
    );
    return maker && add(maker, product, options);
  };
}
