import type { ArrivedRows, Outcome, Row } from '../../core/index.js';
import { type JobCursor, toArrivedCursor } from './job-cursor.js';
import type { ListRow } from './table.js';

/** More never fit into one result. */
export const MAX_ROWS = 500;

export interface JobRows {
  /** What stands behind the cursor: the rows whose answers came first, in that order. */
  readonly rows: readonly ListRow[];
  /** How many rows stand before the cursor. */
  readonly toldCount: number;
  /** How many rows there are, as far as is known. */
  readonly rowCount: number;
  /** How many of them have their answer. */
  readonly answeredCount: number;
  /** Outcomes of all lines that have one. */
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
  /** Where to continue when the first `count` rows are told. */
  readonly cursorAfter: (count: number) => JobCursor;
}

/**
 * Picks what stands behind a cursor. A line that repeats an earlier one says so, instead of telling the same facts
 * twice.
 * @throws the signal's reason
 */
export async function pickRows(
  all: AsyncIterable<Row>,
  told: JobCursor,
  signal?: AbortSignal,
): Promise<JobRows> {
  const counts: Partial<Record<Outcome, number>> = {};
  const firsts = new Map<string, Placed>();
  let ahead: PlacedRow[] = [];
  // One line may have several rows of one place: only their number tells which of them were told.
  const last: PlacedRow[] = [];
  let before = 0;
  let rowCount = 0;
  for await (const row of all) {
    signal?.throwIfAborted();
    rowCount += 1;
    if (!isAnswered(row)) continue;
    counts[row.outcome] = (counts[row.outcome] ?? 0) + 1;
    enterFirst(row, firsts);
    const order = compare(row, told);
    if (order > 0) ahead.push(row);
    else if (order === 0) last.push(row);
    else before += 1;
    if (ahead.length > 2 * MAX_ROWS) ahead = takeFirst(ahead);
  }
  const lastTold = Math.min(last.length, Math.max(1, told.told - before));
  const toldCount = before + lastTold;
  const rows = takeFirst([...last.slice(lastTold), ...ahead]).map((row) => mergeRepeated(row, firsts));
  const answeredCount = Object.values(counts).reduce((total, count) => total + count, 0);
  return {
    ...{ rows, toldCount, rowCount, answeredCount, counts },
    cursorAfter: (count) => {
      const last = rows[count - 1];
      return last ? { told: toldCount + count, place: last.place, line: last.line } : told;
    },
  };
}

/**
 * The same of a long list, without reading what other pages show. Lines that repeat a product of another page under another name
 * tell its facts again.
 */
export function takeArrived({ rows, before, ...facts }: ArrivedRows, told: JobCursor): JobRows {
  const firsts = new Map<string, number>();
  return {
    ...{ toldCount: before, rowCount: facts.rowCount, answeredCount: facts.arrived, counts: facts.counts },
    rows: rows.map((row) => {
      const product = nameProduct(row);
      const first = firsts.get(product ?? '') ?? row.firstLine;
      if (product !== undefined) firsts.set(product, first);
      return first === row.line ? row : sayRepeated(row, first);
    }),
    cursorAfter: (count) => {
      const last = rows[count - 1];
      return last ? toArrivedCursor({ ...last, told: before + count }) : told;
    },
  };
}

/**
 * The same of one that has finished, by the order of its list.
 * @param rows from behind the cursor on
 * @throws the signal's reason
 */
export async function takeRows(
  rows: AsyncIterable<Row>,
  { told, lines, counts }: Pick<JobRows, 'counts'> & { readonly told: JobCursor; readonly lines: number },
  signal?: AbortSignal,
): Promise<JobRows> {
  const firsts = new Map<string, Placed>();
  const taken: PlacedRow[] = [];
  let isEnd = true;
  for await (const row of rows) {
    signal?.throwIfAborted();
    // Only the order of the list counts here.
    taken.push({ ...row, place: 0 });
    enterFirst({ ...row, place: 0 }, firsts);
    isEnd = taken.length < MAX_ROWS;
    if (!isEnd) break;
  }
  const seen = told.told + taken.length;
  // A line may have several rows.
  const rowCount = isEnd ? seen : Math.max(lines, seen + 1);
  return {
    ...{ toldCount: told.told, rowCount, answeredCount: rowCount, counts },
    rows: taken.map((row) => mergeRepeated(row, firsts)),
    cursorAfter: (count) => {
      const last = taken[count - 1];
      return last ? { told: told.told + count, place: 0, line: last.line } : told;
    },
  };
}

type Placed = Pick<PlacedRow, 'place' | 'line'>;
type PlacedRow = Row & { readonly place: number };

const isAnswered = (row: Row): row is PlacedRow => row.place !== undefined;

const compare = (a: Placed, b: Placed) => a.place - b.place || a.line - b.line;

const takeFirst = (rows: readonly PlacedRow[]) => [...rows].sort(compare).slice(0, MAX_ROWS);

const nameProduct = ({ platform, id }: Row) => (platform && id ? `${platform} ${id}` : undefined);

function enterFirst(row: PlacedRow, firsts: Map<string, Placed>): void {
  const product = nameProduct(row);
  if (product === undefined) return;
  const known = firsts.get(product);
  if (!known || compare(row, known) < 0) firsts.set(product, { place: row.place, line: row.line });
}

function mergeRepeated(row: PlacedRow, firsts: ReadonlyMap<string, Placed>): ListRow & Placed {
  const first = firsts.get(nameProduct(row) ?? '');
  return !first || first.line === row.line ? row : sayRepeated(row, first.line);
}

const sayRepeated = ({ line, place, input, outcome }: PlacedRow, sameAs: number): ListRow & Placed => ({
  ...{ line, place, input, outcome, sameAs },
});
