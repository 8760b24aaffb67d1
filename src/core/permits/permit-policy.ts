import { getCalls } from './permit-freeze.js';
import type { HeldPermit, PermitView } from './permit-store.js';
import type { Timing } from './permit-timing.js';

/** Most permits that are kept free for people. */
const MOST_RESERVED = 6;

/** When the permit is free again, as far as is known: an unanswered call counts until its lease is over. */
export function getReturnUs(permit: HeldPermit, timing: Timing): number {
  if (permit.void) return Number.NEGATIVE_INFINITY;
  const holdUs = Math.max(timing.holdUs, permit.holdUs);
  return (permit.answeredUs ?? permit.acquiredUs + timing.leaseUs) + holdUs;
}

/** The same, but a call on its way counts as answered at once, unless that would be over by now. */
function getLikelyReturnUs(permit: HeldPermit, nowUs: number, timing: Timing): number {
  const likelyUs = permit.acquiredUs + Math.max(timing.holdUs, permit.holdUs);
  if (permit.void || permit.answeredUs !== undefined || likelyUs <= nowUs) return getReturnUs(permit, timing);
  return likelyUs;
}

/** A view, made ready for decisions. */
export interface QuotaPicture {
  readonly view: PermitView;
  readonly timing: Timing;
  /** The limit in force. */
  readonly calls: number;
  readonly inUse: readonly HeldPermit[];
  /** When permits are free again, the latest first; past returns too. */
  readonly returnsUs: Float64Array;
  readonly frozenUntilUs: number;
}

export function toPicture(view: PermitView, timing: Timing): QuotaPicture {
  const returnsUs = new Float64Array(view.permits.length);
  const inUse = view.permits.filter((permit, index) => {
    const returnUs = getReturnUs(permit, timing);
    returnsUs[index] = returnUs;
    return returnUs > view.nowUs;
  });
  returnsUs.sort().reverse();
  return {
    view,
    timing,
    calls: getCalls(view.freeze, view.nowUs, timing),
    inUse,
    returnsUs,
    frozenUntilUs: view.freeze?.frozenUntilUs ?? 0,
  };
}

function countAbove(descending: Float64Array, limitUs: number): number {
  let count = 0;
  while (count < descending.length && (descending[count] ?? 0) > limitUs) count += 1;
  return count;
}

/** Since when, or from when on, fewer than `allowed` permits are in use if nobody takes another; for 0, later. */
function getRoomUs(picture: QuotaPicture, allowed: number): number {
  const { nowUs } = picture.view;
  if (allowed < 1) return Math.max(nowUs, picture.returnsUs[0] ?? nowUs) + picture.timing.pollUs;
  const roomUs = picture.returnsUs[allowed - 1] ?? Number.NEGATIVE_INFINITY;
  return Math.max(roomUs, picture.view.readyAtUs, picture.frozenUntilUs);
}

/**
 * When an interactive call may leave: as soon as any permit is free.
 * @param ahead interactive callers who came earlier and wait too
 */
export function getInteractiveUs(picture: QuotaPicture, ahead = 0): number {
  const { calls, timing } = picture;
  // Who waits behind a whole quota of others waits a further hold for each quota.
  const rounds = Math.floor(ahead / calls);
  return getRoomUs(picture, calls - (ahead % calls)) + rounds * timing.holdUs;
}

/** When the interactive caller behind `ahead` others is likely served: told to the caller, never acted upon. */
export function getLikelyInteractiveUs(picture: QuotaPicture, ahead: number): number {
  const { view, timing } = picture;
  const likely = view.permits.map((permit) => getLikelyReturnUs(permit, view.nowUs, timing));
  const returnsUs = Float64Array.from(likely).sort().reverse();
  return getInteractiveUs({ ...picture, returnsUs }, ahead + view.waitingElsewhere);
}

/** What the decision about a batch call depends on beside the picture. */
export interface BatchAsk {
  readonly kind: string;
  readonly pid: number;
  /** The batch's own newest permit, or the newest of all when it began to wait. */
  readonly sinceNumber: number;
  readonly expectedCalls: number | undefined;
  /** Permits kept free for people. */
  readonly reserve: number;
}

/**
 * When a batch call may leave: while more than the reserve is free; at once in the first burst or when the next
 * permit comes back soon, else spread evenly until the next one comes back.
 *
 * Batches take turns without knowing who waits: the more permits others took since its own last one, the earlier
 * a batch reaches for the next. The last one served waits longest, even alone, for a newcomer nobody has seen.
 */
