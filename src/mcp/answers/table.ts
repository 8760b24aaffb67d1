import { getColumns, type Product, type Row, toProductRow, toTableRows } from '../../core/index.js';
import { cutText } from './cut-text.js';
import { createLegend, type Legend } from './legend.js';
import { addSizes, fits, measure, NOTHING, type Size } from './page-size.js';

/** A line of a list. */
export interface ListRow extends Row {
  /** The earlier line that asked for the same product; its facts are not repeated. */
  readonly sameAs?: number;
}

type JsonCell = string | number | boolean;
type Cells = Readonly<Record<string, JsonCell | undefined>>;

/** A list in few tokens: names once, and what all rows share once. */
export interface Table {
  readonly columns: readonly string[];
  /** In the order of the columns; an empty text where nothing is known. */
  readonly rows: readonly (readonly JsonCell[])[];
  /**
   * Values that hold for every row that has a product. `{id}` stands for the row's id. `input` holds for the rows that
   * leave theirs empty.
   */
  readonly same?: Readonly<Record<string, JsonCell>>;
  /** Values that hold for every product of a source. */
  readonly same_by_source?: Readonly<Record<string, Readonly<Record<string, JsonCell>>>>;
  /** What the codes in the column `notes` stand for. */
  readonly notes?: Readonly<Record<string, string>>;
}

const MAX_INPUT_CHARS = 120;
/** What a reader takes from the row itself, equal or not. */
const KEPT_IN_ROWS: ReadonlySet<string> = new Set([
  'line',
  'input',
  'outcome',
  'same_as',
  'id',
  'title',
  'price',
  'price_kind',
]);
/** What a column says nothing reliable without. */
const COMPANIONS: Readonly<Record<string, readonly string[]>> = {
  price: ['price_kind', 'notes'],
  sales: ['sales_period'],
  url: ['id'],
};
const UNKNOWN = '';

/** Names of the columns that a list may have: those of csv files. */
export function listColumnNames(): string[] {
  return getColumns('product').map(({ name }) => name);
}

/** The columns that were asked for, and behind them those that they need to be read correctly. */
export function addCompanions(fields: readonly string[]): string[] {
  return [...new Set([...fields, ...fields.flatMap((name) => COMPANIONS[name] ?? [])])];
}

/** Products of a list without input lines, as rows. */
export function toRows(products: readonly Product[]): Row[] {
  return products.map((product, at) => toProductRow(product, at + 1, product.id));
}

/**
 * How many rows, from the first on, fit into one result; at least one. It depends on no row behind them, so that a
 * page stays the same while a job goes on: a column counts as shared until a row differs, and its cells from then on
 * and before.
 */
export function countFittingRows(rows: readonly ListRow[], fields: readonly string[]): number {
  const firsts = new Map<JsonCell | undefined, Cells>();
  const columns = fields.map((name) => createColumnMeter(name, firsts));
  const legend = createLegend();
  let used = NOTHING;
  for (const [at, row] of rows.entries()) {
    const cells = toCells(row, legend);
    const { source } = cells;
    if (source !== undefined && !firsts.has(source)) firsts.set(source, cells);
    for (const take of columns) used = addSizes(used, take(cells));
    for (const sentence of legend.takeNew()) used = addSizes(used, measure(sentence));
    if (!fits(used)) return Math.max(1, at);
  }
  return rows.length;
}

/** @returns what a row adds to the size of a column: nothing while all are the same, then all of them at once */
function createColumnMeter(name: string, firsts: ReadonlyMap<JsonCell | undefined, Cells>) {
  let isShared = !KEPT_IN_ROWS.has(name);
  let held = NOTHING;
  return (cells: Cells): Size => {
    if (name === 'input' && followsPattern(cells, firsts.get(cells['source']))) return measure(UNKNOWN);
    held = addSizes(held, measure(expandUrl(cells, name) ?? UNKNOWN));
    isShared &&=
      firsts.get(cells['source'])?.[name] === cells[name] && (name !== 'source' || firsts.size < 2);
    if (isShared) return NOTHING;
    const due = held;
    held = NOTHING;
    return due;
  };
}

/**
 * The first rows that fit into a result.
 * @param fields names of columns, in the order wanted
 */
export function toTable(rows: readonly ListRow[], fields: readonly string[]): Table {
  const legend = createLegend();
  const whole = rows.slice(0, countFittingRows(rows, fields)).map((row) => toCells(row, legend));
  const bySource = getShared(whole, fields);
  const shared = new Set(Object.values(bySource).flatMap((values) => Object.keys(values)));
  const { all, patterns } = takeInputPatterns(whole, fields);
  const columns = fields.filter(
    (name) => !shared.has(name) && all.some((cells) => cells[name] !== undefined),
  );
  const table = all.map((cells) => columns.map((name) => expandUrl(cells, name) ?? UNKNOWN));
  const notes = fields.includes('notes') ? legend.sentences() : undefined;
  for (const [source, input] of patterns) bySource[source] = { ...bySource[source], input };
  return { columns, rows: table, ...nameShared(bySource), ...(notes && { notes }) };
}

