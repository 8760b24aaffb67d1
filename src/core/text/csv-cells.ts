/** What a cell can hold. Ids are strings: spreadsheets must not turn them into numbers. */
export type Cell = string | number | boolean | undefined;

/** Spreadsheets run a cell that begins so as a formula; the wide forms too. */
const FORMULA = /^\s*[=+\-@\t\r\n＝＋－＠]/;
/** From here on Excel shows scientific notation, and from 16 digits on it loses some. */
const LONG_NUMBER = /^\d{12,}$/;
export const DIGITS = /^\d+$/;
export const NUMBER = /^[+-]?\d+(?:\.\d+)?%?$/;

/** @param isOfIds whether all numbers of the column are kept as text */
export function createCellFormatter(plain: boolean, isOfIds: boolean): (cell: Cell) => string {
  return (cell) => {
    if (typeof cell !== 'string') return cell === undefined ? '' : String(cell);
    const isKept = !plain && (isOfIds ? DIGITS : LONG_NUMBER).test(cell);
    return quote(isKept ? `${cell}\t` : defuse(cell));
  };
}

const formatPlainCell = createCellFormatter(false, false);

/** One row with its end. */
export function formatCsvLine(cells: readonly Cell[]): string {
  return `${cells.map(formatPlainCell).join(',')}\r\n`;
}

/** An apostrophe makes it text. */
function defuse(text: string): string {
  return FORMULA.test(text) ? `'${text}` : text;
}

/** A cell in quotes, where it holds what divides cells or lines. */
export function quote(text: string): string {
  return /[",\r\n\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
