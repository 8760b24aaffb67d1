import { findBurstReserve, isBurstList, KEPT_FOR_PEOPLE, QUIET_WINDOWS } from './permit-burst.js';
import { getCalls } from './permit-freeze.js';
import type { BatchName } from './permit-ledger.js';
import type { PermitView } from './permit-store.js';
import type { Timing } from './permit-timing.js';

/** Most permits that are kept free for people. */
const MOST_RESERVED = 6;

/** A view, made ready for decisions. */
export interface QuotaPicture {
  readonly view: PermitView;
  readonly timing: Timing;
  /** The limit in force. */
  readonly calls: number;
  readonly frozenUntilUs: number;
}

/** What a store knew, with what it means for the limit. */
export function toPicture(view: PermitView, timing: Timing): QuotaPicture {
  return {
    view,
    timing,
    calls: getCalls(view.freeze, view.nowUs, timing),
    frozenUntilUs: view.freeze?.frozenUntilUs ?? 0,
  };
}

/**
 * Since when, or from when on, fewer than `allowed` permits are in use if nobody takes another; for 0, later.
 * @param getReturn when the last permit is free again, for 1 the one before it
 */
function getRoomUs(
  { view, timing, frozenUntilUs }: QuotaPicture,
  allowed: number,
  getReturn = (place: number) => view.permits.getReturnUs(place),
): number {
  const { nowUs, readyAtUs } = view;
  if (allowed < 1) return Math.max(nowUs, getReturn(0)) + timing.pollUs;
  return Math.max(getReturn(allowed - 1), readyAtUs, frozenUntilUs);
}

/**
 * When an interactive call may leave: as soon as any permit is free.
 * @param ahead interactive callers who came earlier and wait too
 */
export function getInteractiveUs(
  picture: QuotaPicture,
  ahead = 0,
  getReturn?: (place: number) => number,
): number {
  const { calls, timing } = picture;
  // Who waits behind a whole quota of others waits a further hold for each quota.
  const rounds = Math.floor(ahead / calls);
  return getRoomUs(picture, calls - (ahead % calls), getReturn) + rounds * timing.holdUs;
}

/**
 * When interactive callers are likely served: told to them, never acted upon.
 * @returns for the number of callers ahead of one
 */
export function createForecast(picture: QuotaPicture): (ahead: number) => number {
  const { view } = picture;
  const likely = view.permits.listLikelyReturns(view.nowUs);
  const getReturn = (place: number) => likely[place] ?? Number.NEGATIVE_INFINITY;
  return (ahead) => getInteractiveUs(picture, ahead + view.waitingElsewhere, getReturn);
}

/** What the decision about a batch call depends on besides the picture. */
export interface BatchAsk extends BatchName {
  /** The batch's own newest permit, or the newest of all when it began to wait. */
  readonly sinceNumber: number;
  readonly expectedCalls: number | undefined;
  /** Permits kept free for people. */
  readonly reserve: number;
  /** Its operator wants none kept: it takes all there are. */
  readonly batchFirst: boolean;
}

/** Whether nobody, in any process, has made an interactive call for ten windows. */
export function isQuiet({ view, timing }: QuotaPicture): boolean {
  const { lastInteractiveUs = Number.NEGATIVE_INFINITY, nowUs } = view;
  return nowUs - lastInteractiveUs > QUIET_WINDOWS * timing.windowUs;
}

/**
 * When a batch call may leave: while more than the reserve is free; at once in the first burst or when the next
 * permit comes back soon, else spread evenly until the next one comes back. While nobody chats, a list of up to three
 * quotas spreads nothing and keeps three permits for people.
 *
 * Batches take turns without knowing who waits: the more permits others took since its own last one, the earlier
 * a batch reaches for the next. The last one served waits longest, even alone, for a newcomer nobody has seen.
 *
 * Example: 100 calls a minute. A list of 1,000 takes half of the permits at once; the other half it spreads until the first
 * ones come back, a call every 1.2 s, and one permit always stays for a person who comes in between. After a minute 50 are
 * free again, and so on: 100 calls in each minute. A list of 90 takes 90 at once. One of 290, while nobody chats, takes 97 at
 * once in each of three minutes, and leaves 3.
 */