/** The number of inputs of a kind from which their pattern costs less than they do. */
const MIN_INPUTS = 3;

/** The input as a pattern of the row's id; undefined where the id is not in it. */
function findInputPattern({ input, id }: Cells): string | undefined {
  if (typeof input !== 'string' || typeof id !== 'string' || !input.includes(id)) return undefined;
  return input.replace(id, '{id}');
}

const followsPattern = (cells: Cells, first: Cells | undefined) => {
  const pattern = findInputPattern(cells);
  return pattern !== undefined && first !== undefined && pattern === findInputPattern(first);
};

/** By source: the form of its first input, which the rows of the same form leave empty. */
function takeInputPatterns(rows: readonly Cells[], fields: readonly string[]) {
  const patterns = new Map<string, string>();
  if (!fields.includes('input') || !fields.includes('id')) return { all: rows, patterns };
  for (const [source, group] of groupBySource(rows).groups) {
    const [first] = group;
    const pattern = first && findInputPattern(first);
    const following = group.filter((cells) => followsPattern(cells, first));
    if (pattern !== undefined && following.length >= MIN_INPUTS) patterns.set(source, pattern);
  }
  const isKnown = (cells: Cells) => {
    const pattern = patterns.get(String(cells['source']));
    return pattern !== undefined && pattern === findInputPattern(cells);
  };
  return { all: rows.map((cells) => (isKnown(cells) ? { ...cells, input: undefined } : cells)), patterns };
}

/** The oldest answer among the rows, and how old it is. */
export function describeAge(rows: readonly Row[], nowMs: number) {
  const times = rows.flatMap(({ product }) => (product ? [product.fetchedAtMs] : []));
  if (times.length === 0) return {};
  const oldestMs = Math.min(...times);
  return {
    fetched_at: new Date(oldestMs).toISOString(),
    age_s: Math.max(0, Math.round((nowMs - oldestMs) / 1000)),
  };
}

function toCells(row: ListRow, legend: Legend): Cells {
  const input = cutText(row.input, MAX_INPUT_CHARS);
  const [cells = []] = toTableRows({ ...row, input }, 'product');
  const entries = listColumnNames().map((name, at): [string, JsonCell | undefined] => [name, cells[at]]);
  const notes = row.product?.notes?.map(({ en }) => legend.codeOf(en)).join(' ');
  const named = { ...Object.fromEntries(entries), notes: notes || undefined, same_as: row.sameAs };
  // Links of one source differ by the id only: as a pattern they are shared.
  const { url, id }: Cells = named;
  return typeof url === 'string' && id ? { ...named, url: url.replaceAll(String(id), '{id}') } : named;
}

function expandUrl(cells: Cells, name: string): JsonCell | undefined {
  const value = cells[name];
  return name === 'url' && typeof value === 'string' ? value.replaceAll('{id}', String(cells['id'])) : value;
}

type Shared = Record<string, Record<string, JsonCell>>;

/** By source: the values that are the same in every product of it. Rows without a product lose nothing by them. */
function getShared(rows: readonly Cells[], fields: readonly string[]): Shared {
  const { groups, failed } = groupBySource(rows);
  const firsts = new Map([...groups].map(([source, group]) => [source, takeFirsts(group, fields)]));
  const [only] = groups.size === 1 ? firsts.values() : [];
  const isShared = (name: string) =>
    [...groups].every(([source, group]) =>
      group.every((cells) => isSame(name, cells[name], firsts.get(source)?.[name])),
    ) && failed.every((cells) => cells[name] === undefined || cells[name] === only?.[name]);
  const shared: Shared = {};
  for (const name of fields) {
    // With several sources a row has to say which is its own.
    if (KEPT_IN_ROWS.has(name) || (!only && name === 'source') || !isShared(name)) continue;
    for (const [source, first] of firsts) {
      const value = first[name];
      if (value !== undefined) shared[source] = { ...shared[source], [name]: value };
    }
  }
  return shared;
}

/** Where these are unknown, there is nothing that they could say something of. */
const DEPENDENT: ReadonlySet<string> = new Set(['sales_period']);

const isSame = (name: string, value: JsonCell | undefined, first: JsonCell | undefined) =>
  value === first || (value === undefined && DEPENDENT.has(name));

const takeFirsts = ([first = {}, ...others]: readonly Cells[], fields: readonly string[]): Cells => ({
  ...first,
  ...Object.fromEntries(
    fields
      .filter((name) => DEPENDENT.has(name) && first[name] === undefined)
      .map((name) => [name, others.find((cells) => cells[name] !== undefined)?.[name]]),
  ),
});

function groupBySource(rows: readonly Cells[]) {
  const groups = new Map<string, Cells[]>();
  const failed: Cells[] = [];
  for (const cells of rows) {
    const { source } = cells;
    if (typeof source !== 'string') failed.push(cells);
    else groups.set(source, [...(groups.get(source) ?? []), cells]);
  }
  return { groups, failed };
}

function nameShared(bySource: Shared): Partial<Table> {
  const groups = Object.values(bySource);
  if (groups.length === 0) return {};
  return groups.length === 1 ? { same: groups[0] ?? {} } : { same_by_source: bySource };
}
