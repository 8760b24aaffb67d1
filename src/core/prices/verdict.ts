import type { RecordedKind } from './observation.js';
import { type DayPrice, formatDayNumber } from './timeline.js';

/** How a price compares with what was seen before; `unknown` where too little was seen. */
export const VERDICTS = ['unknown', 'flat', 'lowest', 'good', 'usual', 'high'] as const;
export type Verdict = (typeof VERDICTS)[number];

/** What the last days were like, today included. */
export interface Window {
  readonly days: number;
  /** On how many of them a price is known. */
  readonly coveredDays: number;
  readonly lowest?: { readonly fen: number; readonly kind: RecordedKind; readonly date: string };
  /** Integer fen; of an even number of days the mean of the two in the middle, rounded. */
  readonly medianFen?: number;
  /** 0 to 1: the part of the covered days that were cheaper than now. Absent where the present price is not known. */
  readonly cheaperShare?: number;
  /** 0 to 1: the part of the covered days that were dearer than now. */
  readonly dearerShare?: number;
}

export const WINDOW_DAYS = [30, 90, 365] as const;
const JUDGED_DAYS = 90;
const MIN_COVERED_DAYS = 14;
const NEAR_LOWEST = 1.05;
const FEW = 0.8;

/** @param today day number in GMT+8; @param nowFen the present price, undefined where it is not known */
export function toWindow(
  days: readonly DayPrice[],
  length: number,
  today: number,
  nowFen: number | undefined,
): Window {
  const covered = days.filter(({ day }) => day > today - length && day <= today);
  const lowest = covered.reduce<DayPrice | undefined>(
    (best, one) => (best && best.fen <= one.fen ? best : one),
    undefined,
  );
  if (!lowest) return { days: length, coveredDays: 0 };
  const share = (isCounted: (fen: number) => boolean) =>
    covered.filter(({ fen }) => isCounted(fen)).length / covered.length;
  return {
    days: length,
    coveredDays: covered.length,
    lowest: { fen: lowest.fen, kind: lowest.kind, date: formatDayNumber(lowest.day) },
    medianFen: toMedian(covered.map(({ fen }) => fen)),
    ...(nowFen !== undefined && {
      cheaperShare: share((fen) => fen < nowFen),
      dearerShare: share((fen) => fen > nowFen),
    }),
  };
}

function toMedian(amounts: readonly number[]): number {
  const sorted = amounts.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? 0;
  return Number.isInteger(half) ? Math.round(((sorted[half - 1] ?? upper) + upper) / 2) : upper;
}

/**
 * Judges the present price by the last 90 days; never by the list price, which is what a shop likes to claim. Worked
 * example: 76 covered days, 4,699 at the lowest, 5,299 now, 81 % of the days dearer: `good`, because cheaper than 80 %.
 */
export function getVerdict(days: readonly DayPrice[], today: number, nowFen: number | undefined): Verdict {
  const {
    coveredDays,
    lowest,
    medianFen = 0,
    cheaperShare = 0,
    dearerShare = 0,
  } = toWindow(days, JUDGED_DAYS, today, nowFen);
  if (nowFen === undefined || !lowest || coveredDays < MIN_COVERED_DAYS) return 'unknown';
  if (cheaperShare === 0 && dearerShare === 0) return 'flat';
  if (nowFen <= lowest.fen) return 'lowest';
  const isNearLowest = nowFen <= medianFen && nowFen <= NEAR_LOWEST * lowest.fen;
  if (isNearLowest || dearerShare >= FEW) return 'good';
  return cheaperShare >= FEW ? 'high' : 'usual';
}
