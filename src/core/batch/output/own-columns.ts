import type { Cell } from '../../text/csv-cells.js';
import type { OwnColumn } from '../input/list.js';
import type { Row } from './row.js';
import type { WorkbookColumn } from './workbook-columns.js';

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

/**
 * The user's own columns stand behind ours, but for the first one: by it they know their products, so that it stands
 * where the input does else.
 */
export function arrangeColumns<C extends { readonly name: string }>(
  ours: readonly C[],
  own: readonly C[],
): C[] {
  const [first, ...others] = own;
  if (!first) return [...ours];
  const isInput = ({ name }: C) => name === 'input';
  const [line, ...rest] = ours.filter((column) => !isInput(column));
  const behindLink = rest.findIndex(({ name }) => name === 'url') + 1;
  return [
    ...(line ? [line] : []),
    ...[first, ...rest.slice(0, behindLink)],
    ...[...ours.filter(isInput), ...rest.slice(behindLink), ...others],
  ];
}

const SHORT_NUMBER = /^-?(?:0|[1-9]\d{0,10})(?:\.\d{1,10})?$/;

const OWN_WIDTH = 16;

/** The same as columns of a workbook: a number is one there, unless its column holds codes. */
export function listOwnColumns(
  columns: readonly OwnColumn[],
  before: readonly WorkbookColumn[],
): WorkbookColumn[] {
  const taken = before.flatMap(({ name, header }) => [name, header]);
  return nameOwnColumns(columns, taken).map((name, at) => ({
    ...{ name, header: name, kind: 'own', width: OWN_WIDTH },
    value: ({ row }) => {
      const cell = row.own?.cells[at] ?? '';
      return SHORT_NUMBER.test(cell) && !columns[at]?.hasLongNumbers ? Number(cell) : cell;
    },
  }));
}
