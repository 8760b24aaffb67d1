import { ResponseError } from '../../errors.js';
import type { Call, PromotionLink } from '../../provider.js';
import { createDdkCall, type DdkMethod, type DdkParams } from './gateway.js';
import { Addresses, AddressList, Authority, DetailAnswer, type GoodsRow, SearchAnswer } from './schema.js';
import type { DdkValues } from './settings.js';

export const METHODS = {
  search: { name: 'pdd.ddk.goods.search', answerKey: 'goods_search_response' },
  detail: { name: 'pdd.ddk.goods.detail', answerKey: 'goods_detail_response' },
  convert: { name: 'pdd.ddk.goods.zs.unit.url.gen', answerKey: 'goods_zs_unit_generate_response' },
  promote: {
    name: 'pdd.ddk.goods.promotion.url.generate',
    answerKey: 'goods_promotion_url_generate_response',
  },
  authority: { name: 'pdd.ddk.member.authority.query', answerKey: 'authority_query_response' },
  consent: { name: 'pdd.ddk.rp.prom.url.generate', answerKey: 'rp_promotion_url_generate_response' },
} as const satisfies Readonly<Record<string, DdkMethod>>;

/** Searches of fewer are refused. */
export const MIN_PAGE_SIZE = 10;
export const MAX_PAGE_SIZE = 100;

/** What the promotion place is authorised with: both, always the same pair. */
const toPlace = ({ pid, customParameters }: DdkValues): DdkParams => ({
  pid,
  custom_parameters: customParameters,
});

export interface FoundRows {
  readonly rows: readonly GoodsRow[];
  readonly total?: number;
  readonly listId?: string;
  /** What the details are asked for with. */
  readonly searchId?: string;
}

/** @param search words, a link or signs, and what narrows; pages count from 1 */
export function createSearchCall(settings: DdkValues, search: DdkParams): Call<FoundRows> {
  const business = { page: 1, page_size: MIN_PAGE_SIZE, with_coupon: false, ...search, ...toPlace(settings) };
  return createDdkCall(settings, METHODS.search, business, (answer) => {
    const {
      goods_list,
      total_count: total,
      list_id: listId,
      search_id: searchId,
    } = SearchAnswer.parse(answer);
    return { rows: requirePart(goods_list), total, listId, searchId };
  });
}

export interface DetailQuery {
  readonly sign: string;
  /** What the search that found it was called. */
  readonly searchId?: string;
  /** Needs a right of its own. */
  readonly withSkus?: boolean;
}

/** @returns undefined for what is not promoted, or gone */
export function createDetailCall(
  settings: DdkValues,
  { sign, searchId, withSkus }: DetailQuery,
): Call<GoodsRow | undefined> {
  const business = {
    goods_sign: sign,
    search_id: searchId,
    need_sku_info: withSkus || undefined,
    ...toPlace(settings),
  };
  return createDdkCall(
    settings,
    METHODS.detail,
    business,
    (answer) => requirePart(DetailAnswer.parse(answer).goods_details)[0],
  );
}

/** A promotion link for the address of a product, or for somebody else's promotion link (转链). */
export function createConvertCall(
  settings: DdkValues,
  { url, customParameters }: { readonly url: string; readonly customParameters?: string },
): Call<Addresses> {
  const business = {
    source_url: url,
    pid: settings.pid,
    custom_parameters: customParameters ?? settings.customParameters,
  };
  return createDdkCall(settings, METHODS.convert, business, (answer) => Addresses.parse(answer));
}

/** A promotion link for a goods_sign. */
export function createPromoteCall(
  settings: DdkValues,
  { sign, customParameters }: { readonly sign: string; readonly customParameters?: string },
): Call<Addresses | undefined> {
  const business = {
    p_id: settings.pid,
    goods_sign_list: [sign],
    generate_short_url: true,
    custom_parameters: customParameters ?? settings.customParameters,
  };
  return createDdkCall(
    settings,
    METHODS.promote,
    business,
    (answer) => AddressList.parse(answer).goods_promotion_url_list[0],
  );
}

/** Whether a person has authorised the promotion place. */
export function createAuthorityCall(settings: DdkValues): Call<boolean> {
  return createDdkCall(settings, METHODS.authority, toPlace(settings), (answer) =>
    requirePart(Authority.parse(answer).bind),
  );
}

const CONSENT_PAGE = 10;

/** The page on which a person authorises the promotion place, in the app. */
export function createConsentCall(settings: DdkValues): Call<string> {
  const { pid, customParameters } = settings;
  const business = { channel_type: CONSENT_PAGE, p_id_list: [pid], custom_parameters: customParameters };
  return createDdkCall(settings, METHODS.consent, business, (answer) => {
    const [addresses] = AddressList.parse(answer).url_list;
    return requirePart(
      addresses?.mobile_url ?? addresses?.url ?? addresses?.mobile_short_url ?? addresses?.short_url,
    );
  });
}

/** The address to share: a short one where there is one. @throws ResponseError */
export function toPromotionLink(addresses: Addresses | undefined): PromotionLink {
  const { mobile_short_url, short_url, mobile_url, url } = addresses ?? {};
  return { url: requirePart(short_url ?? mobile_short_url ?? url ?? mobile_url) };
}

/** @throws ResponseError where an answer leaves out what it is asked for */
function requirePart<T>(part: T | undefined): T {
  if (part !== undefined) return part;
  throw new ResponseError(
    'Pinduoduo answered, but what was asked for is not in the answer: its interface may have changed. Report it with the log.',
  );
}
