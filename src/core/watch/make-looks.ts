import type { Clock } from '../clock.js';
import type { BijiaError } from '../errors.js';
import type { History } from '../history/history.js';
import type { NotedRef } from '../links/reference.js';
import type { LookUp } from '../lookup/look-up.js';
import type { Upstream } from '../lookup/upstream.js';
import type { GetUpstream } from '../lookup/upstream-finder.js';
import { isOfAsker } from '../own-fault.js';
import { type Alert, toLostAlert } from '../prices/alert.js';
import type { Result } from '../product/result.js';
import type {
  CallBudget,
  JudgedWatch,
  LookOrigin,
  NextLook,
  WatchedLook,
  WatchStore,
} from '../state/history/watch-store.js';
import { SECOND_LOOK_MS } from './judge.js';
import { judgeWatches } from './judge-watches.js';
import { findBudget, getNextLook, type LookGroup, type LookLimits, nameLook } from './look-plan.js';
import type { RestingUpstreams } from './resting-upstreams.js';
import { LONGEST_INTERVAL_MS, LOST_MS } from './schedule.js';

export interface SweepParts extends Pick<Clock, 'now'> {
  readonly store: WatchStore;
  /** The history of what is real, or of what the sandbox made up. */
  readonly getHistory: (isSandbox: boolean) => Pick<History, 'getReports' | 'listSeenSince'>;
  readonly lookUp: LookUp;
  readonly getUpstream: GetUpstream;
  readonly limits: LookLimits;
  /** Whom this process cannot ask for now. */
  readonly resting: RestingUpstreams;
  readonly signal?: AbortSignal;
}

/** Whether this process can ask an upstream now, and is allowed to. */
export const mayAsk = (
  upstream: Upstream,
  { limits, resting }: Pick<SweepParts, 'limits' | 'resting'>,
): boolean => findBudget(upstream, limits) !== undefined && !resting.isResting(upstream);

/** What a sweep did, counted as it goes. */
export interface SweepCount {
  /** Products that were asked about. */
  looks: number;
  calls: number;
  failed: number;
  /** Whether something that is due was left to the next sweep. */
  isBehind: boolean;
  /** Why this process could not ask, though others may: the looks are as they were. */
  fault?: BijiaError;
  readonly alerts: Alert[];
}

export interface SweepContext {
  readonly parts: SweepParts;
  /** Whose looks this process can make at the moment. */
  readonly listOpen: () => readonly LookOrigin[];
  /** What has been due since before is anybody's. */
  readonly orphanedMs: number;
  /** How many products each upstream is to be asked about. */
  readonly products: ReadonlyMap<Upstream, number>;
  readonly count: SweepCount;
  readonly maxCalls: number;
  /** What has been asked about: what is due again is for the next sweep. */
  readonly made: Set<string>;
}

/**
 * Asks about a group, and judges what came.
 * @param budget absent where nobody may be asked: then the looks fail, since they were anybody's
 */
export async function makeLooks(
  group: LookGroup,
  budget: (CallBudget & { readonly taken: number }) | undefined,
  context: SweepContext,
): Promise<void> {
  const { parts, count } = context;
  const { store, now } = parts;
  const { results, calls } = budget ? await askFor(group, parts) : { results: [], calls: 0 };
  if (budget && calls > budget.taken) await store.addCalls(budget, calls - budget.taken, now());
  count.calls += calls;
  for (const look of group.looks) context.made.add(nameLook(look));
  const asked = group.looks.map((look, at) => ({ look, result: results[at] }));
  const made = await leaveUnasked(asked, group, context);
  const seen = made.filter(({ result }) => result?.outcome === 'ok');
  count.looks += made.length;
  count.failed += made.length - seen.length;
  const judgement = await judgeWatches(
    seen.map(({ look }) => look),
    {
      ...{ store, history: parts.getHistory(isMadeUp(seen)), nowMs: now(), sandbox: isMadeUp(seen) },
      latest: group.upstream?.provider.id,
    },
  );
  const next = made.map(({ look, result }) =>
    toNext(look, { result, isDoubted: judgement.doubted.has(look) }, group.upstream, context),
  );
  const lost = await listLost(next, group.looks, parts);
  await store.settle(next, [...judgement.judged, ...lost]);
  count.alerts.push(...judgement.alerts);
}

