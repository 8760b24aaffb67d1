import {
  findShownPrice,
  PRICE_KINDS,
  type Price,
  type PriceKind,
  type Product,
  type Sku,
} from '../../product/product.js';
import { toYuan } from '../../product/product-json.js';
import type { Row } from './row.js';

/** What a row of a table is about: a line of the input, or one SKU of its product. */
interface TableEntry {
  readonly row: Row;
  readonly product?: Product;
  readonly sku?: Sku;
  /** Of the SKU where it has some, else of the product. */
  readonly prices: readonly Price[];
}

/** Ids are strings: spreadsheets must not turn them into numbers. */
export type Cell = string | number | boolean | undefined;

/** One column of a table: its header, and how its cells are made. */
export interface Column {
  readonly name: string;
  /** For documents. */
  readonly about: string;
  readonly value: (entry: TableEntry) => Cell;
}

/** What makes a row: a product, or each of its SKUs. */
export type TableRows = 'product' | 'sku';

const priceOf = (kind: PriceKind): Column => ({
  name: `${kind}_price`,
  about: `the ${kind} price in yuan`,
  value: ({ prices }) => {
    const price = prices.find((one) => one.kind === kind);
    return price && toYuan(price.amountFen);
  },
});

const SKU_COLUMNS: readonly Column[] = [
  { name: 'sku_id', about: 'id of the SKU, as text', value: ({ sku }) => sku?.id },
  { name: 'sku_name', about: 'name of the SKU', value: ({ sku }) => sku?.name },
];

/** The columns of csv and xlsx files, in order; the same in every file, whether filled or not. */
const COLUMNS: readonly Column[] = [
  { name: 'line', about: 'line of the input, from 1', value: ({ row }) => row.line },
  { name: 'input', about: 'the line as it was given', value: ({ row }) => row.input },
  { name: 'outcome', about: 'what became of it', value: ({ row }) => row.outcome },
  { name: 'platform', about: 'marketplace', value: ({ row }) => row.platform },
  { name: 'id', about: 'id of the product, as text', value: ({ row }) => row.id },
  { name: 'title', about: 'title', value: ({ product }) => product?.title },
  {
    name: 'price',
    about: 'the price to pay now, in yuan',
    value: ({ prices }) => {
      const shown = findShownPrice(prices);
      return shown && toYuan(shown.amountFen);
    },
  },
  { name: 'price_kind', about: 'which price that is', value: ({ prices }) => findShownPrice(prices)?.kind },
  ...PRICE_KINDS.map(priceOf),
  { name: 'sales', about: 'number sold', value: ({ product }) => product?.sales?.count },
  { name: 'sales_text', about: 'number sold, as it is shown', value: ({ product }) => product?.sales?.text },
  { name: 'sales_period', about: 'total, month or 30d', value: ({ product }) => product?.sales?.period },
  { name: 'reviews', about: 'number of reviews', value: ({ product }) => product?.reviews?.count },
  {
    name: 'good_rate',
    about: 'good reviews in percent',
    value: ({ product }) => product?.reviews?.goodRatePercent,
  },
  { name: 'stock', about: 'whether it is in stock', value: (entry) => findStock(entry)?.status },
  { name: 'stock_quantity', about: 'pieces in stock', value: (entry) => findStock(entry)?.quantity },
  { name: 'sku_count', about: 'number of SKUs', value: ({ product }) => product?.skus?.length },
  { name: 'shop_id', about: 'id of the shop, as text', value: ({ product }) => product?.shop?.id },
  { name: 'shop', about: 'name of the shop', value: ({ product }) => product?.shop?.name },
  {
    name: 'self_operated',
    about: 'whether the marketplace itself sells',
    value: ({ product }) => product?.shop?.selfOperated,
  },
  {
    name: 'commission',
    about: 'commission in yuan',
    value: ({ product }) => {
      const fen = product?.commission?.amountFen;
      return fen === undefined ? undefined : toYuan(fen);
    },
  },
  {
    name: 'commission_rate',
    about: 'commission in percent',
    value: ({ product }) => product?.commission?.ratePercent,
  },
  { name: 'promotions', about: 'promotions', value: ({ product }) => product?.promotions?.join(' | ') },
  {
    name: 'notes',
    about: 'what to know to read the numbers',
    value: ({ product }) => product?.notes?.map(({ en }) => en).join(' | '),
  },
  { name: 'image', about: 'picture', value: ({ product, sku }) => sku?.image ?? product?.image },
  { name: 'url', about: 'link to the product', value: ({ product }) => product?.url },
  { name: 'source', about: 'provider that answered', value: ({ product }) => product?.source },
  {
    name: 'fetched_at',
    about: 'when, in UTC',
    value: ({ product }) => product && new Date(product.fetchedAtMs).toISOString(),
  },
  { name: 'cached', about: 'true when the answer was at hand', value: ({ product }) => product?.cached },
  { name: 'sandbox', about: 'true for made-up data', value: ({ row }) => row.sandbox },
  { name: 'error_code', about: 'code of the failure', value: ({ row }) => row.error?.code },
  { name: 'error', about: 'the failure in words', value: ({ row }) => row.error?.message },
];

/** Columns of a table with a row per product, or per SKU. */
export function getColumns(rows: TableRows): readonly Column[] {
  if (rows === 'product') return COLUMNS;
  const after = COLUMNS.findIndex(({ name }) => name === 'sku_count') + 1;
  return COLUMNS.toSpliced(after, 0, ...SKU_COLUMNS);
}

/** The cells of a line: one row, or one for each SKU. */
export function toTableRows(row: Row, rows: TableRows): Cell[][] {
  const { product } = row;
  const prices = product?.prices ?? [];
  const skus = rows === 'sku' ? (product?.skus ?? []) : [];
  const entries: TableEntry[] =
    skus.length === 0
      ? [{ row, product, prices }]
      : skus.map((sku) => ({ row, product, sku, prices: sku.prices.length > 0 ? sku.prices : prices }));
  return entries.map((entry) => getColumns(rows).map(({ value }) => value(entry)));
}

const findStock = ({ product, sku }: TableEntry) => sku?.stock ?? product?.stock;
