import { findShownPrice, type Price, STOCK_STATUSES, type StockStatus } from '../product/product.js';
import { type Observation, RECORDED_KINDS, type RecordedKind } from './observation.js';
import { addPoint, MINUTES_PER_DAY, type Point, type Span, toSpans } from './track.js';

/** What a series keeps apart: each kind of price, the stock, and which SKU was the cheapest. */
export type TrackName = RecordedKind | 'stock' | 'cheapest_sku';
export const TRACK_NAMES: readonly TrackName[] = [...RECORDED_KINDS, 'stock', 'cheapest_sku'];

/** All that is known of one series. */
export type Tracks = ReadonlyMap<TrackName, readonly Point[]>;

/** The tracks with one more observation; the order in which observations come does not matter. */
export function addObservation(tracks: Tracks, observation: Observation): Tracks {
  const grown = new Map(tracks);
  for (const [name, value] of listValues(observation)) {
    grown.set(name, addPoint(grown.get(name) ?? [], { minute: observation.minute, value }));
  }
  return grown;
}

function listValues({ prices, stock, cheapestSku }: Observation): [TrackName, number | null][] {
  const values: [TrackName, number | null][] = [];
  for (const kind of RECORDED_KINDS) {
    const fen = prices[kind];
    if (fen !== undefined) values.push([kind, fen]);
  }
  if (stock !== undefined) values.push(['stock', STOCK_STATUSES.indexOf(stock)]);
  if (cheapestSku !== undefined) values.push(['cheapest_sku', toNumber(cheapestSku)]);
  return values;
}

/** A number that tells ids apart (FNV-1a, 32 bits): tracks hold numbers, and ids are only ever compared. */
function toNumber(id: string): number {
  let hash = 0x811c9dc5;
  for (const char of id) hash = Math.imul(hash ^ (char.codePointAt(0) ?? 0), 0x01000193);
  return hash >>> 0;
}

/** What a product cost over a stretch of time: the price to show, while it could be bought. */
export interface Stretch {
  /** Minutes since 1970; `end` is not part of it. */
  readonly start: number;
  readonly end: number;
  readonly fen: number;
  readonly kind: RecordedKind;
  readonly stock?: StockStatus;
  readonly cheapestSku?: number;
}

/**
 * The shown price over time, derived when it is read, in order. Stretches without a known price, and those in which the
 * product could not be bought, are left out.
 */
export function listStretches(tracks: Tracks): Stretch[] {
  const spans = new Map([...tracks].map(([name, points]) => [name, toSpans(points)]));
  const edges = [
    ...new Set([...spans.values()].flatMap((own) => own.flatMap(({ first, end }) => [first, end]))),
  ];
  edges.sort((a, b) => a - b);
  const cursors = new Map([...spans].map(([name, own]) => [name, createCursor(own)]));
  const stretches: Stretch[] = [];
  edges.forEach((start, index) => {
    const end = edges[index + 1];
    if (end === undefined) return;
    const at = (name: TrackName) => cursors.get(name)?.(start)?.value ?? undefined;
    const stretch = toStretch(start, end, at);
    if (stretch) pushStretch(stretches, stretch);
  });
  return stretches;
}

/** Gives the span that covers a minute; minutes must not decrease. */
function createCursor(spans: readonly Span[]): (minute: number) => Span | undefined {
  let index = 0;
  return (minute) => {
    while ((spans[index]?.end ?? Number.POSITIVE_INFINITY) <= minute) index += 1;
    const span = spans[index];
    return span && span.first <= minute ? span : undefined;
  };
}

function toStretch(
  start: number,
  end: number,
  at: (name: TrackName) => number | undefined,
): Stretch | undefined {
  const prices = RECORDED_KINDS.flatMap((kind): Price[] => {
    const amountFen = at(kind);
    return amountFen === undefined ? [] : [{ kind, amountFen }];
  });
  const stock = STOCK_STATUSES[at('stock') ?? -1];
  const shown = findShownPrice(prices);
  if (!shown || !isBuyable(stock)) return undefined;
  return {
    start,
    end,
    fen: shown.amountFen,
    kind: shown.kind as RecordedKind,
    ...(stock && { stock }),
    cheapestSku: at('cheapest_sku'),
  };
}

/** Where nothing is known of the stock, a product with a price can be bought. */
export const isBuyable = (stock: StockStatus | undefined): boolean =>
  stock !== 'out_of_stock' && stock !== 'off_sale';

function pushStretch(stretches: Stretch[], next: Stretch): void {
  const open = stretches.at(-1);
  const isSame =
    open?.end === next.start &&
    open.fen === next.fen &&
    open.kind === next.kind &&
    open.stock === next.stock &&
    open.cheapestSku === next.cheapestSku;
  if (open && isSame) stretches[stretches.length - 1] = { ...open, end: next.end };
  else stretches.push(next);
}

/** JD, Pinduoduo and Taobao, and their customers, live by this clock; it knows no summer time. */
const CHINA_OFFSET_MINUTES = 8 * 60;

/** Days since 1970-01-01 in GMT+8. */
export const toDay = (minute: number): number =>
  Math.floor((minute + CHINA_OFFSET_MINUTES) / MINUTES_PER_DAY);

/** `2026-11-29` for a day number. */
export const formatDay = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 10);

/** What a product cost on one day at its cheapest. */
export interface DayPrice {
  readonly day: number;
  readonly fen: number;
  readonly kind: RecordedKind;
}

/** The lowest price of each day that is covered, in order. */
export function listDays(stretches: readonly Stretch[]): DayPrice[] {
  const days = new Map<number, DayPrice>();
  for (const { start, end, fen, kind } of stretches) {
    for (let day = toDay(start); day <= toDay(end - 1); day += 1) {
      const known = days.get(day);
      if (!known || fen < known.fen) days.set(day, { day, fen, kind });
    }
  }
  return [...days.values()].sort((a, b) => a.day - b.day);
}
