import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Look, NEW_STATE, type WatchRule, type WatchState } from '../../../src/core/prices/watch.js';
import { getStep, judge } from '../../../src/core/watch/judge.js';

const HOUR_MS = 3_600_000;
const BELOW: WatchRule = { kind: 'below', fen: 500_000 };

interface Seen {
  readonly fen?: number;
  readonly isBuyable?: boolean | undefined;
  readonly hour: number;
  readonly usualFen?: number;
  readonly lowestFen?: number;
  readonly from?: string;
  readonly variant?: number;
}

const toLook = ({ fen, hour, isBuyable = fen !== undefined, ...rest }: Seen): Look => ({
  atMs: hour * HOUR_MS,
  isBuyable,
  verdict: 'usual',
  ...(fen !== undefined && { price: { fen, kind: 'sale' as const } }),
  ...rest,
});

/** The looks at which somebody is told, as hours. */
function listAlerts(rule: WatchRule, seen: readonly Seen[], mutedUntilMs?: number): number[] {
  let state: WatchState = NEW_STATE;
  return seen.flatMap((one) => {
    const judgement = judge({ rule, state, mutedUntilMs }, toLook(one));
    state = judgement.state;
    return judgement.alert ? [one.hour] : [];
  });
}

/** One look every ten hours. */
const every10 = (...fens: (number | undefined)[]): Seen[] => fens.map((fen, at) => ({ fen, hour: at * 10 }));

describe('a target price', () => {
  it('is told once for each crossing, and again only after it was half a step above', () => {
    const fens = [529_900, 489_900, 489_000, 502_000, 495_000, 529_900, 495_000];
    expect(listAlerts(BELOW, every10(...fens))).toEqual([10, 60]);
  });

  it('is told again while below only after a further step', () => {
    expect(listAlerts(BELOW, every10(529_900, 489_900, 485_000, 478_000))).toEqual([10, 30]);
  });

  it('that is reached already is not told before the price has been above it', () => {
    expect(listAlerts(BELOW, every10(480_000, 479_000, 529_900, 480_000))).toEqual([30]);
  });

  it('is not told twice within six hours', () => {
    const seen = [
      { fen: 529_900, hour: 0 },
      { fen: 490_000, hour: 1 },
      { fen: 529_900, hour: 2 },
      { fen: 490_000, hour: 3 },
      { fen: 490_000, hour: 8 },
    ];
    expect(listAlerts(BELOW, seen)).toEqual([1, 8]);
  });

  it('is told again after a clock that was ahead has come back', () => {
    const seen = [
      { fen: 529_900, hour: 9000 },
      { fen: 490_000, hour: 9010 },
      { fen: 529_900, hour: 20 },
      { fen: 490_000, hour: 30 },
    ];
    expect(listAlerts(BELOW, seen)).toEqual([9010, 30]);
  });

  it('is not told while muted', () => {
    expect(listAlerts(BELOW, every10(529_900, 490_000), 15 * HOUR_MS)).toEqual([]);
  });
});

describe('a drop', () => {
  it('is measured from a base that follows a rise only after a day', () => {
    const rule: WatchRule = { kind: 'drop' };
    expect(listAlerts(rule, every10(100_000, 99_000, 98_000))).toEqual([20]);
    // Up for ten hours only: coming back is not a drop.
    expect(listAlerts(rule, every10(100_000, 120_000, 100_000))).toEqual([]);
    expect(listAlerts(rule, every10(100_000, 120_000, 120_000, 120_000, 120_000, 110_000))).toEqual([50]);
  });

  it('is as large as was asked for', () => {
    expect(listAlerts({ kind: 'drop', share: 0.1 }, every10(100_000, 95_000, 90_000))).toEqual([20]);
  });
});

describe('what is not compared', () => {
  const rule: WatchRule = { kind: 'drop' };
  const at = (fen: number, hour: number, rest: Partial<Seen> = {}): Seen => ({ fen, hour, ...rest });

  it('are the prices of two sources', () => {
    expect(listAlerts(rule, [at(1000, 0, { from: 'a' }), at(800, 10, { from: 'b' })])).toEqual([]);
    const later = [
      at(100_000, 0, { from: 'a' }),
      at(80_000, 10, { from: 'b' }),
      at(70_000, 20, { from: 'b' }),
    ];
    expect(listAlerts(rule, later)).toEqual([20]);
  });

  it('are those of two variants', () => {
    const seen = [at(100_000, 0, { variant: 1 }), at(80_000, 10, { variant: 2 }), at(70_000, 20)];
    expect(listAlerts(rule, seen)).toEqual([20]);
  });

  it('and still a target is a target', () => {
    expect(listAlerts(BELOW, [at(529_900, 0, { from: 'a' }), at(489_900, 10, { from: 'b' })])).toEqual([10]);
  });
});

it('a low is told again when the last one is as old as it may be', () => {
  const seen: Seen[] = [
    { fen: 500_000, hour: 0, lowestFen: 480_000 },
    { fen: 300_000, hour: 10, lowestFen: 480_000 },
    { fen: 500_000, hour: 20, lowestFen: 300_000 },
    { fen: 400_000, hour: 24 * 95, lowestFen: 450_000 },
  ];
  expect(listAlerts({ kind: 'low' }, seen)).toEqual([10, 24 * 95]);
});

