import { MINUTE_MS } from '../../clock.js';
import { RECORDED_KINDS, type RecordedKind } from '../../prices/observation.js';
import type { PriceReport } from '../../prices/price-report.js';
import { type Tracks, toDay } from '../../prices/timeline.js';
import { MINUTES_PER_DAY, toSpans } from '../../prices/track.js';
import { drawKind, drawSteps, drawUnseen, type KindSpans } from './lines.js';
import {
  createScale,
  drawAxes,
  drawText,
  formatDate,
  formatFen,
  HEIGHT,
  PLOT,
  round,
  type Scale,
  WIDTH,
} from './scale.js';

export interface ChartOptions {
  readonly days: number;
  /** Wall clock, milliseconds. */
  readonly nowMs: number;
  /** A target price, drawn as a dashed line. */
  readonly targetFen?: number;
}

/** Only Latin letters: the font that ships with the PNG has no others. */
const LOOKS: Readonly<Record<RecordedKind, { readonly name: string; readonly colour: string }>> = {
  list: { name: 'list', colour: '#80868b' },
  sale: { name: 'sale', colour: '#1a73e8' },
  coupon: { name: 'after coupon', colour: '#d93025' },
  group: { name: 'group', colour: '#188038' },
  single: { name: 'solo', colour: '#e37400' },
  member: { name: 'member', colour: '#9334e6' },
};
/** A broad band behind the lines, so that it hides none of them; narrower where steps stand close together. */
const SHOWN = { colour: '#fdd663', widthPx: 10, denseWidthPx: 6, denseDays: 200 };
/** So that words can be read across a line. */
const HALO = 'stroke="#ffffff" stroke-width="4" stroke-linejoin="round" paint-order="stroke"';

/**
 * A step chart as SVG: each kind of price in a colour, the shown price a broad band behind them, the lowest one marked, and
 * stretches in which nothing was seen in grey. On white, so that it reads the same on a dark screen.
 */
export function drawChart(
  { stretches }: Pick<PriceReport, 'stretches'>,
  tracks: Tracks,
  { days, nowMs, targetFen }: ChartOptions,
): string {
  const endMinute = Math.floor(nowMs / MINUTE_MS);
  const startMinute = endMinute - days * MINUTES_PER_DAY;
  const kinds = listKinds(tracks, startMinute);
  const shown = stretches.filter(({ last }) => last >= startMinute);
  const amounts = kinds.flatMap(({ spans }) => spans.flatMap(({ value }) => value ?? []));
  const targets = targetFen === undefined ? [] : [targetFen];
  const scale = createScale(startMinute, endMinute, [...amounts, ...targets]);
  const parts = [
    ...drawUnseen(tracks, scale),
    ...drawAxes(scale),
    drawShown(shown, scale),
    ...kinds.map(({ kind, spans }, index) =>
      drawKind(spans, kinds.slice(0, index), scale, `stroke="${LOOKS[kind].colour}" stroke-width="2"`),
    ),
    ...drawLegend(kinds.map(({ kind }) => kind)),
    ...targets.flatMap((fen) => drawTarget(fen, scale)),
    ...drawLowest(shown, scale),
  ];
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" ` +
    `font-family="DejaVu Sans, sans-serif" font-size="13" fill="#5f6368">` +
    `<rect width="100%" height="100%" fill="#ffffff"/>${parts.join('')}</svg>`
  );
}

function listKinds(tracks: Tracks, startMinute: number): KindSpans[] {
  return RECORDED_KINDS.flatMap((kind) => {
    const spans = toSpans(tracks.get(kind) ?? []).filter(({ last }) => last >= startMinute);
    return spans.some(({ value }) => value !== null) ? [{ kind, spans }] : [];
  });
}

function drawShown(shown: PriceReport['stretches'], scale: Scale): string {
  const widthPx = scale.days > SHOWN.denseDays ? SHOWN.denseWidthPx : SHOWN.widthPx;
  const spans = shown.map(({ first, last, fen }) => ({ first, last, value: fen }));
  return drawSteps(spans, scale, `stroke="${SHOWN.colour}" stroke-width="${widthPx}"`);
}

function drawLegend(kinds: readonly RecordedKind[]): string[] {
  let x = PLOT.left;
  const draw = (name: string, colour: string, widthPx: number) => {
    const line = `<line x1="${x}" x2="${x + 20}" y1="28" y2="28" stroke="${colour}" stroke-width="${widthPx}"/>`;
    const part = line + drawText(x + 26, 32, name);
    x += 44 + name.length * 8;
    return part;
  };
  return [
    draw('shown', SHOWN.colour, 10),
    ...kinds.map((kind) => draw(LOOKS[kind].name, LOOKS[kind].colour, 3)),
  ];
}

function drawTarget(targetFen: number, scale: Scale): string[] {
  const y = round(scale.y(targetFen));
  const words = `target ${formatFen(targetFen)}`;
  return [
    `<line x1="${PLOT.left}" x2="${PLOT.right}" y1="${y}" y2="${y}" stroke="#d93025" stroke-dasharray="6 5"/>`,
    drawText(PLOT.right, y - 6, words, `text-anchor="end" fill="#d93025" ${HALO}`),
  ];
}

function drawLowest([first, ...others]: PriceReport['stretches'], scale: Scale): string[] {
  if (!first) return [];
  const lowest = others.reduce((best, one) => (best.fen <= one.fen ? best : one), first);
  const seenMinute = Math.max(lowest.first, scale.startMinute);
  const x = round(scale.x(seenMinute));
  const y = round(scale.y(lowest.fen));
  const anchor = x > (PLOT.left + PLOT.right) / 2 ? 'end' : 'start';
  const words = `lowest ${formatFen(lowest.fen)}, ${formatDate(toDay(seenMinute), scale)}`;
  // Below the line, where nothing is cheaper; above it where the days begin.
  const textY = y + 26 > PLOT.bottom ? y - 12 : y + 20;
  return [
    `<circle cx="${x}" cy="${y}" r="4.5" fill="#188038"/>`,
    drawText(x, textY, words, `text-anchor="${anchor}" fill="#188038" ${HALO}`),
  ];
}
