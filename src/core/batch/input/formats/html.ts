import { Parser } from 'htmlparser2';
import { InputError } from '../../../errors.js';
import type { TableRow } from '../../../text/table-row.js';
import type { InputLine } from '../lines.js';
import { chooseSheet } from '../table/sheets.js';
import { readTable, type TableOptions } from '../table/table.js';

/** A page is held in memory; what is larger is not an export that a person would look at. */
const MAX_CHARS = 32 * 2 ** 20;
const MAX_CELL_CHARS = 32_767;
const MAX_SPAN = 1000;
/** Rows by which the table with the list is found. */
const SAMPLE_ROWS = 60;
const UNSEEN = ['script', 'style', 'template', 'noscript', 'title'];
const BLOCKS = ['br', 'p', 'div', 'li'];

/**
 * Reads the table of a page that holds the list: exports are often HTML under the name of a workbook.
 * @throws InputError for a page without a table
 */
export async function* readHtml(
  texts: AsyncIterable<string>,
  options: TableOptions & { readonly sheet?: string },
): AsyncGenerator<Iterable<InputLine>> {
  const tables = await parseTables(texts);
  const filled = tables.filter(({ length }) => length > 0);
  if (filled.length === 0) {
    throw new InputError(
      'The file is a web page (HTML) without a table. Save the list as .xlsx, .csv or .txt.',
      {
        code: 'wrong_file_kind',
      },
    );
  }
  const sheets = filled.map((rows, at) => ({
    name: filled.length > 1 ? `table ${at + 1}` : '',
    rows: rows.slice(0, SAMPLE_ROWS),
  }));
  const rows = filled[chooseSheet(sheets, options.sheet, options)] ?? [];
  yield* readTable(toBlock(rows), options);
}

async function* toBlock<T>(items: readonly T[]): AsyncGenerator<readonly T[]> {
  yield items;
}

async function parseTables(texts: AsyncIterable<string>): Promise<TableRow[][]> {
  const builder = createTableBuilder();
  const parser = new Parser({
    onopentag: builder.open,
    ontext: builder.text,
    onclosetag: builder.close,
  });
  let chars = 0;
  for await (const text of texts) {
    chars += text.length;
    if (chars > MAX_CHARS) {
      throw new InputError(`The page is larger than ${MAX_CHARS / 2 ** 20} MB. Save the list as .csv.`, {
        code: 'input_too_large',
        facts: { limit: `${MAX_CHARS / 2 ** 20} MB` },
      });
    }
    parser.write(text);
  }
  parser.end();
  return builder.tables;
}

interface HtmlCell {
  text: string;
  readonly links: string[];
  readonly columns: number;
  readonly rows: number;
}

interface HtmlTable {
  readonly rows: TableRow[];
  /** Cells that reach down into the next row, by column. */
  readonly spans: Map<number, { readonly cell: HtmlCell; left: number }>;
  row: HtmlCell[] | undefined;
  cell: HtmlCell | undefined;
}

function createTableBuilder() {
  const tables: TableRow[][] = [];
  const stack: HtmlTable[] = [];
  let unseen = 0;
  const finishRow = (table: HtmlTable) => {
    if (table.row) table.rows.push(layOut(table.row, table.spans, table.rows.length + 1));
    table.row = undefined;
    table.cell = undefined;
  };
  return {
    tables,
    open: (name: string, attributes: Readonly<Record<string, string>>) => {
      if (UNSEEN.includes(name)) unseen += 1;
      if (name === 'table') {
        const made: HtmlTable = { rows: [], spans: new Map(), row: undefined, cell: undefined };
        stack.push(made);
        tables.push(made.rows);
        return;
      }
      const table = stack.at(-1);
      if (table && name === 'tr') finishRow(table);
      if (table) openTag(table, name, attributes);
    },
    text: (text: string) => {
      const cell = unseen > 0 ? undefined : stack.at(-1)?.cell;
      if (cell && cell.text.length < MAX_CELL_CHARS) cell.text += text;
    },
    close: (name: string) => {
      if (UNSEEN.includes(name)) unseen = Math.max(0, unseen - 1);
      const table = stack.at(-1);
      if (!table) return;
      if (name === 'td' || name === 'th') table.cell = undefined;
      if (name === 'tr' || name === 'table') finishRow(table);
      if (name === 'table') stack.pop();
    },
  };
}

function openTag(table: HtmlTable, name: string, attributes: Readonly<Record<string, string>>): void {
  if (name === 'tr') table.row = [];
  else if (name === 'td' || name === 'th') {
    table.cell = createCell(attributes);
    table.row = [...(table.row ?? []), table.cell];
  } else if (name === 'a' && attributes['href']) table.cell?.links.push(attributes['href']);
  else if (BLOCKS.includes(name) && table.cell?.text) table.cell.text += '\n';
}

function createCell({ colspan, rowspan }: Readonly<Record<string, string>>): HtmlCell {
  const parse = (text = '1') => Math.min(MAX_SPAN, Math.max(1, Number.parseInt(text, 10) || 1));
  return { text: '', links: [], columns: parse(colspan), rows: parse(rowspan) };
}

/** Puts the cells of a row into their columns, next to the cells that reach down into it. */
function layOut(row: readonly HtmlCell[], spans: HtmlTable['spans'], line: number): TableRow {
  const cells: string[] = [];
  const links: (string | undefined)[] = [];
  const put = ({ text, links: [...hrefs] }: HtmlCell) => {
    cells.push(
      text
        .replace(/[^\S\n]+/g, ' ')
        .replace(/ ?\n\s*/g, '\n')
        .trim(),
    );
    links.push(hrefs.length > 0 ? hrefs.join('\n') : undefined);
  };
  const putSpanned = () => {
    for (let span = spans.get(cells.length); span; span = spans.get(cells.length)) {
      span.left -= 1;
      if (span.left === 0) spans.delete(cells.length);
      put(span.cell);
    }
  };
  for (const cell of row) {
    putSpanned();
    if (cell.rows > 1) spans.set(cells.length, { cell, left: cell.rows - 1 });
    put(cell);
    // Merged sideways: what it says stands once.
    for (let more = 1; more < cell.columns; more += 1) put({ ...cell, text: '', links: [] });
  }
  putSpanned();
  return { line, cells, links };
}