interface AskedLook {
  readonly look: WatchedLook;
  readonly result?: Result;
}

/**
 * Gives back what says nothing of the product: the sweep was stopped, or this process cannot ask. What nobody has been able to
 * ask about for days is told.
 * @returns what was looked at
 */
async function leaveUnasked(
  asked: readonly AskedLook[],
  { upstream }: LookGroup,
  { parts: { store, resting }, orphanedMs, count }: SweepContext,
): Promise<readonly AskedLook[]> {
  const fault = asked.map(({ result }) => result?.error).find((error) => error && isOfAsker(error));
  if (fault && upstream && fault.outcome !== 'cancelled') {
    resting.rest(upstream, fault);
    count.fault ??= fault;
  }
  const left = asked.filter(
    ({ look, result }) => result?.outcome === 'cancelled' || (isUnasked(result) && look.dueMs > orphanedMs),
  );
  if (left.length > 0) await store.giveBack(left.map(({ look }) => look));
  return asked.filter((one) => !left.includes(one));
}

const isUnasked = (result: Result | undefined): boolean =>
  result?.error !== undefined && isOfAsker(result.error);

/** Those who watch what is lost; the store adds an alert once, however often it is found. */
async function listLost(
  next: readonly NextLook[],
  looks: readonly WatchedLook[],
  { store, now }: SweepParts,
): Promise<JudgedWatch[]> {
  const lost: JudgedWatch[] = [];
  for (const { look: key, failingSinceMs: sinceMs } of next) {
    const look = looks.find((one) => one === key);
    if (!look || sinceMs === undefined || now() - sinceMs < LOST_MS) continue;
    for (const watch of await store.listOf(look)) {
      if (now() < (watch.mutedUntilMs ?? 0)) continue;
      const alert = toLostAlert(watch, look, { sinceMs, atMs: now() });
      lost.push({ watchId: watch.id, before: watch.state, state: watch.state, alert });
    }
  }
  return lost;
}

const isMadeUp = (seen: readonly { readonly result?: Result }[]) =>
  seen.some(({ result }) => result?.sandbox === true);

async function askFor(
  { looks, upstream }: LookGroup,
  { lookUp, signal }: SweepParts,
): Promise<{ readonly results: readonly Result[]; readonly calls: number }> {
  const refs = looks.map(
    ({ platform, askId, idType, url }): NotedRef => ({ platform, kind: 'product', id: askId, idType, url }),
  );
  let calls = 0;
  const results = await lookUp(refs, {
    // By name: what another source knows costs money, and its prices are not those that are watched.
    source: looks[0]?.source || upstream?.provider.id,
    lane: 'batch',
    batchId: 'watch',
    fresh: true,
    signal,
    onPermit: () => {
      calls += 1;
    },
  });
  return { results, calls };
}

function toNext(
  look: WatchedLook,
  { result, isDoubted }: { readonly result?: Result; readonly isDoubted: boolean },
  upstream: Upstream | undefined,
  { parts: { now, limits }, products }: SweepContext,
): NextLook {
  const nowMs = now();
  const dueMs = getNextLook(look, nowMs, upstream, { products, limits });
  if (result?.outcome === 'ok') {
    return { look, dueMs: isDoubted ? nowMs + SECOND_LOOK_MS : dueMs, seenMs: nowMs };
  }
  // What nobody could ask about has failed for as long as it has been due.
  const sinceMs = !result || isUnasked(result) ? look.dueMs : nowMs;
  const failingSinceMs = Math.min(look.failingSinceMs ?? sinceMs, nowMs);
  const isLost = nowMs - failingSinceMs >= LOST_MS;
  return {
    look,
    dueMs: isLost ? Math.max(dueMs, nowMs + LONGEST_INTERVAL_MS) : dueMs,
    seenMs: look.seenMs,
    failingSinceMs,
  };
}
