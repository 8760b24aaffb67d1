import { type BijiaError, NotFoundError, ResponseError } from '../../../errors.js';
import type { Detail } from '../../../product/product.js';
import type { ProductId } from '../../../provider.js';
import { chunkIds, findSkuFault } from '../../jd/sku-ids.js';
import type { GoodsRow } from './schema.js';

/** Ids that one call asks for: SKU ids, or affiliate ids. */
export interface Part {
  readonly idType: 'item_id' | undefined;
  readonly ids: readonly string[];
}

const IDS_PER_CALL: Readonly<Record<Detail, number>> = { price: 100, summary: 20, full: 10 };
/** The method for many prices takes no affiliate ids. */
const ITEM_IDS_PER_CALL = 20;

export function countIdsPerCall(detail: Detail, idType?: string): number {
  const most = IDS_PER_CALL[detail];
  return idType === undefined ? most : Math.min(most, ITEM_IDS_PER_CALL);
}

/** Parts as large as a call may be, and the ids that no call may hold. */
export function splitIds(ids: readonly ProductId[], detail: Detail) {
  const refused = new Map<string, BijiaError>();
  const accepted = ids.filter((id) => {
    const error = id.idType === 'item_id' ? undefined : findSkuFault(id);
    if (error) refused.set(id.id, error);
    return !error;
  });
  const pick = (wanted: Part['idType']) =>
    accepted.flatMap(({ id, idType }) => (idType === wanted ? [id] : []));
  const parts = ([undefined, 'item_id'] as const).flatMap((idType) =>
    chunkIds(pick(idType), countIdsPerCall(detail, idType)).map((part): Part => ({ idType, ids: part })),
  );
  return { parts, refused };
}

/** The rows that belong to the ids asked for. A single row without an id belongs to a single id. */
export function matchRows(rows: readonly GoodsRow[], { idType, ids }: Part): ReadonlyMap<string, GoodsRow> {
  const byKey = new Map(rows.map((row) => [readKey(row, idType), row]));
  const nameless = ids.length === 1 && rows.length === 1 ? byKey.get(undefined) : undefined;
  return new Map(
    ids.flatMap((id) => {
      const row = byKey.get(idType === undefined ? id : readStablePart(id)) ?? nameless;
      return row ? [[id, row] as const] : [];
    }),
  );
}

/** What a row goes by when it was asked for by ids of this kind; undefined where it does not say. */
export function readKey({ skuId, itemId }: GoodsRow, idType: Part['idType']): string | undefined {
  return idType === undefined ? skuId : itemId && readStablePart(itemId);
}

/** The part of an affiliate id before `_` is another one in every answer. */
function readStablePart(itemId: string): string {
  return itemId.slice(itemId.indexOf('_') + 1);
}

export function createMissingError(id: string): NotFoundError {
  return new NotFoundError(
    `JD Union leaves ${id} out of its answer: there is no such product, or it pays no commission and so takes no part in JD Union.`,
    { code: 'not_returned' },
  );
}

/** For an id that was not answered beside rows that may be about any id. */
export function createUnnamedError(id: string): ResponseError {
  return new ResponseError(
    `JD Union's answer holds products without an id, so it is not known whether ${id} is among them. Ask for it alone, or report it with the log.`,
    { code: 'rows_without_id' },
  );
}
