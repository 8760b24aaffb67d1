import { createHash } from 'node:crypto';
import type { Clock } from '../clock.js';
import type { History, SourceHistory } from '../history/history.js';
import type { NotedRef } from '../links/reference.js';
import type { LookUp } from '../lookup/look-up.js';
import { getIdsPerCall, type Upstream } from '../lookup/upstream.js';
import type { UpstreamQuery } from '../lookup/upstream-finder.js';
import type { Result } from '../product/result.js';
import type { DueLook, WatchStore } from '../state/history/watch-store.js';
import { judge, SECOND_LOOK_MS } from './judge.js';
import { getInterval, getNextDue } from './schedule.js';
import type { Alert, Look, Watch } from './watch.js';

export interface SweepParts extends Pick<Clock, 'now'> {
  readonly store: WatchStore;
  /** The history of what is real, or of what the sandbox made up. */
  readonly getHistory: (isSandbox: boolean) => Pick<History, 'getReports'>;
  readonly lookUp: LookUp;
  /** @throws BijiaError where nobody can be asked */
  readonly getUpstream: (platform: string, query?: UpstreamQuery) => Upstream;
  /** 0 to 1: how much of a quota looks may take. */
  readonly share: number;
  /** How many paid looks a day; undefined: none at all. */
  readonly paidDaily?: number;
  readonly signal?: AbortSignal;
}

export interface SweepOptions {
  /** Most upstream calls of this sweep. */
  readonly maxCalls?: number;
}

export interface SweepReport {
  readonly looks: number;
  readonly calls: number;
  readonly failed: number;
  readonly alerts: readonly Alert[];
}

const CHUNK = 100;
/** A runner that died with looks in its hands gives them back after this. */
const LEASE_MS = 10 * 60_000;
const HOUR_MS = 3_600_000;
/** After so many failed looks in a row a product is looked at once a day. */
const MANY_FAILURES = 3;

/**
 * Looks once at everything that is due, one look for all who watch a product, and judges what it brought. Several runners
 * may sweep at once: none looks at what another has taken.
 */
export async function sweep(
  parts: SweepParts,
  { maxCalls = Number.POSITIVE_INFINITY }: SweepOptions = {},
): Promise<SweepReport> {
  const { store, now, signal } = parts;
  const counts = await store.countLooks();
  const report = { looks: 0, calls: 0, failed: 0, alerts: [] as Alert[] };
  let isFull = false;
  const isOver = () => isFull || report.calls >= maxCalls || signal?.aborted === true;
  while (!isOver()) {
    const due = await store.takeDue(now(), now() + HOUR_MS / 4, CHUNK, LEASE_MS);
    if (due.length === 0) break;
    for (const group of groupLooks(due, parts)) {
      isFull ||= report.calls + countCalls(group) > maxCalls;
      if (isOver()) await giveBack(group, store);
      else await lookAt(group, report, { parts, counts });
    }
  }
  return report;
}

/** How many upstream calls a look at all of them takes. */
function countCalls({ upstream, looks }: LookGroup): number {
  return upstream?.connection.callsPerGroup?.('summary', looks.length, looks[0]?.idType) ?? 1;
}

/** Due as before, for the next sweep. */
async function giveBack({ looks }: LookGroup, store: WatchStore): Promise<void> {
  for (const look of looks) await store.finishLook(look, look);
}

interface SweepContext {
  readonly parts: SweepParts;
  /** How many products are watched, by marketplace and source. */
  readonly counts: ReadonlyMap<string, number>;
}

async function lookAt(
  group: LookGroup,
  report: { looks: number; calls: number; failed: number; readonly alerts: Alert[] },
  context: SweepContext,
): Promise<void> {
  const results = await askFor(group, context.parts, () => {
    report.calls += 1;
  });
  for (const [at, look] of group.looks.entries()) {
    const result = results[at];
    // That the sweep was stopped says nothing of the product.
    if (result?.outcome === 'cancelled') {
      await context.parts.store.finishLook(look, look);
      continue;
    }
    report.looks += 1;
    if (result?.outcome !== 'ok') report.failed += 1;
    report.alerts.push(...(await settleLook(look, result, group, context)));
  }
}

interface LookGroup {
  readonly upstream?: Upstream;
  readonly looks: DueLook[];
}

/** As many ids of one kind as a call of their upstream may hold. */
function groupLooks(due: readonly DueLook[], { getUpstream }: SweepParts): LookGroup[] {
  const groups: LookGroup[] = [];
  for (const look of due) {
    const upstream = findUpstream(look, getUpstream);
    const room = upstream ? getIdsPerCall(upstream, 'summary', look.idType) : 1;
    const open = groups.find(
      (group) =>
        group.upstream === upstream && group.looks.length < room && group.looks[0]?.idType === look.idType,
    );
    if (open && upstream) open.looks.push(look);
    else groups.push({ upstream, looks: [look] });
  }
  return groups;
}

function findUpstream(
  { platform, source, idType }: DueLook,
  getUpstream: SweepParts['getUpstream'],
): Upstream | undefined {
  try {
    return getUpstream(platform, { source: source || undefined, idType });
  } catch {
    // Nobody can be asked now; the product is looked at again when somebody can.
    return undefined;
  }
}

async function askFor(
  { upstream, looks }: LookGroup,
  parts: SweepParts,
  onPermit: () => void,
): Promise<readonly Result[]> {
  if (!upstream || (await isUnpaid(upstream, parts))) return [];
  const refs = looks.map(
    ({ platform, askId, idType, url }): NotedRef => ({ platform, kind: 'product', id: askId, idType, url }),
  );
  const source = looks[0]?.source || undefined;
  const { lookUp, signal } = parts;
  return lookUp(refs, { source, lane: 'batch', batchId: 'watch', fresh: true, signal, onPermit });
}

