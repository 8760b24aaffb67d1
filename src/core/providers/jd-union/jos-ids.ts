import { type BijiaError, InputError, NotFoundError, UnsupportedError } from '../../errors.js';
import type { Detail } from '../../product.js';
import type { ProductId } from '../../provider.js';
import type { GoodsRow } from './jos-goods.js';

/** Ids that one call asks for: SKU ids, or affiliate ids. */
export interface Part {
  readonly idType: 'item_id' | undefined;
  readonly ids: readonly string[];
}

export const IDS_PER_CALL: Readonly<Record<Detail, number>> = { price: 100, summary: 20, full: 10 };
const ITEM_IDS_PER_CALL = 20;
/** Ids are 64-bit integers in JD's services: a larger one would make the call fail for all ids beside it. */
const LARGEST_ID = 2n ** 63n - 1n;

/** Parts as large as a call may be, and the ids that no call may hold. */
export function splitIds(ids: readonly ProductId[], detail: Detail) {
  const refused = new Map<string, BijiaError>();
  const accepted = ids.filter((id) => {
    const error = findFault(id);
    if (error) refused.set(id.id, error);
    return !error;
  });
  const pick = (wanted: Part['idType']) =>
    accepted.flatMap(({ id, idType }) => (idType === wanted ? [id] : []));
  const itemIdsPerCall = Math.min(IDS_PER_CALL[detail], ITEM_IDS_PER_CALL);
  const parts: Part[] = [
    ...chunk(pick(undefined), IDS_PER_CALL[detail]).map((part) => ({ idType: undefined, ids: part })),
    ...chunk(pick('item_id'), itemIdsPerCall).map((part) => ({ idType: 'item_id' as const, ids: part })),
  ];
  return { parts, refused };
}

function findFault({ id, idType }: ProductId): BijiaError | undefined {
  if (idType === 'item_id') return undefined;
  if (idType !== undefined) return new UnsupportedError(`JD Union has no products by ids of kind ${idType}.`);
  if (!/^[1-9]\d{0,19}$/.test(id)) {
    return new InputError(`${id.slice(0, 40)} is no JD product id. Use one such as 100012043978.`);
  }
  return BigInt(id) > LARGEST_ID
    ? new NotFoundError(`JD has no product with so long an id as ${id}.`)
    : undefined;
}

function chunk(ids: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, at) =>
    ids.slice(at * size, (at + 1) * size),
  );
}

/** The rows that belong to the ids asked for. A single row without an id belongs to a single id. */
export function matchRows(rows: readonly GoodsRow[], { idType, ids }: Part): ReadonlyMap<string, GoodsRow> {
  const readKey = (row: GoodsRow) =>
    idType === undefined ? row.skuId : row.itemId && readStablePart(row.itemId);
  const byKey = new Map(rows.map((row) => [readKey(row), row]));
  const nameless = ids.length === 1 && rows.length === 1 ? byKey.get(undefined) : undefined;
  return new Map(
    ids.flatMap((id) => {
      const row = byKey.get(idType === undefined ? id : readStablePart(id)) ?? nameless;
      return row ? [[id, row] as const] : [];
    }),
  );
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
