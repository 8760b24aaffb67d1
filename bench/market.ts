import { createDice } from '../src/core/simulation/upstream.js';

/** A stretch of time in which a product had one price. */
export interface Stretch {
  readonly fromMs: number;
  readonly fen: number;
}

/** A product of the simulated market, and the target that somebody has set for it. */
export interface MarketProduct {
  readonly stretches: readonly Stretch[];
  readonly usualFen: number;
  readonly targetFen: number;
}

/** What a look brings; undefined: the answer told no price. */
export type Answer = number | undefined;

export interface Market {
  readonly products: readonly MarketProduct[];
  readonly startMs: number;
  readonly endMs: number;
  /** The same product looked at in the same minute gives the same answer to everybody who looks. */
  readonly look: (product: number, atMs: number) => Answer;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Midnight in China. */
const START_MS = Date.parse('2026-06-01T00:00:00+08:00');
/** Hours of the day at which most offers begin. */
const OFFER_HOURS = [0, 10, 20];
/** The share of offers that begin at one of them; the rest begin at any time. */
const AT_OFFER_HOURS = 0.6;
const OFFERS_A_MONTH = 3;
/** The share of answers that are wrong: half of them tell no price, half a far too low one. */
const BAD_ANSWERS = 0.005;

type Roll = () => number;

/** 0 to 1, the same for the same product and minute. */
function toLuck(product: number, minute: number): number {
  let mixed = Math.imul(minute ^ Math.imul(product + 1, 0x9e3779b1), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

/** Prices that fall for a while and come back, and that drift a little by the day; answers are sometimes wrong. */
export function createMarket(products: number, days: number): Market {
  const { roll } = createDice('market');
  const all = Array.from({ length: products }, () => createProduct(roll, days));
  return {
    products: all,
    startMs: START_MS,
    endMs: START_MS + days * DAY_MS,
    look: (product, atMs) => {
      const fen = getPrice(all[product]?.stretches ?? [], atMs);
      const luck = toLuck(product, Math.floor(atMs / 60_000));
      if (luck >= BAD_ANSWERS) return fen;
      const kind = luck / BAD_ANSWERS;
      return kind < 0.5 ? undefined : Math.max(1, Math.round(fen * (0.01 + 0.29 * (2 * kind - 1))));
    },
  };
}

function createProduct(roll: Roll, days: number): MarketProduct {
  const usualFen = Math.round(10 ** (3.5 + 2 * roll()));
  const targetFen = Math.round(usualFen * (0.8 + 0.12 * roll()));
  const points = new Map<number, number>();
  // Some prices tremble by a per cent or two many times a day, others hardly ever: it says nothing of the next offer.
  const trembles = Math.round(days * 10 ** (2 * roll() - 1));
  for (let count = 0; count < trembles; count += 1) {
    const minute = Math.floor(roll() * days * 1440);
    points.set(START_MS + minute * 60_000, Math.round(usualFen * (0.98 + 0.04 * roll())));
  }
  points.set(START_MS, usualFen);
  const stretches = [...points].map(([fromMs, fen]) => ({ fromMs, fen })).sort((a, b) => a.fromMs - b.fromMs);
  const offers = Array.from({ length: Math.round((days / 30) * OFFERS_A_MONTH) }, () =>
    createOffer(roll, days),
  );
  return { stretches: layOver(stretches, offers, usualFen), usualFen, targetFen };
}

interface Offer {
  readonly fromMs: number;
  readonly toMs: number;
  readonly factor: number;
}

/** 3 hours to 5 days, 5 to 30 % off. */
function createOffer(roll: Roll, days: number): Offer {
  const day = START_MS + Math.floor(roll() * days) * DAY_MS;
  const hour = OFFER_HOURS[Math.floor(roll() * OFFER_HOURS.length)] ?? 0;
  const fromMs = roll() < AT_OFFER_HOURS ? day + hour * HOUR_MS : day + Math.floor(roll() * 1440) * 60_000;
  const lastsMs = 3 * HOUR_MS * 40 ** roll();
  return { fromMs, toMs: fromMs + Math.round(lastsMs), factor: 0.95 - 0.25 * roll() };
}

function layOver(base: readonly Stretch[], offers: readonly Offer[], usualFen: number): Stretch[] {
  const times = [
    ...base.map(({ fromMs }) => fromMs),
    ...offers.flatMap(({ fromMs, toMs }) => [fromMs, toMs]),
  ];
  return [...new Set(times)]
    .sort((a, b) => a - b)
    .map((fromMs) => {
      const running = offers.filter((offer) => offer.fromMs <= fromMs && fromMs < offer.toMs);
      const lowest = Math.min(1, ...running.map(({ factor }) => factor));
      return { fromMs, fen: Math.round(lowest === 1 ? getPrice(base, fromMs) : usualFen * lowest) };
    });
}

/** The price at a time. */
export function getPrice(stretches: readonly Stretch[], atMs: number): number {
  let low = 0;
  let high = stretches.length - 1;
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((stretches[middle]?.fromMs ?? 0) <= atMs) low = middle;
    else high = middle - 1;
  }
  return stretches[low]?.fen ?? 0;
}

/** From when until when the price was not above the target, having been above it by half a step before. */
export function listCrossings(
  { stretches, targetFen }: MarketProduct,
  endMs: number,
  halfStepFen: number,
): { readonly fromMs: number; readonly toMs: number }[] {
  const crossings: { fromMs: number; toMs: number }[] = [];
  let isArmed = false;
  let open: { fromMs: number; toMs: number } | undefined;
  for (const { fromMs, fen } of stretches) {
    if (fen > targetFen) {
      if (open) open.toMs = fromMs;
      open = undefined;
      isArmed ||= fen > targetFen + halfStepFen;
    } else if (isArmed) {
      open = { fromMs, toMs: endMs };
      crossings.push(open);
      isArmed = false;
    }
  }
  return crossings.filter(({ fromMs }) => fromMs < endMs);
}
