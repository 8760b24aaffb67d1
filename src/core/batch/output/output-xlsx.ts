import { InputError } from '../../errors.js';
import { type Cell, getColumns, type TableRows, toTableRows } from './output-columns.js';
import { listOwnValues, nameOwnColumns } from './own-columns.js';
import type { Row } from './row.js';

/** More would take gigabytes of memory to write. */
const MAX_XLSX_ROWS = 100_000;
/** Of a cell, by the format. */
const MAX_CELL_LENGTH = 32_767;

/**
 * Writes a workbook with one sheet, ids as text.
 * @throws InputError beyond {@link MAX_XLSX_ROWS}
 */
export async function writeXlsx(
  path: string,
  rows: AsyncIterable<Row>,
  { rows: tableRows, keep = true }: { readonly rows: TableRows; readonly keep?: boolean },
): Promise<void> {
  const names = getColumns(tableRows).map(({ name }) => name);
  let own: string[] = [];
  const data: XlsxCell[][] = [];
  for await (const row of rows) {
    if (keep && data.length === 0) own = nameOwnColumns(row.own?.columns ?? [], names);
    const ownCells = keep ? listOwnValues(row) : [];
    for (const cells of toTableRows(row, tableRows)) data.push([...cells, ...ownCells].map(toXlsxCell));
    if (data.length > MAX_XLSX_ROWS) throw createTooLongError();
  }
  const header = [...names, ...own].map((value) => ({ value, fontWeight: 'bold' as const }));
  const { default: writeXlsxFile } = await import('write-excel-file/node');
  await writeXlsxFile([header, ...data], { sheet: 'bijia', stickyRowsCount: 1 }).toFile(path);
}

type XlsxCell = string | number | boolean | null;

function toXlsxCell(cell: Cell): XlsxCell {
  return typeof cell === 'string' ? cell.slice(0, MAX_CELL_LENGTH) : (cell ?? null);
}

/** @throws InputError when a table would not fit, before anything is fetched for it */
export function checkXlsxRows(lines: number): void {
  if (lines > MAX_XLSX_ROWS) throw createTooLongError();
}

function createTooLongError(): InputError {
  return new InputError(
    `A workbook holds at most ${MAX_XLSX_ROWS.toLocaleString('en')} rows here; choose csv or jsonl instead.`,
    { code: 'too_many_rows' },
  );
}
