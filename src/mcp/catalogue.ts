import { type Marketplace, providers } from '../core/index.js';

/** What the registry offers, in the words of schemas and descriptions. */
export interface Catalogue {
  /** Marketplace ids that can be asked about. */
  readonly platforms: readonly string[];
  readonly shopPlatforms: readonly string[];
  /** Provider ids. */
  readonly sources: readonly string[];
  /** Such as `Name (id)`, joined. */
  readonly named: string;
  readonly shopsNamed: string;
}

export function createCatalogue(): Catalogue {
  const all = listMarketplaces(() => true);
  const withShops = listMarketplaces((offers) => offers.includes('shop'));
  return {
    platforms: all.map(({ id }) => id),
    shopPlatforms: withShops.map(({ id }) => id),
    sources: providers.map(({ id }) => id),
    named: all.map(formatName).join(' and '),
    shopsNamed: withShops.map(formatName).join(' and '),
  };
}

function listMarketplaces(isWanted: (offers: readonly string[]) => boolean): Marketplace[] {
  return [
    ...new Set(
      providers.filter(({ capabilities }) => isWanted(capabilities)).map(({ marketplace }) => marketplace),
    ),
  ];
}

function formatName({ id, names }: Marketplace): string {
  return `${names.en} ${names.zh} (${id})`;
}
