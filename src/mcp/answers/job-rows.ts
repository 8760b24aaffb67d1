import type { Outcome, Row } from '../../core/index.js';
import type { JobCursor } from './job-cursor.js';
import type { ListRow } from './table.js';

/** More never fit into one result. */
const MAX_ROWS = 500;

export interface JobRows {
  /** What stands behind the cursor: the rows whose answers came first, in that order. */
  readonly rows: readonly ListRow[];
  /** How many rows stand before the cursor. */
  readonly toldCount: number;
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
  let toldCount = 0;
  for await (const row of all) {
    signal?.throwIfAborted();
    if (!isAnswered(row)) continue;
    counts[row.outcome] = (counts[row.outcome] ?? 0) + 1;
    enterFirst(row, firsts);
    if (compare(row, told) > 0) ahead.push(row);
    else toldCount += 1;
    if (ahead.length > 2 * MAX_ROWS) ahead = takeFirst(ahead);
  }
  const rows = takeFirst(ahead).map((row) => mergeRepeated(row, firsts));
  return {
    rows,
    toldCount,
    counts,
    cursorAfter: (count) => {
      const last = rows[count - 1];
      return last ? { told: toldCount + count, place: last.place, line: last.line } : told;
    },
  };
}

/**
 * The same of a finished job by the order of its list, without reading anything of other pages. Lines that repeat one of another page
 * tell its facts again.
 * @param rows from behind the cursor on
 * @throws the signal's reason
 */
export async function takeRows(
  rows: AsyncIterable<Row>,
  { told, counts }: { readonly told: JobCursor; readonly counts: JobRows['counts'] },
  signal?: AbortSignal,
): Promise<JobRows> {
  const firsts = new Map<string, Placed>();
  const taken: PlacedRow[] = [];
  for await (const row of rows) {
    signal?.throwIfAborted();
    // Only the order of the list counts here.
    taken.push({ ...row, place: 0 });
    enterFirst({ ...row, place: 0 }, firsts);
    if (taken.length === MAX_ROWS) break;
  }
  return {
    rows: taken.map((row) => mergeRepeated(row, firsts)),
    toldCount: told.told,
    counts,
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
  const { line, place, input, outcome } = row;
  const first = firsts.get(nameProduct(row) ?? '');
  return !first || first.line === line ? row : { line, place, input, outcome, sameAs: first.line };
}
