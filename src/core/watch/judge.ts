import { HOUR_MS } from '../clock.js';
import type { Alert } from '../prices/alert.js';
import type { Look, Watch, WatchRule, WatchState } from '../prices/watch.js';

/** What a look leads to. */
export interface Judgement {
  readonly state: WatchState;
  /** Present when somebody is to be told. */
  readonly alert?: Pick<Alert, 'reason' | 'wasFen'>;
  /** Asks for another look soon, before anybody is told. */
  readonly isDoubted?: boolean;
}

/** Between two alerts of one watch. */
const QUIET_MS = 6 * HOUR_MS;
/** A base follows a higher price only when it has lasted. */
const RISE_MS = 24 * HOUR_MS;
/** Below this part of the usual price a mistake is likelier than an offer. */
const TOO_GOOD = 0.4;
/** So long a low is a low. */
const LOW_MS = 90 * 24 * HOUR_MS;
/** For a second look at a price too good to be true. */
export const SECOND_LOOK_MS = 15 * 60_000;

/** The least change that is worth a message: 2 %, or ¥1. */
export const getStep = (fen: number): number => Math.max(Math.ceil(fen * 0.02), 100);

/**
 * Decides whether a look is worth an alert. Pure: the same look and state give the same judgement.
 *
 * A crossing is told once. Worked example, a target of ¥5,000 (its step is ¥100): 5,299 · 4,899 (told) · 4,890 · 5,020 ·
 * 4,950 (not told: it was never above 5,050) · 5,299 · 4,950 (told). While it stays below, it is told again only after a
 * further step: 4,899 · 4,780 (told).
 *
 * A look that failed, and one at a product that cannot be bought, change nothing but whether it could be bought.
 */
export function judge({ rule, state, mutedUntilMs = 0 }: Judged, look: Look): Judgement {
  if (look.isBuyable === undefined) return { state };
  const { price } = look;
  if (!look.isBuyable || !price) return { state: { ...state, wasBuyable: false, looks: state.looks + 1 } };
  const known = forgetOthers(state, look);
  if (isTooGood(look, known) && known.doubtedFen === undefined && known.looks > 0) {
    return { state: { ...known, doubtedFen: price.fen }, isDoubted: true };
  }
  const seen: WatchState = {
    ...followBase(known, price.fen, look.atMs),
    looks: known.looks + 1,
    isArmed: known.isArmed || isRearmed(rule, price.fen),
    doubtedFen: undefined,
    wasBuyable: true,
    from: look.from,
    variant: look.variant ?? known.variant,
    lastFen: price.fen,
    lastAtMs: look.atMs,
  };
  // The first look only learns where the price stands; the watch's owner has been told that.
  if (known.looks === 0) return { state: { ...seen, isArmed: !isMet(rule, seen, look), toldFen: price.fen } };
  if (isQuiet(known, look) || look.atMs < mutedUntilMs || !isNews(rule, known, seen, look)) {
    return { state: seen };
  }
  return {
    state: { ...seen, isArmed: false, baseFen: price.fen, toldFen: price.fen, toldAtMs: look.atMs },
    alert: { reason: rule.kind, wasFen: rule.kind === 'drop' ? seen.baseFen : known.lastFen },
  };
}

type Judged = Pick<Watch, 'rule' | 'state' | 'mutedUntilMs'>;

/** Another source's price, and that of another variant, are not compared with this one. */
function forgetOthers(state: WatchState, { from, variant }: Look): WatchState {
  const isOther = <T>(one: T | undefined, other: T | undefined) =>
    one !== undefined && other !== undefined && one !== other;
  if (!isOther(state.from, from) && !isOther(state.variant, variant)) return state;
  return {
    ...state,
    baseFen: undefined,
    risenSinceMs: undefined,
    doubtedFen: undefined,
    toldFen: undefined,
    lastFen: undefined,
  };
}

/** A price that was believed once is not doubted again. */
function isTooGood({ price, usualFen }: Look, { lastFen }: WatchState): boolean {
  const usual = usualFen ?? lastFen;
  if (!price || usual === undefined || price.fen >= TOO_GOOD * usual) return false;
  return lastFen === undefined || price.fen <= lastFen - getStep(lastFen);
}

/** A clock that was ahead and came back must not keep anybody quiet until then. */
function isQuiet({ toldAtMs }: WatchState, { atMs }: Look): boolean {
  return toldAtMs !== undefined && atMs >= toldAtMs && atMs - toldAtMs < QUIET_MS;
}

/** Above the target by half a step: below that, a price that trembles would be told again and again. */
function isRearmed(rule: WatchRule, fen: number): boolean {
  return rule.kind === 'below' && fen > rule.fen + getStep(rule.fen) / 2;
}

function followBase(state: WatchState, fen: number, atMs: number): WatchState {
  const { baseFen, risenSinceMs } = state;
  if (baseFen === undefined) return { ...state, baseFen: fen };
  if (fen <= baseFen) return { ...state, risenSinceMs: undefined };
  if (risenSinceMs === undefined || risenSinceMs > atMs) return { ...state, risenSinceMs: atMs };
  return atMs - risenSinceMs >= RISE_MS ? { ...state, baseFen: fen, risenSinceMs: undefined } : state;
}

/** Whether the rule holds at this price, told or not. */
function isMet(rule: WatchRule, { baseFen = 0 }: WatchState, { price, lowestFen }: Look): boolean {
  const fen = price?.fen ?? Number.POSITIVE_INFINITY;
  if (rule.kind === 'below') return fen <= rule.fen;
  if (rule.kind === 'low') return lowestFen !== undefined && fen < lowestFen;
  const step = Math.max(getStep(baseFen), rule.kind === 'drop' ? Math.ceil((rule.share ?? 0) * baseFen) : 0);
  return rule.kind === 'drop' && fen <= baseFen - step;
}

/** Whether the rule holds, and nobody has been told of this crossing. */
function isNews(rule: WatchRule, before: WatchState, seen: WatchState, look: Look): boolean {
  if (rule.kind === 'stock') return before.wasBuyable === false;
  if (!isMet(rule, seen, look)) return false;
  if (rule.kind === 'drop') return true;
  const { toldFen, toldAtMs } = before;
  const fen = look.price?.fen ?? 0;
  const hasFallenFurther = toldFen !== undefined && fen <= toldFen - getStep(toldFen);
  if (rule.kind === 'below') return before.isArmed || hasFallenFurther;
  return toldAtMs === undefined || look.atMs - toldAtMs >= LOW_MS || hasFallenFurther;
}
