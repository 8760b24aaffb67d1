import { CHINA_OFFSET_MS, DAY_MS, MINUTE_MS } from '../../clock.js';
import { formatDayNumber, toDay } from '../../prices/timeline.js';
import { MINUTES_PER_DAY } from '../../prices/track.js';
import { MONTHS } from '../../words/en-values.js';

export const WIDTH = 840;
export const HEIGHT = 420;
export const PLOT = { left: 84, right: 816, top: 56, bottom: 372 };
/** Longer charts tell the year. */
const YEARLY_DAYS = 330;

/** Where a time and an amount stand on the picture. */
export interface Scale {
  readonly startMinute: number;
  readonly endMinute: number;
  readonly days: number;
  readonly x: (minute: number) => number;
  readonly y: (fen: number) => number;
  readonly lowFen: number;
  readonly highFen: number;
}

/** @param amounts everything that is drawn, in fen: from the lowest to the highest, and some room */
export function createScale(startMinute: number, endMinute: number, amounts: readonly number[]): Scale {
  const low = amounts.length > 0 ? Math.min(...amounts) : 0;
  const high = amounts.length > 0 ? Math.max(...amounts) : 100;
  // A single price has no range of its own; a tenth of it keeps the line in the middle.
  const margin = high > low ? (high - low) * 0.1 : Math.max(high * 0.1, 1);
  const lowFen = Math.max(0, low - margin);
  const highFen = high + margin;
  const share = (value: number, from: number, to: number) => (value - from) / (to - from);
  return {
    startMinute,
    endMinute,
    days: (endMinute - startMinute) / MINUTES_PER_DAY,
    lowFen,
    highFen,
    x: (minute) => PLOT.left + Math.max(0, share(minute, startMinute, endMinute)) * (PLOT.right - PLOT.left),
    y: (fen) => PLOT.bottom - share(fen, lowFen, highFen) * (PLOT.bottom - PLOT.top),
  };
}

export const round = (value: number): number => Math.round(value * 10) / 10;

/** @param attributes of SVG, as text */
export const drawText = (x: number, y: number, words: string, attributes = ''): string =>
  `<text x="${round(x)}" y="${round(y)}" ${attributes}>${words}</text>`;

/** `¥5,299` or `¥15.60`. */
export function formatFen(fen: number): string {
  const digits = fen % 100 === 0 ? 0 : 2;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `¥${(fen / 100).toLocaleString('en-US', options)}`;
}

/** The room next to the plot takes seven digits. */
const formatTick = (fen: number) =>
  fen < 100_000_000 ? formatFen(fen) : `¥${(fen / 100_000_000).toLocaleString('en-US')}M`;

/** `17 Jun`, with the year on a long chart. */
export function formatDate(day: number, { days }: Pick<Scale, 'days'>): string {
  const date = new Date(day * DAY_MS);
  const words = `${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`;
  return days < YEARLY_DAYS ? words : `${words} ${date.getUTCFullYear()}`;
}

/** Prices on the left, days below. */
export function drawAxes(scale: Scale): string[] {
  const prices = listTicks(scale.lowFen, scale.highFen).map((fen) => {
    const y = round(scale.y(fen));
    return (
      `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="#e8eaed"/>` +
      drawText(PLOT.left - 8, y + 4, formatTick(fen), 'text-anchor="end"')
    );
  });
  return [...prices, ...drawDates(scale)];
}

function drawDates(scale: Scale): string[] {
  const firstDay = toDay(scale.startMinute) + 1;
  const step = Math.max(1, Math.ceil((toDay(scale.endMinute) - firstDay) / 6));
  const dates: string[] = [];
  for (let day = firstDay; day <= toDay(scale.endMinute); day += step) {
    const x = scale.x(day * MINUTES_PER_DAY - CHINA_OFFSET_MS / MINUTE_MS);
    const words = step > 100 ? formatDayNumber(day).slice(0, 7) : formatDate(day, { days: 0 });
    if (x < PLOT.right - 20) dates.push(drawText(x, PLOT.bottom + 20, words, 'text-anchor="middle"'));
  }
  return dates;
}

/** About five round amounts, in fen. */
function listTicks(low: number, high: number): number[] {
  const rough = (high - low) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough) ?? rough;
  const whole = Math.max(1, Math.round(step));
  const ticks: number[] = [];
  for (let fen = Math.ceil(low / whole) * whole; fen <= high; fen += whole) ticks.push(fen);
  return ticks;
}
