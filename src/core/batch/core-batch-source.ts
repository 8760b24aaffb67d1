import { listSupported } from '../config.js';
import type { Core } from '../core.js';
import { BijiaError, toBijiaError } from '../errors.js';
import type { Marketplace } from '../marketplace.js';
import type { Detail } from '../product.js';
import { assertProductRef, findMarketplace, type ReadReference } from '../reference.js';
import type { BatchSource } from './batch-source.js';
import type { Recognise } from './input/input-list.js';
import type { ColumnRules } from './input/input-table.js';
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

type Asked = Pick<Core, 'config' | 'marketplaces' | 'findSource' | 'getProducts' | 'parseProductRefs'>;

/** The core's products, as a batch asks for them. */
export function createCoreBatchSource(
  { marketplaces, findSource, getProducts }: Asked,
  { source: wanted, detail, fresh }: BatchQuery,
): BatchSource {
  return {
    findRoute: ({ platform, kind }) => {
      const { provider, connection, identity, limit } = findSource(platform, { source: wanted });
      const isMany = kind === 'product' && connection.getProducts !== undefined;
      return {
        source: provider.id,
        group: identity,
        limit,
        idsPerCall: isMany ? Math.max(1, connection.idsPerCall?.(detail) ?? 1) : 1,
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

/** Reads the lines of an input as the core reads a pasted text: the first product in it counts. */
export function createRecognise(
  { config, marketplaces, parseProductRefs }: Asked,
  platform: string | undefined,
): Recognise {
  const supported = listSupported(config);
  const read = (text: string, hint: string | undefined): BatchRef => {
    const refs = parseProductRefs(text, { platform: platform ?? hint });
    const ref =
      refs.find(({ kind }) => kind === 'product') ?? refs.find(({ kind }) => kind === 'short') ?? refs[0];
    if (!ref) throw new Error('no reference and no error');
    assertProductRef(ref, findMarketplace(ref.platform, marketplaces), supported);
    if (ref.kind === 'product' && ref.id !== null) {
      return { platform: ref.platform, kind: 'product', id: ref.id, idType: ref.idType };
    }
    return { platform: ref.platform, kind: 'short', id: ref.url };
  };
  return (text, hint) => {
    try {
      return read(text, hint);
    } catch (error) {
      return error instanceof BijiaError ? error : toBijiaError(error);
    }
  };
}

/** What the registered marketplaces know about tables. */
export function createColumnRules(marketplaces: readonly Marketplace[]): ColumnRules {
  const names = new Map(
    marketplaces.flatMap(({ id, names: { zh, en } }) =>
      [id, zh, en].map((name): [string, string] => [name.toLowerCase(), id]),
    ),
  );
  return {
    idColumns: marketplaces.flatMap(({ id, idColumns }) =>
      idColumns.map((pattern) => ({ platform: id, pattern })),
    ),
    findPlatform: (cell) => names.get(cell.trim().toLowerCase()),
  };
}
