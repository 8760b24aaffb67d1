import { MINUTE_MS } from '../clock.js';
import type { History } from '../history/history.js';
import { getLastMinute, type Stretch, type Tracks } from '../prices/timeline.js';
import type { Verdict } from '../prices/verdict.js';
import type { Watch, WatchedProduct } from '../prices/watch.js';
import type { PriceKind } from '../product/product.js';
import { readLook } from './read-look.js';

/** A watch whose price is not what it was. */
export interface WatchChange {
  readonly watchId: string;
  /** The cheapest now, of a group. */
  readonly product: WatchedProduct;
  readonly title?: string;
  /** Absent while it could not be bought. */
  readonly beforeFen?: number;
  readonly nowFen?: number;
  readonly kind?: PriceKind;
  /** Share of the price before: below 0 for a rise; absent where one of the two is not known. */
  readonly share?: number;
  readonly targetFen?: number;
  readonly verdict: Verdict;
  /** When the price became what it is. */
  readonly sinceMs?: number;
}

const WINDOW_DAYS = 90;

export interface ReportTimes {
  readonly nowMs: number;
  /** What it is compared with; the last report unless given. */
  readonly sinceMs?: number;
}

/** What changed of these watches: the largest drop first, what cannot be compared last. */
export async function listWatchChanges(
  watches: readonly Watch[],
  history: Pick<History, 'getReports'>,
  times: ReportTimes,
): Promise<WatchChange[]> {
  const changes: WatchChange[] = [];
  for (const watch of watches) {
    const change = await findChange(watch, history, times);
    if (change) changes.push(change);
  }
  return changes.toSorted((a, b) => (b.share ?? LAST) - (a.share ?? LAST));
}

const LAST = Number.NEGATIVE_INFINITY;

async function findChange(
  watch: Watch,
  history: Pick<History, 'getReports'>,
  { nowMs, sinceMs }: ReportTimes,
): Promise<WatchChange | undefined> {
  const look = await readLook(watch, history, { nowMs, sandbox: undefined });
  const product = look.product ?? watch.products[0];
  if (look.isBuyable === undefined || watch.state.looks === 0 || !product) return undefined;
  const nowFen = look.price?.fen;
  const beforeFen =
    sinceMs === undefined
      ? (watch.reportedFen ?? undefined)
      : await findPriceAt(watch, product, history, Math.max(sinceMs, watch.createdMs));
  if (beforeFen === nowFen) return undefined;
  return {
    watchId: watch.id,
    product,
    title: look.title ?? watch.title,
    beforeFen,
    nowFen,
    kind: look.price?.kind,
    share: beforeFen === undefined || nowFen === undefined ? undefined : (beforeFen - nowFen) / beforeFen,
    targetFen: watch.rule.kind === 'below' ? watch.rule.fen : undefined,
    verdict: look.verdict,
    sinceMs: look.sinceMs,
  };
}

/** The price at a time, undefined while it could not be bought; before everything else it is what was seen first. */
async function findPriceAt(
  { source }: Watch,
  { platform, id }: WatchedProduct,
  history: Pick<History, 'getReports'>,
  atMs: number,
): Promise<number | undefined> {
  const reports = await history.getReports(platform, id, WINDOW_DAYS);
  const [latest] = reports
    .filter((report) => source === undefined || report.source === source)
    .toSorted((a, b) => getLastMinute(b.tracks) - getLastMinute(a.tracks));
  return latest && findStretchAt(latest, Math.floor(atMs / MINUTE_MS))?.fen;
}

function findStretchAt(
  { stretches, tracks }: { readonly stretches: readonly Stretch[]; readonly tracks: Tracks },
  minute: number,
): Stretch | undefined {
  const seenMinute = getLastMinute(tracks, minute);
  if (seenMinute === 0) return stretches[0];
  const last = stretches.findLast(({ first }) => first <= minute);
  return last && last.last >= seenMinute ? last : undefined;
}

/** A change as JSON: amounts in yuan, the share from 0 to 1. */
export function formatWatchChange(change: WatchChange) {
  const { watchId, product, title, beforeFen, nowFen, kind, share, targetFen, verdict, sinceMs } = change;
  const toYuan = (fen: number | undefined) => (fen === undefined ? undefined : fen / 100);
  return {
    watch: watchId,
    platform: product.platform,
    id: product.askId,
    title,
    url: product.url,
    before: toYuan(beforeFen),
    price: toYuan(nowFen),
    price_kind: kind,
    share: share === undefined ? undefined : Math.round(share * 10_000) / 10_000,
    target: toYuan(targetFen),
    verdict,
    changed_at: sinceMs === undefined ? undefined : new Date(sinceMs).toISOString(),
  };
}
