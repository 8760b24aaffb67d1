import { type Cell, getColumns, type TableRows, toTableRows } from './output-columns.js';
import { listOwnCells, nameOwnColumns } from './own-columns.js';
import type { Row } from './row.js';

/** Excel takes a file without it for the system's old encoding. */
const BYTE_ORDER_MARK = '\uFEFF';
/** Spreadsheets run a cell that begins so as a formula; the wide forms too. */
const FORMULA = /^\s*[=+\-@\t\r\n＝＋－＠]/;
/** From here on Excel shows scientific notation, and from 16 digits on it loses some. */
const LONG_NUMBER = /^\d{12,}$/;
const DIGITS = /^\d+$/;
const NUMBER = /^[+-]?\d+(?:\.\d+)?%?$/;
const ID_COLUMN = /(?:^|_)id$/;

/** What else a table may hold, and how. */
export interface TableForm {
  /** Whether the user's own columns follow; they do unless told. */
  readonly keep?: boolean;
  /** Ids as they are: for programs, not for spreadsheets, which would spoil them. */
  readonly plain?: boolean;
}

/**
 * Rows as CSV with CRLF, for Excel. Written here in a few lines, because what matters, keeping ids whole and
 * formulas dead, is what a library's writer leaves to its caller. All ids of a column are kept as text by a tab
 * behind them, or none (`plain`).
 */
export async function* formatCsv(
  rows: AsyncIterable<Row>,
  tableRows: TableRows,
  { keep = true, plain = false }: TableForm = {},
): AsyncGenerator<string> {
  const names = getColumns(tableRows).map(({ name }) => name);
  const formatters = names.map((name) => createFormatter(plain, ID_COLUMN.test(name) || name === 'input'));
  let hasHeader = false;
  const formatHeader = (row?: Row) => {
    hasHeader = true;
    const own = keep ? nameOwnColumns(row?.own?.columns ?? [], names) : [];
    return BYTE_ORDER_MARK + formatCsvLine([...names, ...own]);
  };
  for await (const row of rows) {
    if (!hasHeader) yield formatHeader(row);
    const own = keep ? formatOwn(row, plain) : [];
    const lines = toTableRows(row, tableRows).map((cells) => [
      ...cells.map((cell, at) => formatters[at]?.(cell) ?? ''),
      ...own,
    ]);
    yield lines.map((cells) => `${cells.join(',')}\r\n`).join('');
  }
  if (!hasHeader) yield formatHeader();
}

function formatOwn(row: Row, plain: boolean): string[] {
  return listOwnCells(row).map((cell, at) => {
    if (typeof cell === 'string' && NUMBER.test(cell) && !DIGITS.test(cell)) return quote(cell);
    return createFormatter(plain, row.own?.columns[at]?.hasLongNumbers ?? false)(cell);
  });
}

/** @param isOfIds whether all numbers of the column are kept as text */
function createFormatter(plain: boolean, isOfIds: boolean): (cell: Cell) => string {
  return (cell) => {
    if (typeof cell !== 'string') return cell === undefined ? '' : String(cell);
    const isKept = !plain && (isOfIds ? DIGITS : LONG_NUMBER).test(cell);
    return quote(isKept ? `${cell}\t` : defuse(cell));
  };
}

const formatPlainCell = createFormatter(false, false);

export function formatCsvLine(cells: readonly Cell[]): string {
  return `${cells.map(formatPlainCell).join(',')}\r\n`;
}

/** An apostrophe makes it text. */
function defuse(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

function quote(text: string): string {
  return /[",\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
