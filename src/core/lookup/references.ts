import { type Config, listAnswerable } from '../config.js';
import type { BijiaError } from '../errors.js';
import { parseEntry, parseProductRefs } from '../links/entry.js';
import { parseId } from '../links/link-parser.js';
import { createRefReader } from '../links/ref-reader.js';
import { getMarketplace, type NotedRef, parseShopRef, type ReferenceOptions } from '../links/reference.js';
import type { ShortLinkOpener } from '../links/short-link.js';
import type { Marketplace } from '../marketplace.js';
import type { Ref } from '../product/product.js';
import type { GetOptions } from './look-up.js';
import { listTextOpeners } from './open-reference.js';
import { type ShopRef, toShopRef } from './shop-listing.js';
import type { Upstream } from './upstream.js';

/** What a text, an entry of a list or a stored id points to. */
export interface References {
  /** References to products in a text; short links stay closed. @throws InputError, UnsupportedError */
  readonly parseProductRefs: (text: string, options?: GetOptions) => NotedRef[];
  /** The products that an entry of a list names, and an error for what looks like one but is not; never throws. */
  readonly parseEntry: (
    text: string,
    options?: Pick<ReferenceOptions, 'platform' | 'hint'>,
  ) => (NotedRef | BijiaError)[];
  /** A product by its parts, as a card or an address keeps them: of any length. @throws InputError */
  readonly toProductRef: (platform: string, id: string) => Ref;
  /** The shop that a text points to, short links opened. @throws BijiaError */
  readonly getShopRef: (text: string, options?: GetOptions) => Promise<ShopRef>;
}

export interface ReferencesParts {
  readonly config: Config;
  readonly marketplaces: readonly Marketplace[];
  readonly shortLinks: ShortLinkOpener;
}

/** Reads references with the marketplaces and upstreams of this core. */
export function createReferences(
  { config, marketplaces, shortLinks }: ReferencesParts,
  upstreams: readonly Upstream[],
): References {
  const answerable = listAnswerable(config);
  const readRefs = createRefReader(marketplaces);
  const openers = listTextOpeners(upstreams).map(({ provider }) => provider.marketplace);
  return {
    parseProductRefs: (text, { platform } = {}) =>
      parseProductRefs(text, { marketplaces, answerable, openers, platform }),
    parseEntry: (text, { platform, hint } = {}) =>
      parseEntry(text, { marketplaces, answerable, openers, platform, hint, readRefs }),
    toProductRef: (platform, id) => parseId(id, getMarketplace(platform, marketplaces)),
    getShopRef: async (text, { platform, signal } = {}) => {
      const ref = parseShopRef(text, { marketplaces, answerable, platform });
      return toShopRef(ref.kind === 'short' ? await shortLinks.open(ref, { signal }) : ref);
    },
  };
}
