import type { Price, PriceKind, ProductFacts, StockStatus } from '../product/product.js';
import { PRICE_KINDS, STOCK_STATUSES } from '../product/product.js';

/** What names a series: prices of two sources are never compared, and neither are those of two variants. */
export interface SeriesKey {
  readonly platform: string;
  /** The stable id: see `stableId` of the provider contract. */
  readonly id: string;
  /** Empty for the product as a whole. */
  readonly sku: string;
  /** Provider id. */
  readonly source: string;
}

/** Every kind but the merchant's own cost, which is not recorded. */
export type RecordedKind = Exclude<PriceKind, 'cost'>;
export const RECORDED_KINDS = PRICE_KINDS.filter((kind): kind is RecordedKind => kind !== 'cost');

/** What one upstream answer said about one series at one minute. */
export interface Observation extends SeriesKey {
  /** Minutes since 1970. */
  readonly minute: number;
  readonly title?: string;
  /** Integer fen by kind. Null: the answer could have named this kind and did not, so it is gone. Absent: not asked for. */
  readonly prices: Readonly<Partial<Record<RecordedKind, number | null>>>;
  readonly stock?: StockStatus;
  /** The cheapest SKU's id, where SKU prices are known. */
  readonly cheapestSku?: string;
}

/** More is a mistake of a shop or an upstream: 10 million yuan. */
const MAX_FEN = 1_000_000_000;

/** Where an answer came from, and when. */
export interface Origin extends Omit<SeriesKey, 'sku'> {
  /** Wall clock, milliseconds. */
  readonly atMs: number;
}

/**
 * What a fresh answer adds to the history; undefined where it says nothing about prices or stock.
 * @param tells the kinds of price that an answer at this level of detail can tell
 */
export function toObservation(
  facts: ProductFacts,
  { atMs, ...origin }: Origin,
  tells: readonly PriceKind[],
): Observation | undefined {
  const prices: Partial<Record<RecordedKind, number | null>> = {};
  for (const kind of RECORDED_KINDS) {
    const fen = facts.prices.find((price) => price.kind === kind)?.amountFen;
    if (fen !== undefined && isPossiblePrice(fen)) prices[kind] = fen;
    else if (fen === undefined && tells.includes(kind)) prices[kind] = null;
  }
  const stock = facts.stock?.status === 'unknown' ? undefined : facts.stock?.status;
  // An answer without any price is not proof that all of them are gone.
  const hasPrice = Object.values(prices).some((fen) => fen !== null);
  if (!hasPrice && stock === undefined) return undefined;
  return {
    ...origin,
    sku: '',
    minute: Math.floor(atMs / 60_000),
    title: facts.title,
    prices: hasPrice ? prices : {},
    stock,
    cheapestSku: findCheapestSku(facts),
  };
}

/** Whether an amount in fen may be what something costs. */
export const isPossiblePrice = (fen: number): boolean =>
  Number.isSafeInteger(fen) && fen > 0 && fen <= MAX_FEN;

/** Whether a text names a status of stock that is known here. */
export const isStockStatus = (text: unknown): text is StockStatus =>
  STOCK_STATUSES.some((status) => status === text);

function findCheapestSku({ skus = [] }: ProductFacts): string | undefined {
  let cheapest: { readonly id: string; readonly fen: number } | undefined;
  for (const { id, name, prices } of skus) {
    const fen = Math.min(...prices.filter(isForAll).map(({ amountFen }) => amountFen));
    if (Number.isFinite(fen) && (!cheapest || fen < cheapest.fen)) cheapest = { id: id ?? name, fen };
  }
  return cheapest?.id;
}

/** What everybody pays: neither the merchant's cost, nor for members only, nor crossed out. */
const isForAll = ({ kind }: Price) => kind !== 'cost' && kind !== 'member' && kind !== 'list';
