import { InputError } from '../../errors.js';
import type { Marketplace } from '../../marketplace.js';
import type { InputLine } from './input-lines.js';

/** What the registered marketplaces know about tables. */
export function createColumnRules(marketplaces: readonly Marketplace[]): ColumnRules {
  const names = new Map(
    marketplaces.flatMap(({ id, names: { zh, en } }) =>
      [id, zh, en].map((name): [string, string] => [name.toLowerCase(), id]),
    ),
  );
  return {
    idColumns: marketplaces.flatMap(({ id, idColumns }) =>
      idColumns.map((pattern) => ({ platform: id, pattern })),
    ),
    findPlatform: (cell) => names.get(cell.trim().toLowerCase()),
  };
}

export interface TableRow {
  /** Counted from 1, as an editor or spreadsheet shows it. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What the registered marketplaces know about tables. */
export interface ColumnRules {
  /** Headers of columns that hold ids of one marketplace. */
  readonly idColumns: readonly { readonly platform: string; readonly pattern: RegExp }[];
  /** Which marketplace a cell of a platform column means, by id or name. */
  readonly findPlatform: (cell: string) => string | undefined;
}

const PRODUCT_HEADERS = /^(product|item|商品|宝贝)?[\s_-]?(id|编号|编码)$/i;
const LINK_HEADERS = /^(product|item|商品|宝贝)?[\s_-]?(url|link|href|链接|地址|网址|分享)$/i;
const TEXT_HEADERS = /^(input|text|share[\s_-]?text|输入|分享文案|口令)$/i;
const PLATFORM_HEADERS = /^(platform|marketplace|平台|渠道)$/i;
/** How many rows are looked at when no header is known. */
const SAMPLE_ROWS = 50;

/** Where a table keeps what asks for a product. */
interface Columns {
  /** In order of preference: the first filled cell of a row counts. */
  readonly sources: readonly { readonly at: number; readonly platform?: string }[];
  readonly platformAt: number | undefined;
  readonly hasHeader: boolean;
}

/**
 * Takes from each row the cell that asks for a product. The column is chosen by its header, else by its content.
 * Rows without any content are passed over; a row whose cell is empty yields an empty text.
 * @throws InputError when no column fits, or several without a known header do
 */
export async function* pickColumn(
  rows: AsyncIterable<TableRow>,
  rules: ColumnRules,
): AsyncGenerator<InputLine> {
  const sample: TableRow[] = [];
  let columns: Columns | undefined;
  for await (const row of rows) {
    const cells = row.cells.map(cleanCell);
    if (cells.every((cell) => cell === '')) continue;
    if (columns) {
      yield toLine({ line: row.line, cells }, columns, rules);
      continue;
    }
    sample.push({ line: row.line, cells });
    columns = findByHeader(sample[0], rules);
    if (!columns && sample.length < SAMPLE_ROWS) continue;
    columns ??= getByContent(sample);
    yield* drain(sample, columns, rules);
  }
  if (!columns && sample.length > 0) yield* drain(sample, getByContent(sample), rules);
}

function* drain(sample: TableRow[], columns: Columns, rules: ColumnRules) {
  for (const row of columns.hasHeader ? sample.slice(1) : sample) yield toLine(row, columns, rules);
  sample.length = 0;
}

function toLine({ line, cells }: TableRow, columns: Columns, rules: ColumnRules): InputLine {
  const source = columns.sources.find(({ at }) => (cells[at] ?? '') !== '');
  const named =
    columns.platformAt === undefined ? undefined : rules.findPlatform(cells[columns.platformAt] ?? '');
  return { line, text: source ? (cells[source.at] ?? '') : '', platformHint: named ?? source?.platform };
}

/** Undoes what spreadsheets do to keep a number as text: `="1"`, `'1`, blanks and tabs around it. */
function cleanCell(cell: string): string {
  const text = cell.trim();
  return /^="(.*)"$/.exec(text)?.[1] ?? /^'(\d+)$/.exec(text)?.[1] ?? text;
}

/** Finds the columns in a row of headers; undefined when none is known. */
export function findByHeader(headers: TableRow | undefined, rules: ColumnRules): Columns | undefined {
  const names = (headers?.cells ?? []).map((name) => name.normalize('NFKC').trim());
  const find = (pattern: RegExp) => names.flatMap((name, at) => (pattern.test(name) ? [{ at }] : []));
  const ids = names.flatMap((name, at) => {
    const rule = rules.idColumns.find(({ pattern }) => pattern.test(name));
    return rule ? [{ at, platform: rule.platform }] : [];
  });
  const platformAt = find(PLATFORM_HEADERS)[0]?.at;
  const products = find(PRODUCT_HEADERS);
  // Beside a platform column the plain id is meant, and a column such as `sku` may be a detail of it.
  const exact = platformAt === undefined ? [...ids, ...products] : [...products, ...ids];
  const sources = [...exact, ...find(LINK_HEADERS), ...find(TEXT_HEADERS)];
  return sources.length > 0 ? { sources, platformAt, hasHeader: true } : undefined;
}

const LINK = /https?:\/\/|[a-z]+:\/\//i;
/** Shorter numbers are prices and counts; scientific notation is kept, to be refused with a reason. */
const LONG_NUMBER = /^(\d{6,20}(\.0)?|\d(\.\d+)?[eE]\+?\d{1,2})$/;

function getByContent(sample: readonly TableRow[]): Columns {
  const width = Math.max(...sample.map(({ cells }) => cells.length));
  // The first row may be a header that nobody knows.
  const body = sample.length > 1 ? sample.slice(1) : sample;
  for (const pattern of [LINK, LONG_NUMBER]) {
    const fitting = Array.from({ length: width }, (_, at) => at).filter(
      (at) => body.filter(({ cells }) => pattern.test(cells[at] ?? '')).length * 2 >= body.length,
    );
    const [at] = fitting;
    if (fitting.length > 1) throw ambiguous(sample[0], fitting);
    if (at !== undefined) {
      return {
        sources: [{ at }],
        platformAt: undefined,
        hasHeader: !pattern.test(sample[0]?.cells[at] ?? ''),
      };
    }
  }
  throw new InputError(
    `No column with products was found. The first row reads: ${quoteCells(sample[0])}. Name the column id, sku, goods_id, url or 商品链接.`,
    { code: 'no_column' },
  );
}

function ambiguous(first: TableRow | undefined, fitting: readonly number[]): InputError {
  const columns = fitting.map((at) => `${at + 1} (${first?.cells[at] ?? ''})`).join(', ');
  return new InputError(`Columns ${columns} all look like products. Name the right one id or url.`, {
    code: 'ambiguous_columns',
  });
}

function quoteCells(row: TableRow | undefined): string {
  const cells = (row?.cells ?? []).slice(0, 8).map((cell) => `"${cell.slice(0, 24)}"`);
  return cells.join(', ');
}