it('a new low is below everything of 90 days', () => {
  const seen: Seen[] = [
    { fen: 500, hour: 0, lowestFen: 480 },
    { fen: 480, hour: 10, lowestFen: 480 },
    { fen: 479, hour: 20, lowestFen: 480 },
  ];
  expect(listAlerts({ kind: 'low' }, seen)).toEqual([20]);
});

it('stock is told when it is there again, and not when it always was', () => {
  const rule: WatchRule = { kind: 'stock' };
  expect(listAlerts(rule, every10(500, 500, undefined, undefined, 500, 500))).toEqual([40]);
});

describe('a price too good to be true', () => {
  const usualFen = 500_000;

  it('is looked at again before anybody is told', () => {
    const first = { fen: 529_900, hour: 0, usualFen };
    const mistake = { fen: 100_000, hour: 10, usualFen };
    const doubted = judge(
      { rule: BELOW, state: judge({ rule: BELOW, state: NEW_STATE }, toLook(first)).state },
      toLook(mistake),
    );
    expect(doubted).toMatchObject({ isDoubted: true });
    expect(doubted.alert).toBeUndefined();
    expect(listAlerts(BELOW, [first, mistake, { ...first, hour: 11 }])).toEqual([]);
    expect(listAlerts(BELOW, [first, mistake, { ...mistake, hour: 11 }])).toEqual([11]);
  });

  it('is measured from the last price where nothing else is known', () => {
    const seen = [
      { fen: 529_900, hour: 0 },
      { fen: 100_000, hour: 10 },
    ];
    expect(listAlerts(BELOW, seen)).toEqual([]);
    expect(listAlerts(BELOW, [...seen, { fen: 100_000, hour: 11 }])).toEqual([11]);
  });

  it('is not doubted again once it was believed', () => {
    const rule: WatchRule = { kind: 'low' };
    const looks = [529_900, 100_000, 100_000, 100_000, 100_000].map((fen, at) =>
      toLook({ fen, hour: at, usualFen }),
    );
    let state = NEW_STATE;
    const doubts = looks.map((look) => {
      const judgement = judge({ rule, state }, look);
      state = judgement.state;
      return judgement.isDoubted === true;
    });
    expect(doubts).toEqual([false, true, false, false, false]);
  });

  it('never is told by one answer alone, whatever came before', () => {
    const prices = fc.array(fc.integer({ min: 400_000, max: 700_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(prices, fc.integer({ min: 100, max: 159_999 }), (fens, mistake) => {
        const before = fens.map((fen, at): Seen => ({ fen, hour: at * 7, usualFen: 400_000 }));
        const hour = fens.length * 7;
        const told = listAlerts(BELOW, [...before, { fen: mistake, hour, usualFen: 400_000 }]);
        expect(told).not.toContain(hour);
      }),
    );
  });
});

describe('whatever is seen', () => {
  const anySeen = fc.array(
    fc.record({
      fen: fc.option(fc.integer({ min: 300_000, max: 700_000 }), { nil: undefined }),
      isUnknown: fc.boolean(),
      gap: fc.integer({ min: 1, max: 30 }),
    }),
    { maxLength: 60 },
  );
  const toSeen = (drawn: readonly { fen?: number; isUnknown: boolean; gap: number }[]) => {
    let hour = 0;
    return drawn.map(({ fen, isUnknown, gap }): Seen => {
      hour += gap;
      return isUnknown ? { hour, isBuyable: undefined } : { fen, hour, isBuyable: fen !== undefined };
    });
  };
  const judgeAll = (seen: readonly Seen[]) => {
    let state: WatchState = NEW_STATE;
    return seen.map((one) => {
      // Unknown is said by a look without any price.
      const look = { ...toLook(one), isBuyable: 'isBuyable' in one ? one.isBuyable : one.fen !== undefined };
      const judgement = judge({ rule: BELOW, state }, look);
      state = judgement.state;
      return { ...one, isTold: judgement.alert !== undefined };
    });
  };

  it('nobody is told of a price above the target, of an unknown one, or twice within six hours', () => {
    fc.assert(
      fc.property(anySeen, (drawn) => {
        const judged = judgeAll(toSeen(drawn));
        const told = judged.filter(({ isTold }) => isTold);
        for (const { fen } of told) expect(fen).toBeLessThanOrEqual(500_000);
        for (const [at, { hour }] of told.entries()) {
          expect(hour - (told[at - 1]?.hour ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(6);
        }
      }),
    );
  });

  it('between two alerts the price was above the target, or fell a further step', () => {
    fc.assert(
      fc.property(anySeen, (drawn) => {
        const judged = judgeAll(toSeen(drawn));
        let last: { at: number; fen: number } | undefined;
        for (const [at, { fen = 0, isTold }] of judged.entries()) {
          if (!isTold) continue;
          if (last) {
            const between = judged.slice(last.at + 1, at).map((one) => one.fen ?? 0);
            const wasAbove = between.some((one) => one > 500_000 + getStep(500_000) / 2);
            expect(wasAbove || fen <= last.fen - getStep(last.fen)).toBe(true);
          }
          last = { at, fen };
        }
      }),
    );
  });
});
