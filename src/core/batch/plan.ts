import type { Core } from '../core.js';
import { type BijiaError, toBijiaError } from '../errors.js';
import type { BatchSource, Route } from './core-batch-source.js';
import type { KnownJournal } from './journal/journal.js';
import type { ReferenceTable } from './reference-table.js';
import { type Pace, planSchedule, type Schedule } from './schedule.js';

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
  readonly schedule: Schedule;
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
  const calls = needs.reduce((sum, need) => sum + need.calls, 0);
  const schedule = planSchedule(
    needs.map((need) => ({ ...need.route, calls: need.calls })),
    pace,
  );
  return {
    total: references.size,
    done: references.size - open.reduce((sum, count) => sum + count, 0),
    refTypes,
    calls,
    paidCalls: needs.reduce((sum, need) => sum + (need.route.isPaid ? need.calls : 0), 0),
    mostPaidMore: refTypes.reduce((sum, { route, open: ids }) => sum + (route?.mayPayMore ? ids : 0), 0),
    expectedMs: schedule.lengthMs(calls),
    schedule,
  };
}

/** Whether a reference is still to be asked for. @param retryFailed counts recorded failures of the upstream as open */
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

/** How many upstream calls so many references of one type take: whole groups, and what is left over. */
export function countCalls(
  { idsPerCall, countCalls: count }: Pick<Route, 'idsPerCall' | 'countCalls'>,
  ids: number,
): number {
  const rest = ids % idsPerCall;
  return Math.floor(ids / idsPerCall) * count(idsPerCall) + (rest > 0 ? count(rest) : 0);
}
