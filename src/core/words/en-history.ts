import type { PriceReport } from '../prices/price-report.js';
import type { Verdict } from '../prices/verdict.js';
import { countOf, formatDate, priceKinds } from './en-values.js';
import { formatMoney, formatPercent } from './format.js';

/** The words of a price history. */
export const history = {
  verdicts: {
    unknown: 'too little data',
    flat: 'never changed',
    lowest: '90-day low',
    good: 'good price',
    usual: 'usual price',
    high: 'high price',
  } as Record<Verdict, string>,
  /** One sentence that says whether the price is a good one, and on how much that rests. */
  verdict: ({ verdict, now, windows }: Pick<PriceReport, 'verdict' | 'now' | 'windows'>): string => {
    const window = windows.find(({ days }) => days === 90);
    const { coveredDays = 0, lowest, cheaperShare = 0, dearerShare = 0 } = window ?? {};
    const covered = `Prices on ${coveredDays} of 90 days.`;
    if (!now) return `The product can't be bought now. ${covered}`;
    const shown = `${formatMoney(now.fen)} (${priceKinds[now.kind]})`;
    const head = `${VERDICT_HEADS[verdict]}: ${shown}`;
    if (verdict === 'unknown' || verdict === 'flat' || !lowest) return `${head}. ${covered}`;
    const days =
      verdict === 'high'
        ? `cheaper on ${formatPercent(Math.round(cheaperShare * 100))} of days`
        : `dearer on ${formatPercent(Math.round(dearerShare * 100))} of days`;
    return `${head}, ${days}; lowest ${formatMoney(lowest.fen)} (${priceKinds[lowest.kind]}, ${formatDate(lowest.date)}). ${covered}`;
  },
  /** A day such as 2026-06-17 as `17 Jun 2026`. */
  date: (date: string): string => `${formatDate(date)} ${date.slice(0, 4)}`,
  lastDays: (days: number): string => `last ${days} days`,
  lowest: 'lowest',
  median: 'median',
  coveredDays: 'days with a price',
  gone: 'gone',
  drop: (before: string, now: string, share: string): string => `${before} → ${now} (−${share})`,
  noDrops: (days: number): string => `No price has fallen in the last ${days} days.`,
  imported: (taken: number): string => `${countOf(taken, 'observation')} taken.`,
  refused: (line: number, message: string): string => `Line ${line} is refused: ${message}`,
  removed: (series: number): string =>
    series > 0 ? 'The history of this product is deleted.' : 'There was no history.',
  written: (path: string): string => `Written to ${path}.`,
  notBuyable: "can't be bought now",
  cheapest: (title: string, price: string): string => `Cheapest that can be bought: ${title}, ${price}.`,
};

const VERDICT_HEADS: Readonly<Record<Verdict, string>> = {
  unknown: 'Too little data',
  flat: 'The price has never changed',
  lowest: '90-day low',
  good: 'Good price',
  usual: 'Usual price',
  high: 'High price',
};
