import { parseId } from '../links/link-parser.js';
import { findMarketplaceByName, type Marketplace } from '../marketplace.js';
import type { Provider } from '../provider.js';
import type { FindProduct } from './exchange.js';

/** Finds what an imported line is about: the same series that looking the product up would add to. */
export function createProductFinder(
  marketplaces: readonly Marketplace[],
  providers: readonly Provider[],
): FindProduct {
  return (name, id, source) => {
    const marketplace = findMarketplaceByName(name, marketplaces);
    if (!marketplace) return undefined;
    const own = providers.filter((provider) => provider.marketplace.id === marketplace.id);
    const asked = own.find((provider) => provider.id === source) ?? own.find(({ stableId }) => stableId);
    const idType = findIdType(id, marketplace);
    return { platform: marketplace.id, id: asked?.stableId?.({ id, idType }) ?? id };
  };
}

/** Undefined for an id that the marketplace does not know, as an exported stable id may be. */
function findIdType(id: string, marketplace: Marketplace): string | undefined {
  try {
    return parseId(id, marketplace).idType;
  } catch {
    return undefined;
  }
}
