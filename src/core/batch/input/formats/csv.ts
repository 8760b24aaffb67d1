import { Readable } from 'node:stream';
import { CsvError, type Info, parse } from 'csv-parse';
import { InputError } from '../../../errors.js';
import { MAX_LINE_CHARS } from '../lines.js';
import type { TableRow } from '../table/row.js';

const DELIMITERS = [',', '\t', ';', '|'] as const;

/**
 * Reads comma, tab, semicolon or bar separated rows, quoted or not, of any width.
 * @throws InputError when a quote is never closed
 */
export async function* parseCsvRows(texts: AsyncIterable<string>): AsyncGenerator<TableRow> {
  const iterator = texts[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const declaration = findDeclaration(first.value);
  const start = first.value.slice(declaration?.text.length);
  const parser = parse({
    delimiter: declaration?.delimiter ?? chooseDelimiter(start),
    info: true,
    max_record_size: MAX_LINE_CHARS,
    // Any of them: tables put together from several files end their lines in different ways.
    record_delimiter: ['\r\n', '\n', '\r'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
  });
  const source = Readable.from(prepend(start, iterator));
  source.on('error', (error) => parser.destroy(error)).pipe(parser);
  let surplus = declaration ? -1 : 0;
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: Info }>) {
      // The parser counts to the end of a row, and inside quotes a CRLF twice.
      yield { line: info.lines - surplus - countMatches(record, /[\r\n]/g), cells: record };
      surplus += countMatches(record, /\r\n/g);
    }
  } catch (error) {
    throw error instanceof CsvError ? toTableError(error) : error;
  } finally {
    // Ending the parser early leaves its source open.
    source.destroy();
  }
}

async function* prepend(first: string, rest: AsyncIterator<string>) {
  yield first;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}

/** The line `sep=;` by which Excel is told the delimiter. It precedes the rows and is not a row. */
export function findDeclaration(text: string): { text: string; delimiter: string } | undefined {
  const [line, delimiter] = /^"?sep=([^\r\n])"?(?:\r\n|\r|\n)/i.exec(text) ?? [];
  return line !== undefined && delimiter !== undefined ? { text: line, delimiter } : undefined;
}

/** Lines by which the delimiter is found: titles without any may stand above the table. */
const SAMPLE_LINES = 20;

/** The delimiter that divides most lines into the same number of cells, outside quotes; of equals the most frequent. */
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