export function getBatchUs(picture: QuotaPicture, ask: BatchAsk): number {
  const { calls, timing, view } = picture;
  const { expectedCalls, batchFirst } = ask;
  const isSmall = expectedCalls !== undefined && expectedCalls <= calls - 10;
  const burst = findBurstReserve({ calls, expectedCalls, batchFirst, isQuiet: isQuiet(picture) });
  const kept = isSmall ? ask.reserve : Math.max(ask.reserve, burst ?? getLeftForPeople(picture, ask));
  const reserve = kept + view.waitingElsewhere;
  const roomUs = getRoomUs(picture, calls - reserve);
  const { missed, rivals } = view.permits.countTurns(ask, ask.sinceNumber, view.nowUs);
  // Rivals that had two turns to none of ours are small batches, which do not spread their calls: nor do we then.
  const isPassedOver = rivals > 0 && missed >= 2 * rivals;
  const courtesyUs = timing.courtesyUs * (rivals === 0 ? 1 / 4 : Math.max(0, 1 - missed / rivals));
  if (isSmall || isPassedOver || burst !== undefined) return roomUs + courtesyUs;
  const burstUs = getRoomUs(picture, Math.max(1, Math.floor(calls / 2)));
  const spreadUs = getSpreadUs(picture, Math.max(view.nowUs, roomUs), reserve);
  return Math.max(roomUs, Math.min(burstUs, spreadUs)) + courtesyUs;
}

/** What is left of the permits that a list kept for people when it went out at once, while the first of them are served. */
function getLeftForPeople({ calls, view, timing }: QuotaPicture, { expectedCalls }: BatchAsk): number {
  if (!isBurstList({ calls, expectedCalls })) return 0;
  const oldestUs = view.nowUs - timing.holdUs - timing.leaseUs;
  let served = 0;
  for (const { number, acquiredUs } of view.permits.listInteractive()) {
    if (served === KEPT_FOR_PEOPLE || acquiredUs < oldestUs) break;
    if (view.permits.isInUse(number, view.nowUs)) served += 1;
  }
  return served > 0 ? KEPT_FOR_PEOPLE - served : 0;
}

/** The spreading rule, evaluated for the moment `fromUs`, at which more than the reserve is free. */
function getSpreadUs({ view, timing, calls }: QuotaPicture, fromUs: number, reserve: number): number {
  const { permits, nowUs } = view;
  const nextUs = permits.getNextReturnUs(fromUs, nowUs);
  const lastUs = permits.getLastBatchUs(nowUs);
  if (!Number.isFinite(nextUs) || !Number.isFinite(lastUs)) return Number.NEGATIVE_INFINITY;
  const free = calls - permits.countInUse(fromUs);
  const evenUs = lastUs + (nextUs - lastUs) / (free - reserve + 1);
  return Math.min(nextUs - timing.windowUs / calls, evenUs);
}

/** For each number of interactive calls within a thirtieth of the window: when it was last reached. */
export type Peaks = readonly number[];

/**
 * Adds what a view shows; older peaks are remembered, because stores forget old permits.
 * @param sinceNumber the newest that was seen before
 */
export function updatePeaks(peaks: Peaks, view: PermitView, timing: Timing, sinceNumber = -1): Peaks {
  const times = listTimes(view, sinceNumber);
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

/** When people took permits since then, and as many before as may belong to them. */
function listTimes({ permits }: PermitView, sinceNumber: number): number[] {
  const times: number[] = [];
  let before = 0;
  for (const { number, acquiredUs } of permits.listInteractive()) {
    if (number <= sinceNumber) before += 1;
    // Without a new one nothing has changed.
    if (before > 0 && (times.length === 0 || before > MOST_RESERVED)) break;
    times.push(acquiredUs);
  }
  return times.reverse();
}

/** How many permits batches leave free: 1 when nobody chats, as many as chats took together within ten windows. */
export function getReserve(peaks: Peaks, picture: QuotaPicture): number {
  const { timing, view, calls } = picture;
  const recent = peaks.findLastIndex(
    (atUs) => atUs !== undefined && atUs > view.nowUs - QUIET_WINDOWS * timing.windowUs,
  );
  // At least half of a small quota stays for batches.
  return Math.min(Math.max(1, recent), Math.floor(calls / 2));
}
