import type { RecordedKind } from './observation.js';
import { RECORDED_KINDS } from './observation.js';
import type { PriceReport } from './report.js';
import { formatDayNumber, type Tracks, toDay } from './timeline.js';
import { MAX_GAP_MINUTES, MINUTES_PER_DAY, type Span, toSpans } from './track.js';

export interface ChartOptions {
  readonly days: number;
  /** Wall clock, milliseconds. */
  readonly nowMs: number;
  /** A target price, drawn as a dashed line. */
  readonly targetFen?: number;
}

/** Only Latin letters: the font that ships with the PNG has no others. */
const KIND_NAMES: Readonly<Record<RecordedKind, string>> = {
  list: 'list',
  sale: 'sale',
  coupon: 'after coupon',
  group: 'group',
  single: 'solo',
  member: 'member',
};
const KIND_COLOURS: Readonly<Record<RecordedKind, string>> = {
  list: '#9aa0a6',
  sale: '#1a73e8',
  coupon: '#d93025',
  group: '#188038',
  single: '#e37400',
  member: '#9334e6',
};
/** A broad band behind the lines, so that it hides none of them. */
const SHOWN_STROKE = 'stroke="#c3c7cc" stroke-width="10"';
const WIDTH = 840;
const HEIGHT = 420;
const PLOT = { left: 84, right: 816, top: 56, bottom: 372 };
/** Lines of different kinds at one price are drawn this far apart. */
const APART_PX = 4;
const MS_PER_MINUTE = 60_000;

interface Scale {
  readonly startMinute: number;
  readonly endMinute: number;
  readonly x: (minute: number) => number;
  readonly y: (fen: number) => number;
  readonly lowFen: number;
  readonly highFen: number;
}

/**
 * A step chart as SVG: each kind of price in a colour, the shown price a broad band behind them, the lowest one marked, and
 * stretches in which nothing was seen in grey. On white, so that it reads the same on a dark screen.
 */
export function drawChart(
  { stretches, windows }: Pick<PriceReport, 'stretches' | 'windows'>,
  tracks: Tracks,
  { days, nowMs, targetFen }: ChartOptions,
): string {
  const endMinute = Math.floor(nowMs / MS_PER_MINUTE);
  const startMinute = endMinute - days * MINUTES_PER_DAY;
  const kinds = RECORDED_KINDS.flatMap((kind) => {
    const spans = toSpans(tracks.get(kind) ?? []).filter(({ last }) => last >= startMinute);
    return spans.some(({ value }) => value !== null) ? [{ kind, spans }] : [];
  });
  const shown = stretches.filter(({ last }) => last >= startMinute);
  const amounts = kinds.flatMap(({ spans }) => spans.flatMap(({ value }) => value ?? []));
  const scale = createScale(
    startMinute,
    endMinute,
    targetFen === undefined ? amounts : [...amounts, targetFen],
  );
  const parts = [
    ...drawUnseen(tracks, scale),
    ...drawAxes(scale),
    drawSteps(
      shown.map((one) => ({ ...one, value: one.fen })),
      scale,
      () => 0,
      SHOWN_STROKE,
    ),
    ...kinds.map(({ kind, spans }, index) => drawKind(kind, spans, kinds.slice(0, index), scale)),
    ...drawLegend(kinds.map(({ kind }) => kind)),
    ...(targetFen === undefined ? [] : drawTarget(targetFen, scale)),
    ...drawLowest(windows, shown, scale),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
    `font-family="DejaVu Sans, sans-serif" font-size="13" fill="#5f6368">` +
    `<rect width="100%" height="100%" fill="#ffffff"/>${parts.join('')}</svg>`
  );
}

function createScale(startMinute: number, endMinute: number, amounts: readonly number[]): Scale {
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
    lowFen,
    highFen,
    x: (minute) => PLOT.left + Math.max(0, share(minute, startMinute, endMinute)) * (PLOT.right - PLOT.left),
    y: (fen) => PLOT.bottom - share(fen, lowFen, highFen) * (PLOT.bottom - PLOT.top),
  };
}

