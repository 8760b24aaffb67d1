import { CHINA_OFFSET_MS, DAY_MS, MINUTE_MS } from '../clock.js';
import { isBuyable, type Price, STOCK_STATUSES, type StockStatus } from '../product/product.js';
import { findShownPrice } from '../product/shown-price.js';
import { type Observation, RECORDED_KINDS, type RecordedKind } from './observation.js';
import { addPoints, MAX_GAP_MINUTES, MINUTES_PER_DAY, type Point } from './track.js';

/** What a series keeps apart: each kind of price, the stock, and which SKU was the cheapest. */
export type TrackName = RecordedKind | 'stock' | 'cheapest_sku';
export const TRACK_NAMES: readonly TrackName[] = [...RECORDED_KINDS, 'stock', 'cheapest_sku'];

/** All that is known of one series. */
export type Tracks = ReadonlyMap<TrackName, readonly Point[]>;

/** The tracks with all that others hold. */
export function addTracks(tracks: Tracks, more: Tracks): Tracks {
  const grown = new Map(tracks);
  for (const [name, points] of more) grown.set(name, addPoints(grown.get(name) ?? [], points));
  return grown;
}

/** The tracks with more observations; the order in which observations come does not matter. */
export function addObservations(tracks: Tracks, observations: readonly Observation[]): Tracks {
  const added = new Map<TrackName, Point[]>();
  for (const observation of observations) {
    const { minute } = observation;
    for (const [name, value] of listValues(observation)) {
      const points = added.get(name);
      if (points) points.push({ minute, value });
      else added.set(name, [{ minute, value }]);
    }
  }
  return addTracks(tracks, added);
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

/** When anything was seen last, until a minute: minutes since 1970; 0 where nothing was. */
export function getLastMinute(tracks: Tracks, untilMinute = Number.POSITIVE_INFINITY): number {
  const last = [...tracks.values()].map((points) => points.findLast(({ minute }) => minute <= untilMinute));
  return Math.max(0, ...last.map((point) => point?.minute ?? 0));
}

/** What a product cost over a stretch of time: the price to show, while it could be bought. */
export interface Stretch {
  /** When it was first and last seen so: minutes since 1970. */
  readonly first: number;
  readonly last: number;
  readonly fen: number;
  readonly kind: RecordedKind;
  readonly stock?: StockStatus;
  readonly cheapestSku?: number;
}

/**
 * The shown price over time, derived when it is read, in order. Each minute in which anything was seen has one; equal
 * neighbours up to three days apart are one stretch. Minutes without a known price, and those in which the product could
 * not be bought, are left out and end a stretch.
 *
 * A kind that an answer could not tell stays what it was for three days. Worked example: at 9:00 a full answer says
 * sale 500 and coupon 450; at 10:00 a short one, which never tells coupons, says sale 500. Shown at 10:00: coupon 450.
 */
export function listStretches(tracks: Tracks): Stretch[] {
  const cursors = new Map([...tracks].map(([name, points]) => [name, createCursor(points)]));
  const all = [...cursors.values()];
  const stretches: Stretch[] = [];
  let shown: Shown | undefined;
  let isOpen = false;
  for (let minute = findNextMinute(all); minute !== undefined; minute = findNextMinute(all)) {
    // Most looks see what the last one saw.
    if (moveAll(all, minute)) shown = findShown((name) => cursors.get(name)?.value());
    if (shown) pushStretch(stretches, minute, shown, isOpen);
    isOpen = shown !== undefined;
  }
  return stretches;
}

/** What a product cost, without when. */
type Shown = Omit<Stretch, 'first' | 'last'>;
type Cursor = ReturnType<typeof createCursor>;

/** Walks through a track; minutes must not decrease. */
function createCursor(points: readonly Point[]) {
  let index = -1;
  let value: number | undefined;
  return {
    /** The value that holds where it stands. */
    value: () => value,
    nextMinute: () => points[index + 1]?.minute,
    /** @returns whether another value holds there */
    moveTo: (minute: number): boolean => {
      while ((points[index + 1]?.minute ?? Number.POSITIVE_INFINITY) <= minute) index += 1;
      const point = points[index];
      const before = value;
      value = point && minute - point.minute <= MAX_GAP_MINUTES ? (point.value ?? undefined) : undefined;
      return value !== before;
    },
  };
}

/** When anything was seen next. */
function findNextMinute(cursors: readonly Cursor[]): number | undefined {
  let next: number | undefined;
  for (const { nextMinute } of cursors) {
    const minute = nextMinute();
    if (minute !== undefined && (next === undefined || minute < next)) next = minute;
  }
  return next;
}

/** @returns whether another value holds for any of them */
function moveAll(cursors: readonly Cursor[], minute: number): boolean {
  let isChanged = false;
  for (const { moveTo } of cursors) isChanged = moveTo(minute) || isChanged;
  return isChanged;
}

function findShown(at: (name: TrackName) => number | undefined): Shown | undefined {
  const prices = RECORDED_KINDS.flatMap((kind): Price[] => {
    const amountFen = at(kind);
    return amountFen === undefined ? [] : [{ kind, amountFen }];
  });
  const stock = STOCK_STATUSES[at('stock') ?? -1];
  const shown = findShownPrice(prices);
  if (!shown || !isBuyable(stock)) return undefined;
  return {
    fen: shown.amountFen,
    kind: shown.kind as RecordedKind,
    ...(stock && { stock }),
    cheapestSku: at('cheapest_sku'),
  };
}

function pushStretch(stretches: Stretch[], minute: number, shown: Shown, isOpen: boolean): void {
  const open = stretches.at(-1);
  const isSame =
    isOpen &&
    open !== undefined &&
    minute - open.last <= MAX_GAP_MINUTES &&
    open.fen === shown.fen &&
    open.kind === shown.kind &&
    open.stock === shown.stock &&
    open.cheapestSku === shown.cheapestSku;
  if (isSame) stretches[stretches.length - 1] = { ...open, last: minute };
  else stretches.push({ first: minute, last: minute, ...shown });
}

/** Days since 1970-01-01 in GMT+8. */
export const toDay = (minute: number): number =>
  Math.floor((minute + CHINA_OFFSET_MS / MINUTE_MS) / MINUTES_PER_DAY);

/** `2026-11-29` for a day number. */
export const formatDayNumber = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** What a product cost on one day at its cheapest. */
export interface DayPrice {
  readonly day: number;
  readonly fen: number;
  readonly kind: RecordedKind;
}

/** The lowest price of each day that is covered, in order. */
export function listDays(stretches: readonly Stretch[]): DayPrice[] {
  const days = new Map<number, DayPrice>();
  for (const { first, last, fen, kind } of stretches) {
    for (let day = toDay(first); day <= toDay(last); day += 1) {
      const known = days.get(day);
      if (!known || fen < known.fen) days.set(day, { day, fen, kind });
    }
  }
  return [...days.values()].sort((a, b) => a.day - b.day);
}
