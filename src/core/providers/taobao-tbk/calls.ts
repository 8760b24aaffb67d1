import { ResponseError } from '../../errors.js';
import { hasContent, isEmptyValue, rows } from '../../product/lenient-schema.js';
import { formatYuan, parseCount } from '../../product/normalizer.js';
import type { Call, ProductId, SearchQuery } from '../../provider.js';
import { createTopCall, isObject } from './gateway.js';
import { METHODS } from './methods.js';
import { ConvertedLinks, Item, ParsedLinks } from './schema.js';
import { getAdzoneId, type TbkValues } from './settings.js';

/** Products by id, up to 20. What is unknown or not promoted is left out of the answer. */
export function createInfoCall(settings: TbkValues, ids: readonly string[]): Call<Item[]> {
  return createTopCall(settings, METHODS.info, {
    business: { item_id: ids.join(',') },
    read: (response) => readRows(response, 'results', 'tbk_item_detail'),
  });
}

export type ParsedLink = ReturnType<
  typeof ParsedLinks.parse
>['data']['material_url_list']['material_url_list'][number];

/** What a link or share code leads to. */
export function createParseCall(settings: TbkValues, text: string): Call<ParsedLink | undefined> {
  return createTopCall(settings, METHODS.parse, {
    business: {
      adzone_id: getAdzoneId(settings),
      material_dto: JSON.stringify([{ material_url: text }]),
    },
    read: (response) => ParsedLinks.parse(response).data.material_url_list.material_url_list[0],
  });
}

export interface FoundItems {
  readonly items: readonly Item[];
  readonly total: number | undefined;
}

/** The sort by commission is a guess from the older search; the other two are documented. */
const SORTS = { price: 'final_promotion_price_asc', sales: 'total_sales_des', commission: 'tk_rate_des' };

/** Promoted products by words; pages count from 1. Bounds are of the final price, in yuan. */
export function createSearchCall(
  settings: TbkValues,
  { words, sort, minFen, maxFen, hasCoupon }: Omit<SearchQuery, 'count'>,
  { page, size }: { readonly page: number; readonly size: number },
): Call<FoundItems> {
  return createTopCall(settings, METHODS.search, {
    business: {
      adzone_id: getAdzoneId(settings),
      q: words,
      page_no: page,
      page_size: size,
      sort: sort && SORTS[sort],
      has_coupon: hasCoupon ? 'true' : undefined,
      start_price: minFen === undefined ? undefined : formatYuan(minFen),
      end_price: maxFen === undefined ? undefined : formatYuan(maxFen),
    },
    read: (response) => ({
      items: readRows(response, 'result_list', 'map_data'),
      total: parseCount(response['total_results']),
    }),
  });
}

export type ConvertedLink = ReturnType<
  typeof ConvertedLinks.parse
>['data']['item_url_list']['item_url_list'][number];

/** A link that earns a commission, by the id of today or else by the product's address. */
export function createConvertCall(
  settings: TbkValues,
  { id, idType, url }: ProductId & { readonly url: string },
): Call<ConvertedLink | undefined> {
  return createTopCall(settings, METHODS.convert, {
    business: {
      adzone_id: getAdzoneId(settings),
      ...(idType === undefined ? { material_list: url } : { item_id_list: id }),
    },
    read: (response) => {
      const { item_url_list, material_url_list } = ConvertedLinks.parse(response).data;
      return item_url_list.item_url_list[0] ?? material_url_list.material_url_list[0];
    },
  });
}

/** Lists are wrapped in an object, which may be absent where the list is empty. */
function readRows(response: Readonly<Record<string, unknown>>, wrapper: string, name: string): Item[] {
  const { [wrapper]: wrapped, ...others } = response;
  const list = isObject(wrapped) ? wrapped[name] : undefined;
  const isEmpty = isEmptyValue(list ?? wrapped);
  if (isEmpty ? hasContent(others) : !Array.isArray(list)) {
    throw new ResponseError('Taobao answered with rows that are not a list. Report it with the log.', {
      detail: `${name}: ${typeof list}, keys ${Object.keys(response).slice(0, 8).join(', ')}`,
    });
  }
  return rows(Item).parse(list);
}
