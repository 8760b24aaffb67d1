import { formatYuan } from '../../product/normalizer.js';
import {
  type Coupon,
  PRICE_KINDS,
  type Price,
  type PriceKind,
  type Product,
  type Sku,
} from '../../product/product.js';
import { toYuan } from '../../product/product-json.js';
import { getReceipt } from '../../product/result.js';
import { findShownPrice } from '../../product/shown-price.js';
import type { Cell } from '../../text/csv-cells.js';
import type { Row } from './row.js';

/** What a row of a table is about: a line of the input, or one SKU of its product. */
export interface TableEntry {
  readonly row: Row;
  readonly product?: Product;
  readonly sku?: Sku;
}

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
  value: ({ product }) => toAmount(product?.prices.find((one) => one.kind === kind)),
});

const SKU_COLUMNS: readonly Column[] = [
  { name: 'sku_id', about: 'id of the SKU, as text', value: ({ sku }) => sku?.id },
  { name: 'sku_name', about: 'name of the SKU', value: ({ sku }) => sku?.name },
  { name: 'spec_id', about: 'id of the value that makes the SKU, as text', value: ({ sku }) => sku?.specId },
  {
    name: 'sku_price',
    about: 'the price of the SKU in yuan',
    value: ({ sku }) => toAmount(findSkuPrice(sku)),
  },
  { name: 'sku_price_kind', about: 'which price that is', value: ({ sku }) => findSkuPrice(sku)?.kind },
  {
    name: 'sku_prices',
    about: 'all prices of the SKU, each with its kind',
    value: ({ sku }) =>
      joinTexts(sku?.prices.map(({ kind, amountFen }) => `${kind} ${formatYuan(amountFen)}`)),
  },
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
    value: ({ product }) => toAmount(findShownPrice(product?.prices ?? [])),
  },
  {
    name: 'price_kind',
    about: 'which price that is',
    value: ({ product }) => findShownPrice(product?.prices ?? [])?.kind,
  },
  ...PRICE_KINDS.map(priceOf),
  {
    name: 'coupon_condition',
    about: 'what coupons give, from which amount on (yuan), and when',
    value: ({ product }) => joinTexts(product?.coupons?.map(describeCoupon)),
  },
  {
    name: 'subsidy',
    about: "whether the marketplace's own subsidy is in it",
    value: ({ product }) => product?.subsidy,
  },
  { name: 'sales', about: 'number sold', value: ({ product }) => product?.sales?.count },
  { name: 'sales_text', about: 'number sold, as it is shown', value: ({ product }) => product?.sales?.text },
  {
    name: 'sales_unit',
    about: 'what is counted: item (pieces), shop (of the whole shop), people (buyers)',
    value: ({ product }) => product?.sales?.scope,
  },
  { name: 'sales_period', about: 'total, month or 30d', value: ({ product }) => product?.sales?.period },
  { name: 'reviews', about: 'number of reviews', value: ({ product }) => product?.reviews?.count },
  {
    name: 'good_rate',
    about: 'good reviews in percent',
    value: ({ product }) => product?.reviews?.goodRatePercent,
  },
  { name: 'stock', about: 'whether it is in stock', value: (entry) => findStock(entry)?.status },
  { name: 'stock_quantity', about: 'pieces in stock', value: (entry) => findStock(entry)?.quantity },
  {
    name: 'stock_regions',
    about: 'pieces in stock by region',
    value: (entry) =>
      joinTexts(findStock(entry)?.regions?.map(({ name, quantity }) => `${name}: ${quantity}`)),
  },
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
  { name: 'promotions', about: 'promotions', value: ({ product }) => joinTexts(product?.promotions) },
  { name: 'delivery', about: 'texts about delivery', value: ({ product }) => joinTexts(product?.delivery) },
  {
    name: 'category',
    about: 'categories from the widest to the narrowest, by name where it is known, else by id',
    value: ({ product }) => product?.categories?.map(({ id, name }) => name ?? id).join(' > '),
  },
  {
    name: 'attributes',
    about: 'properties with their values',
    value: ({ product }) =>
      joinTexts(product?.attributes?.map(({ name, values }) => `${name}: ${values.join(', ')}`)),
  },
  {
    name: 'notes',
    about: 'what to know to read the numbers',
    value: ({ product }) => joinTexts(product?.notes?.map(({ en }) => en)),
  },
  { name: 'image', about: 'picture', value: ({ product, sku }) => sku?.image ?? product?.image },
  { name: 'images', about: 'all pictures', value: ({ product }) => joinTexts(product?.images) },
  { name: 'url', about: 'link to the product', value: ({ product }) => product?.url },
  { name: 'source', about: 'provider that answered', value: ({ product }) => product?.source },
  {
    name: 'fetched_at',
    about: 'when, in UTC',
    value: ({ product }) => product && new Date(product.fetchedAtMs).toISOString(),
  },
  {
    name: 'cached',
    about: 'true if the answer came from the cache',
    value: ({ product }) => product?.cached,
  },
  {
    name: 'billed',
    about: 'whether the call was billed, where the upstream says so',
    value: ({ row }) => getReceipt(row).billed,
  },
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
  return toTableEntries(row, rows).map((entry) => getColumns(rows).map(({ value }) => value(entry)));
}

/** What the rows of a line are about. */
export function toTableEntries(row: Row, rows: TableRows): TableEntry[] {
  const { product } = row;
  const skus = rows === 'sku' ? (product?.skus ?? []) : [];
  return skus.length === 0 ? [{ row, product }] : skus.map((sku) => ({ row, product, sku }));
}

const toAmount = (price: Price | undefined) => price && toYuan(price.amountFen);

/** One that has no ordinary price shows what there is. */
export const findSkuPrice = (sku: Sku | undefined) => findShownPrice(sku?.prices ?? []) ?? sku?.prices[0];

const joinTexts = (texts: readonly string[] | undefined) => texts?.join(' | ') || undefined;

function describeCoupon({ amountFen, thresholdFen, from, to }: Coupon): string {
  const amount = `${formatYuan(amountFen)} off${thresholdFen === undefined ? '' : ` ${formatYuan(thresholdFen)}`}`;
  return [amount, from && `from ${from}`, to && `to ${to}`].filter(Boolean).join(' ');
}

const findStock = ({ product, sku }: TableEntry) => sku?.stock ?? product?.stock;
