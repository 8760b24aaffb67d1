import { writeFile } from 'node:fs/promises';
import { type Cell, formatCsvLine } from '../../text/csv-cells.js';
import { getTarget, replaceOutput, writeText } from './output-file.js';
import { parseOutputFormat } from './output-format.js';
import { toXlsxCell, writeSheet } from './output-xlsx.js';
import type { ColumnKind } from './workbook-columns.js';

/** A column of a small table. */
export interface TableColumn {
  /** What it is called, in lower case: programs read these tables as well. */
  readonly name: string;
  readonly kind: ColumnKind;
}

const WIDTHS: Partial<Readonly<Record<ColumnKind, number>>> = { link: 40, text: 24, time: 18 };

/**
 * Writes a table that is in memory as a whole, in the form that the file's name tells. Without rows it still has its header.
 * @throws InputError, ConfigError when it cannot be written
 */
export async function writeTable(
  path: string,
  columns: readonly TableColumn[],
  rows: readonly (readonly Cell[])[],
): Promise<void> {
  const format = parseOutputFormat(path);
  await replaceOutput(await getTarget(path), path, async (draft) => {
    if (format === 'xlsx') await writeSheet(draft, columns.map(toSheetColumn), toSheetRows(columns, rows));
    else await writeText(draft, format === 'csv' ? listCsv(columns, rows) : listJson(columns, rows));
  });
}

const toSheetColumn = ({ name, kind }: TableColumn) => ({ header: name, kind, width: WIDTHS[kind] ?? 12 });

function toSheetRows(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[]) {
  return rows.map((cells) => columns.map((column, at) => toXlsxCell(toValue(cells[at], column), column)));
}

const toValue = (cell: Cell, { kind }: TableColumn) =>
  kind === 'time' && typeof cell === 'string' ? new Date(cell) : cell;

async function* listCsv(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[]) {
  yield `\uFEFF${formatCsvLine(columns.map(({ name }) => name))}`;
  for (const cells of rows) yield formatCsvLine(cells);
}

async function* listJson(columns: readonly TableColumn[], rows: readonly (readonly Cell[])[]) {
  for (const cells of rows) {
    yield `${JSON.stringify(Object.fromEntries(columns.map(({ name }, at) => [name, cells[at]])))}\n`;
  }
}

/**
 * Writes a file that appears at once, complete.
 * @throws InputError, ConfigError when it cannot be written
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array | AsyncIterable<string>,
): Promise<void> {
  await replaceOutput(await getTarget(path), path, (draft) => writeFile(draft, content, { flag: 'wx' }));
}
