import type { CallOptions, SearchPage, SearchQuery, Toolbox } from '../../provider.js';
import { createSearchCall } from './calls.js';
import { normalizeItem } from './normalize.js';
import type { TbkValues } from './settings.js';

const MAX_PAGE_SIZE = 100;
const MIN_PAGE_SIZE = 20;

/** @param continuation size and number of the page: a size that changes on the way would skip products */
export async function search(
  { settings, send, now }: Toolbox<TbkValues>,
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
    products: items.flatMap((item) => (item.item_id === undefined ? [] : [normalizeItem(item, now())])),
    ...(!isLast && { continuation: `${place.size}:${place.page + 1}` }),
  };
}