const round = (value: number) => Math.round(value * 10) / 10;
const text = (x: number, y: number, words: string, attributes = '') =>
  `<text x="${round(x)}" y="${round(y)}" ${attributes}>${words}</text>`;

/** `¥5,299` or `¥15.60`. */
function formatFen(fen: number): string {
  const digits = fen % 100 === 0 ? 0 : 2;
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return `¥${(fen / 100).toLocaleString('en-US', options)}`;
}

/** `17 Jun`. */
const formatDate = (day: number) =>
  new Date(day * 86_400_000).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });

function drawUnseen(tracks: Tracks, scale: Scale): string[] {
  const seen = [...new Set([...tracks.values()].flatMap((points) => points.map(({ minute }) => minute)))];
  const edges = [scale.startMinute, ...seen.filter((minute) => minute > scale.startMinute), scale.endMinute];
  edges.sort((a, b) => a - b);
  // What was seen before the chart begins still holds at its edge.
  const isCoveredAtStart = seen.some(
    (minute) => minute <= scale.startMinute && scale.startMinute - minute <= MAX_GAP_MINUTES,
  );
  return edges.flatMap((from, index) => {
    const to = edges[index + 1];
    const isGap = to !== undefined && to - from > MAX_GAP_MINUTES;
    return isGap && !(index === 0 && isCoveredAtStart) ? drawGap(scale.x(from), scale.x(to)) : [];
  });
}

function drawGap(from: number, to: number): string[] {
  const rect = `<rect x="${round(from)}" y="${PLOT.top}" width="${round(to - from)}" height="${PLOT.bottom - PLOT.top}" fill="#f1f3f4"/>`;
  if (to - from < 70) return [rect];
  return [rect, text((from + to) / 2, PLOT.bottom - 10, 'no data', 'text-anchor="middle" fill="#9aa0a6"')];
}

