import { MAX_LINE_CHARS, splitText } from './lines.js';
import type { TableRow } from './table-row.js';

/** In UTF-8, by which the parser measures a row. */
const MAX_BYTES_OF_CHAR = 3;
const MAX_CHARS = MAX_LINE_CHARS / MAX_BYTES_OF_CHAR;
/** Others, which a text declares, may be anything: a quote, a half of a character. */
const PLAIN_DELIMITERS = ',\t;|';
const QUOTE = '"';

/**
 * Rows as long as quotes stand around whole cells, and in none: then a row is a line, and a cell what stands between two
 * delimiters or two quotes. That is most of most tables, and the parser, which looks at each byte, takes five times as long
 * to say the same.
 */
export function createPlainRows(delimiter: string, linesBefore = 0) {
  let lines = linesBefore;
  let rest = '';
  const toRows = (texts: readonly string[], hasQuotes: boolean): TableRow[] | undefined => {
    const rows: TableRow[] = [];
    let line = lines;
    for (const text of texts) {
      line += 1;
      const cells = hasQuotes ? splitQuoted(text, delimiter) : text.split(delimiter);
      if (!cells) return undefined;
      if (text !== '') rows.push({ line, cells });
    }
    lines = line;
    return rows;
  };
  return {
    /** @returns undefined for a text with any other quote, or a long one: it is for the parser, behind what is left */
    read: (text: string): TableRow[] | undefined => {
      if (!PLAIN_DELIMITERS.includes(delimiter) || rest.length + text.length > MAX_CHARS) return undefined;
      const whole = rest + text;
      const split = splitText(whole);
      const rows = toRows(split.lines, whole.includes(QUOTE));
      if (rows) rest = split.rest;
      return rows;
    },
    /** The row without a line end; undefined where what is left is for the parser. */
    end: (): TableRow[] | undefined =>
      toRows(rest === '' ? [] : [rest.replace(/\r$/, '')], rest.includes(QUOTE)),
    /** The beginning of a row that has not ended yet. */
    rest: () => rest,
    /** How many were read. */
    lines: () => lines,
  };
}

/** The cells of a line in which quotes stand around whole cells alone: each is a single quote once its text is out. */
function splitQuoted(line: string, delimiter: string): string[] | undefined {
  if (!line.includes(QUOTE)) return line.split(delimiter);
  const parts = line.split(QUOTE);
  if (parts.length % 2 === 0) return undefined;
  let outside = '';
  for (let at = 0; at < parts.length; at += 2) outside += at === 0 ? parts[at] : QUOTE + parts[at];
  const cells = outside.split(delimiter);
  let taken = -1;
  for (let at = 0; at < cells.length; at += 1) {
    if (cells[at] === QUOTE) {
      taken += 2;
      cells[at] = parts[taken] ?? '';
    } else if (cells[at]?.includes(QUOTE)) return undefined;
  }
  return cells;
}
