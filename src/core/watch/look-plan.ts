import { hash } from 'node:crypto';
import { DAY_MS } from '../clock.js';
import { getIdsPerCall, isPaid, type Upstream } from '../lookup/upstream.js';
import type { GetUpstream } from '../lookup/upstream-finder.js';
import type { CallBudget, LookCount, LookOrigin, WatchedLook } from '../state/history/watch-store.js';
import { getInterval, getNextDue, LONGEST_INTERVAL_MS } from './schedule.js';

/** What the operator allows looks to take. */
export interface LookLimits {
  /** 0 to 1: how much of a quota looks may take. */
  readonly share: number;
  /** How many paid looks a day; undefined: none at all. */
  readonly paidDaily?: number;
  /** The least time between two looks at a product, instead of the usual ones. */
  readonly leastMs?: number;
}

/** Looks that travel in one call; without an upstream, nobody can be asked about them now. */
export interface LookGroup {
  readonly upstream?: Upstream;
  readonly looks: WatchedLook[];
}

/**
 * As many ids of one kind as a call of their upstream may hold. What is not due yet fills a call that is made anyway, once
 * three quarters of its time have passed; never what has been asked about in this sweep.
 */
export function groupLooks(
  taken: readonly WatchedLook[],
  getUpstream: GetUpstream,
  { nowMs, made }: { readonly nowMs: number; readonly made: ReadonlySet<string> },
): { readonly groups: readonly LookGroup[]; readonly early: readonly WatchedLook[] } {
  const groups: LookGroup[] = [];
  const early: WatchedLook[] = [];
  for (const look of taken) {
    const upstream = findUpstream(look, getUpstream);
    const open = groups.find((group) => group.upstream === upstream && hasRoom(group, look));
    const isMade = made.has(nameLook(look));
    const isEarly = isMade || (look.dueMs > nowMs && look.dueMs <= nowMs + LONGEST_INTERVAL_MS);
    if (open && !isMade && (!isEarly || nowMs - look.seenMs >= EARLIEST * (look.dueMs - look.seenMs))) {
      open.looks.push(look);
    } else if (isEarly) early.push(look);
    else groups.push({ upstream, looks: [look] });
  }
  return { groups, early };
}

/** Tells looks apart. */
export const nameLook = ({ platform, id, source }: Pick<WatchedLook, 'platform' | 'id' | 'source'>): string =>
  `${platform} ${source} ${id}`;

const EARLIEST = 0.75;

function hasRoom(
  { upstream, looks: [first, ...others] }: LookGroup,
  { idType, source }: WatchedLook,
): boolean {
  const room = upstream ? getIdsPerCall(upstream, 'summary', idType) : Number.POSITIVE_INFINITY;
  return others.length + 1 < room && first?.idType === idType && first?.source === source;
}

/** Who answers about a look; undefined where this process has nobody to ask. */
export function findUpstream(
  { platform, source, idType }: LookOrigin & Pick<WatchedLook, 'idType'>,
  getUpstream: GetUpstream,
): Upstream | undefined {
  try {
    return getUpstream(platform, { source: source || undefined, idType });
  } catch {
    // It is for a process that can ask somebody.
    return undefined;
  }
}

/** How many upstream calls a look at all of them takes. */
export const countCalls = (upstream: Upstream, looks: readonly WatchedLook[]): number =>
  upstream.connection.callsPerGroup?.('summary', looks.length, looks[0]?.idType) ?? 1;

/** Undefined where calls cost money that nobody has allowed. */
export function findBudget(upstream: Upstream, { share, paidDaily }: LookLimits): CallBudget | undefined {
  if (isPaid(upstream)) return paidDaily ? { name: 'paid', calls: paidDaily, windowMs: DAY_MS } : undefined;
  const { calls, windowMs } = upstream.limit;
  return { name: upstream.identity, calls: Math.max(1, Math.floor(calls * share)), windowMs };
}

/** Whom this process can ask, and may. */
export const listOrigins = (
  counts: readonly LookCount[],
  getUpstream: GetUpstream,
  canAsk: (upstream: Upstream) => boolean,
): LookOrigin[] =>
  counts.flatMap(({ platform, source }) => {
    const origin = { platform, source };
    const upstream = findUpstream(origin, getUpstream);
    return upstream && canAsk(upstream) ? [origin] : [];
  });

/** How many products each upstream is to be asked about. */
export function countByUpstream(
  counts: readonly LookCount[],
  getUpstream: GetUpstream,
): ReadonlyMap<Upstream, number> {
  const products = new Map<Upstream, number>();
  for (const { count, ...place } of counts) {
    const upstream = findUpstream(place, getUpstream);
    if (upstream) products.set(upstream, (products.get(upstream) ?? 0) + count);
  }
  return products;
}

/** The time between two looks at a product, however long that is. */
export function getIntervalOf(
  upstream: Upstream,
  idType: string | undefined,
  products: number,
  { share, paidDaily, leastMs }: LookLimits,
): number {
  return getInterval({
    products,
    idsPerCall: getIdsPerCall(upstream, 'summary', idType),
    ...upstream.limit,
    share,
    leastMs,
    paidDaily: isPaid(upstream) ? (paidDaily ?? 0) : undefined,
  });
}

/** When a product is due again after a look; without an upstream in a day. */
export function getNextLook(
  look: WatchedLook,
  seenMs: number,
  upstream: Upstream | undefined,
  { products, limits }: { readonly products: ReadonlyMap<Upstream, number>; readonly limits: LookLimits },
): number {
  const interval = upstream
    ? getIntervalOf(upstream, look.idType, products.get(upstream) ?? 1, limits)
    : LONGEST_INTERVAL_MS;
  return getNextDue(seenMs, Math.min(interval, LONGEST_INTERVAL_MS), toPlace(look));
}

/** The same for a product each time, spread evenly over products. */
function toPlace({ platform, id }: WatchedLook): number {
  return hash('sha256', `${platform} ${id}`, 'buffer').readUInt32BE(0) / 2 ** 32;
}
