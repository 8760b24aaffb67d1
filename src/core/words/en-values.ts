import type { Price, PriceKind, Sales } from '../product/product.js';
import { cutToUnit, formatExact, formatMoney, toLocalTime } from './format.js';

export const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Shops' numbers: exact below 10,000, then cut, never rounded up. */
export function formatCount(count: number): string {
  if (count < 10_000) return formatExact(count);
  if (count < 1_000_000) return `${formatExact(Math.floor(count / 1000))}K`;
  return count < 1_000_000_000 ? `${cutToUnit(count, 1_000_000)}M` : `${cutToUnit(count, 1_000_000_000)}B`;
}

export const formatSalesCount = ({ count, atLeast, approximate, text }: Sales) =>
  count === undefined ? text : `${approximate ? 'about ' : ''}${formatCount(count)}${atLeast ? '+' : ''}`;

export const formatRange = (fromFen: number, toFen: number) =>
  `${formatMoney(fromFen)}–${formatMoney(toFen)}`;

/** `1 row`, `2 rows`: for nouns whose plural ends in s. */
export const countOf = (count: number, noun: string) =>
  `${formatExact(count)} ${noun}${count === 1 ? '' : 's'}`;

/** `17 Jun 2026`, by the clocks of China. */
export function formatDay(atMs: number): string {
  const { year, month, day } = toLocalTime(atMs);
  return `${day} ${MONTHS[month - 1]} ${year}`;
}

export const formatDate = (date: string) =>
  `${Number(date.slice(8))} ${MONTHS[Number(date.slice(5, 7)) - 1]}`;

export const countNounOf = (count: number, noun: string, atLeast?: boolean) =>
  `${formatCount(count)}${atLeast ? '+' : ''} ${noun}${count === 1 ? '' : 's'}`;

/** A range that does not start at the amount belongs to other variants: both are shown. */
export function describeAmount({ amountFen, fromFen, toFen }: Price): string {
  if (fromFen === undefined || toFen === undefined || fromFen === toFen) return formatMoney(amountFen);
  if (fromFen === amountFen) return formatRange(fromFen, toFen);
  return `${formatMoney(amountFen)} (variants ${formatRange(fromFen, toFen)})`;
}

export const priceKinds: Record<PriceKind, string> = {
  list: 'list price',
  sale: 'sale price',
  coupon: 'after coupon',
  group: 'group price',
  single: 'solo price',
  member: 'member price',
  cost: 'cost price',
};
