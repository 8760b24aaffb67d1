import type { CellKind } from './cell-kind.js';
import { cleanHeader } from './column-headers.js';
import type { CleanRow, TableRules } from './row.js';

/** The header of a table within a sample of its rows. */
export interface TableHeader {
  /** Place of its row; -1 where the names do not stand in one. */
  readonly at: number;
  /** Place of the last row that belongs to it. */
  readonly end: number;
  readonly names: readonly string[];
}

/** Rows in which a header is looked for: titles, export times and notes may stand above it. */
const MAX_ROWS = 20;
const MAX_HEADER_ROWS = 4;
/** What templates write below their headers. */
const TEMPLATE =
  /^(?:(?:必填|选填|非必填|必须|可选|可不填|required|optional|string|number|text|文本|数字|填写|格式)|(?:单位[:：]?)?(?:[万亿]?元|rmb|cny|件|个|天|%|(?:var)?char|(?:big|small|tiny)?int(?:eger)?|decimal|numeric|float|double|datetime|date|bool(?:ean)?)(?:\(\d+(?:,\d+)?\))?\)?$)/i;
/** A row with such cells is data. */
const DATA: readonly CellKind[] = ['product', 'short', 'shop', 'page', 'picture', 'link', 'id', 'barcode'];

/**
 * The row with most words that are known as headers and no data; undefined where no row is one. A second row of
 * headers, and what a template says below them, belong to it.
 */
export function findHeader(
  sample: readonly CleanRow[],
  rules: TableRules,
  columns: readonly string[] = [],
): TableHeader | undefined {
  const rows = sample.slice(0, MAX_ROWS);
  const width = Math.max(...sample.map(({ texts }) => texts.length));
  const filledColumns = listFilledColumns(sample);
  const scores = rows.map((row) => countKnown(row, rules, filledColumns));
  const best = Math.max(0, ...scores);
  const wanted = indexOfNamedRow(rows, columns);
  const known = best > 0 ? scores.indexOf(best) : indexOfUnknownHeader(rows, rules);
  const at = wanted >= 0 ? wanted : known;
  const row = rows[at];
  if (!row) return undefined;
  const below = rows.slice(at + 1, at + 1 + MAX_HEADER_ROWS).map((one, place) => {
    const isHeader = (scores[at + 1 + place] ?? 0) > 1;
    return isHeader || isTemplate(one);
  });
  const firstData = below.indexOf(false);
  const end = at + (firstData < 0 ? below.length : firstData);
  // Cells merged over two rows of headers keep their name in the upper one.
  const upper =
    at > 0 && (countWords(rows[at - 1], rules) > 0 || isGroupRow(rows[at - 1])) ? rows[at - 1] : undefined;
  const lower = rows.slice(at + 1, end + 1);
  const groups = listGroups(upper);
  const names = Array.from({ length: width }, (_, place) => {
    const own = row.texts[place] ?? '';
    // The same name again is told apart by the word above it, as a marketplace's.
    if (own !== '' && row.texts.indexOf(own) !== row.texts.lastIndexOf(own)) {
      return `${groups[place] ?? ''}${own}`;
    }
    const others = [upper, ...lower].map((one) => one?.texts[place] ?? '');
    return own || others.find((text) => text !== '' && !TEMPLATE.test(cleanHeader(text))) || '';
  });
  return { at, end, names };
}

/** For each column the word above it: a cell merged sideways stands in the first of its columns. */
function listGroups(upper: CleanRow | undefined): string[] {
  let group = '';
  return (upper?.texts ?? []).map((text) => {
    group = text || group;
    return group;
  });
}

/** Words above data, though nobody knows them: the row says what its columns are called. */
function indexOfUnknownHeader(rows: readonly CleanRow[], { readCell }: TableRules): number {
  const kindsOf = (row: CleanRow | undefined) =>
    (row?.texts ?? []).filter(Boolean).map((text) => readCell(text).kind);
  return rows.findIndex((row, at) => {
    const kinds = kindsOf(row);
    const isWords = kinds.length > 1 && kinds.every((kind) => kind === 'text');
    return isWords && kindsOf(rows[at + 1]).some((kind) => kind !== 'text' && kind !== 'empty');
  });
}

/** Columns in which nothing stands are none. */
function listFilledColumns(sample: readonly CleanRow[]): number[] {
  const filled = new Set<number>();
  for (const { texts } of sample) for (const [at, text] of texts.entries()) if (text !== '') filled.add(at);
  return [...filled].sort((one, other) => one - other);
}

/** How many of a row's cells are known headers; 0 for a row that cannot be the header. */
function countKnown(row: CleanRow, rules: TableRules, columns: readonly number[]): number {
  const filled = row.texts.filter(Boolean);
  const kinds = filled.map((text) => rules.readCell(text).kind);
  const isData = kinds.some((kind) => DATA.includes(kind));
  if (isData || kinds.filter((kind) => kind === 'number').length * 2 > filled.length) return 0;
  const known = countWords(row, rules);
  // A single word above several columns is a title, which stands above the first of them.
  const isTitle = columns.length > 1 && filled.length === 1 && row.texts.findIndex(Boolean) === columns[0];
  return isTitle ? 0 : known;
}

const countWords = (row: CleanRow | undefined, rules: TableRules) =>
  row?.texts.filter((text) => rules.readHeader(text).role !== undefined).length ?? 0;

const isGroupRow = (row: CleanRow | undefined) => (row?.texts.filter(Boolean).length ?? 0) > 1;

function isTemplate({ texts }: CleanRow): boolean {
  const filled = texts.map(cleanTemplate).filter(Boolean);
  return filled.length > 0 && filled.filter((text) => TEMPLATE.test(text)).length * 2 >= filled.length;
}

const cleanTemplate = (text: string) => text.normalize('NFKC').replace(/^[([【*\s]+/, '');

function indexOfNamedRow(rows: readonly CleanRow[], names: readonly string[]): number {
  const fold = (text: string) => cleanHeader(text).toLowerCase();
  const wanted = names.filter((name) => !/^\d+$/.test(name)).map(fold);
  return wanted.length === 0
    ? -1
    : rows.findIndex(({ texts }) => wanted.every((name) => texts.map(fold).includes(name)));
}
