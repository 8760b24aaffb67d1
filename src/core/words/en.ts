import { formatDateTime } from '../clock.js';
import type { Outcome } from '../errors.js';
import type {
  Commission,
  Coupon,
  Price,
  PriceKind,
  Reviews,
  Sales,
  Shop,
  Stock,
  StockStatus,
} from '../product/product.js';
import { EN_COLUMNS } from './columns.js';
import { history } from './en-history.js';
import {
  countNounOf,
  countOf,
  describeAmount,
  formatCount,
  formatDay,
  formatRange,
  formatSalesCount,
  MONTHS,
  priceKinds,
} from './en-values.js';
import { formatExact, formatMoney, formatPercent, toDurationParts, toLocalTime } from './format.js';
import { EN_HEADINGS } from './headings.js';
import { describeReadingInEnglish } from './reading.js';

type Period = NonNullable<Sales['period']>;

const stock: Record<StockStatus, string> = {
  in_stock: 'in stock',
  out_of_stock: 'out of stock',
  presale: 'presale',
  off_sale: 'no longer sold',
  unknown: 'unknown',
};

const outcomes: Record<Outcome, string> = {
  ok: 'found',
  not_found: 'not found',
  invalid: 'not recognised',
  unsupported: 'not supported',
  not_configured: 'not set up',
  throttled: 'rate limited',
  upstream_error: 'marketplace error',
  cancelled: 'not looked up',
};

