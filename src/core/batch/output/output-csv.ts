import { type Cell, getColumns, type TableRows, toTableRows } from './output-columns.js';
import type { Row } from './row.js';

/** Excel takes a file without it for the system's old encoding. */
const BYTE_ORDER_MARK = '\uFEFF';
/** Spreadsheets run a cell that begins so as a formula; the wide forms too. */
const FORMULA = /^\s*[=+\-@\t\r\n＝＋－＠]/;
/** From here on Excel shows scientific notation, and from 16 digits on it loses some. */
const LONG_NUMBER = /^\d{12,}$/;

/**
 * Rows as CSV with CRLF, for Excel. Written here in a few lines, because what matters, keeping ids whole and
 * formulas dead, is what a library's writer leaves to its caller.
 */
export async function* formatCsv(rows: AsyncIterable<Row>, tableRows: TableRows): AsyncGenerator<string> {
  yield BYTE_ORDER_MARK + formatCsvLine(getColumns(tableRows).map(({ name }) => name));
  for await (const row of rows) yield toTableRows(row, tableRows).map(formatCsvLine).join('');
}

export function formatCsvLine(cells: readonly Cell[]): string {
  return `${cells.map(formatCell).join(',')}\r\n`;
}

function formatCell(cell: Cell): string {
  if (typeof cell !== 'string') return cell === undefined ? '' : String(cell);
  return quote(LONG_NUMBER.test(cell) ? `${cell}\t` : defuse(cell));
}

/** An apostrophe makes it text. */
const defuse = (text: string) => (FORMULA.test(text) ? `'${text}` : text);

const quote = (text: string) => (/[",\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
