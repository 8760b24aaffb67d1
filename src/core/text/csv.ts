import { once } from 'node:events';
import { CsvError, parse } from 'csv-parse';
import { InputError } from '../errors.js';
import { MAX_LINE_CHARS } from './lines.js';
import { createPlainRows } from './plain-rows.js';
import type { TableRow } from './table-row.js';

const DELIMITERS = [',', '\t', ';', '|'] as const;

/**
 * Reads comma, tab, semicolon or bar separated rows, quoted or not, of any width.
 * @throws InputError when a quote is never closed
 */
export async function* parseCsvRows(texts: AsyncIterable<string>): AsyncGenerator<readonly TableRow[]> {
  const iterator = texts[Symbol.asyncIterator]();
  try {
    const first = await iterator.next();
    if (first.done) return;
    const declaration = findDeclaration(first.value);
    const start = first.value.slice(declaration?.text.length);
    const delimiter = declaration?.delimiter ?? chooseDelimiter(start);
    const plain = createPlainRows(delimiter, declaration ? 1 : 0);
    const parseFrom = (text: string) =>
      parseRows(plain.rest() + text, iterator, { delimiter, lines: plain.lines() });
    for (let text: string | undefined = start; text !== undefined; text = await takeNext(iterator)) {
      const rows = plain.read(text);
      if (!rows) return yield* parseFrom(text);
      yield rows;
    }
    const last = plain.end();
    if (last) yield last;
    else yield* parseFrom('');
  } finally {
    await iterator.return?.();
  }
}

async function takeNext(texts: AsyncIterator<string>): Promise<string | undefined> {
  const next = await texts.next();
  return next.done ? undefined : next.value;
}

interface ParserOptions {
  readonly delimiter: string;
  /** How many lines stand before the rows. */
  readonly lines: number;
}

async function* parseRows(
  start: string,
  texts: AsyncIterator<string>,
  options: ParserOptions,
): AsyncGenerator<readonly TableRow[]> {
  const { parser, takeRows } = createRowParser(options);
  try {
    for (let text: string | undefined = start; text !== undefined; text = await takeNext(texts)) {
      parser.write(text);
      yield takeRows();
      if (parser.errored) throw parser.errored;
    }
    parser.end();
    await once(parser, 'finish');
    yield takeRows();
  } catch (error) {
    throw error instanceof CsvError ? toTableError(error) : error;
  } finally {
    parser.destroy();
  }
}

function createRowParser({ delimiter, lines }: ParserOptions) {
  const parser = parse({
    delimiter,
    max_record_size: MAX_LINE_CHARS,
    // Any of them: tables put together from several files end their lines in different ways.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const toRow = createRowReader(-lines);
  let rows: TableRow[] = [];
  // Rows are taken while a piece of text is parsed, each with the lines that were counted so far. From the stream each
  // would come by itself, with a description of all that the parser knows: twice the work.
  parser.push = (record: readonly string[] | null) => {
    if (record) rows.push(toRow(record, parser.info.lines));
    return true;
  };
  // It is thrown between rows.
  parser.on('error', () => undefined);
  const takeRows = () => {
    const taken = rows;
    rows = [];
    return taken;
  };
  return { parser, takeRows };
}

/** @param surplus lines that the parser counts and an editor does not */
function createRowReader(surplus: number) {
  let counted = surplus;
  return (record: readonly string[], lines: number): TableRow => {
    if (!record.some(isBroken)) return { line: lines - counted, cells: record };
    // The parser counts to the end of a row, and inside quotes a CRLF twice.
    const row = { line: lines - counted - countMatches(record, /[\r\n]/g), cells: record };
    counted += countMatches(record, /\r\n/g);
    return row;
  };
}

const isBroken = (cell: string) => cell.includes('\n') || cell.includes('\r');

/** The line `sep=;` by which Excel is told the delimiter. It precedes the rows and is not a row. */
export function findDeclaration(text: string): { text: string; delimiter: string } | undefined {
  const [line, delimiter] = /^"?sep=([^\r\n])"?(?:\r\n|\r|\n)/i.exec(text) ?? [];
  return line !== undefined && delimiter !== undefined ? { text: line, delimiter } : undefined;
}

/** Lines by which the delimiter is found: titles without any may stand above the table. */
const SAMPLE_LINES = 20;

/** The delimiter that splits the most lines into the same number of cells, outside quotes; ties go to the most frequent. */
export function chooseDelimiter(text: string): string {
  const lines = text
    .replace(/"(?:[^"]|"")*"/g, '')
    .split(/\r\n|\r|\n/)
    .filter((line) => line.trim() !== '')
    .slice(0, SAMPLE_LINES);
  const rate = (delimiter: string) => {
    const counts = lines.map((line) => line.split(delimiter).length - 1).filter((count) => count > 0);
    const agreeing = counts.map((count) => counts.filter((other) => other === count).length);
    return Math.max(0, ...agreeing) * 1000 + Math.min(999, Math.max(0, ...counts));
  };
  return DELIMITERS.reduce((best, delimiter) => (rate(delimiter) > rate(best) ? delimiter : best));
}

function countMatches(cells: readonly string[], pattern: RegExp): number {
  return cells.reduce((sum, cell) => sum + (cell.match(pattern)?.length ?? 0), 0);
}

function toTableError({ code, message }: CsvError): InputError {
  if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE') {
    return new InputError(
      'A quotation mark in the table is never closed; every " inside a cell must be doubled.',
      { code: 'open_quote', detail: message },
    );
  }
  return new InputError("This file isn't a comma- or tab-separated table.", {
    code: 'not_a_table',
    detail: message,
  });
}
