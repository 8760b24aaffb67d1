import type { SheetData } from 'write-excel-file/node';
import { InputError } from '../../errors.js';
import type { Cell } from '../../text/csv-cells.js';
import { type TableRows, toTableEntries } from './output-columns.js';
import { arrangeColumns, listOwnColumns } from './own-columns.js';
import type { Row } from './row.js';
import {
  type ColumnKind,
  listWorkbookColumns,
  type Reader,
  type WorkbookColumn,
} from './workbook-columns.js';

/** More would take gigabytes of memory to write. */
const MAX_XLSX_ROWS = 100_000;
/** The most characters of a cell, by the format. */
const MAX_CELL_LENGTH = 32_767;
/** The most links of a sheet, by Excel. */
const MAX_LINKS = 65_000;
/** The longest address of a link, by Excel. */
const MAX_LINK_LENGTH = 2000;

const FORMATS: Readonly<Record<ColumnKind, string>> = {
  ...{ text: '@', money: '0.00', count: '#,##0', percent: '0.##', time: 'yyyy-mm-dd hh:mm', link: '@' },
  own: 'General',
};

/**
 * Writes a workbook with one sheet as a person opens it: headers and values in their language, what they look for
 * first, columns without any value last, ids as text, money and times as such, links that open.
 * @throws InputError beyond {@link MAX_XLSX_ROWS}
 */
export async function writeXlsx(
  path: string,
  rows: AsyncIterable<Row>,
  { rows: tableRows, keep = true }: { readonly rows: TableRows; readonly keep?: boolean },
  reader: Reader,
): Promise<void> {
  const ours = listWorkbookColumns(tableRows, reader);
  let own: WorkbookColumn[] = [];
  let columns = ours;
  const data: XlsxCell[][] = [];
  const filled = new Set<WorkbookColumn>();
  for await (const row of rows) {
    if (keep && data.length === 0) {
      own = listOwnColumns(row.own?.columns ?? [], ours);
      columns = arrangeColumns(ours, own);
    }
    for (const entry of toTableEntries(row, tableRows)) {
      const cells = columns.map((column) => toXlsxCell(column.value(entry), column));
      addFilled(filled, columns, cells);
      data.push(cells);
    }
    if (data.length > MAX_XLSX_ROWS) throw createTooLongError();
  }
  // What has no value at all is last.
  const isFilled = (at: number) => columns.slice(at, at + 1).some((column) => filled.has(column));
  const order = [...columns.keys()].sort((a, b) => Number(isFilled(b)) - Number(isFilled(a)));
  const pick = <T>(cells: readonly T[]): T[] => order.flatMap((at) => cells.slice(at, at + 1));
  await writeSheet(path, pick(columns), data.map(pick));
}

function addFilled(
  filled: Set<WorkbookColumn>,
  columns: readonly WorkbookColumn[],
  cells: readonly XlsxCell[],
): void {
  for (const [at, column] of columns.entries()) if (cells[at] !== null) filled.add(column);
}

/** Writes a workbook with one sheet: a header that stays, with buttons that filter and sort. */
export async function writeSheet(
  path: string,
  columns: readonly SheetColumn[],
  data: readonly XlsxCell[][],
): Promise<void> {
  const sheet: SheetData = [columns.map(toHeader), ...data];
  const { default: writeXlsxFile } = await import('write-excel-file/node');
  await writeXlsxFile(
    sheet,
    { sheet: 'bijia', stickyRowsCount: 1, columns: columns.map(({ width }) => ({ width })) },
    { features: [createFilter(sheet.length, columns.length), createLinks(data, columns)] },
  ).toFile(path);
}

/** A column of a sheet. */
export type SheetColumn = Pick<WorkbookColumn, 'header' | 'width' | 'kind'>;

/** Above numbers, where numbers stand. */
const IN_NUMBERS: ReadonlySet<ColumnKind> = new Set(['money', 'count', 'percent', 'time']);