export function getBatchUs(picture: QuotaPicture, ask: BatchAsk): number {
  const { calls, timing, view } = picture;
  const reserve = ask.reserve + view.waitingElsewhere;
  const roomUs = getRoomUs(picture, calls - reserve);
  const { missed, rivals } = countTurns(picture, ask);
  const isSmall = ask.expectedCalls !== undefined && ask.expectedCalls <= calls - 10;
  // Rivals that had two turns to none of ours are small batches, which do not spread their calls: nor do we then.
  const isPassedOver = rivals > 0 && missed >= 2 * rivals;
  const courtesyUs = timing.courtesyUs * (rivals === 0 ? 1 / 4 : Math.max(0, 1 - missed / rivals));
  if (isSmall || isPassedOver) return roomUs + courtesyUs;
  const burstUs = getRoomUs(picture, Math.max(1, Math.floor(calls / 2)));
  const spreadUs = getSpreadUs(picture, Math.max(view.nowUs, roomUs), reserve);
  return Math.max(roomUs, Math.min(burstUs, spreadUs)) + courtesyUs;
}

/** The spreading rule, evaluated for the moment `fromUs`, at which more than the reserve is free. */
function getSpreadUs(picture: QuotaPicture, fromUs: number, reserve: number): number {
  const { view, timing, calls, returnsUs, inUse } = picture;
  let nextUs = Number.POSITIVE_INFINITY;
  let lastUs = Number.NEGATIVE_INFINITY;
  for (const permit of inUse) {
    if (permit.kind !== 'i') lastUs = Math.max(lastUs, permit.acquiredUs);
    const likelyUs = getLikelyReturnUs(permit, view.nowUs, timing);
    if (likelyUs > fromUs) nextUs = Math.min(nextUs, likelyUs);
    else if (getReturnUs(permit, timing) > fromUs) nextUs = fromUs;
  }
  if (!Number.isFinite(nextUs) || !Number.isFinite(lastUs)) return Number.NEGATIVE_INFINITY;
  const free = calls - countAbove(returnsUs, fromUs);
  const evenUs = lastUs + (nextUs - lastUs) / (free - reserve + 1);
  return Math.min(nextUs - timing.windowUs / calls, evenUs);
}

interface Turns {
  /** Permits that other batches took since this one's last. */
  readonly missed: number;
  /** How many other batches were at work at once. */
  readonly rivals: number;
}

function countTurns({ inUse }: QuotaPicture, ask: BatchAsk): Turns {
  const spans = new Map<string, { readonly first: number; last: number }>();
  let missed = 0;
  for (const { number, kind, pid } of inUse) {
    if (kind === 'i' || (kind === ask.kind && pid === ask.pid)) continue;
    if (number > ask.sinceNumber) missed += 1;
    const span = spans.get(`${pid} ${kind}`);
    if (span) span.last = number;
    else spans.set(`${pid} ${kind}`, { first: number, last: number });
  }
  const others = [...spans.values()];
  // Batches that followed each other are one rival: what counts is how many spans hold the same number.
  const together = others.map(
    ({ first }) => others.filter((o) => o.first <= first && first <= o.last).length,
  );
  return { missed, rivals: Math.max(0, ...together) };
}

/** For each number of interactive calls within a thirtieth of the window: when it was last reached. */
export type Peaks = readonly number[];

/** Adds what a view shows; older peaks are remembered, because stores forget old permits. */
export function updatePeaks(peaks: Peaks, view: PermitView, timing: Timing): Peaks {
  const times = view.permits
    .filter((permit) => permit.kind === 'i' && !permit.void)
    .map((permit) => permit.acquiredUs);
  if (times.length === 0) return peaks;
  const next = [...peaks];
  let first = 0;
  times.forEach((atUs, index) => {
    while (atUs - (times[first] ?? atUs) > timing.windowUs / 30) first += 1;
    const together = Math.min(MOST_RESERVED, index - first + 1);
    next[together] = Math.max(next[together] ?? atUs, atUs);
  });
  return next;
}

/** How many permits batches leave free: 1 when nobody chats, as many as chats took together within ten windows. */
export function getReserve(peaks: Peaks, picture: QuotaPicture): number {
  const { timing, view, calls } = picture;
  const recent = peaks.findLastIndex(
    (atUs) => atUs !== undefined && atUs > view.nowUs - 10 * timing.windowUs,
  );
  // At least half of a small quota stays for batches.
  return Math.min(Math.max(1, recent), Math.floor(calls / 2));
}
