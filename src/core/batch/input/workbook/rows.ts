import { createHyperlinks } from './formulas.js';
import { createFill, type SheetRow } from './merges.js';
import { MAX_COLUMNS, type SheetTail, toColumn } from './tail.js';
import { formatSerial, spellOut } from './values.js';
import type { Workbook } from './workbook.js';
import { createXmlReader, type XmlHandlers } from './xml.js';

const MAX_ROW = 1_048_576;
const MAX_CELL_CHARS = 32_767;

type Values = Pick<Workbook, 'sharedStrings' | 'isDateFormat' | 'is1904'>;

/** The rows of a sheet, while they are unpacked. */
export async function* readRows(
  texts: AsyncIterable<string>,
  values: Values,
  tail: SheetTail,
): AsyncGenerator<SheetRow> {
  const ready: SheetRow[] = [];
  const fill = createFill(tail.merges);
  const reader = createXmlReader(createRowHandlers(values, tail, (row) => ready.push(fill(row))));
  for await (const text of texts) {
    reader.write(text);
    yield* ready.splice(0);
  }
  reader.close();
  yield* ready.splice(0);
}

type Attributes = Readonly<Record<string, string>>;

const isTrue = (text = '') => /^(?:1|true)$/.test(text);

function createRowHandlers(values: Values, tail: SheetTail, give: (row: SheetRow) => void): XmlHandlers {
  const hyperlinks = createHyperlinks();
  let row = { line: 0, isHidden: false, cells: [] as string[], links: new Map<number, string>() };
  let cell = { at: -1, type: '', style: '' };
  let formula = { text: '', shared: '' };
  let value = createValue();
  let part = '';

  const openers: Readonly<Record<string, (attributes: Attributes) => void>> = {
    row: ({ r, hidden }) => {
      row = { line: Number(r ?? row.line + 1), isHidden: isTrue(hidden), cells: [], links: new Map() };
      cell = { at: -1, type: '', style: '' };
    },
    c: ({ r = '', t: type = '', s: style = '' }) => {
      const letters = /^[A-Z]+/.exec(r)?.[0];
      cell = { at: letters === undefined ? cell.at + 1 : toColumn(letters), type, style };
      formula = { text: '', shared: '' };
      value = createValue();
    },
    f: ({ t, si = '' }) => {
      formula = { text: '', shared: t === 'shared' ? si : '' };
    },
  };
  const closers: Readonly<Record<string, () => void>> = {
    c: () => {
      if (cell.at >= MAX_COLUMNS) return;
      row.cells[cell.at] = formatValue(value.text(), cell, values);
      const link = tail.links.get(`${toLetters(cell.at)}${row.line}`);
      if (link !== undefined) row.links.set(cell.at, link);
      hyperlinks.add({ at: cell.at, line: row.line }, formula);
    },
    row: () => {
      if (!(row.line >= 1 && row.line <= MAX_ROW)) return;
      for (const [at, link] of hyperlinks.finish(row.cells)) row.links.set(at, link);
      give(toRow(row));
    },
  };
  return {
    open: (name, attributes) => {
      openers[name]?.(attributes);
      part = name;
    },
    text: (text) => {
      if (part === 'f') formula.text += text.slice(0, MAX_CELL_CHARS);
      if (part === 'v' || part === 't') value.add(text);
    },
    close: (name) => {
      closers[name]?.();
      part = '';
    },
  };
}

/** The text of a cell, put together of its runs. */
function createValue() {
  const pieces: string[] = [];
  let length = 0;
  return {
    add: (text: string): void => {
      if (length > MAX_CELL_CHARS) return;
      pieces.push(text);
      length += text.length;
    },
    text: (): string => pieces.join('').slice(0, MAX_CELL_CHARS),
  };
}

function formatValue(
  text: string,
  { type, style }: { readonly type: string; readonly style: string },
  { sharedStrings, isDateFormat, is1904 }: Values,
): string {
  if (type === 's') return sharedStrings[Number(text)]?.slice(0, MAX_CELL_CHARS) ?? '';
  if (type === 'b') return text === '1' ? 'TRUE' : 'FALSE';
  if (type !== '' && type !== 'n') return text;
  return text !== '' && isDateFormat(style) ? formatSerial(text, is1904) : spellOut(text);
}

function toLetters(at: number): string {
  const letter = String.fromCharCode(65 + (at % 26));
  return at < 26 ? letter : toLetters(Math.floor(at / 26) - 1) + letter;
}

function toRow(row: {
  readonly line: number;
  readonly isHidden: boolean;
  readonly cells: readonly string[];
  readonly links: ReadonlyMap<number, string>;
}): SheetRow {
  const { line, isHidden, links } = row;
  const cells = Array.from(row.cells, (cell) => cell ?? '');
  if (links.size === 0) return { line, isHidden, cells };
  return { line, isHidden, cells, links: cells.map((_, at) => links.get(at) ?? null) };
}
