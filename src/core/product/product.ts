/** The normal form of everything bijia knows about a product. Money is integer fen; unknown is absent. */

/**
 * `list`: often crossed out; `sale`: for everyone now; `coupon`: after a coupon that anyone can take; `group`: bought in
 * a group; `single`: bought alone; `member`: for members; `cost`: the merchant's own.
 */
export const PRICE_KINDS = ['list', 'sale', 'coupon', 'group', 'single', 'member', 'cost'] as const;
/** One of {@link PRICE_KINDS}. */
export type PriceKind = (typeof PRICE_KINDS)[number];

/** One price in integer fen (1/100 yuan), by its kind. */
export interface Price {
  readonly kind: PriceKind;
  readonly amountFen: number;
  /** The range over the SKUs, only where SKU prices of this kind are known. */
  readonly fromFen?: number;
  readonly toFen?: number;
}

/** A number as a shop writes it, often rounded: 已拼10万+件 is `count` 100000, `atLeast`. */
export interface Count {
  readonly count: number;
  readonly atLeast: boolean;
  readonly approximate: boolean;
  /** `item`: pieces of this product; `shop`: of the whole shop; `people`: buyers. */
  readonly scope: 'item' | 'shop' | 'people';
  readonly text: string;
}

/** Words for readers of either language; JSON and tables carry the English ones. */
export interface Note {
  readonly en: string;
  /** What concerns those who only ask, where the English says more: how an operator could mend it. */
  readonly enForAskers?: string;
  readonly zh: string;
}

/** How much was sold, and over which period: since the beginning, or about a month. */
export interface Sales extends Count {
  readonly period: 'total' | 'month' | '30d';
  readonly note?: Note;
}

/** How many reviews there are, and how many of a hundred are good. */
export interface Reviews {
  readonly count?: number;
  /** 0 to 100. */
  readonly goodRatePercent?: number;
}

/** `off_sale`: withdrawn by the seller; `unknown`: the upstream says something that is not known here. */
export const STOCK_STATUSES = ['in_stock', 'out_of_stock', 'presale', 'off_sale', 'unknown'] as const;
/** One of {@link STOCK_STATUSES}. */
export type StockStatus = (typeof STOCK_STATUSES)[number];

/** Whether it can be bought, and how many pieces are left, over all and by region. */
export interface Stock {
  readonly status: StockStatus;
  readonly quantity?: number;
  readonly regions?: readonly { readonly name: string; readonly quantity: number }[];
}

/** One property of a variant, such as colour: blue. */
export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** One variant of a product, with its own prices and stock. */
export interface Sku {
  readonly id: string;
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly prices: readonly Price[];
  readonly stock?: Stock;
  readonly image?: string;
}

/** Who sells it. */
export interface Shop {
  /** Absent where an upstream says who sells (self-operated or not) but not which shop. */
  readonly id?: string;
  readonly name?: string;
  readonly selfOperated?: boolean;
}

/** What a promoter gets for a sale: integer fen, or per cent of the price. */
export interface Commission {
  readonly amountFen?: number;
  readonly ratePercent?: number;
}

/** What a provider knows; the core adds where and when it came from. */
export interface ProductFacts {
  readonly id: string;
  /** Absent for the marketplace's ordinary id; else the kind, such as an opaque affiliate id. */
  readonly idType?: string;
  readonly title?: string;
  readonly image?: string;
  readonly images?: readonly string[];
  readonly prices: readonly Price[];
  readonly sales?: Sales;
  readonly reviews?: Reviews;
  readonly stock?: Stock;
  readonly skus?: readonly Sku[];
  readonly shop?: Shop;
  readonly commission?: Commission;
  readonly promotions?: readonly string[];
  readonly attributes?: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly delivery?: readonly string[];
  /** What a reader must know to read the numbers rightly. */
  readonly notes?: readonly Note[];
  /** Lacks parts because of a failure that may pass, so that it is not remembered. */
  readonly incomplete?: boolean;
}

/** A product in the normal form, with where and when it came from. Money is integer fen; unknown is absent. */
export interface Product extends ProductFacts {
  /** Marketplace id. */
  readonly platform: string;
  readonly url: string;
  /** Provider id. */
  readonly source: string;
  readonly fetchedAtMs: number;
  readonly cached?: boolean;
  readonly sandbox?: boolean;
}

/** How much is wanted. `price` is the cheapest answer an upstream offers for many ids. */
export const DETAILS = ['price', 'summary', 'full'] as const;
/** One of {@link DETAILS}. */
export type Detail = (typeof DETAILS)[number];

/** What a link, share text or id points to. */
export interface Ref {
  /** Marketplace id. */
  readonly platform: string;
  readonly kind: 'product' | 'shop' | 'short' | 'none';
  readonly id: string | null;
  readonly idType?: string;
  /** The clean link for a known id, else the link as it was pasted. */
  readonly url: string;
}

/**
 * The price to show: what one pays now. A coupon price counts only when it is not above the sale price;
 * then sale, group, list. Other kinds (buy alone, member, cost) are never what anyone simply pays.
 */
export function findShownPrice(prices: readonly Price[]): Price | undefined {
  const find = (kind: PriceKind) => prices.find((price) => price.kind === kind);
  const coupon = find('coupon');
  const sale = find('sale');
  if (coupon && (!sale || coupon.amountFen <= sale.amountFen)) return coupon;
  return sale ?? find('group') ?? find('list');
}
