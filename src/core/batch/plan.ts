import { BATCH_CALLS_AT_ONCE } from '../call/limiter.js';
import type { Core } from '../core.js';
import { type BijiaError, toBijiaError } from '../errors.js';
import { findBurstReserve } from '../permits/permit-burst.js';
import type { Quota } from '../settings.js';
import type { BatchSource, Route } from './core-batch-source.js';
import type { KnownJournal } from './journal/journal.js';
import type { ReferenceTable } from './reference-table.js';

/** The references of one type that are still to be asked for: how, or why they cannot be. */
export type PlannedType = TypeFacts & (Reachable | Refused);

interface TypeFacts {
  /** Index of the type in the table. */
  readonly type: number;
  readonly platform: string;
  readonly open: number;
}

interface Reachable {
  readonly route: Route;
  readonly refusal?: undefined;
}

interface Refused {
  readonly route?: undefined;
  readonly refusal: BijiaError;
}

/** What a run will take, before anything is sent. */
export interface Plan {
  /** Different references. */
  readonly total: number;
  /** Known from earlier runs. */
  readonly done: number;
  readonly refTypes: readonly PlannedType[];
  readonly calls: number;
  readonly paidCalls: number;
  /** The most further calls, which are paid, for what a free source turns out not to know. */
  readonly mostPaidMore: number;
  /** With the quota to itself and nothing cached, milliseconds. */
  readonly expectedMs: number;
}

/** How fast the quotas may be used. */
export interface Pace {
  /** No calls are kept for people. */
  readonly batchFirst: boolean;
  /** The quota groups in which somebody has chatted lately. */
  readonly busyGroups: ReadonlySet<string>;
}

const QUIET: Pace = { batchFirst: false, busyGroups: new Set() };

/** @param batchFirst the run itself keeps no calls for people */
export async function readPace(
  { upstreams, config }: Pick<Core, 'upstreams' | 'config'>,
  batchFirst = false,
): Promise<Pace> {
  const readBusy = async ({ identity, limiter }: Core['upstreams'][number]) => {
    // What cannot be read will stop the run; the plan need not.
    const status = await limiter.status().catch(() => undefined);
    return status?.isQuiet ? [] : [identity];
  };
  const busy = await Promise.all(upstreams.map(readBusy));
  return { batchFirst: batchFirst || config.general.batchFirst, busyGroups: new Set(busy.flat()) };
}

/** @param retryFailed counts recorded failures of the upstream as open */
export function planRun(
  references: ReferenceTable,
  journal: Pick<KnownJournal, 'outcomeAt'> | undefined,
  source: BatchSource,
  retryFailed = false,
  pace: Pace = QUIET,
): Plan {
  const open = journal
    ? countOpen(references, (index) => isOpen(journal, index, retryFailed))
    : references.refTypes.map(({ count }) => count);
  const refTypes = references.refTypes.map((refType, type) => ({
    type,
    platform: refType.platform,
    open: open[type] ?? 0,
    ...tryRoute(() => source.getRoute(refType)),
  }));
  const needs = refTypes.flatMap(({ route, open: ids }) =>
    route ? [{ route, calls: countCalls(route, ids) }] : [],
  );
  return {
    total: references.size,
    done: references.size - open.reduce((sum, count) => sum + count, 0),
    refTypes,
    calls: needs.reduce((sum, { calls }) => sum + calls, 0),
    paidCalls: needs.reduce((sum, { calls, route }) => sum + (route.isPaid ? calls : 0), 0),
    mostPaidMore: refTypes.reduce((sum, { route, open: ids }) => sum + (route?.mayPayMore ? ids : 0), 0),
    expectedMs: estimateMs(needs, pace),
  };
}

export function isOpen(
  journal: Pick<KnownJournal, 'outcomeAt'> | undefined,
  index: number,
  retryFailed: boolean,
): boolean {
  const outcome = journal?.outcomeAt(index);
  return outcome === undefined || (retryFailed && outcome === 'upstream_error');
}

function countOpen(references: ReferenceTable, isOpenAt: (index: number) => boolean): number[] {
  const open = references.refTypes.map(() => 0);
  for (let index = 0; index < references.size; index += 1) {
    const type = references.typeAt(index);
    if (isOpenAt(index)) open[type] = (open[type] ?? 0) + 1;
  }
  return open;
}

function tryRoute(find: () => Route): Reachable | Refused {
  try {
    return { route: find() };
  } catch (error) {
    return { refusal: toBijiaError(error) };
  }
}

function countCalls({ idsPerCall, countCalls: count }: Route, ids: number): number {
  const rest = ids % idsPerCall;
  return Math.floor(ids / idsPerCall) * count(idsPerCall) + (rest > 0 ? count(rest) : 0);
}

/** Groups run side by side; the slowest decides. */
function estimateMs(
  needs: readonly { readonly route: Route; readonly calls: number }[],
  { batchFirst, busyGroups }: Pace,
): number {
  const groups = new Map<string, { limit: Quota; calls: number }>();
  for (const { route, calls } of needs) {
    const known = groups.get(route.group)?.calls ?? 0;
    groups.set(route.group, { limit: route.limit, calls: known + calls });
  }
  const lengthsMs = [...groups].map(([group, { limit, calls }]) => {
    const isQuiet = !busyGroups.has(group);
    const burst = findBurstReserve({ calls: limit.calls, expectedCalls: calls, batchFirst, isQuiet });
    return burst === undefined ? estimateSpreadMs(calls, limit) : estimateBurstMs(calls, limit, burst);
  });
  return Math.max(0, ...lengthsMs);
}

/** What an upstream takes to answer, as far as can be said before it is asked. */
const TYPICAL_CALL_MS = 300;

/**
 * What fits into the first burst leaves at once, in parallel. Of a larger list half the quota does, the other
 * half spreads over the first window, and the rest follows at the pace of the quota.
 */
function estimateSpreadMs(calls: number, { calls: quota, windowMs }: Quota): number {
  if (calls === 0) return 0;
  const byLatencyMs = Math.max(1000, estimateLatencyMs(calls));
  if (calls <= quota * 0.9) return byLatencyMs;
  const atPaceMs = ((calls - quota / 2) * windowMs) / (calls > quota ? quota : quota / 2);
  return Math.max(byLatencyMs, atPaceMs, (Math.ceil(calls / quota) - 1) * windowMs);
}

/** All that the reserve leaves goes out at once, and again in each further window. */
function estimateBurstMs(calls: number, { calls: quota, windowMs }: Quota, reserve: number): number {
  if (calls === 0) return 0;
  const returns = Math.ceil(calls / Math.max(1, quota - reserve)) - 1;
  return Math.max(1000, estimateLatencyMs(calls), returns * windowMs);
}

const estimateLatencyMs = (calls: number) => Math.ceil(calls / BATCH_CALLS_AT_ONCE) * TYPICAL_CALL_MS;
