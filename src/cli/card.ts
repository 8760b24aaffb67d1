import {
  cleanText,
  findShownPrice,
  type Price,
  type PriceKind,
  type Product,
  type Result,
  type Sales,
  type Sku,
  type Stock,
} from '../core/index.js';
import { cutColumns, cutMiddle, formatTable, getTableWidth, type Terminal } from './terminal.js';

const KIND_NAMES: Readonly<Record<PriceKind, string>> = {
  list: 'list price',
  sale: 'sale price',
  coupon: 'after coupon',
  group: 'group price',
  single: 'buy-alone price',
  member: 'member price',
  cost: 'cost price',
};
const STOCK_NAMES: Readonly<Record<Stock['status'], string>> = {
  in_stock: 'in stock',
  out_of_stock: 'out of stock',
  presale: 'presale',
  off_sale: 'not on sale',
  unknown: 'unknown',
};
const PERIOD_NAMES: Readonly<Record<NonNullable<Sales['period']>, string>> = {
  total: 'in total',
  month: 'in a month',
  '30d': 'in 30 days',
};
const SHOWN_SKUS = 6;

function formatMoney(fen: number): string {
  return `¥${(fen / 100).toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** A product for a person's eyes: only what is known. */
export function formatCard(product: Product, terminal: Terminal, full: boolean): string {
  const { style } = terminal;
  const head = style('bold', cutColumns(product.title ?? '(no title)', Math.max(40, terminal.columns - 4)));
  const mark = product.sandbox ? `  ${style('yellow', '[SANDBOX DATA]')}` : '';
  const rows = listFacts(product, full).map(([name, text]) => [style('dim', `  ${name}`), text]);
  return [head + mark, formatTable(rows), ...formatSkus(product, terminal, full)].join('\n');
}

function listFacts(product: Product, full: boolean): [string, string][] {
  const shown = findShownPrice(product.prices);
  const others = product.prices.filter((price) => price !== shown);
  const facts: [string, string | undefined][] = [
    ['Price', shown && formatPrice(shown)],
    ['Also', others.map(formatPrice).join(' · ')],
    ['Sales', product.sales && formatSales(product.sales)],
    ['Reviews', formatReviews(product)],
    ['Stock', product.stock && formatStock(product.stock)],
    ['Shop', formatShop(product)],
    ['Commission', formatCommission(product)],
    ['Offers', product.promotions?.join(' · ')],
    ['Delivery', product.delivery?.join(' · ')],
    ['SKUs', formatSkuSummary(product)],
    ...(full
      ? (product.attributes ?? []).map(({ name, values }): [string, string] => [name, values.join(', ')])
      : []),
    ...(product.notes ?? []).map(({ en }): [string, string] => ['Note', en]),
    ['Link', product.url],
    ['Source', formatSource(product)],
  ];
  return facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '');
}

function formatPrice(price: Price): string {
  const { amountFen, fromFen, toFen } = price;
  const isRange = fromFen !== undefined && toFen !== undefined && fromFen !== toFen;
  // A range that does not begin at the amount is of other SKUs: both are said.
  const amount =
    isRange && fromFen === amountFen
      ? `${formatMoney(fromFen)} – ${formatMoney(toFen)}`
      : `${formatMoney(amountFen)}${isRange ? ` (SKUs ${formatMoney(fromFen)} – ${formatMoney(toFen)})` : ''}`;
  return `${amount} ${KIND_NAMES[price.kind]}`;
}

export function formatSales({ count, atLeast, approximate, scope, period, text, note }: Sales): string {
  if (count === undefined) return text;
  const sign = atLeast ? '≥ ' : approximate ? '≈ ' : '';
  const what = scope === 'item' ? '' : scope === 'shop' ? ' by the whole shop' : ' people';
  return `${sign}${count.toLocaleString('en-US')}${what}${period ? ` ${PERIOD_NAMES[period]}` : ''} (${text})${note ? `; ${note.en}` : ''}`;
}

function formatReviews({ reviews }: Product): string | undefined {
  if (!reviews) return undefined;
  const count = reviews.count === undefined ? '' : reviews.count.toLocaleString('en-US');
  const rate = reviews.goodRatePercent === undefined ? '' : `${reviews.goodRatePercent}% good`;
  return [count, rate].filter(Boolean).join(', ');
}

function formatStock({ status, quantity, regions }: Stock): string {
  const parts = [
    STOCK_NAMES[status],
    quantity === undefined ? '' : `${quantity.toLocaleString('en-US')} pieces`,
  ];
  const places = (regions ?? []).map(({ name, quantity: pieces }) => `${name}: ${pieces}`);
  return [...parts.filter(Boolean), ...places].join(' · ');
}

function formatShop({ shop }: Product): string | undefined {
  if (!shop) return undefined;
  const self =
    shop.selfOperated === undefined ? '' : shop.selfOperated ? 'self-operated' : 'third-party seller';
  return [shop.name, shop.id && `(${shop.id})`, self].filter(Boolean).join(' ');
}

function formatCommission({ commission }: Product): string | undefined {
  if (!commission) return undefined;
  const amount = commission.amountFen === undefined ? '' : formatMoney(commission.amountFen);
  const rate = commission.ratePercent === undefined ? '' : `${commission.ratePercent}%`;
  return [amount, rate].filter(Boolean).join(', ');
}

function formatSkuSummary({ skus }: Product): string | undefined {
  return skus && (skus.length === 1 ? '1 variant' : `${skus.length} variants`);
}

function formatSource({ source, fetchedAtMs, cached }: Product): string {
  const time = new Date(fetchedAtMs).toLocaleTimeString('en-GB');
  return `${source}, ${time}${cached ? ', from cache' : ''}`;
}

function formatSkus({ skus }: Product, terminal: Terminal, full: boolean): string[] {
  if (!skus) return [];
  const shown = full ? skus : skus.slice(0, SHOWN_SKUS);
  const table = fitSkus(shown, terminal.columns);
  const rest = skus.length - shown.length;
  return [table, ...(rest > 0 ? [terminal.style('dim', `    … ${rest} more: --full`)] : [])];
}

const LONGEST_NAME = 40;
const SHORTEST_NAME = 12;

/** Rows as wide as the screen: how many pieces there are goes first, then the middle of long names. */
function fitSkus(skus: readonly Sku[], columns: number): string {
  const whole = formatTable(skus.map((sku) => toSkuRow(sku, sku.stock, LONGEST_NAME)));
  if (getTableWidth(whole) <= columns) return whole;
  const toBrief = (nameColumns: number) =>
    formatTable(skus.map((sku) => toSkuRow(sku, sku.stock && { status: sku.stock.status }, nameColumns)));
  const brief = toBrief(LONGEST_NAME);
  const excess = getTableWidth(brief) - columns;
  if (excess <= 0) return brief;
  const longest = getTableWidth(skus.map(({ name }) => cutMiddle(name, LONGEST_NAME)).join('\n'));
  return toBrief(Math.max(SHORTEST_NAME, longest - excess));
}

function toSkuRow({ name, prices }: Sku, stock: Stock | undefined, nameColumns: number): string[] {
  const amounts = prices.map((price) => `${formatMoney(price.amountFen)} ${KIND_NAMES[price.kind]}`);
  return [`    ${cutMiddle(name, nameColumns)}`, ...amounts, stock ? formatStock(stock) : ''];
}

/** What could not be answered, for a person's eyes. @param style for where it goes to */
export function formatFailure({ input, outcome, error }: Result, style: Terminal['style']): string {
  const head = `${style('red', outcome)}  ${cutColumns(cleanText(input) ?? '', 60)}`;
  return error ? `${head}\n  ${error.message}` : head;
}

export function formatShownPrice(product: Product): string[] {
  const shown = findShownPrice(product.prices);
  return shown ? [formatMoney(shown.amountFen), KIND_NAMES[shown.kind]] : ['', ''];
}
