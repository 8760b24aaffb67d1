import { readCopy } from './input/copy.js';
import type { InputList, OwnColumn } from './input/list.js';

/** Where the rows of a list stand in its copy, and which ask for the same: 21 bytes a row, 4 a reference. */
export interface ListPlaces {
  readonly rowCount: number;
  readonly referenceCount: number;
  readonly ownColumns: readonly OwnColumn[];
  /** Where the line of a row begins in the copy, bytes. */
  readonly offsetAt: (row: number) => number;
  readonly lineAt: (row: number) => number;
  /** @returns -1 for a refused line */
  readonly referenceAt: (row: number) => number;
  /** The rows that ask for a reference, in order. */
  readonly rowsOf: (reference: number) => Uint32Array;
  /** Whether nothing can be asked for, as far as this process knows. */
  readonly isUnasked: (row: number) => boolean;
}

/** @param isUnasked whether a reference can never be asked for */
export async function readListPlaces(
  copyPath: string,
  list: InputList,
  isUnasked: (reference: number) => boolean,
): Promise<ListPlaces> {
  const { rowCount, ownColumns } = list;
  const referenceCount = list.references.size;
  const offsets = new Float64Array(rowCount);
  const lines = new Uint32Array(rowCount);
  const references = new Int32Array(rowCount);
  const unasked = new Uint8Array(rowCount);
  let row = 0;
  for await (const { offset, line } of readCopy(copyPath)) {
    const reference = list.indexAt(row);
    offsets[row] = offset;
    lines[row] = line;
    references[row] = reference;
    unasked[row] = reference < 0 || isUnasked(reference) ? 1 : 0;
    row += 1;
  }
  const { starts, rows } = groupRows(references, referenceCount);
  return {
    ...{ rowCount, referenceCount, ownColumns },
    offsetAt: (at) => offsets[at] ?? 0,
    lineAt: (at) => lines[at] ?? 0,
    referenceAt: (at) => references[at] ?? -1,
    rowsOf: (reference) => rows.subarray(starts[reference] ?? 0, starts[reference + 1] ?? 0),
    isUnasked: (at) => unasked[at] === 1,
  };
}

/** Rows by reference, one after the other; `starts` says where each reference begins. */
function groupRows(references: Int32Array, referenceCount: number) {
  const starts = new Uint32Array(referenceCount + 1);
  for (const reference of references)
    if (reference >= 0) starts[reference + 1] = (starts[reference + 1] ?? 0) + 1;
  for (let at = 1; at <= referenceCount; at += 1) starts[at] = (starts[at] ?? 0) + (starts[at - 1] ?? 0);
  const next = starts.slice();
  const rows = new Uint32Array(starts[referenceCount] ?? 0);
  for (const [row, reference] of references.entries()) {
    if (reference < 0) continue;
    const at = next[reference] ?? 0;
    rows[at] = row;
    next[reference] = at + 1;
  }
  return { starts, rows };
}
