import { CHINA_OFFSET_MS } from '../clock.js';

/** How numbers and times are written, where both languages agree or differ by a word only. */

/** Fen as `¥5,299` or `¥15.60`: no decimals or two. */
export function formatMoney(fen: number): string {
  const yuan = (Math.abs(fen) / 100).toFixed(fen % 100 === 0 ? 0 : 2);
  return `¥${fen < 0 ? '-' : ''}${groupDigits(yuan)}`;
}

/** `1,240`: of what is exact, with up to three decimals. */
export function formatExact(count: number): string {
  return groupDigits(String(Number.isInteger(count) ? count : Math.round(count * 1000) / 1000));
}

/** `toLocaleString` says the same, and loads 10 ms of tables the first time. */
const groupDigits = (digits: string) => digits.replace(/\B(?<!\.\d*)(?=(?:\d{3})+(?!\d))/g, ',');

/** Cuts to one decimal, which is left out where it is 0: 19,999 in units of 10,000 is `1.9`. */
export function cutToUnit(count: number, unit: number): string {
  return formatExact(Math.floor((count / unit) * 10 + 1e-6) / 10);
}

/** A share of a hundred as `81%`, with a decimal where there is one. */
export function formatPercent(percent: number): string {
  return `${formatExact(Math.round(percent * 100) / 100)}%`;
}

/** A point in time by the clocks of China. */
export interface LocalTime {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly day: number;
  /** Such as `14:03`. */
  readonly clock: string;
}

/** @param atMs milliseconds since 1970 */
export function toLocalTime(atMs: number): LocalTime {
  const text = new Date(atMs + CHINA_OFFSET_MS).toISOString();
  const [year = 0, month = 0, day = 0] = text.slice(0, 10).split('-').map(Number);
  return { year, month, day, clock: text.slice(11, 16) };
}

/** Milliseconds in the two largest units that say enough: 90 s, 14 min, 2 h 5 min, 3 days; never 0. */
export interface DurationParts {
  readonly days?: number;
  readonly hours?: number;
  readonly minutes?: number;
  readonly seconds?: number;
}

/** The two largest units of a duration, rounded up. */
export function toDurationParts(ms: number): DurationParts {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 90) return { seconds };
  const minutes = Math.ceil(seconds / 60);
  if (minutes < 120) return { minutes };
  if (minutes < 48 * 60) return { hours: Math.floor(minutes / 60), minutes: minutes % 60 };
  return { days: Math.ceil(minutes / (24 * 60)) };
}
