import { InputError } from '../../errors.js';
import type { CallOptions, SearchPage, SearchQuery, SearchSort } from '../../provider.js';
import { createSearchCall, MAX_PAGE_SIZE, MIN_PAGE_SIZE } from './calls.js';
import { createHiddenError, isHidden, normalizeRow } from './normalize.js';
import { identify, type Tools } from './products.js';

/** 9: price after the coupon, cheapest first; 6: most sold first. That 2 is the highest commission first is an assumption. */
const SORT_TYPES: Readonly<Record<SearchSort, number>> = { price: 9, sales: 6, commission: 2 };
/** Which number a range is about. That 1 is the price after the coupon is an assumption; what is found is checked again. */
const PRICE_AFTER_COUPON = 1;
const HIGHEST_FEN = 10 ** 9;

/**
 * Products by words.
 * @param continuation `<page> <page size> <list_id>`: the page to ask for, in the list that the first page began
 * @throws InputError for a list that the upstream has forgotten, ResponseError where all that it found is hidden
 */
export async function search(
  tools: Tools,
  query: SearchQuery,
  continuation: string | undefined,
  options: CallOptions,
): Promise<SearchPage> {
  const { settings, send, now } = tools;
  const place = continuation === undefined ? toFirstPlace(query) : parsePlace(continuation);
  const { page, size, listId } = place;
  const call = createSearchCall(settings, { ...toParams(query), page, page_size: size, list_id: listId });
  const found = await send(call, options).catch((error: unknown) => {
    throw listId !== undefined && error instanceof InputError ? createExpiredError(error) : error;
  });
  const { rows, total, listId: nextListId } = found;
  const shown = rows.filter((row) => !isHidden(row)).map((row) => identify(tools, row));
  if (rows.length > 0 && shown.length === 0) throw createHiddenError();
  const products = shown.flatMap((row) => normalizeRow(row, now()) ?? []);
  const hasMore = rows.length > 0 && (total === undefined ? rows.length >= size : page * size < total);
  const next = formatPlace({ page: page + 1, size, listId: nextListId ?? listId });
  return { products, continuation: hasMore ? next : undefined };
}

function toParams({ words, sort, minFen, maxFen, hasCoupon }: SearchQuery) {
  const isBounded = minFen !== undefined || maxFen !== undefined;
  return {
    keyword: words,
    sort_type: sort && SORT_TYPES[sort],
    with_coupon: hasCoupon ?? false,
    range_list: isBounded
      ? [{ range_id: PRICE_AFTER_COUPON, range_from: minFen ?? 0, range_to: maxFen ?? HIGHEST_FEN }]
      : undefined,
  };
}

interface Place {
  readonly page: number;
  readonly size: number;
  readonly listId: string | undefined;
}

function toFirstPlace({ count }: SearchQuery): Place {
  return { page: 1, size: Math.min(MAX_PAGE_SIZE, Math.max(MIN_PAGE_SIZE, count)), listId: undefined };
}

const formatPlace = ({ page, size, listId = '' }: Place) => `${page} ${size} ${listId}`;

function parsePlace(continuation: string): Place {
  const [, page, size, listId] = /^(\d{1,4}) (\d{2,3}) (.*)$/.exec(continuation) ?? [];
  if (page === undefined) throw createExpiredError();
  return { page: Number(page), size: Number(size), listId: listId || undefined };
}

function createExpiredError(cause?: InputError): InputError {
  return new InputError(
    'Pinduoduo no longer has this page of the search. Leave the cursor out to search again.',
    {
      code: 'continuation_expired',
      detail: cause?.detail,
      cause,
    },
  );
}
