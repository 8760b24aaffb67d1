import { CHINA_OFFSET_MS } from '../../clock.js';
import type { Product } from '../../product/product.js';
import type { Cell } from '../../text/csv-cells.js';
import type { Words } from '../../words/en.js';
import { type Language, WORDS } from '../../words/index.js';
import { findZhSentence } from '../../words/zh-errors.js';
import { findSkuPrice, getColumns, type TableEntry, type TableRows } from './output-columns.js';

/** For whom a workbook is written. */
export interface Reader {
  readonly language: Language;
  /** Names of marketplaces, by their ids. */
  readonly platformNames: Readonly<Record<string, string>>;
}

/** How the cells of a column look; `text` keeps ids and everything else as it is; `own` is the user's. */
export type ColumnKind = 'text' | 'money' | 'count' | 'percent' | 'time' | 'link' | 'own';

/** A column as a person sees it. */
export interface WorkbookColumn {
  /** As in csv. */
  readonly name: string;
  readonly header: string;
  readonly kind: ColumnKind;
  /** In characters, of which a Chinese one takes two. */
  readonly width: number;
  readonly value: (entry: TableEntry) => Cell | Date;
}

/** What a person looks for, within the first screen. All else follows in the order of csv. */
const FIRST: Readonly<Record<TableRows, readonly string[]>> = {
  product: ['line', 'input', 'title', 'price', 'price_kind', 'sales', 'stock', 'shop', 'url', 'outcome'],
  sku: [
    'line',
    'title',
    'sku_name',
    'sku_price',
    'sku_price_kind',
    'stock',
    'sales',
    'shop',
    'url',
    'outcome',
  ],
};

/** The columns of a workbook, in order. */
export function listWorkbookColumns(rows: TableRows, reader: Reader): WorkbookColumn[] {
  const words = WORDS[reader.language];
  const columns = getColumns(rows);
  const first = FIRST[rows].flatMap((name) => columns.find((column) => column.name === name) ?? []);
  const rest = columns.filter((column) => !first.includes(column));
  return [...first, ...rest].map(({ name, value }) => {
    const kind = getKind(name);
    const inWords = VALUES[name];
    return {
      name,
      header: words.columns[name] ?? name,
      kind,
      width: WIDTHS[name] ?? KIND_WIDTHS[kind],
      value: inWords ? (entry) => inWords(entry, words, reader) : value,
    };
  });
}

function getKind(name: string): ColumnKind {
  if (/(^|_)price$|^commission$/.test(name)) return 'money';
  if (/_rate$/.test(name)) return 'percent';
  if (/^(line|sales|reviews|stock_quantity|sku_count)$/.test(name)) return 'count';
  if (name === 'fetched_at') return 'time';
  return name === 'url' || name === 'image' ? 'link' : 'text';
}

const KIND_WIDTHS: Readonly<Record<ColumnKind, number>> = {
  ...{ text: 16, money: 12, count: 10, percent: 12, time: 17, link: 20, own: 16 },
};
const WIDTHS: Readonly<Record<string, number>> = {
  ...{
    line: 6,
    input: 20,
    title: 34,
    url: 37,
    price_kind: 10,
    sku_price_kind: 11,
    stock: 10,
    shop: 20,
    outcome: 10,
  },
  ...{ sku_name: 28, coupon_condition: 24, promotions: 30, notes: 40, error: 40, attributes: 40 },
};

type InWords = (entry: TableEntry, words: Words, reader: Reader) => Cell | Date;

const ofProduct =
  (say: (product: Product, words: Words) => Cell | Date): InWords =>
  ({ product }, words) =>
    product && say(product, words);

const join = (texts: readonly string[] | undefined, words: Words) =>
  texts && (words.groups(texts) || undefined);
const toYesNo = (value: boolean | undefined, { yes, no }: Words) =>
  value === undefined ? undefined : value ? yes : no;

/** What csv holds as a code, and what is worded by language. */
const VALUES: Readonly<Record<string, InWords>> = {
  outcome: ({ row }, { outcomes }) => outcomes[row.outcome],
  platform: ({ row }, _, { platformNames }) => row.platform && (platformNames[row.platform] ?? row.platform),
  price_kind: (entry, { priceNames }) => {
    const kind = readCode(entry, 'price_kind');
    return kind && priceNames[kind as keyof typeof priceNames];
  },
  sku_price_kind: ({ sku }, { priceNames, facts }) => {
    const price = findSkuPrice(sku);
    return price && (price.isAssumed ? facts.priceName(price) : priceNames[price.kind]);
  },
  sku_prices: ({ sku }, words) => join(sku?.prices.map(words.facts.price), words),
  coupon_condition: ofProduct(({ coupons }, words) => join(coupons?.map(words.facts.coupon), words)),
  subsidy: ofProduct(({ subsidy }, words) => toYesNo(subsidy, words)),
  sales_unit: ofProduct(({ sales }, { scopes }) => sales && scopes[sales.scope]),
  sales_period: ofProduct(({ sales }, { periods }) => sales?.period && periods[sales.period]),
  stock: ({ product, sku }, { stock }) => {
    const found = sku?.stock ?? product?.stock;
    return found && stock[found.status];
  },
  self_operated: ofProduct(({ shop }, words) => toYesNo(shop?.selfOperated, words)),
  notes: ofProduct(({ notes }, words) => join(notes?.map(words.nameOf), words)),
  // Excel knows no time zones: the clocks of China, as in all that people read.
  fetched_at: ofProduct(({ fetchedAtMs }) => new Date(fetchedAtMs + CHINA_OFFSET_MS)),
  cached: ofProduct(({ cached }, words) => toYesNo(cached, words)),
  billed: (entry, words) => toYesNo(readValue(entry, 'billed') as boolean | undefined, words),
  sandbox: ({ row }, words) => toYesNo(row.sandbox, words),
  error: ({ row: { error } }, _, { language }) =>
    error && ((language === 'zh' ? findZhSentence(error) : undefined) ?? error.message),
};

const readValue = (entry: TableEntry, name: string): Cell =>
  getColumns('sku')
    .find((column) => column.name === name)
    ?.value(entry);

const readCode = (entry: TableEntry, name: string): string | undefined => {
  const value = readValue(entry, name);
  return typeof value === 'string' ? value : undefined;
};