function drawAxes(scale: Scale): string[] {
  const prices = listTicks(scale.lowFen, scale.highFen).map((fen) => {
    const y = round(scale.y(fen));
    return (
      `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="#e8eaed"/>` +
      text(PLOT.left - 8, y + 4, formatFen(fen), 'text-anchor="end"')
    );
  });
  const firstDay = toDay(scale.startMinute) + 1;
  const step = Math.max(1, Math.ceil((toDay(scale.endMinute) - firstDay) / 6));
  const dates: string[] = [];
  for (let day = firstDay; day <= toDay(scale.endMinute); day += step) {
    const x = scale.x(day * MINUTES_PER_DAY - 8 * 60);
    const words = step > 100 ? formatDayNumber(day).slice(0, 7) : formatDate(day);
    if (x < PLOT.right - 20) dates.push(text(x, PLOT.bottom + 20, words, 'text-anchor="middle"'));
  }
  return [...prices, ...dates];
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

interface KindSpans {
  readonly kind: RecordedKind;
  readonly spans: readonly Span[];
}

function drawKind(
  kind: RecordedKind,
  spans: readonly Span[],
  drawn: readonly KindSpans[],
  scale: Scale,
): string {
  /** How many kinds that are drawn already have the same price at that time. */
  const countBelow = ({ first, last, value }: Span) =>
    drawn.filter((other) =>
      other.spans.some(
        (span) =>
          span.value !== null &&
          span.first <= last &&
          span.last >= first &&
          Math.abs(scale.y(span.value) - scale.y(value ?? 0)) < APART_PX,
      ),
    ).length;
  return drawSteps(spans, scale, countBelow, `stroke="${KIND_COLOURS[kind]}" stroke-width="2"`);
}

/** A stair: level while a value holds, upright where it changes, broken where it is gone or nothing was seen. */
function drawSteps(
  spans: readonly Span[],
  scale: Scale,
  countBelow: (span: Span) => number,
  stroke: string,
): string {
  let path = '';
  let before: Span | undefined;
  for (const span of spans) {
    if (span.value === null) {
      before = undefined;
      continue;
    }
    const y = round(scale.y(span.value) + APART_PX * countBelow(span));
    const isJoined = before && span.first - before.last <= MAX_GAP_MINUTES;
    const x = round(scale.x(Math.max(span.first, scale.startMinute)));
    path += isJoined ? `H${x}V${y}` : `M${x} ${y}`;
    // A single sighting is a short dash, or it would not be seen.
    path += `H${Math.max(round(scale.x(span.last)), x + 2)}`;
    before = span;
  }
  return path && `<path d="${path}" fill="none" ${stroke} stroke-linejoin="round" stroke-linecap="round"/>`;
}

function drawLegend(kinds: readonly RecordedKind[]): string[] {
  let x = PLOT.left;
  const draw = (name: string, colour: string) => {
    const part =
      `<line x1="${x}" x2="${x + 20}" y1="28" y2="28" stroke="${colour}" stroke-width="${name === 'shown' ? 10 : 3}"/>` +
      text(x + 26, 32, name);
    x += 44 + name.length * 8;
    return part;
  };
  return [draw('shown', '#c3c7cc'), ...kinds.map((kind) => draw(KIND_NAMES[kind], KIND_COLOURS[kind]))];
}

function drawTarget(targetFen: number, scale: Scale): string[] {
  const y = round(scale.y(targetFen));
  return [
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="#d93025" stroke-dasharray="6 5"/>`,
    text(PLOT.right, y - 6, `target ${formatFen(targetFen)}`, 'text-anchor="end" fill="#d93025"'),
  ];
}

function drawLowest(
  windows: PriceReport['windows'],
  shown: PriceReport['stretches'],
  scale: Scale,
): string[] {
  if (windows.every(({ lowest }) => lowest === undefined)) return [];
  const lowest = shown.reduce<(typeof shown)[number] | undefined>(
    (best, one) => (best && best.fen <= one.fen ? best : one),
    undefined,
  );
  if (!lowest) return [];
  const x = round(scale.x(Math.max(lowest.first, scale.startMinute)));
  const y = round(scale.y(lowest.fen));
  const anchor = x > (PLOT.left + PLOT.right) / 2 ? 'end' : 'start';
  const words = `lowest ${formatFen(lowest.fen)}, ${formatDate(toDay(lowest.first))}`;
  return [
    `<circle cx="${x}" cy="${y}" r="4.5" fill="#188038"/>`,
    text(x, y + 20, words, `text-anchor="${anchor}" fill="#188038"`),
  ];
}

const BARS = '▁▂▃▄▅▆▇█';

/** A row of bars, one for each stretch of days; a dot where nothing was seen. */
export function formatSparkline(
  days: PriceReport['days'],
  { days: length, nowMs }: Pick<ChartOptions, 'days' | 'nowMs'>,
  width = 30,
): string {
  const today = toDay(Math.floor(nowMs / MS_PER_MINUTE));
  const seen = days.filter(({ day }) => day > today - length && day <= today);
  const low = Math.min(...seen.map(({ fen }) => fen));
  const high = Math.max(...seen.map(({ fen }) => fen));
  const columns = Math.min(width, length);
  return Array.from({ length: columns }, (_, column) => {
    const from = today - length + 1 + Math.floor((column * length) / columns);
    const to = today - length + 1 + Math.floor(((column + 1) * length) / columns);
    const own = seen.filter(({ day }) => day >= from && day < to).map(({ fen }) => fen);
    if (own.length === 0) return '·';
    const share = high === low ? 0 : (Math.min(...own) - low) / (high - low);
    return BARS[Math.round(share * (BARS.length - 1))];
  }).join('');
}
