import type { ProductId } from '../../provider.js';

/**
 * The alliance's ids since 2022: two halves, `A-B`. A changes with every answer, B is stable for one account. Six were seen,
 * with 22 to 26 and 17 to 19 characters.
 */
export const NEW_ID = /^[a-z\d]{20,28}-[a-z\d]{15,21}$/i;

/** The stable half, which caches, price history and comparison use. A numeric id is returned unchanged. */
export function getStableId({ id, idType }: ProductId): string {
  return idType === 'item_id' ? (id.split('-').at(-1) ?? id) : id;
}

/** The kind of an id that an upstream answers with; undefined for what is not a product's id. */
export function toProductId(id: string): ProductId | undefined {
  if (NEW_ID.test(id)) return { id, idType: 'item_id' };
  return /^[1-9]\d{4,19}$/.test(id) ? { id } : undefined;
}
