import { open, rm, stat } from 'node:fs/promises';
import { InputError } from '../../errors.js';
import type { Detail } from '../../product/product.js';
import { formatResult } from '../../product/result.js';
import { createCellFormatter, DIGITS, formatCsvLine, NUMBER, quote } from '../../text/csv-cells.js';
import { getColumns, type TableRows, toTableRows } from './output-columns.js';
import { createDraftPath, getTarget, replaceOutput, toWriteError, writeText } from './output-file.js';
import type { OutputFormat } from './output-format.js';
import { checkXlsxRows, writeXlsx } from './output-xlsx.js';
import { listOwnCells, nameOwnColumns } from './own-columns.js';
import type { Row } from './row.js';
import type { Reader } from './workbook-columns.js';

/** Excel takes a file without it for the system's old encoding. */
const BYTE_ORDER_MARK = '\uFEFF';
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
  const formatters = names.map((name) =>
    createCellFormatter(plain, ID_COLUMN.test(name) || name === 'input'),
  );
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
    return createCellFormatter(plain, row.own?.columns[at]?.hasLongNumbers ?? false)(cell);
  });
}

/** Where results are written, and in which form. */
export interface Output extends TableForm {
  readonly path: string;
  readonly format: OutputFormat;
  /** Rows of a table; jsonl has one line per input line whatever is said here. */
  readonly rows: TableRows;
  /** How much of each product goes into jsonl. */
  readonly detail: Detail;
  /** Who opens a workbook; English where nobody says. */
  readonly reader?: Reader;
}

export interface OutputCheck {
  /** Rows that are expected. */
  readonly rows?: number;
  /** The file that the list comes from. */
  readonly inputPath?: string;
  /** Whether an existing file may be replaced: somebody said so, or the same job wrote it. */
  readonly mayReplace?: boolean;
}

/**
 * Tries, before any call is spent, whether the output can be written, and would replace nothing that somebody wants.
 * @throws InputError when it cannot, or would
 */
export async function checkOutput(
  { path, format }: Pick<Output, 'path' | 'format'>,
  { rows = 0, inputPath, mayReplace = true }: OutputCheck = {},
): Promise<void> {
  if (format === 'xlsx') checkXlsxRows(rows);
  const target = await getTarget(path);
  if (inputPath !== undefined && (await getTarget(inputPath)) === target) {
    throw new InputError(`${path} is the list itself. Give another name with --out.`, {
      code: 'output_is_input',
      facts: { path },
    });
  }
  const facts = await stat(target).catch(() => undefined);
  if (facts && !facts.isFile()) {
    throw new InputError(`${path} is not a regular file; choose another path.`, {
      ...{ code: 'output_not_a_file', facts: { path } },
    });
  }
  if (facts && !mayReplace) {
    throw new InputError(
      `${path} exists, and this job did not write it. Give another name with --out, or replace it with --force.`,
      { code: 'output_exists', facts: { path } },
    );
  }
  const draft = await createDraftPath(target);
  try {
    await (await open(draft, 'wx')).close();
    await rm(draft);
  } catch (error) {
    throw toWriteError(error, path);
  }
}

/**
 * Writes the rows to a file that appears at once, complete: an existing one stays as it is until then.
 * @param isComplete otherwise the file is named `<path>.partial`
 * @returns the path that was written
 * @throws InputError, ConfigError when it cannot be written; nothing is replaced then
 */
export async function writeOutput(
  rows: AsyncIterable<Row>,
  output: Output,
  isComplete: boolean,
): Promise<string> {
  const partial = `${output.path}.partial`;
  const target = isComplete ? output.path : partial;
  await replaceOutput(isComplete ? await getTarget(output.path) : partial, output.path, async (draft) => {
    if (output.format === 'xlsx') await writeXlsx(draft, rows, output, output.reader ?? ENGLISH);
    else await writeText(draft, formatText(rows, output));
  });
  // What an interrupted run left is superseded.
  if (isComplete) await rm(partial, { force: true });
  return target;
}

const ENGLISH: Reader = { language: 'en', platformNames: {} };

function formatText(
  rows: AsyncIterable<Row>,
  { format, rows: tableRows, detail, keep, plain }: Output,
): AsyncIterable<string> {
  return format === 'csv' ? formatCsv(rows, tableRows, { keep, plain }) : formatJsonl(rows, detail);
}

/** One line of JSON per input line. */
export async function* formatJsonl(rows: AsyncIterable<Row>, detail: Detail): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify({ line: row.line, ...formatResult(row, detail) })}\n`;
}
