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

/** How many ids `goods.query` takes. */
const IDS_PER_QUERY = 20;
/** Ids for the method for many prices, which takes no affiliate ids. */
const IDS_PER_PRICE_CALL = 100;
/** Ids for the method for long texts and images. */
export const IDS_PER_BIG_FIELD_CALL = 10;

/** How many ids one call takes: most where only prices are asked for, by SKU. */
export function countIdsPerCall(detail: Detail, idType?: string): number {
  return detail === 'price' && idType === undefined ? IDS_PER_PRICE_CALL : IDS_PER_QUERY;
}

/** Calls of one group whose ids are all found. */
export function countCalls(detail: Detail, idCount: number): number {
  return detail === 'full' ? 1 + Math.ceil(idCount / IDS_PER_BIG_FIELD_CALL) : 1;
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

/** The rows that belong to the ids asked for; never one that does not say so itself. */
export function matchRows(rows: readonly GoodsRow[], { idType, ids }: Part): ReadonlyMap<string, GoodsRow> {
  const byKey = new Map(rows.map((row) => [readKey(row, idType), row]));
  return new Map(
    ids.flatMap((id) => {
      const row = byKey.get(idType === undefined ? id : readStablePart(id));
      return row ? [[id, row] as const] : [];
    }),
  );
}

/** `item.jd.com/<skuId>.html`, or `jingfen.jd.com/detail/<itemId>.html`, without a scheme. */
const MATERIAL =
  /\b(?:item\.jd\.com\/(?<skuId>[1-9]\d{0,19})|detail\/(?<itemId>[A-Za-z0-9]+_[A-Za-z0-9]+))\.html/;

/** What a row goes by when it was asked for by ids of this kind; undefined where it does not say. */
export function readKey(row: GoodsRow, idType: Part['idType']): string | undefined {
  const linked = MATERIAL.exec(row.materialUrl ?? '')?.groups;
  if (idType === undefined) return row.skuId ?? linked?.['skuId'];
  const itemId = row.itemId ?? linked?.['itemId'];
  return itemId && readStablePart(itemId);
}

/** The part of an affiliate id before `_` differs in every answer; the part after it is stable. */
export function readStablePart(itemId: string): string {
  return itemId.slice(itemId.indexOf('_') + 1);
}

/** For an id that an answer leaves out. */
export function createMissingError(id: string): NotFoundError {
  return new NotFoundError(
    `JD Union leaves ${id} out of its answer: there is no such product, or it pays no commission and so takes no part in JD Union.`,
    { code: 'not_returned' },
  );
}

/** For an id that was not answered next to rows that may be about any id. */
export function createUnnamedError(id: string): ResponseError {
  return new ResponseError(
    `JD Union's answer holds products without an id, so it is not known whether ${id} is among them. Ask by its affiliate link (jingfen.jd.com), or report it with the log.`,
    { code: 'rows_without_id' },
  );
}
