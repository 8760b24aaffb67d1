import { getStep } from '../src/core/watch/judge.js';
import { getInterval } from '../src/core/watch/schedule.js';
import type { Figure } from './figure.js';
import { createMarket, getPrice, listCrossings, type Market } from './market.js';
import type { Part } from './part.js';
import {
  createAdaptivePace,
  createEvenPace,
  type Pace,
  type Policy,
  play,
  watchAnyChange,
  watchAsBijia,
  watchBelowAtEachLook,
} from './watch-policies.js';

const DAYS = 90;
const MONTHS = DAYS / 30;
const HOUR_MS = 3_600_000;
/** Enough products share the quota that each is looked at every 2.4 hours; fewer are played. */
const SHARING = 2880;

export const watches: Part = {
  name: 'watches',
  describe: ({ full }) =>
    `a simulated market, ${countProducts(full)} targets over ${DAYS} days, 0.5 % of answers wrong; others read no price as 0`,
  run: async ({ full }) => compareAll(createMarket(countProducts(full), DAYS)),
};

const countProducts = (full: boolean) => (full ? 2000 : 300);

interface Outcome {
  readonly alertsAMonth: number;
  readonly falsePercent: number;
  readonly missedPercent: number;
  readonly delayHours: number;
  readonly looksADay: number;
}

function compareAll(market: Market): Figure[] {
  const products = market.products.length;
  const intervalMs = getInterval({
    products: SHARING,
    idsPerCall: 1,
    calls: 100,
    windowMs: 60_000,
    share: 0.2,
  });
  const even = createEvenPace(intervalMs, products);
  const bijia = judgePolicy({ watch: watchAsBijia, pace: even }, market);
  const others = [
    { name: 'any change', watch: watchAnyChange, pace: even },
    { name: 'below at each look', watch: watchBelowAtEachLook, pace: even },
    { name: 'adaptive', watch: watchAsBijia, pace: findAdaptivePace(bijia.looksADay, intervalMs, market) },
  ].map(({ name, ...policy }) => [name, judgePolicy(policy, market)] as const);
  const figure = (
    facts: Pick<Figure, 'name' | 'unit' | 'atMost'>,
    read: (one: Outcome) => number,
  ): Figure => ({
    ...facts,
    value: read(bijia),
    others: Object.fromEntries(others.map(([name, one]) => [name, read(one)])),
  });
  return [
    figure({ name: 'alerts of a watch in a month', unit: '', atMost: 3 }, (one) => one.alertsAMonth),
    figure(
      { name: '  false: the price was above the target', unit: '%', atMost: 0.5 },
      (one) => one.falsePercent,
    ),
    figure({ name: 'crossings that were missed', unit: '%', atMost: 1 }, (one) => one.missedPercent),
    figure({ name: '  hours until told, p90', unit: '', atMost: 2.4 }, (one) => one.delayHours),
    figure({ name: 'looks at a product in a day', unit: '' }, (one) => one.looksADay),
  ];
}

/** As many looks as the even pace makes: bisected, because what adapts to changes cannot be told before. */
function findAdaptivePace(looksADay: number, intervalMs: number, market: Market): Pace {
  let [low, high] = [intervalMs / 10, intervalMs * 10];
  for (let round = 0; round < 8; round += 1) {
    const middle = (low + high) / 2;
    const { looks } = play({ watch: watchAsBijia, pace: createAdaptivePace(middle) }, market);
    if (looks / market.products.length / DAYS > looksADay) low = middle;
    else high = middle;
  }
  return createAdaptivePace(high);
}

function judgePolicy(policy: Policy, market: Market): Outcome {
  const { told, looks } = play(policy, market);
  const timesOf = new Map<number, number[]>(market.products.map((_, product) => [product, []]));
  for (const { product, atMs } of told) timesOf.get(product)?.push(atMs);
  let crossings = 0;
  const delaysMs: number[] = [];
  for (const [product, facts] of market.products.entries()) {
    const times = timesOf.get(product) ?? [];
    // A crossing that begins within the last looks of the market is nobody's to find.
    const own = listCrossings(facts, market.endMs, getStep(facts.targetFen) / 2).filter(
      ({ fromMs }) => fromMs < market.endMs - 24 * HOUR_MS,
    );
    crossings += own.length;
    for (const { fromMs, toMs } of own) {
      const first = times.find((atMs) => atMs >= fromMs && atMs <= toMs);
      if (first !== undefined) delaysMs.push(first - fromMs);
    }
  }
  const wrong = told.filter(({ product, atMs }) => {
    const facts = market.products[product];
    return facts && getPrice(facts.stretches, atMs) > facts.targetFen;
  });
  const sorted = delaysMs.toSorted((a, b) => a - b);
  return {
    alertsAMonth: told.length / market.products.length / MONTHS,
    falsePercent: (100 * wrong.length) / Math.max(1, told.length),
    missedPercent: (100 * (crossings - delaysMs.length)) / Math.max(1, crossings),
    delayHours: (sorted[Math.floor(0.9 * sorted.length)] ?? 0) / HOUR_MS,
    looksADay: looks / market.products.length / DAYS,
  };
}
