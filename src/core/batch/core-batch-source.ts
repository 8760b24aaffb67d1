import type { Core } from '../core.js';
import { getMarketplace, type NotedRef } from '../links/reference.js';
import { findCompletion, listCompletable } from '../lookup/completion.js';
import { getIdsPerCall, isPaid } from '../lookup/upstream.js';
import type { Marketplace } from '../marketplace.js';
import type { Detail } from '../product/product.js';
import type { Result } from '../product/result.js';
import type { CallOptions } from '../provider.js';
import type { Quota } from '../setting-parsers.js';
import type { BatchRef, ReferenceTable, RefType } from './reference-table.js';

/** How references of one type are asked for. */
export interface Route {
  /** Provider id. */
  readonly source: string;
  /** What shares the quota: gateway and key, hashed. */
  readonly group: string;
  readonly limit: Quota;
  /** How many references one call answers. */
  readonly idsPerCall: number;
  /** How many upstream calls this number of references takes together. */
  readonly countCalls: (refCount: number) => number;
  /** Whether each call costs money. */
  readonly isPaid: boolean;
  /** Whether a reference that this source does not know whole may take one more call, which costs money. */
  readonly mayPayMore?: boolean;
}

export type BatchCallOptions = Pick<
  CallOptions,
  'signal' | 'expectedCalls' | 'batchId' | 'batchFirst' | 'onPermit'
>;

/** Where a batch gets its answers. Platform, provider and detail that were asked for are settled already. */
export interface BatchSource {
  /** @throws BijiaError when references of this type can never be asked for */
  readonly getRoute: (refType: Omit<RefType, 'count'>) => Route;
  /** One result per reference, in order. At most `idsPerCall` references of one type. */
  readonly getProducts: (refs: readonly BatchRef[], options: BatchCallOptions) => Promise<readonly Result[]>;
}

/** What was asked for with a batch. */
export interface BatchQuery {
  /** What bare ids belong to, whatever the file says. */
  readonly platform?: string;
  /** Which provider answers. */
  readonly source?: string;
  readonly detail: Detail;
  /** Asks again even if an answer is cached. */
  readonly fresh?: boolean;
  /** Keeps the upstream's own answers along with the products. */
  readonly raw?: boolean;
}

/** The core's products, as a batch asks for them. */
export function createCoreBatchSource(
  {
    marketplaces,
    getUpstream,
    lookUp,
    upstreams,
    config,
  }: Pick<Core, 'marketplaces' | 'getUpstream' | 'lookUp' | 'upstreams' | 'config'>,
  { source: wanted, detail, fresh, raw }: BatchQuery,
): BatchSource {
  return {
    getRoute: ({ platform, kind, idType }) => {
      const upstream = getUpstream(platform, { source: wanted, idType });
      const { provider, connection, identity, limit } = upstream;
      const parts = listCompletable(detail === 'full');
      const next = wanted === undefined ? findCompletion(upstreams, upstream, { parts }) : undefined;
      return {
        source: provider.id,
        group: identity,
        limit,
        idsPerCall: kind === 'product' ? getIdsPerCall(upstream, detail, idType) : 1,
        countCalls: (refCount) =>
          kind === 'product' ? Math.max(1, connection.callsPerGroup?.(detail, refCount, idType) ?? 1) : 1,
        isPaid: isPaid({ provider }),
        mayPayMore: next !== undefined && isPaid(next) && config.general.paidFallback,
      };
    },
    getProducts: (refs, options) =>
      lookUp(
        refs.map((ref) => toReference(ref, marketplaces)),
        { ...options, lane: 'batch', source: wanted, detail, fresh, raw },
      ),
  };
}

/**
 * Where the calls of a list go: the same list asked for elsewhere is another job. The embedded sandbox, with a new
 * address and key each time, is the same everywhere.
 */
export function listGateways({ refTypes }: ReferenceTable, source: BatchSource): string[] {
  const groups = refTypes.flatMap((refType) => {
    try {
      return [source.getRoute(refType).group];
    } catch {
      // Nothing is sent for these.
      return [];
    }
  });
  return [...new Set(groups)].sort();
}

function toReference(
  { platform, kind, id, idType }: BatchRef,
  marketplaces: readonly Marketplace[],
): NotedRef {
  if (kind === 'short') return { platform, kind, id: null, url: id };
  return {
    platform,
    kind,
    id,
    idType,
    url: getMarketplace(platform, marketplaces).productUrl(id, idType) ?? '',
  };
}