/** Whether a call would cost money that nobody has allowed. */
async function isUnpaid({ provider }: Upstream, { paidDaily, store, now }: SweepParts): Promise<boolean> {
  if (provider.dailyCalls === undefined) return false;
  if (paidDaily === undefined) return true;
  return (await store.countPaid(Math.floor((now() + 8 * HOUR_MS) / (24 * HOUR_MS)))) > paidDaily;
}

async function settleLook(
  look: DueLook,
  result: Result | undefined,
  { upstream }: LookGroup,
  { parts, counts }: SweepContext,
): Promise<Alert[]> {
  const { store, now } = parts;
  const isSeen = result?.outcome === 'ok';
  const judged = isSeen ? await judgeWatches(look, parts, result) : { alerts: [], isDoubted: false };
  const failures = isSeen ? 0 : look.failures + 1;
  const interval = upstream ? getIntervalOf(look, upstream, { parts, counts }) : 24 * HOUR_MS;
  const every = failures >= MANY_FAILURES ? Math.max(interval, 24 * HOUR_MS) : interval;
  const dueMs = judged.isDoubted ? now() + SECOND_LOOK_MS : getNextDue(now(), every, toPlace(look));
  await store.finishLook(look, { dueMs, failures });
  return judged.alerts;
}

function getIntervalOf(
  { platform, source, idType }: DueLook,
  upstream: Upstream,
  { parts, counts }: SweepContext,
): number {
  const interval = getInterval({
    products: counts.get(`${platform} ${source}`) ?? 1,
    idsPerCall: getIdsPerCall(upstream, 'summary', idType),
    ...upstream.limit,
    share: parts.share,
    paidDaily: upstream.provider.dailyCalls ? (parts.paidDaily ?? 0) : undefined,
  });
  return Math.min(interval, 24 * HOUR_MS);
}

/** The same for a product each time, spread evenly over products. */
function toPlace({ platform, id }: DueLook): number {
  return createHash('sha256').update(`${platform} ${id}`).digest().readUInt32BE(0) / 2 ** 32;
}

async function judgeWatches(look: DueLook, parts: SweepParts, result: Result) {
  const alerts: Alert[] = [];
  let isDoubted = false;
  for (const watch of await parts.store.listOf(look)) {
    const seen = await readLook(watch, parts, result);
    const judgement = judge(watch, seen);
    const alert = judgement.alert && toAlert(watch, seen, judgement.alert);
    await parts.store.judged(watch.id, judgement.state, alert);
    isDoubted ||= judgement.isDoubted === true;
    if (alert) alerts.push(alert);
  }
  return { alerts, isDoubted };
}

/** What is known of the watched products now; of several, the cheapest that can be bought counts. */
export async function readLook(
  watch: Pick<Watch, 'products' | 'source'>,
  { getHistory, now }: Pick<SweepParts, 'getHistory' | 'now'>,
  result: Pick<Result, 'sandbox'> | undefined,
): Promise<Look> {
  const history = getHistory(result?.sandbox === true);
  const seen = await Promise.all(
    watch.products.map(async (product) => ({
      product,
      reports: await history.getReports(product.platform, product.id, 90),
    })),
  );
  const known = seen.flatMap(({ product, reports }) =>
    reports
      .filter(({ source }) => watch.source === undefined || source === watch.source)
      .map((report) => ({ product, report })),
  );
  const buyable = known.filter(({ report }) => report.now);
  const cheapest = buyable.toSorted((a, b) => (a.report.now?.fen ?? 0) - (b.report.now?.fen ?? 0))[0];
  const base = {
    atMs: now(),
    sandbox: result?.sandbox,
    verdict: cheapest?.report.verdict ?? 'unknown',
  } as const;
  if (!cheapest) return { ...base, isBuyable: known.length > 0 ? false : undefined };
  const { product, report } = cheapest;
  return {
    ...base,
    isBuyable: true,
    product,
    title: report.title,
    price: report.now,
    lowestFen: findLowestBefore(report),
    usualFen: report.windows.find(({ days }) => days === 90)?.medianFen,
  };
}

/** Of the 90 days before the last price began. */
function findLowestBefore({ stretches }: SourceHistory): number | undefined {
  const last = stretches.at(-1);
  const since = (last?.first ?? 0) - 90 * 1440;
  const before = stretches.filter((one) => one !== last && one.last >= since).map(({ fen }) => fen);
  return before.length > 0 ? Math.min(...before) : undefined;
}

/** The same crossing has the same id, whoever finds it: it is written down once. */
function toAlert(
  watch: Watch,
  look: Look,
  { reason, wasFen }: { readonly reason: Alert['reason']; readonly wasFen?: number },
): Alert | undefined {
  const { price, product, verdict, atMs, title, sandbox } = look;
  if (!price || !product) return undefined;
  const crossing = `${watch.id} ${watch.state.looks} ${price.fen}`;
  return {
    id: createHash('sha256').update(crossing).digest('hex').slice(0, 16),
    watchId: watch.id,
    owner: watch.owner,
    to: watch.to,
    platform: product.platform,
    productId: product.id,
    url: product.url,
    title: title ?? watch.title,
    reason,
    price,
    wasFen,
    targetFen: watch.rule.kind === 'below' ? watch.rule.fen : undefined,
    verdict,
    atMs,
    sandbox,
  };
}
