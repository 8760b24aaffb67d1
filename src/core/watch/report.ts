import type { History, SourceHistory } from '../history/history.js';
import type { RecordedKind } from '../history/observation.js';
import { getLastMinute, type Stretch } from '../history/timeline.js';
import type { Verdict } from '../history/verdict.js';
import type { Watch, WatchedProduct } from './watch.js';

/** A watched product whose price is not what it was at the last report. */
export interface WatchChange {
  readonly watchId: string;
  readonly product: WatchedProduct;
  readonly source: string;
  readonly title?: string;
  /** Absent while it could not be bought. */
  readonly beforeFen?: number;
  readonly nowFen?: number;
  readonly kind?: RecordedKind;
  /** Share of the price before: below 0 for a rise; absent where one of the two is not known. */
  readonly share?: number;
  readonly targetFen?: number;
  readonly verdict: Verdict;
  /** When the price became what it is. */
  readonly atMs: number;
}

const MS_PER_MINUTE = 60_000;
const WINDOW_DAYS = 90;

/** What changed of these watches since then: the largest drop first, what cannot be compared last. */
export async function listWatchChanges(
  watches: readonly Watch[],
  history: Pick<History, 'getReports'>,
  sinceMs: number,
): Promise<WatchChange[]> {
  const changes: WatchChange[] = [];
  for (const watch of watches) {
    for (const product of watch.products) {
      const reports = await history.getReports(product.platform, product.id, WINDOW_DAYS);
      const wanted = reports.filter(({ source }) => watch.source === undefined || source === watch.source);
      const latest = wanted.toSorted((a, b) => getLastMinute(b.tracks) - getLastMinute(a.tracks))[0];
      const change = latest && findChange(watch, product, latest, Math.max(sinceMs, watch.createdMs));
      if (change) changes.push(change);
    }
  }
  return changes.toSorted((a, b) => (b.share ?? LAST) - (a.share ?? LAST));
}

const LAST = Number.NEGATIVE_INFINITY;

function findChange(
  watch: Watch,
  product: WatchedProduct,
  { source, title, stretches, now, verdict, tracks }: SourceHistory,
  sinceMs: number,
): WatchChange | undefined {
  const sinceMinute = Math.floor(sinceMs / MS_PER_MINUTE);
  const lastMinute = getLastMinute(tracks);
  if (lastMinute <= sinceMinute) return undefined;
  const before = findStretchAt({ stretches, tracks }, sinceMinute);
  if (before?.fen === now?.fen) return undefined;
  const isBeginning = ({ fen }: Stretch, at: number) => fen === now?.fen && stretches[at - 1]?.fen !== fen;
  const began = stretches.findLast(isBeginning);
  return {
    watchId: watch.id,
    product,
    source,
    title: title ?? watch.title,
    beforeFen: before?.fen,
    nowFen: now?.fen,
    kind: now?.kind,
    share: before && now && (before.fen - now.fen) / before.fen,
    targetFen: watch.rule.kind === 'below' ? watch.rule.fen : undefined,
    verdict,
    atMs: (now && began ? began.first : lastMinute) * MS_PER_MINUTE,
  };
}

/** The price at a minute, undefined while it could not be bought; before everything else it is what was seen first. */
function findStretchAt(
  { stretches, tracks }: Pick<SourceHistory, 'stretches' | 'tracks'>,
  minute: number,
): Stretch | undefined {
  const seenMinute = getLastMinute(tracks, minute);
  if (seenMinute === 0) return stretches[0];
  const last = stretches.findLast(({ first }) => first <= minute);
  return last && last.last >= seenMinute ? last : undefined;
}

/** A change as JSON: amounts in yuan, the share from 0 to 1. */
export function formatWatchChange(change: WatchChange) {
  const { watchId, product, source, title, beforeFen, nowFen, kind, share, targetFen, verdict } = change;
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
    changed_at: new Date(change.atMs).toISOString(),
    source,
  };
}
