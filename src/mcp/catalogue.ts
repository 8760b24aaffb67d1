import {
  findMarketplaceByName,
  listSupported,
  type Marketplace,
  marketplaces,
  providers,
} from '../core/index.js';

/** What the registry offers, in the words of schemas and descriptions. */
export interface Catalogue {
  /** Marketplace ids that can be asked about. */
  readonly platforms: readonly string[];
  readonly shopPlatforms: readonly string[];
  readonly searchPlatforms: readonly string[];
  /** Provider ids. */
  readonly sources: readonly string[];
  /** Such as `Name (id)`, joined. */
  readonly named: string;
  readonly shopsNamed: string;
  /** The marketplace that a name means, in whatever language. */
  readonly findPlatform: (name: string) => string | undefined;
  /** The marketplace whose ids are called so, such as by the name of an argument. */
  readonly findIdPlatform: (name: string) => string | undefined;
}

/** On some marketplaces the name of a product's id, on others that of a variant. */
const GENERIC = /^sku/i;

export function createCatalogue(): Catalogue {
  const all = listSupported({ providers });
  const withShops = listSupported({ providers }, 'shop');
  return {
    platforms: all.map(({ id }) => id),
    searchPlatforms: listSupported({ providers }, 'search').map(({ id }) => id),
    shopPlatforms: withShops.map(({ id }) => id),
    sources: providers.map(({ id }) => id),
    named: all.map(formatName).join(' and '),
    shopsNamed: withShops.map(formatName).join(' and '),
    findPlatform: (name) => findMarketplaceByName(name, marketplaces)?.id,
    findIdPlatform: (name) => {
      const one = name.replace(/s$/i, '');
      if (GENERIC.test(one)) return undefined;
      return all.find(({ idColumns }) => idColumns.some((pattern) => pattern.test(one)))?.id;
    },
  };
}

function formatName({ id, names }: Marketplace): string {
  return `${names.en} ${names.zh} (${id})`;
}
