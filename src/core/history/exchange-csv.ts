import { InputError } from '../errors.js';
import { RECORDED_KINDS } from '../prices/observation.js';
import { formatCsvLine } from '../text/csv-cells.js';
import { decodeText } from '../text/encoding.js';
import type { ExchangedJson } from './exchange.js';

/** A history as a table: one observation a row, a column for each kind of price. */
const COLUMNS = ['platform', 'id', 'sku', 'source', 'title', 'at', ...RECORDED_KINDS, 'stock'] as const;
const NEEDED = ['platform', 'id', 'source', 'at'];
/** In the place of an amount: the upstream could have told this kind, and did not. */
const GONE = 'gone';
const HEAD_BYTES = 4096;

/** The first line of a table, and a mark without which Excel takes it for another encoding. */
export const formatExchangeHeader = (): string => `\uFEFF${formatCsvLine(COLUMNS)}`;

export function formatExchangeRow({ prices, gone = [], ...rest }: ExchangedJson): string {
  const { platform, id, sku, source, title, at, stock } = rest;
  const amounts = RECORDED_KINDS.map((kind) =>
    gone.includes(kind) ? GONE : prices.find((price) => price.kind === kind)?.amount,
  );
  return formatCsvLine([platform, id, sku, source, title, at, ...amounts, stock]);
}

/**
 * The observations of a table as `parseExchanged` takes them; columns may stand in any order, and others besides them.
 * @throws InputError when it is not such a table
 */
export async function* readExchangeTable(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<{ readonly line: number; readonly given: object }> {
  // The reader of tables is loaded for those who import one.
  const { parseCsvRows } = await import('../text/csv.js');
  let names: readonly string[] | undefined;
  for await (const rows of parseCsvRows(decodeChunks(chunks))) {
    for (const { line, cells } of rows) {
      if (names) yield { line, given: toExchanged(names, cells.map(toText)) };
      else names = readHeader(cells.map(toText));
    }
  }
}

async function* decodeChunks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const iterator = chunks[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (first.done) return;
  const all = async function* () {
    yield first.value;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  };
  yield* decodeText(all(), first.value.subarray(0, HEAD_BYTES));
}

function readHeader(cells: readonly string[]): string[] {
  const names = cells.map((cell) => cell.toLowerCase());
  const missing = NEEDED.filter((name) => !names.includes(name));
  if (missing.length === 0) return names;
  throw new InputError(
    `The table has no column ${missing.join(', ')}. Its first row names the columns: ${COLUMNS.join(', ')}.`,
    { code: 'history_no_column', facts: { missing: missing.join('、') } },
  );
}

/** Without what keeps a spreadsheet from spoiling it: the tab behind an id, the apostrophe before a formula. */
const toText = (cell: unknown): string =>
  String(cell ?? '')
    .replace(/^\uFEFF/, '')
    .trim()
    .replace(/^'(?=[=+\-@＝＋－＠])/, '');

function toExchanged(names: readonly string[], cells: readonly string[]): object {
  const find = (name: string) => cells[names.indexOf(name)] || undefined;
  const given = RECORDED_KINDS.map((kind) => ({ kind, cell: find(kind) }));
  return {
    platform: find('platform'),
    id: find('id'),
    sku: find('sku'),
    source: find('source'),
    title: find('title'),
    at: find('at'),
    prices: given.flatMap(({ kind, cell }) =>
      cell && cell.toLowerCase() !== GONE ? [{ kind, amount: toAmount(cell) }] : [],
    ),
    gone: given.flatMap(({ kind, cell }) => (cell?.toLowerCase() === GONE ? [kind] : [])),
    stock: find('stock'),
  };
}

/** What is not a number stays as it is, for the message that refuses it. */
function toAmount(cell: string): number | string {
  const amount = Number(cell.replaceAll(/[¥￥,\s]/g, ''));
  return Number.isFinite(amount) ? amount : cell;
}
