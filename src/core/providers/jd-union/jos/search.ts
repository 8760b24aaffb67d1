import * as z from 'zod/mini';
import { NotFoundError, UnsupportedError } from '../../../errors.js';
import type { Note, ProductFacts } from '../../../product/product.js';
import {
  type Call,
  type CallOptions,
  isNotPermitted,
  type SearchPage,
  type SearchQuery,
  type SearchSort,
} from '../../../provider.js';
import type { RowPage } from '../../jd/jos/gateway.js';
import { QUERY_METHOD } from './calls.js';
import { normalizeGoodsRow } from './normalize.js';
import { type Promoter, readRows } from './products.js';
import { GoodsRow } from './schema.js';
import { createMaterialCall, createRankCall, createSearchCall, type SORTS } from './search-calls.js';

const MIN_PAGE_SIZE = 10;
const MAX_PAGE_SIZE = 30;
/** The page size of the material list; the rank's is not known. */
const LIST_SIZE = 10;
/** Two calls each, of a quota that lookups need, too. */
const MAX_LIST_PAGES = 5;
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

/** `<size>:<page>`: a size that changes on the way would skip products. `lists:<page>`: in the lists that are open to all. */
const CONTINUATION = /^(\d{1,2}|lists):(\d{1,3})$/;

/**
 * Goods by words. Where JD opens its search to promoters of a higher level only, what fits the words in the lists that are
 * open to every application.
 * @param continuation see {@link CONTINUATION}
 */
export async function searchGoods(
  promoter: Promoter,
  query: SearchQuery,
  continuation: string | undefined,
  options: CallOptions,
): Promise<SearchPage> {
  const { gateway, send, rights } = promoter;
  const [, kind, given] = CONTINUATION.exec(continuation ?? '') ?? [];
  const page = Number(given ?? 1);
  if (kind === 'lists') return searchLists(promoter, query, page, options);
  const size = Number(kind ?? Math.min(MAX_PAGE_SIZE, Math.max(MIN_PAGE_SIZE, query.count)));
  const call = createSearchCall(gateway, { ...toSearch(query), page, size });
  try {
    const found = await rights.ask(QUERY_METHOD, options, () => send(call, options));
    const { rows, total } = found;
    const hasMore = rows.length > 0 && (total === undefined ? rows.length >= size : page * size < total);
    return {
      products: toProducts(promoter, found),
      continuation: hasMore ? `${size}:${page + 1}` : undefined,
    };
  } catch (error) {
    if (isPastLastPage(error)) return { products: [] };
    if (!isNotPermitted(error)) throw error;
    return searchLists(promoter, query, 1, options);
  }
}

const isPastLastPage = (error: unknown) => error instanceof UnsupportedError && error.code === 'page_cap';

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

/** One page of each list; the order is JD's, whatever was asked for, within a page. */
async function searchLists(
  promoter: Promoter,
  { words }: SearchQuery,
  page: number,
  options: CallOptions,
): Promise<SearchPage> {
  const { gateway, send } = promoter;
  const place = { page, size: LIST_SIZE };
  const readList = async (call: Call<RowPage<unknown>>): Promise<RowPage<unknown>> =>
    send(call, options).catch((error: unknown) => {
      if (isPastLastPage(error) || error instanceof NotFoundError) return { rows: [], total: undefined };
      throw error;
    });
  const lists = await Promise.all([
    readList(createRankCall(gateway, place)),
    readList(createMaterialCall(gateway, place)),
  ]);
  const wanted = words.toLowerCase().split(' ');
  const found = new Map(lists.flatMap((list) => toProducts(promoter, list).map((one) => [one.id, one])));
  const fitting = [...found.values()].filter(({ title = '' }) =>
    wanted.every((word) => title.toLowerCase().includes(word)),
  );
  const hasMore = page < MAX_LIST_PAGES && lists.some(({ rows }) => rows.length >= LIST_SIZE);
  return {
    products: fitting.map((one) => ({ ...one, notes: [...(one.notes ?? []), FROM_LISTS_NOTE] })),
    continuation: hasMore ? `lists:${page + 1}` : undefined,
  };
}

function toProducts({ now }: Promoter, { rows, total }: RowPage<unknown>): ProductFacts[] {
  return readRows(GoodsRow, { rows: rows.map(unwrapRank), total }).flatMap(
    (row) => normalizeGoodsRow(row, now()) ?? [],
  );
}

const RankRow = z.looseObject({ rankGoodsResp: z.optional(z.looseObject({})) });

/** Rows of a rank name price, rate and image in their own way, and one report has each of them wrapped a second time. */
function unwrapRank(given: unknown): unknown {
  const parsed = RankRow.safeParse(given);
  if (!parsed.success) return given;
  const row: Readonly<Record<string, unknown>> = parsed.data.rankGoodsResp ?? parsed.data;
  return {
    priceInfo: { lowestPrice: row['wlprice'] },
    commissionInfo: { commissionShare: row['commissionShare'] },
    imageInfo: { imageList: [{ url: row['imageUrl'] }] },
    ...row,
  };
}
