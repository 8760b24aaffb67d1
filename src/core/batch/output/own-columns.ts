import type { OwnColumn } from '../input/input-list.js';
import type { Cell } from './output-columns.js';
import type { Row } from './row.js';

/** Names for the user's own columns that no other column has; `taken` are those before them. */
export function nameOwnColumns(columns: readonly OwnColumn[], taken: readonly string[]): string[] {
  const used = new Set(taken.map((name) => name.toLowerCase()));
  return columns.map(({ name }) => {
    let unique = name;
    for (let count = 1; used.has(unique.toLowerCase()); count += 1) {
      unique = count === 1 ? `${name}（原表）` : `${name}（原表 ${count}）`;
    }
    used.add(unique.toLowerCase());
    return unique;
  });
}

/** The user's own cells of a row, one for each of the columns. */
export function listOwnCells({ own }: Row): Cell[] {
  return own?.columns.map((_, at) => own.cells[at] || undefined) ?? [];
}

const SHORT_NUMBER = /^-?(?:0|[1-9]\d{0,10})(?:\.\d{1,10})?$/;

/** The same for a workbook: a number is one there, unless its column holds codes. */
export function listOwnValues(row: Row): Cell[] {
  return listOwnCells(row).map((cell, at) => {
    const isNumber =
      typeof cell === 'string' && SHORT_NUMBER.test(cell) && !row.own?.columns[at]?.hasLongNumbers;
    return isNumber ? Number(cell) : cell;
  });
}
