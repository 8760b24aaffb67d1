import type { Merge } from './tail.js';

/** A row as it goes to the program: texts and the links behind them. */
export interface SheetRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly links?: readonly (string | null)[];
  readonly isHidden: boolean;
}

interface OpenMerge {
  readonly merge: Merge;
  readonly cell: string;
  readonly link: string | null;
}

/** Gives the rows of a merged cell what stands in its first. */
export function createFill(merges: readonly Merge[]): (row: SheetRow) => SheetRow {
  let next = 0;
  let open: OpenMerge[] = [];
  const openNew = (row: SheetRow) => {
    for (let merge = merges[next]; merge && merge.first <= row.line; merge = merges[next]) {
      next += 1;
      if (merge.first < row.line) continue;
      open.push({ merge, cell: row.cells[merge.at] ?? '', link: row.links?.[merge.at] ?? null });
    }
  };
  return (row) => {
    open = open.filter(({ merge }) => merge.last >= row.line);
    const filled = open.reduce(fillOne, row);
    openNew(filled);
    return filled;
  };
}

function fillOne(row: SheetRow, { merge: { at }, cell, link }: OpenMerge): SheetRow {
  const cells = [...row.cells];
  while (cells.length <= at) cells.push('');
  cells[at] ||= cell;
  if (link === null) return { ...row, cells };
  return {
    ...row,
    cells,
    links: cells.map((_, place) => row.links?.[place] ?? (place === at ? link : null)),
  };
}
