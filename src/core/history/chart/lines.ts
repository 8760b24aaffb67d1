import type { RecordedKind } from '../../prices/observation.js';
import type { Tracks } from '../../prices/timeline.js';
import { MAX_GAP_MINUTES, type Span } from '../../prices/track.js';
import { drawText, PLOT, round, type Scale } from './scale.js';

/** Lines of different kinds at one price are drawn this far apart. */
const APART_PX = 4;
/** What was seen once, and nothing around it, is a dash as long as this. */
const ALONE_PX = 6;

/** How a line looks, as attributes of SVG. */
export type Stroke = string;

export interface KindSpans {
  readonly kind: RecordedKind;
  readonly spans: readonly Span[];
}

/** The line of one kind of price, below those that are drawn already where they have the same price. */
export function drawKind(
  spans: readonly Span[],
  drawn: readonly KindSpans[],
  scale: Scale,
  stroke: Stroke,
): string {
  const countBelow = (span: Span) => drawn.filter((other) => isAtSamePlace(other.spans, span, scale)).length;
  return drawSteps(spans, scale, stroke, countBelow);
}

function isAtSamePlace(
  others: readonly Span[],
  { first, last, value }: Span,
  { y }: Pick<Scale, 'y'>,
): boolean {
  return others.some(
    (other) =>
      other.value !== null &&
      other.first <= last &&
      other.last >= first &&
      Math.abs(y(other.value) - y(value ?? 0)) < APART_PX,
  );
}

/** A stair: level while a value holds, upright where it changes, broken where it is gone or nothing was seen. */
export function drawSteps(
  spans: readonly Span[],
  scale: Scale,
  stroke: Stroke,
  countBelow: (span: Span) => number = () => 0,
): string {
  let path = '';
  for (const [at, span] of spans.entries()) {
    if (span.value === null) continue;
    const y = round(scale.y(span.value) + APART_PX * countBelow(span));
    const x = round(scale.x(Math.max(span.first, scale.startMinute)));
    const end = round(scale.x(span.last));
    const isJoined = isNextTo(spans[at - 1], span);
    const isAlone = !isJoined && !isNextTo(span, spans[at + 1]) && end - x < ALONE_PX;
    if (isAlone) path += `M${Math.min(x, PLOT.right - ALONE_PX)} ${y}h${ALONE_PX}`;
    else path += `${isJoined ? `H${x}V${y}` : `M${x} ${y}`}H${end}`;
  }
  return path && `<path d="${path}" fill="none" ${stroke} stroke-linejoin="round" stroke-linecap="round"/>`;
}

/** Whether a line leads from one to the other. */
function isNextTo(one: Span | undefined, other: Span | undefined): boolean {
  if (!one || !other || one.value === null || other.value === null) return false;
  return other.first - one.last <= MAX_GAP_MINUTES;
}

/** Stretches in which nothing was seen at all. */
export function drawUnseen(tracks: Tracks, scale: Scale): string[] {
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

/** Narrower ones have no room for words. */
const LABELLED_PX = 70;

function drawGap(from: number, to: number): string[] {
  const rect = `<rect x="${round(from)}" y="${PLOT.top}" width="${round(to - from)}" height="${PLOT.bottom - PLOT.top}" fill="#f1f3f4"/>`;
  if (to - from < LABELLED_PX) return [rect];
  const label = drawText((from + to) / 2, PLOT.bottom - 10, 'no data', 'text-anchor="middle" fill="#80868b"');
  return [rect, label];
}
