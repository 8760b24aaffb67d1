import type { Core } from '../core.js';
import type { Marketplace } from '../marketplace.js';
import type { Detail } from '../product.js';
import { findMarketplace, type ReadReference } from '../reference.js';
import type { BatchSource } from './batch-source.js';
import type { BatchRef } from './reference-table.js';

/** What was asked for with a batch. */
export interface BatchQuery {
  /** What bare ids belong to, whatever the file says. */
  readonly platform?: string | undefined;
  /** Which provider answers. */
  readonly source?: string | undefined;
  readonly detail: Detail;
  /** Asks again even when an answer is at hand. */
  readonly fresh?: boolean | undefined;
}

/** The core's products, as a batch asks for them. */
export function createCoreBatchSource(
  { marketplaces, findSource, getProducts }: Pick<Core, 'marketplaces' | 'findSource' | 'getProducts'>,
  { source: wanted, detail, fresh }: BatchQuery,
): BatchSource {
  return {
    findRoute: ({ platform, kind, idType }) => {
      const { provider, connection, identity, limit } = findSource(platform, { source: wanted });
      const isMany = kind === 'product' && connection.getProducts !== undefined;
      return {
        source: provider.id,
        group: identity,
        limit,
        idsPerCall: isMany ? Math.max(1, connection.idsPerCall?.(detail, idType) ?? 1) : 1,
        // A ceiling of calls a day exists where calls cost money.
        isPaid: provider.dailyCalls !== undefined,
      };
    },
    getProducts: (refs, options) =>
      getProducts(
        refs.map((ref) => toReference(ref, marketplaces)),
        { ...options, lane: 'batch', source: wanted, detail, fresh },
      ),
  };
}

function toReference(
  { platform, kind, id, idType }: BatchRef,
  marketplaces: readonly Marketplace[],
): ReadReference {
  if (kind === 'short') return { platform, kind, id: null, url: id };
  return {
    platform,
    kind,
    id,
    idType,
    url: findMarketplace(platform, marketplaces).productUrl(id, idType) ?? '',
  };
}