/** English. Its shape is what every language has. */
export const en = {
  reading: describeReadingInEnglish,
  language: 'English',
  nameOf: ({ en: name }: { readonly en: string; readonly zh: string }): string => name,
  /** After an amount: `¥5,299 after coupon`. */
  priceKinds,
  /** Alone, as in a header. */
  priceNames: { ...priceKinds, coupon: 'price after coupon' } as Record<PriceKind, string>,
  stock,
  outcomes,
  headings: EN_HEADINGS,
  periods: { total: 'total', month: 'per month', '30d': 'in 30 days' } as Record<Period, string>,
  /** What a number of sales counts. */
  scopes: { item: 'pieces', shop: 'shop total', people: 'buyers' } as Record<Sales['scope'], string>,
  columns: EN_COLUMNS,
  yes: 'yes',
  no: 'no',
  /** Within a group. */
  list: (items: readonly string[]): string => items.join(', '),
  /** Between groups. */
  groups: (items: readonly string[]): string => items.join('; '),
  /** Between a name and what is said about it. */
  colon: ': ',
  inParentheses: (text: string): string => ` (${text})`,
  money: formatMoney,
  range: formatRange,
  from: (money: string): string => `from ${money}`,
  count: formatCount,
  exact: formatExact,
  percent: formatPercent,
  duration: (ms: number): string => {
    const { days, hours, minutes, seconds } = toDurationParts(ms);
    const parts = [
      days && `${days} days`,
      hours && `${hours} h`,
      minutes && `${minutes} min`,
      seconds && `${seconds} s`,
    ];
    return parts.filter(Boolean).join(' ');
  },
  /** In tables, by the clocks of China. */
  dateTime: formatDateTime,
  /** With the day where it is not today's, with the year where it is not this one. */
  time: (atMs: number, nowMs: number): string => {
    const at = toLocalTime(atMs);
    const now = toLocalTime(nowMs);
    const day = `${at.day} ${MONTHS[at.month - 1]}`;
    if (at.year !== now.year) return `${day} ${at.year}`;
    return at.month === now.month && at.day === now.day ? at.clock : `${day} ${at.clock}`;
  },
  counts: {
    products: (count: number): string => countOf(count, 'product'),
    lines: (count: number): string => countOf(count, 'line'),
    rows: (count: number): string => countOf(count, 'row'),
    calls: (count: number): string => countOf(count, 'call'),
    variants: (count: number): string => countOf(count, 'variant'),
    days: (count: number): string => countOf(count, 'day'),
    problems: (count: number): string => countOf(count, 'problem'),
  },
  facts: {
    /** The name of a price; of one that a variant has and whose kind is only assumed, no more than that. */
    priceName: ({ kind, isAssumed }: Pick<Price, 'kind' | 'isAssumed'>): string =>
      isAssumed ? 'variant price' : priceKinds[kind],
    /** `¥5,299 after coupon`, `variant price ¥5,299`. */
    price: (price: Price): string => en.facts.nameAmount(describeAmount(price), price),
    nameAmount: (amount: string, price: Pick<Price, 'kind' | 'isAssumed'>): string =>
      price.isAssumed ? `${en.facts.priceName(price)} ${amount}` : `${amount} ${en.facts.priceName(price)}`,
    /** What the number is of, as the name of a row: `Sold in 30 days`. */
    salesName: ({ scope, period }: Sales): string => {
      const when = period ? PERIODS_AFTER[period] : '';
      return `${scope === 'people' ? 'Buyers' : 'Sold'}${when}${scope === 'shop' ? ' (shop)' : ''}`;
    },
    /** The number alone: `100K+`; the source's own text where it is none. */
    salesCount: formatSalesCount,
    /** Both, as a phrase: `100K+ sold in 30 days`. */
    sales: (sales: Sales): string => {
      const { count, scope, period, text } = sales;
      if (count === undefined) return text;
      const when = period ? PERIODS_AFTER[period] : '';
      const what = scope === 'people' ? 'buyers' : 'sold';
      return `${formatSalesCount(sales)} ${what}${when}${scope === 'shop' ? ' (shop total)' : ''}`;
    },
    reviews: ({ count, atLeast, goodRatePercent }: Reviews): string =>
      [
        count === undefined ? '' : countNounOf(count, 'review', atLeast),
        goodRatePercent === undefined ? '' : `${formatPercent(goodRatePercent)} positive`,
      ]
        .filter(Boolean)
        .join(', '),
    /** Parts of a product that a paid source may know. */
    completable: (names: readonly string[], source: string): string =>
      `${names.join(', ').toLowerCase()}; for money: --source ${source}`,
    coupon: ({ amountFen, thresholdFen, to }: Coupon): string =>
      `${formatMoney(amountFen)} off${thresholdFen === undefined ? '' : ` ${formatMoney(thresholdFen)}`}${
        to === undefined ? '' : `, until ${formatDay(Date.parse(to))}`
      }`,
    left: (quantity: number, atLeast?: boolean): string =>
      `${formatExact(quantity)}${atLeast ? '+' : ''} left`,
    stock: ({ status, quantity, atLeast, regions = [] }: Stock): string =>
      [
        stock[status],
        quantity === undefined ? '' : `${formatExact(quantity)}${atLeast ? '+' : ''} left`,
        ...regions.map(({ name, quantity: left }) => `${name}: ${formatExact(left)}`),
      ]
        .filter(Boolean)
        .join(' · '),
    seller: ({ selfOperated }: Shop): string =>
      selfOperated === undefined ? '' : selfOperated ? 'self-operated' : 'third-party',
    commission: ({ amountFen, ratePercent }: Commission): string =>
      [
        amountFen === undefined ? '' : formatMoney(amountFen),
        ratePercent === undefined ? '' : formatPercent(ratePercent),
      ]
        .filter(Boolean)
        .join(', '),
  },
  history,
  /** Names of facts, as a card shows them. */
  labels: {
    price: 'Price',
    otherPrices: 'Also',
    sales: 'Sales',
    reviews: 'Reviews',
    stock: 'Stock',
    shop: 'Shop',
    coupon: 'Coupon',
    commission: 'Commission',
    promotions: 'Offers',
    delivery: 'Delivery',
    regions: 'Stock by region',
    local: 'Ships from',
    service: 'Promises',
    activities: 'Events',
    subsidy: '百亿补贴',
    rating: 'Rating',
    category: 'Category',
    variants: 'Variants',
    unknown: 'Not known',
    note: 'Note',
    link: 'Link',
    promotionLink: 'Promotion link',
    source: 'Source',
    noTitle: '(no title)',
    cached: 'cached',
    simulated: 'SIMULATED DATA',
  },
};

const PERIODS_AFTER: Readonly<Record<Period, string>> = {
  total: '',
  month: ' per month',
  '30d': ' in 30 days',
};

/** Everything that is said about products and lists, in one language. */
export type Words = typeof en;
