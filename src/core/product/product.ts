import type { Receipt } from '../errors.js';

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
  /** The upstream does not say which kind of price it is: the kind is a guess. */
  readonly isAssumed?: boolean;
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

/** A text about a number; without `count` where none can be read from it (已售罄), so that only the text is known. */
export type CountText = Omit<Count, 'count'> & Partial<Pick<Count, 'count'>>;

/** Words for readers of either language; JSON and tables carry the English ones. */
export interface Note {
  readonly en: string;
  /** What concerns those who only ask, where the English says more: how an operator could fix it. */
  readonly enForUsers?: string;
  readonly zh: string;
}

/** How much was sold, and over which period: since the beginning, or about a month. */
export interface Sales extends CountText {
  /** Absent where the upstream does not say. */
  readonly period?: 'total' | 'month' | '30d';
  readonly note?: Note;
}

/** How many reviews there are, and how many of a hundred are good. */
export interface Reviews {
  readonly count?: number;
  /** The count is cut down, as in 1万+. */
  readonly atLeast?: boolean;
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
  /** The quantity is cut down, as in 100+. */
  readonly atLeast?: boolean;
  readonly regions?: readonly { readonly name: string; readonly quantity: number }[];
}

/** One property of a variant, such as colour: blue. */
export interface Attribute {
  readonly name: string;
  readonly value: string;
}

/** Bought now, sent later. */
export interface Presale {
  /** When it ends or is sent, as the upstream words it. */
  readonly until?: string;
  readonly tip?: string;
}

/** One variant of a product, with its own prices and stock. */
export interface Sku {
  /** Absent where the upstream names a variant without saying its id. */
  readonly id?: string;
  /** Id of the value that makes this variant, such as a colour: never an id of the variant itself. */
  readonly specId?: string;
  /** The same where several values make it, such as a colour and a size. */
  readonly specIds?: readonly string[];
  readonly name: string;
  readonly attributes: readonly Attribute[];
  readonly prices: readonly Price[];
  readonly stock?: Stock;
  readonly image?: string;
  readonly presale?: Presale;
  /** As the upstream gives it, where it does not say what it means. */
  readonly coupon?: string | number;
}

/** A coupon that lowers the price. */
export interface Coupon {
  readonly amountFen: number;
  /** The least that has to be spent. */
  readonly thresholdFen?: number;
  /** From when and until when it can be used: ISO 8601. */
  readonly from?: string;
  readonly to?: string;
  /** How many can still be taken. */
  readonly remaining?: number;
  readonly link?: string;
  /** The link is made for the operator's account, and earns a commission. */
  readonly isPromotionLink?: boolean;
}

/** Where a product stands in the marketplace's catalogue. */
export interface Category {
  readonly id: string;
  readonly name?: string;
}

/** Who sells it. */
export interface Shop {
  /** Absent where an upstream says who sells (self-operated or not) but not which shop. */
  readonly id?: string;
  readonly name?: string;
  readonly selfOperated?: boolean;
  readonly logo?: string;
  /** At least, where the upstream cuts it down. */
  readonly goodsCount?: number;
  /** As the upstream words it. */
  readonly rating?: string;
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
  /** What the seller says about it besides the title. */
  readonly description?: string;
  readonly image?: string;
  readonly images?: readonly string[];
  /** The pictures of the description. */
  readonly detailImages?: readonly string[];
  readonly video?: string;
  /** From the widest to the narrowest. */
  readonly categories?: readonly Category[];
  /** May hold two prices of one kind, where the upstream gives two that differ; the first one counts. */
  readonly prices: readonly Price[];
  readonly coupons?: readonly Coupon[];
  /** Takes part in the marketplace's own subsidy (百亿补贴). */
  readonly subsidy?: boolean;
  readonly sales?: Sales;
  readonly reviews?: Reviews;
  /** The product's, as the upstream words it. */
  readonly rating?: string;
  readonly stock?: Stock;
  readonly skus?: readonly Sku[];
  readonly shop?: Shop;
  readonly commission?: Commission;
  readonly promotions?: readonly string[];
  readonly attributes?: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly delivery?: readonly string[];
  /** Where it is sent from. */
  readonly local?: string;
  readonly activities?: readonly string[];
  /** What the seller promises. */
  readonly service?: readonly string[];
  /** Where a promoter sends a buyer. */
  readonly buyLink?: string;
  /** What a reader must know to read the numbers correctly. */
  readonly notes?: readonly Note[];
  /** Lacks parts because of a temporary failure, and is therefore not cached. */
  readonly incomplete?: boolean;
  /** The upstream's own answer about this product, only where a call asks for it. */
  readonly raw?: unknown;
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
  /** The receipt of the call that brought it. */
  readonly receipt?: Receipt;
  /** Parts that another provider knew; never its prices. */
  readonly completedBy?: Completion & { readonly fetchedAtMs: number };
  /** Parts that another provider may know, and was not asked for because it is paid. */
  readonly completableBy?: Completion;
}

/** Parts of a product that another provider than its own has. */
export interface Completion {
  /** Provider id. */
  readonly source: string;
  readonly parts: readonly ProductPart[];
}

export const PRODUCT_PARTS = ['skus', 'stock', 'reviews'] as const;
export type ProductPart = (typeof PRODUCT_PARTS)[number];

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

/** Where nothing is known of the stock, a product with a price can be bought. */
export const isBuyable = (stock: StockStatus | undefined): boolean =>
  stock !== 'out_of_stock' && stock !== 'off_sale';
