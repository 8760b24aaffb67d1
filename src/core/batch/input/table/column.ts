import type { Cell, CellKind } from './cell-kind.js';
import { cleanHeader, type Header } from './column-headers.js';

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
  /** Whether its numbers count up by one, as row numbers do. */
  readonly isSequence: boolean;
  /** The first two cells that hold something. */
  readonly examples: readonly string[];
}

/** By its name, else by its number. */
export const describeColumn = ({ name, number }: Pick<Column, 'name' | 'number'>): string =>
  name === '' ? `column ${number}` : `"${name.slice(0, 30)}"`;

const VARIANT = /sku|规格|变体|variant|款式/i;

export interface ColumnFacts {
  readonly at: number;
  readonly name: string;
  readonly header: Header;
}

/** @param texts the column's cells in the sample, top to bottom */
export function createColumn(
  { at, name, header }: ColumnFacts,
  texts: readonly string[],
  readCell: (text: string) => Cell,
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
  return {
    ...{ at, number: at + 1, name, header, kinds, platforms },
    // Under a marketplace's name it is the id by which that one knows its products.
    isVariant: !header.isNamed && VARIANT.test(cleanHeader(name)),
    filled: filled.length,
    filledRows,
    isSequence: isSequence(filled),
    examples: filled.slice(0, 2),
  };
}

/** Whether some row has both. */
export const isBeside = (one: Column, other: Column): boolean =>
  [...one.filledRows].some((row) => other.filledRows.has(row));

function isSequence(texts: readonly string[]): boolean {
  if (texts.length < 3) return false;
  const steps = texts.slice(1).filter((text, at) => Number(text) - Number(texts[at]) === 1);
  return steps.length >= (texts.length - 1) * 0.8;
}
