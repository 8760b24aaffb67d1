import { BijiaError } from '../errors.js';
import type { Detail, PriceKind, ProductFacts } from '../product/product.js';
import type { Bilingual } from '../words/bilingual.js';
import type { CallOptions } from './call.js';
import type { SearchPage, SearchQuery } from './search.js';

export interface ProductId {
  readonly id: string;
  readonly idType?: string;
}

export interface ShopPage {
  readonly shopName?: string;
  /** As the upstream says now; may change while paging. */
  readonly total?: number;
  readonly products: readonly ProductFacts[];
  /** Rows that had no id. */
  readonly skipped: number;
  /** The upstream shows no page of this number, however many products the shop has. */
  readonly beyondLast?: boolean;
}

/** An address made for the operator's account, which earns a commission. */
export interface PromotionLink {
  readonly url: string;
  /** The upstream refused the mark that was asked for: the link is the operator's, without it. */
  readonly withoutSubId?: boolean;
}

/** What a share code or an opaque link was opened to. */
export interface OpenedText extends ProductId {
  /** Marketplace id: an upstream may open texts of others too. */
  readonly platform: string;
  readonly title?: string;
}

export type ManyAnswers = ReadonlyMap<string, ProductFacts | BijiaError>;

/** Asks about one product where an upstream answers about several. */
export function toGetProduct(getProducts: NonNullable<Connection['getProducts']>): Connection['getProduct'] {
  return async (id, detail, options) => {
    const answer = (await getProducts([id], detail, options)).get(id.id);
    if (answer === undefined) throw new Error(`nothing was answered about ${id.id}`);
    if (answer instanceof BijiaError) throw answer;
    return answer;
  };
}

/** A provider at work with one set of credentials. */
export interface Connection {
  /** @throws NotFoundError, UnsupportedError and what {@link Toolbox.send} throws */
  readonly getProduct: (id: ProductId, detail: Detail, options: CallOptions) => Promise<ProductFacts>;
  /** Several ids with one call. Every id asked for has an entry in the answer. */
  readonly getProducts?: (
    ids: readonly ProductId[],
    detail: Detail,
    options: CallOptions,
  ) => Promise<ManyAnswers>;
  /** How many ids of one kind one call of `getProducts` may hold. */
  readonly idsPerCall?: (detail: Detail, idType?: string) => number;
  /**
   * How many upstream calls `getProducts` makes for that many ids of one kind, when every id is found; 1 where absent.
   * The plan of a batch counts with it.
   */
  readonly callsPerGroup?: (detail: Detail, idCount: number, idType?: string) => number;
  /**
   * Names what is fetched for a detail, where that differs: answers of one level never stand in for another's.
   * @param idCount how many ids are asked for together
   */
  readonly cacheLevel?: (detail: Detail, idCount: number) => string;
  /**
   * Whether facts under a different id are about the product that was asked for, for upstreams that answer that way. The
   * facts should carry a note about it. Absent: a different id means a different product.
   */
  readonly isSameProduct?: (asked: ProductId, facts: ProductFacts) => boolean;
  /**
   * The kinds of price that an answer of this detail can tell: one that is absent then is gone, such as a coupon that has
   * ended. Absent: nothing is ever known to be gone.
   */
  readonly tells?: (detail: Detail) => readonly PriceKind[];
  /** Pages count from 1. */
  readonly getShopPage?: (
    shopId: string,
    page: number,
    size: number,
    options: CallOptions,
  ) => Promise<ShopPage>;
  readonly maxShopPageSize?: number;
  /**
   * Whether it can answer about an id of this kind; the finder goes on to the next upstream that can. Absent: about every
   * kind.
   */
  readonly accepts?: (idType: string | undefined) => boolean;
  /** @param continuation what the page before gave; absent for the first page */
  readonly search?: (
    query: SearchQuery,
    continuation: string | undefined,
    options: CallOptions,
  ) => Promise<SearchPage>;
  /**
   * Opens a share code or an opaque link. Only the code or the link is sent, never the whole message.
   * @throws NotFoundError when it leads to no product
   */
  readonly openText?: (text: string, options: CallOptions) => Promise<OpenedText>;
  /**
   * Makes a promotion link for a product.
   * @param subId the operator's own mark, where the upstream has one
   * @throws NotFoundError for a product that is not promoted, CredentialError without the right to make links
   */
  readonly getPromotionLink?: (
    product: ProductId & { readonly url: string },
    options: CallOptions & { readonly subId?: string },
  ) => Promise<PromotionLink>;
  /** What shows whether the credentials work, in the order in which it makes sense. */
  readonly probes?: readonly Probe[];
}

/** A cheap question to the upstream, asked when somebody looks for a fault. */
export interface Probe {
  /** What is tried, such as `access token`. */
  readonly name: Bilingual;
  /** `nothing`: the upstream does not count it; `quota`: one call of the quota; `paid`: one paid call. */
  readonly cost: 'nothing' | 'quota' | 'paid';
  /** Checks one right on its own: later probes run even if it fails. */
  readonly isApart?: boolean;
  /** @returns what was learned, one phrase; throws the error that says what to change, or {@link NotFoundError} */
  readonly run: (options: CallOptions) => Promise<Bilingual>;
}
