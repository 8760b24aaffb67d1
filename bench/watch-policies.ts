import { NEW_STATE, type WatchState } from '../src/core/prices/watch.js';
import { judge, SECOND_LOOK_MS } from '../src/core/watch/judge.js';
import { getNextDue } from '../src/core/watch/schedule.js';
import type { Answer, Market, MarketProduct } from './market.js';

/** Watches one product: called with each look. @returns whether somebody is told, and when to look again if soon */
export type Watching = (
  answer: Answer,
  atMs: number,
) => { readonly isTold: boolean; readonly againMs?: number };

/** When a product is looked at next. */
export type Pace = (product: number, atMs: number, changesADay: number) => number;

export interface Policy {
  readonly watch: (product: MarketProduct) => Watching;
  readonly pace: Pace;
}

/** How bijia judges. */
export const watchAsBijia: Policy['watch'] = ({ targetFen, usualFen }) => {
  const rule = { kind: 'below', fen: targetFen } as const;
  let state: WatchState = NEW_STATE;
  return (fen, atMs) => {
    const price = fen === undefined ? undefined : ({ fen, kind: 'sale' } as const);
    const isBuyable = price ? true : undefined;
    const judgement = judge({ rule, state }, { atMs, isBuyable, price, usualFen, verdict: 'unknown' });
    state = judgement.state;
    return {
      isTold: judgement.alert !== undefined,
      ...(judgement.isDoubted && { againMs: atMs + SECOND_LOOK_MS }),
    };
  };
};

/** What many do: watchers hear of everything that is not as it was. No price is read as 0. */
export const watchAnyChange: Policy['watch'] = () => {
  let last: number | undefined;
  return (answer) => {
    const fen = answer ?? 0;
    const isTold = last !== undefined && fen !== last;
    last = fen;
    return { isTold };
  };
};

/** The other thing that many do. */
export const watchBelowAtEachLook: Policy['watch'] =
  ({ targetFen }) =>
  (answer) => ({ isTold: (answer ?? 0) <= targetFen });

/** The same time between all looks, soon after the hours at which offers begin. */
export const createEvenPace =
  (intervalMs: number, products: number): Pace =>
  (product, atMs) =>
    getNextDue(atMs, intervalMs, product / products);

/** What changes often is looked at more often, by the root of its rate; at least once a day, at most every 30 minutes. */
export const createAdaptivePace =
  (scaleMs: number): Pace =>
  (_, atMs, changesADay) =>
    atMs + Math.min(24 * HOUR_MS, Math.max(HOUR_MS / 2, scaleMs / Math.sqrt(changesADay)));

const HOUR_MS = 3_600_000;

export interface Told {
  readonly product: number;
  readonly atMs: number;
}

/** Watches every product of a market to its end. */
export function play(
  { watch, pace }: Policy,
  market: Market,
): { readonly told: Told[]; readonly looks: number } {
  const told: Told[] = [];
  let looks = 0;
  for (const [product, facts] of market.products.entries()) {
    const watching = watch(facts);
    let last: Answer;
    let changes = 0;
    let atMs = market.startMs + (product / market.products.length) * 3_600_000;
    while (atMs < market.endMs) {
      const answer = market.look(product, atMs);
      looks += 1;
      if (answer !== last) changes += 1;
      last = answer;
      const { isTold, againMs } = watching(answer, atMs);
      if (isTold) told.push({ product, atMs });
      const days = (atMs - market.startMs) / (24 * HOUR_MS);
      // One more of each: nothing is known at first.
      atMs = againMs ?? pace(product, atMs, (changes + 1) / (days + 1));
    }
  }
  return { told, looks };
}
