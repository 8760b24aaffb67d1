import type { Upstream } from '../lookup/upstream.js';
import type { Alert } from '../prices/alert.js';
import { type DueTimes, type LookOrigin, nameOrigin, type TakeTimes } from '../state/history/watch-store.js';
import {
  countByUpstream,
  countCalls,
  findBudget,
  groupLooks,
  type LookGroup,
  listOrigins,
  nameLook,
} from './look-plan.js';
import { makeLooks, mayAsk, type SweepContext, type SweepCount, type SweepParts } from './make-looks.js';
import { LONGEST_INTERVAL_MS } from './schedule.js';
import { judgeSeen } from './seen-looks.js';

/** What a sweep did. */
export type SweepReport = Readonly<Omit<SweepCount, 'alerts'>> & { readonly alerts: readonly Alert[] };

export interface SweepOptions {
  /** Most upstream calls of this sweep. */
  readonly maxCalls?: number;
  /** Waits until looks may take calls again; without it they are left to the next sweep. */
  readonly wait?: (ms: number) => Promise<void>;
  /** Only what this is asked about; whatever this process has somebody to ask for unless given. */
  readonly origin?: LookOrigin;
}

const CHUNK = 100;
/** A runner that died with looks in its hands gives them back after this. */
const LEASE_MS = 10 * 60_000;
const SOON_MS = 15 * 60_000;
/** No look is due later than this: if one is, the clock was ahead. */
const LATEST_MS = 2 * LONGEST_INTERVAL_MS;
/** A sweep waits no longer than this for calls; the next one goes on. */
const LONGEST_WAIT_MS = 5 * 60_000;

type Whose = Pick<DueTimes, 'origins' | 'orphanedMs'>;

export const toDueTimes = (nowMs: number, whose: Whose): DueTimes => ({
  ...whose,
  nowMs,
  latestMs: nowMs + LATEST_MS,
});

const toTakeTimes = (nowMs: number, whose: Whose): TakeTimes => ({
  ...toDueTimes(nowMs, whose),
  soonMs: nowMs + SOON_MS,
  leaseMs: LEASE_MS,
});

/**
 * Looks once at everything that is due, one look for all who watch a product, and judges what it brought. Several runners
 * may sweep at once: none looks at what another has taken, and together they keep to their share of the quota.
 */
export async function sweep(
  parts: SweepParts & Pick<DueTimes, 'orphanedMs'>,
  options: SweepOptions = {},
): Promise<SweepReport> {
  const counts = await parts.store.countLooks();
  const products = countByUpstream(counts, parts.getUpstream);
  const canAsk = (upstream: Upstream) => mayAsk(upstream, parts);
  const listOpen = () => listOwn(listOrigins(counts, parts.getUpstream, canAsk), options);
  const count: SweepCount = { looks: 0, calls: 0, failed: 0, isBehind: false, alerts: [] };
  const { maxCalls = Number.POSITIVE_INFINITY } = options;
  const context = {
    parts,
    orphanedMs: parts.orphanedMs,
    listOpen,
    products,
    count,
    maxCalls,
    made: new Set<string>(),
  };
  await judgeSeen(context);
  for (;;) {
    const pauseMs = await lookAtDue(context);
    if (pauseMs === 0 || isOver(context) || !options.wait || pauseMs > LONGEST_WAIT_MS) {
      count.isBehind ||= pauseMs > 0 || isOver(context);
      return count;
    }
    await options.wait(pauseMs);
  }
}

const listOwn = (origins: readonly LookOrigin[], { origin }: SweepOptions) =>
  origin ? origins.filter((one) => nameOrigin(one) === nameOrigin(origin)) : origins;

const isOver = ({ parts: { signal }, count, maxCalls }: SweepContext) =>
  count.isBehind || count.calls >= maxCalls || signal?.aborted === true;

/** @returns 0 when nothing more is due, else how long until looks may take calls again */
async function lookAtDue(context: SweepContext): Promise<number> {
  const { parts, orphanedMs, listOpen, made } = context;
  const { store, now, getUpstream } = parts;
  let pauseMs = 0;
  while (!isOver(context)) {
    const takenMs = now();
    const taken = await store.takeDue(toTakeTimes(takenMs, { origins: listOpen(), orphanedMs }), CHUNK);
    const { groups, early } = groupLooks(taken, getUpstream, { nowMs: takenMs, made });
    if (early.length > 0) await store.giveBack(early);
    if (groups.length === 0) break;
    for (const [at, group] of groups.entries()) {
      const isLate = now() - takenMs > LEASE_MS / 2;
      const looking = isLate ? leave(group, context) : lookAtGroup(group, context);
      const ownMs = await looking.catch((error: unknown) => dropFrom(groups.slice(at), error, context));
      pauseMs = Math.min(pauseMs || ownMs, ownMs || pauseMs);
    }
  }
  return pauseMs;
}

/** What a sweep that fails has taken, others need not wait for. @throws what it failed for */
async function dropFrom(
  groups: readonly LookGroup[],
  error: unknown,
  { parts: { store } }: SweepContext,
): Promise<never> {
  await store.giveBack(groups.flatMap(({ looks }) => looks)).catch(() => undefined);
  throw error;
}

/** Due as before, for the next turn: others may take it soon. */
async function leave({ looks }: LookGroup, { parts }: SweepContext): Promise<0> {
  await parts.store.giveBack(looks);
  return 0;
}

/** For others, or for a later sweep of this process: it cannot ask now. */
async function pass(group: LookGroup, context: SweepContext): Promise<0> {
  for (const look of group.looks) context.made.add(nameLook(look));
  return leave(group, context);
}

/** @returns 0, or how long until there are calls for it */
async function lookAtGroup(group: LookGroup, context: SweepContext): Promise<number> {
  const { parts, count, maxCalls } = context;
  const { upstream, looks } = group;
  const isOpen = upstream && mayAsk(upstream, parts);
  if (upstream && !isOpen && looks.some(({ dueMs }) => dueMs > context.orphanedMs))
    return pass(group, context);
  const calls = isOpen ? countCalls(upstream, looks) : 0;
  if (isOver(context) || count.calls + calls > maxCalls) {
    count.isBehind = true;
    return leave(group, context);
  }
  const budget = isOpen ? findBudget(upstream, parts.limits) : undefined;
  const pauseMs = budget ? await parts.store.takeCalls(budget, calls, parts.now()) : 0;
  if (pauseMs > 0) await parts.store.giveBack(looks, parts.now() + pauseMs);
  else await makeLooks(group, budget && { ...budget, taken: calls }, context);
  return pauseMs;
}
