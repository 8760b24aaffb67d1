import type { CallOptions, SearchPage, SearchQuery } from '../../provider.js';
import { createSearchCall } from './calls.js';
import { normalizeItem, saysWhatItIs } from './normalize.js';
import type { Alliance } from './products.js';
import type { Item } from './schema.js';

const MAX_PAGE_SIZE = 100;
const MIN_PAGE_SIZE = 20;

/** @param continuation size and number of the page: a size that changes on the way would skip products */
export async function search(
  { settings, send, now }: Alliance,
  query: SearchQuery,
  continuation: string | undefined,
  options: CallOptions,
): Promise<SearchPage> {
  const [, size, page] = /^(\d{1,3}):(\d{1,4})$/.exec(continuation ?? '') ?? [];
  const wanted = Math.min(MAX_PAGE_SIZE, Math.max(MIN_PAGE_SIZE, query.count));
  const place = { page: Number(page ?? 1), size: Number(size ?? wanted) };
  const { items, total = Number.POSITIVE_INFINITY } = await send(
    createSearchCall(settings, query, place),
    options,
  );
  const isLast = items.length === 0 || place.page * place.size >= total;
  return {
    products: listTold(items).map((item) => normalizeItem(item, now())),
    ...(!isLast && { continuation: `${place.size}:${place.page + 1}` }),
  };
}

/** The rows that say which product they are about and what it is; if none does, all of them, so that the fault is reported. */
function listTold(items: readonly Item[]): readonly Item[] {
  const named = items.filter(({ item_id }) => item_id !== undefined);
  const told = named.filter(saysWhatItIs);
  return told.length > 0 ? told : named;
}
