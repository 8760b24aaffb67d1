import type { CellKind } from './cell-kind.js';
import { cleanHeader, type Header } from './column-headers.js';
import { findNumberKind, type NumberKind } from './number-kind.js';
import type { TableRules } from './row.js';

/** A column of a table with what a sample of its cells is. */
export interface Column {
  /** Counted from 0. */
  readonly at: number;
  /** Counted from 1, as a person counts. */
  readonly number: number;
  /** Its header as it stands; empty where there is none. */
  readonly name: string;
  readonly header: Header;
  /** Whether its header speaks of variants. */
  readonly isVariant: boolean;
  readonly kinds: Readonly<Record<CellKind, number>>;
  /** Cells that hold something. */
  readonly filled: number;
  /** In which rows of the sample they are, counted from 0. */
  readonly filledRows: ReadonlySet<number>;
  /** Marketplaces of its links. */
  readonly platforms: ReadonlySet<string>;
  /** Marketplaces that its cells name, and how many cells do. */
  readonly named: { readonly platforms: ReadonlySet<string>; readonly count: number };
  /** Cells of words alone, such as 下架: remarks of a person, where an id or a link would stand. */
  readonly remarks: number;
  /** What its numbers look like, where they look like something other than ids. */
  readonly numbers?: NumberKind;
  /** The first two cells that hold something. */
  readonly examples: readonly string[];
}

/** By its name, else by its number. */
export const describeColumn = ({ name, number }: Pick<Column, 'name' | 'number'>): string =>
  name === '' ? `column ${number}` : `"${name.slice(0, 30)}"`;

const VARIANT = /sku|规格|变体|variant|款式/i;
const REMARK = /^[^\da-z]+$/i;

export interface ColumnFacts {
  readonly at: number;
  readonly name: string;
  readonly header: Header;
}

/** @param texts the column's cells in the sample, top to bottom */
export function createColumn(
  { at, name, header }: ColumnFacts,
  texts: readonly string[],
  { readCell, findPlatform }: Pick<TableRules, 'readCell' | 'findPlatform'>,
): Column {
  const kinds: Record<CellKind, number> = {
    ...{ empty: 0, product: 0, short: 0, shop: 0, page: 0, picture: 0 },
    ...{ link: 0, id: 0, barcode: 0, number: 0, text: 0 },
  };
  const platforms = new Set<string>();
  const filled: string[] = [];
  const filledRows = new Set<number>();
  for (const [row, text] of texts.entries()) {
    const cell = readCell(text);
    kinds[cell.kind] += 1;
    for (const platform of cell.platforms) platforms.add(platform);
    if (cell.kind === 'empty') continue;
    filled.push(text);
    filledRows.add(row);
  }
  const named = filled.flatMap((text) => findPlatform(text) ?? []);
  return {
    ...{ at, number: at + 1, name, header, kinds, platforms },
    // Under a marketplace's name it is the id by which that one knows its products.
    isVariant: !header.isNamed && VARIANT.test(cleanHeader(name)),
    filled: filled.length,
    filledRows,
    named: { platforms: new Set(named), count: named.length },
    remarks: filled.filter((text) => REMARK.test(text)).length,
    numbers: findNumberKind(filled),
    examples: filled.slice(0, 2),
  };
}

/** Whether some row has both. */
export const isBeside = (one: Column, other: Column): boolean =>
  [...one.filledRows].some((row) => other.filledRows.has(row));

/** Cells of such kinds. */
export const countCells = ({ kinds }: Column, ...wanted: readonly CellKind[]) =>
  wanted.reduce((sum, kind) => sum + kinds[kind], 0);

export const isMostly = (column: Column, ...wanted: readonly CellKind[]) =>
  column.filled > 0 && countCells(column, ...wanted) * 2 >= column.filled;

/** Among cells that are not words alone. */
export const isIds = ({ kinds, filled, remarks }: Column) => kinds.id > 0 && kinds.id * 2 >= filled - remarks;
