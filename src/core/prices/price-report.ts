import { MINUTE_MS } from '../clock.js';
import type { StockStatus } from '../product/product.js';
import { STOCK_STATUSES } from '../product/product.js';
import { RECORDED_KINDS, type RecordedKind } from './observation.js';
import {
  type DayPrice,
  getLastMinute,
  listDays,
  listStretches,
  type Stretch,
  type Tracks,
  toDay,
} from './timeline.js';
import { type Span, toSpans } from './track.js';
import { getVerdict, toWindow, type Verdict, WINDOW_DAYS, type Window } from './verdict.js';

/** A stretch in which a kind of price had one amount, or was gone. */
export interface PriceChange {
  readonly fromMs: number;
  /** When it was last seen so. */
  readonly toMs: number;
  readonly kind: RecordedKind;
  /** Null: the upstream could have named this kind, and did not. */
  readonly fen: number | null;
  /** The stock when it began. */
  readonly stock?: StockStatus;
}

/** Whether the present price of one source's product is a good one, and what it was before. */
export interface PriceReport {
  /** What it costs, as seen last; absent while it cannot be bought. */
  readonly now?: { readonly fen: number; readonly kind: RecordedKind; readonly atMs: number };
  readonly verdict: Verdict;
  readonly windows: readonly Window[];
  readonly changes: readonly PriceChange[];
  readonly days: readonly DayPrice[];
  readonly stretches: readonly Stretch[];
}

/** @param days how far back the changes go; the windows are always those of 30, 90 and 365 days */
export function createPriceReport(tracks: Tracks, nowMs: number, days: number): PriceReport {
  const stretches = listStretches(tracks);
  const dayPrices = listDays(stretches);
  const today = toDay(Math.floor(nowMs / MINUTE_MS));
  const now = findPresent(tracks, stretches);
  return {
    ...(now && { now }),
    verdict: getVerdict(dayPrices, today, now?.fen),
    windows: WINDOW_DAYS.map((length) => toWindow(dayPrices, length, today, now?.fen)),
    changes: listChanges(tracks, nowMs - days * 1440 * MINUTE_MS),
    days: dayPrices,
    stretches,
  };
}

/** The last stretch, if nothing newer says that the product cannot be bought. */
function findPresent(tracks: Tracks, stretches: readonly Stretch[]): PriceReport['now'] {
  const last = stretches.at(-1);
  const lastMinute = getLastMinute(tracks);
  if (!last || last.last < lastMinute) return undefined;
  return { fen: last.fen, kind: last.kind, atMs: lastMinute * MINUTE_MS };
}

function listChanges(tracks: Tracks, sinceMs: number): PriceChange[] {
  const stocks = toSpans(tracks.get('stock') ?? []);
  const changes = RECORDED_KINDS.flatMap((kind) =>
    toSpans(tracks.get(kind) ?? []).map((span) => toChange(kind, span, stocks)),
  );
  return changes.filter(({ toMs }) => toMs >= sinceMs).sort((a, b) => a.fromMs - b.fromMs);
}

function toChange(kind: RecordedKind, { first, last, value }: Span, stocks: readonly Span[]): PriceChange {
  const stock = stocks.findLast((span) => span.first <= first)?.value;
  const status = STOCK_STATUSES[stock ?? -1];
  return {
    fromMs: first * MINUTE_MS,
    toMs: last * MINUTE_MS,
    kind,
    fen: value,
    ...(status && { stock: status }),
  };
}