const toHeader = ({ header, kind }: SheetColumn) => ({
  value: header,
  ...(IN_NUMBERS.has(kind) && { align: 'right' as const }),
  fontWeight: 'bold' as const,
  backgroundColor: '#EEF2F7',
});

/** In a form of our own: the package's types would be needed by everybody who reads ours. */
export type XlsxCell = XlsxValue | boolean | null;

interface XlsxValue {
  readonly value: string | number | Date;
  readonly format: string;
  readonly textColor?: string;
  readonly textDecoration?: { readonly underline: true };
}

export function toXlsxCell(value: Cell | Date, { kind }: Pick<SheetColumn, 'kind'>): XlsxCell {
  if (value === undefined || value === '') return null;
  if (typeof value === 'string') {
    const link = kind === 'link' ? LINK_LOOK : undefined;
    return { value: value.slice(0, MAX_CELL_LENGTH), format: '@', ...link };
  }
  return typeof value === 'boolean' ? value : { value, format: FORMATS[kind] };
}

const LINK_LOOK = { textColor: '#0563C1', textDecoration: { underline: true } } as const;

/** Buttons in the header that filter and sort. */
function createFilter(rowCount: number, columnCount: number) {
  const area = `A1:${getColumnLetters(columnCount)}${rowCount}`;
  const transform = (xml: string) => xml.replace('</sheetData>', `</sheetData><autoFilter ref="${area}"/>`);
  return { files: { transform: { 'xl/worksheets/sheet{id}.xml': { transform } } } };
}

/** What the cells of links lead to: a sheet holds the place, a file next to it the address. */
function createLinks(data: readonly (readonly XlsxCell[])[], columns: readonly SheetColumn[]) {
  const links = [...listLinks(data, columns)].slice(0, MAX_LINKS);
  const places = links.map(({ place }, at) => `<hyperlink ref="${place}" r:id="rId-link-${at + 1}"/>`);
  const targets = links.map(
    ({ url }, at) =>
      `<Relationship Id="rId-link-${at + 1}" Type="${LINK_TYPE}" Target="${escapeXml(url)}" TargetMode="External"/>`,
  );
  const transform = (xml: string) =>
    xml.replace(/(<autoFilter [^>]*>)/, `$1<hyperlinks>${places.join('')}</hyperlinks>`);
  return {
    files: {
      transform: {
        ...(links.length > 0 && { 'xl/worksheets/sheet{id}.xml': { transform } }),
        'xl/worksheets/_rels/sheet{id}.xml.rels': { insert: () => targets.join('') },
      },
    },
  };
}

const LINK_TYPE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink';

function* listLinks(data: readonly (readonly XlsxCell[])[], columns: readonly SheetColumn[]) {
  const places = columns.flatMap(({ kind }, at) => (kind === 'link' ? [at] : []));
  for (const at of places) {
    for (const [row, cells] of data.entries()) {
      const cell = cells[at];
      const url = cell && typeof cell === 'object' && typeof cell.value === 'string' ? cell.value : '';
      if (!/^https?:\/\//.test(url) || url.length > MAX_LINK_LENGTH) continue;
      yield { place: `${getColumnLetters(at + 1)}${row + 2}`, url };
    }
  }
}

/** 1 is A, 27 is AA. */
function getColumnLetters(count: number): string {
  const last = String.fromCharCode(65 + ((count - 1) % 26));
  return count > 26 ? getColumnLetters(Math.floor((count - 1) / 26)) + last : last;
}

const escapeXml = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** @throws InputError when a table would not fit, before anything is fetched for it */
export function checkXlsxRows(lines: number): void {
  if (lines > MAX_XLSX_ROWS) throw createTooLongError();
}

function createTooLongError(): InputError {
  const limit = MAX_XLSX_ROWS.toLocaleString('en');
  return new InputError(`A workbook holds at most ${limit} rows here; choose csv or jsonl instead.`, {
    code: 'too_many_rows',
    facts: { limit },
  });
}
