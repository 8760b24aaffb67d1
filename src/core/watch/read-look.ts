import { MINUTE_MS } from '../clock.js';
import type { History, SourceHistory } from '../history/history.js';
import { getLastMinute, listDays, type Stretch, toDay } from '../prices/timeline.js';
import { MAX_GAP_MINUTES } from '../prices/track.js';
import { toWindow } from '../prices/verdict.js';
import type { Look, Watch, WatchedProduct } from '../prices/watch.js';

const WINDOW_DAYS = 90;

/** A watched product, and what its source said last. */
interface Known {
  readonly product: WatchedProduct;
  readonly report?: SourceHistory;
}

interface ReadingFacts {
  readonly nowMs: number;
  readonly sandbox: boolean | undefined;
  /** The source that has just answered: of two in one minute, it counts. */
  readonly latest?: string;
}

/** What is known of the watched products now; of several, the cheapest that can be bought counts. */
export async function readLook(
  watch: Pick<Watch, 'products' | 'source'>,
  history: Pick<History, 'getReports'>,
  { nowMs, sandbox, latest }: ReadingFacts,
): Promise<Look> {
  const known = await Promise.all(
    watch.products.map((product) => getLatest(product, watch, history, { nowMs, latest })),
  );
  const cheapest = known.reduce(
    (best, one) => (getFen(one) < getFen(best) ? one : best),
    {} as Partial<Known>,
  );
  const { product, report } = cheapest;
  const base = { atMs: nowMs, sandbox: sandbox || undefined, from: nameSources(known) };
  if (!product || !report?.now) {
    const isKnown = known.some((one) => one.report);
    return { ...base, isBuyable: isKnown ? false : undefined, verdict: 'unknown' };
  }
  return {
    ...base,
    isBuyable: true,
    product,
    title: report.title,
    price: report.now,
    sinceMs: getBeginning(report) * MINUTE_MS,
    variant: watch.products.length === 1 ? report.stretches.at(-1)?.cheapestSku : undefined,
    verdict: report.verdict,
    ...readBefore(report, Math.floor(nowMs / MINUTE_MS)),
  };
}

/** The minute in which the present price began. */
function getBeginning({ stretches, now }: SourceHistory): number {
  const isBeginning = ({ fen }: Stretch, at: number) => fen === now?.fen && stretches[at - 1]?.fen !== fen;
  return stretches.findLast(isBeginning)?.first ?? 0;
}

const getFen = ({ report }: Partial<Known>) => report?.now?.fen ?? Number.POSITIVE_INFINITY;

/** The source that answered last: what another one said long ago is not the present price. */
async function getLatest(
  product: WatchedProduct,
  { source }: Pick<Watch, 'source'>,
  history: Pick<History, 'getReports'>,
  { nowMs, latest: newest }: Pick<ReadingFacts, 'nowMs' | 'latest'>,
): Promise<Known> {
  const isNewest = ({ report }: { readonly report: SourceHistory }) => report.source === newest;
  const reports = await history.getReports(product.platform, product.id, WINDOW_DAYS);
  const [latest] = reports
    .filter((report) => source === undefined || report.source === source)
    .map((report) => ({ report, minute: getLastMinute(report.tracks) }))
    .toSorted((a, b) => b.minute - a.minute || Number(isNewest(b)) - Number(isNewest(a)));
  const isRecent = latest && latest.minute >= Math.floor(nowMs / MINUTE_MS) - MAX_GAP_MINUTES;
  return { product, ...(isRecent && { report: latest.report }) };
}

const nameSources = (known: readonly Known[]) => known.map(({ report }) => report?.source ?? '').join(' ');

/** The lowest and the usual price of the 90 days before the present price began: it must not vouch for itself. */
function readBefore({ stretches }: SourceHistory, nowMinute: number): Pick<Look, 'lowestFen' | 'usualFen'> {
  const days = listDays(stretches.slice(0, -1));
  const { lowest, medianFen } = toWindow(days, WINDOW_DAYS, toDay(nowMinute), undefined);
  return { lowestFen: lowest?.fen, usualFen: medianFen };
}
