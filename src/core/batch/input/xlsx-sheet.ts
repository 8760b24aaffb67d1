import { createHyperlinks } from './xlsx-formulas.js';
import { formatSerial, spellOut } from './xlsx-values.js';
import type { Workbook } from './xlsx-workbook.js';
import { createXmlReader, findAttribute } from './xlsx-xml.js';

/** A row as it goes to the program: texts and the links behind them. */
export interface SheetRow {
  readonly line: number;
  readonly cells: readonly string[];
  readonly links?: readonly (string | null)[];
  readonly isHidden: boolean;
}

/** What stands in a sheet behind its rows: links of cells, and cells merged over several rows. */
export interface SheetTail {
  /** By `A1`. */
  readonly links: ReadonlyMap<string, string>;
  readonly merges: readonly Merge[];
}

interface Merge {
  readonly first: number;
  readonly last: number;
  readonly at: number;
}

const MAX_ROW = 1_048_576;
const MAX_COLUMN = 16_384;
const MAX_CELL_CHARS = 32_767;
const END_OF_ROWS = /<\/(?:\w+:)?sheetData\s*>|<(?:\w+:)?sheetData\s*\/>/;
/** More than the tag that is looked for. */
const OVERLAP = 64;

/** Passes over the rows, without parsing them, to what stands behind. */
export async function readTail(
  texts: AsyncIterable<string>,
  relations: ReadonlyMap<string, string>,
): Promise<SheetTail> {
  const links = new Map<string, string>();
  const merges: Merge[] = [];
  const reader = createXmlReader(
    {
      open: (name, attributes) => {
        const { ref = '' } = attributes;
        if (name === 'hyperlink') {
          const target = relations.get(findAttribute(attributes, 'id') ?? '');
          const place = attributes['location'];
          if (target !== undefined) links.set(ref.split(':')[0] ?? '', place ? `${target}#${place}` : target);
        }
        const merge = name === 'mergeCell' ? parseMerge(ref) : undefined;
        if (merge) merges.push(merge);
      },
    },
    true,
  );
  let rest = '';
  let isBehind = false;
  for await (const text of texts) {
    if (isBehind) {
      reader.write(text);
      continue;
    }
    const both = rest + text;
    const end = END_OF_ROWS.exec(both);
    rest = both.slice(-OVERLAP);
    if (!end) continue;
    isBehind = true;
    reader.write(both.slice(end.index + end[0].length));
  }
  reader.close();
  return { links, merges: merges.sort((one, other) => one.first - other.first) };
}

/** A cell merged downwards says the same for all its rows; one merged sideways is a title. */
function parseMerge(ref: string): Merge | undefined {
  const [, from = '', first = '', to = '', last = ''] = /^([A-Z]+)(\d+):([A-Z]+)(\d+)$/.exec(ref) ?? [];
  if (first === last || from !== to) return undefined;
  return { first: Number(first), last: Number(last), at: toColumn(from) };
}

/** 0 for A; beyond any sheet for what is none. */
function toColumn(letters: string): number {
  if (!/^[A-Z]{1,3}$/.test(letters)) return MAX_COLUMN;
  return [...letters].reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

/** The rows of a sheet, while they are unpacked. */
export async function* readRows(
  texts: AsyncIterable<string>,
  { sharedStrings, isDateFormat, is1904 }: Pick<Workbook, 'sharedStrings' | 'isDateFormat' | 'is1904'>,
  tail: SheetTail,
): AsyncGenerator<SheetRow> {
  const ready: SheetRow[] = [];
  const hyperlinks = createHyperlinks();
  const fill = createFill(tail.merges);
  let row = { line: 0, isHidden: false, cells: [] as string[], links: new Map<number, string>() };
  let cell = { at: 0, type: '', style: '' };
  let part = '';
  let formula = { text: '', shared: '' };
  let pieces: string[] = [];
  let length = 0;

  const readValue = (): string => {
    const text = pieces.join('').slice(0, MAX_CELL_CHARS);
    if (cell.type === 's') return sharedStrings[Number(text)]?.slice(0, MAX_CELL_CHARS) ?? '';
    if (cell.type === 'b') return text === '1' ? 'TRUE' : 'FALSE';
    if (cell.type !== '' && cell.type !== 'n') return text;
    return text !== '' && isDateFormat(cell.style) ? formatSerial(text, is1904) : spellOut(text);
  };
  const finishCell = () => {
    if (cell.at >= MAX_COLUMN) return;
    const place = `${toLetters(cell.at)}${row.line}`;
    const value = readValue();
    row.cells[cell.at] = value;
    const link = tail.links.get(place);
    if (link !== undefined) row.links.set(cell.at, link);
    hyperlinks.add({ at: cell.at, line: row.line }, formula);
  };
  const reader = createXmlReader({
    open: (name, attributes) => {
      if (name === 'row') {
        const line = Number(attributes['r'] ?? row.line + 1);
        const isHidden = /^(?:1|true)$/.test(attributes['hidden'] ?? '');
        row = { line, isHidden, cells: [], links: new Map() };
        cell = { at: -1, type: '', style: '' };
      } else if (name === 'c') {
        const letters = /^[A-Z]+/.exec(attributes['r'] ?? '')?.[0];
        const at = letters === undefined ? cell.at + 1 : toColumn(letters);
        cell = { at, type: attributes['t'] ?? '', style: attributes['s'] ?? '' };
        formula = { text: '', shared: '' };
        pieces = [];
        length = 0;
      } else if (name === 'f') {
        formula = { text: '', shared: attributes['t'] === 'shared' ? (attributes['si'] ?? '') : '' };
      }
      part = name;
    },
    text: (text) => {
      if (part === 'f') formula.text += text.slice(0, MAX_CELL_CHARS);
      if ((part !== 'v' && part !== 't') || length > MAX_CELL_CHARS) return;
      pieces.push(text);
      length += text.length;
    },
    close: (name) => {
      part = '';
      if (name === 'c') finishCell();
      if (name !== 'row' || !(row.line >= 1 && row.line <= MAX_ROW)) return;
      for (const [at, link] of hyperlinks.finish(row.cells)) row.links.set(at, link);
      ready.push(fill(toRow(row)));
    },
  });
  for await (const text of texts) {
    reader.write(text);
    yield* ready.splice(0);
  }
  reader.close();
  yield* ready.splice(0);
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

/** Gives the rows of a merged cell what stands in its first. */
function createFill(merges: readonly Merge[]): (row: SheetRow) => SheetRow {
  let next = 0;
  let open: { readonly merge: Merge; readonly cell: string; readonly link: string | null }[] = [];
  return (row) => {
    open = open.filter(({ merge }) => merge.last >= row.line);
    const cells = [...row.cells];
    const links = [...(row.links ?? [])];
    for (const { merge, cell, link } of open) {
      while (cells.length <= merge.at) cells.push('');
      if (cells[merge.at] === '') cells[merge.at] = cell;
      if (link !== null) links[merge.at] ??= link;
    }
    for (let merge = merges[next]; merge && merge.first <= row.line; merge = merges[next]) {
      next += 1;
      const cell = cells[merge.at] ?? '';
      if (merge.first === row.line) open.push({ merge, cell, link: links[merge.at] ?? null });
    }
    return { ...row, cells, ...(links.length > 0 && { links: Array.from(links, (link) => link ?? null) }) };
  };
}
