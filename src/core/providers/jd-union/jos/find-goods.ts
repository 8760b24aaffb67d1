import { UnsupportedError } from '../../../errors.js';
import type { Note, ProductFacts } from '../../../product/product.js';
import type { CallOptions, SearchPage, SearchQuery, SearchSort } from '../../../provider.js';
import type { RowPage } from '../../jd/jos/gateway.js';
import { isNotPermitted } from '../../jd/rights.js';
import { QUERY_METHOD } from './calls.js';
import { normalizeGoodsRow } from './normalize.js';
import { type Promoter, readRows } from './products.js';
import { GoodsRow } from './schema.js';
import { createMaterialCall, createRankCall, createSearchCall, type SORTS } from './search.js';

const MAX_PAGE_SIZE = 30;
const LIST_SIZE = 10;
/** JD's list of what is hot. */
const HOT = 22;
const SORT_NAMES: Readonly<Record<SearchSort, (typeof SORTS)[number]>> = {
  price: 'price',
  sales: 'inOrderCount30Days',
  commission: 'commission',
};
const FROM_LISTS_NOTE: Note = {
  en: 'From lists of what sells well: this application may not search JD. Apply for jd.union.open.goods.query at union.jd.com',
  enForUsers: 'From lists of what sells well: JD does not open its search here',
  zh: '来自热销榜：京东没有向这个应用开放搜索',
};

/**
 * Goods by words. Where JD opens its search to promoters of a higher level only, what fits the words in the lists that are
 * open to every application.
 * @param continuation number of the page
 */
export async function searchGoods(
  promoter: Promoter,
  query: SearchQuery,
  continuation: string | undefined,
  options: CallOptions,
): Promise<SearchPage> {
  const { gateway, send, rights } = promoter;
  const [page, size] = [Number(continuation ?? 1) || 1, Math.min(MAX_PAGE_SIZE, Math.max(10, query.count))];
  const call = createSearchCall(gateway, { ...toSearch(query), page, size });
  try {
    const found = await rights.ask(QUERY_METHOD, () => send(call, options));
    const { rows, total } = found;
    const hasMore = rows.length > 0 && (total === undefined ? rows.length >= size : page * size < total);
    return { products: toProducts(promoter, found), continuation: hasMore ? String(page + 1) : undefined };
  } catch (error) {
    if (error instanceof UnsupportedError && error.code === 'page_cap') return { products: [] };
    if (!isNotPermitted(error)) throw error;
    return searchLists(promoter, query, options);
  }
}

function toSearch({ words, minFen, maxFen, hasCoupon, sort }: SearchQuery) {
  return {
    keyword: words,
    fromFen: minFen,
    toFen: maxFen,
    hasCoupon,
    sort: sort && SORT_NAMES[sort],
    isDescending: sort !== 'price',
  };
}

async function searchLists(
  promoter: Promoter,
  { words }: SearchQuery,
  options: CallOptions,
): Promise<SearchPage> {
  const { gateway, send } = promoter;
  const page = { page: 1, size: LIST_SIZE };
  const lists = await Promise.all([
    send(createRankCall(gateway, 'all', page), options),
    send(createMaterialCall(gateway, { ...page, eliteId: HOT }), options),
  ]);
  const wanted = words.toLowerCase().split(' ');
  const found = new Map(lists.flatMap((list) => toProducts(promoter, list).map((one) => [one.id, one])));
  const fitting = [...found.values()].filter(({ title = '' }) =>
    wanted.every((word) => title.toLowerCase().includes(word)),
  );
  return { products: fitting.map((one) => ({ ...one, notes: [...(one.notes ?? []), FROM_LISTS_NOTE] })) };
}

function toProducts({ now }: Promoter, found: RowPage<unknown>): ProductFacts[] {
  return readRows(GoodsRow, found).flatMap((row) => normalizeGoodsRow(row, now()) ?? []);
}
