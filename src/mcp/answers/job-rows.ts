import type { Outcome, Row } from '../../core/index.js';
import type { JobCursor } from './job-cursor.js';
import type { ListRow } from './table.js';

/** More never fit into one result. */
const MAX_ROWS = 500;
/** With so many unanswered lines in between, later rows wait. */
const MAX_OPEN = 200;
/** Longer lists are counted by the engine. */
const MAX_COUNTED = 1000;

export interface JobRows {
  /** Answered lines that were not told yet, in the order of the input. */
  readonly rows: readonly ListRow[];
  /** How many lines were told before. */
  readonly toldCount: number;
  /** Outcomes of all lines; absent for a list that is too long to be counted. */
  readonly counts?: Readonly<Partial<Record<Outcome, number>>>;
  /** Where to go on when only the first `count` rows are told. */
  readonly cursorAfter: (count: number) => JobCursor;
}

/**
 * Picks what is new of a job. A line that repeats an earlier one says so, instead of telling the same facts twice.
 * @param lines how many the job has
 */
export async function pickRows(all: AsyncIterable<Row>, told: JobCursor, lines: number): Promise<JobRows> {
  const picker = createPicker(told);
  const counts: Partial<Record<Outcome, number>> = {};
  for await (const row of all) {
    picker.take(row);
    if (!isOpen(row)) counts[row.outcome] = (counts[row.outcome] ?? 0) + 1;
    if (picker.isFull() && lines > MAX_COUNTED) return picker.finish();
  }
  return { ...picker.finish(), counts };
}

function createPicker(told: JobCursor) {
  const toldOpen = new Set(told.open);
  const firstLines = new Map<string, number>();
  const rows: ListRow[] = [];
  const open: number[] = [];
  let toldCount = 0;
  const isFull = () => rows.length >= MAX_ROWS || open.length >= MAX_OPEN;
  return {
    isFull,
    take: (row: Row) => {
      const merged = mergeRepeated(row, firstLines);
      if (row.line <= told.line && !toldOpen.has(row.line)) toldCount += 1;
      else if (isFull()) return;
      else if (isOpen(row)) open.push(row.line);
      else rows.push(merged);
    },
    finish: (): JobRows => ({
      rows,
      toldCount,
      cursorAfter: (count) => createCursor(rows, open, told, count),
    }),
  };
}

/** Journals never hold this outcome: it stands for a line that nobody asked for yet. */
const isOpen = ({ outcome }: Row) => outcome === 'cancelled';

function mergeRepeated(row: Row, firstLines: Map<string, number>): ListRow {
  const { line, input, outcome, platform, id } = row;
  if (platform === undefined || id === undefined) return row;
  const key = `${platform} ${id}`;
  const firstLine = firstLines.get(key);
  if (firstLine !== undefined && firstLine !== line) return { line, input, outcome, sameAs: firstLine };
  firstLines.set(key, line);
  return row;
}

function createCursor(
  rows: readonly ListRow[],
  open: readonly number[],
  told: JobCursor,
  count: number,
): JobCursor {
  const untold = rows.slice(count).map(({ line }) => line);
  const last = rows[count - 1]?.line ?? 0;
  // Lines behind the last one told come again by themselves.
  const line = Math.max(told.line, last);
  const before = [...open, ...untold].filter((one) => one <= line).sort((a, b) => a - b);
  return { line, open: before };
}
