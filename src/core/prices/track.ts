/**
 * One track: what was seen of one kind of price (or of the stock) of one series, as points in order of time.
 *
 * Every point is kept, not only the changes: only then does it not matter in which order points arrive. A price of 50
 * seen on Monday and Wednesday, with 45 on Tuesday imported later, must come out as 50, 45, 50, wherever the other
 * sightings of 50 lay. Points that repeat cost next to nothing, because the packed form stores runs: a year of daily
 * looks at an unchanged price takes 8 bytes.
 */

/** Minutes since 1970 and what was seen then: integer fen, a number that stands for a status, or null for "gone". */
export interface Point {
  readonly minute: number;
  readonly value: number | null;
}

/** A stretch in which one value was seen again and again. */
export interface Span {
  /** When the value was first seen. */
  readonly first: number;
  /** When it was last seen. */
  readonly last: number;
  readonly value: number | null;
}

export const MINUTES_PER_DAY = 1440;
/** Between two looks further apart than this, the price is unknown. */
export const MAX_GAP_MINUTES = 3 * MINUTES_PER_DAY;

/**
 * The points with more of them, in order. The same point twice changes nothing: then the same array comes back. Of two values
 * for one minute the lower one counts, and any value more than none, so that the order of arrival does not matter.
 */
export function addPoints(points: readonly Point[], more: readonly Point[]): readonly Point[] {
  const added = more.toSorted((a, b) => a.minute - b.minute);
  const start = getPlace(points, added[0]?.minute ?? Number.POSITIVE_INFINITY);
  const merged = points.slice(0, start);
  let at = start;
  let isChanged = false;
  for (const point of added) {
    for (let known = points[at]; known && known.minute <= point.minute; known = points[at]) {
      merged.push(known);
      at += 1;
    }
    const last = merged.at(-1);
    if (last?.minute !== point.minute) merged.push(point);
    else if (isLower(point, last)) merged[merged.length - 1] = point;
    else continue;
    isChanged = true;
  }
  return isChanged ? merged.concat(points.slice(at)) : points;
}

const isLower = ({ value }: Point, { value: known }: Point): boolean =>
  value !== null && (known === null || value < known);

/** The first place whose minute is not before this one. */
function getPlace(points: readonly Point[], minute: number): number {
  let low = 0;
  let high = points.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.minute ?? 0) < minute) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Joins equal neighbours; a gap of over three days begins a new span, so that gaps stay visible. */
export function toSpans(points: readonly Point[]): Span[] {
  const spans: Span[] = [];
  for (const { minute, value } of points) {
    const open = spans.at(-1);
    if (open && open.value === value && minute - open.last <= MAX_GAP_MINUTES) {
      spans[spans.length - 1] = { ...open, last: minute };
    } else {
      spans.push({ first: minute, last: minute, value });
    }
  }
  return spans;
}

/** Marks in the packed form; every other number is a distance in minutes, plus {@link FIRST_DISTANCE}. */
const REPEAT = 0;
const CHANGE = 1;
const GONE = 2;
const FIRST_DISTANCE = 3;

/**
 * Packs points into bytes: distances of time as varints, a value only where it changes, and runs of equal distances as
 * a count. Worked example, minutes 100, 160, 220, 280 with values 50, 50, 50, 45:
 * `CHANGE +50 · 103 · 63 · REPEAT 1 · CHANGE −5 · 63`.
 */
export function packPoints(points: readonly Point[]): Uint8Array {
  const bytes: number[] = [];
  let last: Point = { minute: 0, value: 0 };
  let number = 0;
  let distance = -1;
  let repeats = 0;
  const flush = () => {
    if (repeats > 0) pushVarint(bytes, REPEAT, repeats);
    repeats = 0;
  };
  for (const { minute, value } of points) {
    const isRepeat = value === last.value && minute - last.minute === distance;
    distance = minute - last.minute;
    if (isRepeat) {
      repeats += 1;
    } else {
      flush();
      if (value !== last.value) pushValue(bytes, value, number);
      pushVarint(bytes, distance + FIRST_DISTANCE);
    }
    last = { minute, value };
    number = value ?? number;
  }
  flush();
  return Uint8Array.from(bytes);
}

/** As a difference to the last number, which stays while the price is gone. */
function pushValue(bytes: number[], value: number | null, number: number): void {
  if (value === null) pushVarint(bytes, GONE);
  else pushVarint(bytes, CHANGE, toZigzag(value - number));
}

/** The points that {@link packPoints} packed. */
export function unpackPoints(bytes: Uint8Array): Point[] {
  const points: Point[] = [];
  const read = createVarintReader(bytes);
  let minute = 0;
  let number = 0;
  let isGone = false;
  let distance = 0;
  const push = () => {
    minute += distance;
    points.push({ minute, value: isGone ? null : number });
  };
  for (let mark = read(); mark !== undefined; mark = read()) {
    if (mark === CHANGE) {
      number += fromZigzag(read() ?? 0);
      isGone = false;
    } else if (mark === GONE) {
      isGone = true;
    } else if (mark === REPEAT) {
      for (let left = read() ?? 0; left > 0; left -= 1) push();
    } else {
      distance = mark - FIRST_DISTANCE;
      push();
    }
  }
  return points;
}

const toZigzag = (value: number) => (value < 0 ? -2 * value - 1 : 2 * value);
const fromZigzag = (code: number) => (code % 2 === 0 ? code / 2 : -(code + 1) / 2);

/** Seven bits a byte, the lowest first; by arithmetic, since values pass 2^31. */
function pushVarint(bytes: number[], ...numbers: readonly number[]): void {
  for (const number of numbers) {
    let rest = number;
    while (rest >= 128) {
      bytes.push((rest % 128) + 128);
      rest = Math.floor(rest / 128);
    }
    bytes.push(rest);
  }
}

function createVarintReader(bytes: Uint8Array): () => number | undefined {
  let at = 0;
  return () => {
    let value = 0;
    let factor = 1;
    for (let byte = bytes[at]; byte !== undefined; byte = bytes[at]) {
      at += 1;
      value += (byte % 128) * factor;
      if (byte < 128) return value;
      factor *= 128;
    }
    return undefined;
  };
}
