import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type HeldPermit, isShared, type PermitKind } from '../../../src/core/permits/held-permit.js';
import { getLikelyReturnUs, getReturnUs, PermitLedger } from '../../../src/core/permits/permit-ledger.js';
import { toTiming } from '../../../src/core/permits/permit-timing.js';

const TIMING = toTiming({ calls: 20, windowMs: 1 }, 1);

type Step =
  | { readonly do: 'take'; readonly kind: PermitKind; readonly pid: number; readonly holdUs: number }
  | { readonly do: 'answer' | 'give back'; readonly which: number }
  | { readonly do: 'forget' }
  | { readonly do: 'wait'; readonly us: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('take' as const),
      kind: fc.constantFrom<PermitKind>('i', 'b0', 'b1', 'jx', 'jy'),
      pid: fc.integer({ min: 1, max: 3 }),
      holdUs: fc.constantFrom(0, 0, 0, 3000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom('answer' as const, 'give back' as const),
      which: fc.nat({ max: 9 }),
    }),
  },
  fc.record({ do: fc.constant('forget' as const) }),
  { weight: 2, arbitrary: fc.record({ do: fc.constant('wait' as const), us: fc.nat({ max: 1500 }) }) },
);

/** The same by counting all of them, as the words say it. */
function countAll(permits: readonly HeldPermit[], nowUs: number) {
  const returns = permits.map((permit) => getReturnUs(permit, TIMING)).sort((one, other) => other - one);
  const inUse = permits.filter((permit) => getReturnUs(permit, TIMING) > nowUs);
  const batches = inUse.filter(({ kind }) => kind !== 'i');
  const nameOf = ({ kind, pid }: Pick<HeldPermit, 'kind' | 'pid'>) =>
    isShared(kind) ? kind : `${pid} ${kind}`;
  return {
    inUse: inUse.length,
    returns: [0, 1, 5].map((place) => returns[place] ?? Number.NEGATIVE_INFINITY),
    nextUs: inUse.reduce((nextUs, permit) => {
      const likelyUs = getLikelyReturnUs(permit, nowUs, TIMING);
      return Math.min(nextUs, Math.max(likelyUs, nowUs));
    }, Number.POSITIVE_INFINITY),
    lastUs: Math.max(Number.NEGATIVE_INFINITY, ...batches.map(({ acquiredUs }) => acquiredUs)),
    people: permits
      .flatMap(({ kind, number, ...permit }) => (kind === 'i' && !permit.void ? number : []))
      .reverse(),
    turns: (ask: Pick<HeldPermit, 'kind' | 'pid'>, sinceNumber: number) => {
      const own = nameOf(ask);
      const numbers = new Map<string, number[]>();
      for (const permit of batches) {
        const name = nameOf(permit);
        numbers.set(name, [...(numbers.get(name) ?? []), permit.number]);
      }
      const since = isShared(ask.kind) ? Math.max(sinceNumber, ...(numbers.get(own) ?? [])) : sinceNumber;
      numbers.delete(own);
      const others = [...numbers.values()];
      const together = others.map(
        ([first = 0]) => others.filter((one) => (one[0] ?? 0) <= first && first <= (one.at(-1) ?? 0)).length,
      );
      const rivals = Math.max(0, ...together);
      const missed = others.flat().filter((number) => number > since).length;
      return { missed: Math.min(missed, 2 * rivals), rivals };
    },
  };
}

describe('the ledger of permits', () => {
  it('says at every step what counting all of them says', () => {
    const property = fc.property(fc.array(step, { maxLength: 80 }), fc.nat({ max: 30 }), (steps, since) => {
      const ledger = new PermitLedger(TIMING);
      let known: HeldPermit[] = [];
      let nowUs = 0;
      let number = 0;
      for (const one of steps) {
        if (one.do === 'take') {
          const { kind, pid, holdUs } = one;
          const permit = { number, acquiredUs: nowUs, kind, pid, holdUs };
          number += 1;
          known.push(permit);
          ledger.put(permit);
        } else if (one.do === 'wait') nowUs += one.us;
        else if (one.do === 'forget') {
          // As the stores do: what has been over for a while, from the oldest on.
          const kept = known.findIndex((permit) => getReturnUs(permit, TIMING) + 1000 > nowUs);
          const over = known.slice(0, kept < 0 ? known.length : kept);
          for (const permit of over) ledger.remove(permit.number);
          known = known.slice(over.length);
        } else {
          const permit = known.at(-1 - one.which);
          if (!permit || permit.void || permit.answeredUs !== undefined) continue;
          const ended = one.do === 'answer' ? { ...permit, answeredUs: nowUs } : { ...permit, void: true };
          known = known.map((held) => (held === permit ? ended : held));
          ledger.put(ended);
        }
        const expected = countAll(known, nowUs);
        expect({
          inUse: ledger.countInUse(nowUs),
          returns: [0, 1, 5].map((place) => ledger.getReturnUs(place)),
          nextUs: ledger.getNextReturnUs(nowUs, nowUs),
          lastUs: ledger.getLastBatchUs(nowUs),
          people: [...ledger.listInteractive()].map((permit) => permit.number),
        }).toEqual({ ...expected, turns: undefined });
        for (const ask of [
          { kind: 'b0', pid: 1 },
          { kind: 'jx', pid: 2 },
        ] as const)
          expect(ledger.countTurns(ask, since, nowUs)).toEqual(expected.turns(ask, since));
      }
    });
    fc.assert(property, { numRuns: 300 });
  });

  it('lets a call go back into use that is answered after its lease', () => {
    const late: HeldPermit = { number: 3, acquiredUs: 0, kind: 'b0', pid: 1, holdUs: 0 };
    const ledger = new PermitLedger(TIMING, [late]);
    expect(ledger.countTurns({ kind: 'b1', pid: 1 }, -1, 9000)).toEqual({ missed: 0, rivals: 0 });
    ledger.put({ ...late, answeredUs: 8500 });
    expect(ledger.countInUse(9000)).toBe(1);
    expect(ledger.countTurns({ kind: 'b1', pid: 1 }, -1, 9000)).toEqual({ missed: 1, rivals: 1 });
  });

  const taken = (number: number, more: Partial<HeldPermit> = {}): HeldPermit => ({
    ...{ number, acquiredUs: 0, kind: 'i', pid: 1, holdUs: 0 },
    ...more,
  });
  const numbersOf = (permits: Iterable<HeldPermit>) => [...permits].map(({ number }) => number);

  it('knows which calls are on their way', () => {
    const ledger = new PermitLedger(
      TIMING,
      [1, 2, 3].map((number) => taken(number)),
    );
    expect(numbersOf(ledger.open)).toEqual([1, 2, 3]);
    ledger.put(taken(1, { answeredUs: 10 }));
    ledger.put(taken(2, { void: true }));
    expect(numbersOf(ledger.open)).toEqual([3]);
    expect(numbersOf(ledger)).toEqual([1, 2, 3]);
  });

  it('knows nothing of what was removed', () => {
    const ledger = new PermitLedger(
      TIMING,
      [1, 2, 3].map((number) => taken(number)),
    );
    ledger.remove(1);
    ledger.remove(3);
    expect(numbersOf(ledger)).toEqual([2]);
    expect(numbersOf(ledger.open)).toEqual([2]);
    expect(numbersOf(ledger.listInteractive())).toEqual([2]);
    expect(ledger.countInUse(1)).toBe(1);
    expect(ledger.get(1)).toBeUndefined();
  });

  it('keeps people when an earlier call of a batch is removed', () => {
    const ledger = new PermitLedger(TIMING, [taken(1, { kind: 'b0' }), taken(2)]);
    ledger.remove(1);
    expect(numbersOf(ledger.listInteractive())).toEqual([2]);
  });

  it('forgets when an answered call returns once it is put in again or removed', () => {
    const ledger = new PermitLedger(TIMING, [taken(1, { answeredUs: 10 })]);
    ledger.put(taken(1, { answeredUs: 500 }));
    expect(ledger.getNextReturnUs(0, 0)).toBe(getReturnUs(taken(1, { answeredUs: 500 }), TIMING));
    ledger.remove(1);
    expect(ledger.getNextReturnUs(0, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('keeps the return of an answered call when another with the same end is given back', () => {
    const latestUs = getReturnUs(taken(1), TIMING);
    const answered = taken(2, { answeredUs: TIMING.leaseUs });
    expect(getReturnUs(answered, TIMING)).toBe(latestUs);
    const ledger = new PermitLedger(TIMING, [taken(1), answered]);
    ledger.put(taken(1, { void: true }));
    expect(ledger.getNextReturnUs(0, 0)).toBe(latestUs);
  });

  const b1 = { kind: 'b1' } as const;
  const jx = { kind: 'jx' } as const;
  const jy = { kind: 'jy' } as const;

  it('takes batches for rivals while what they have in use overlaps, and counts two turns for each', () => {
    const ledger = new PermitLedger(TIMING, [
      ...[taken(0, b1), taken(1, jx), taken(5, jy), taken(6, jx)],
      ...[taken(7, jy), taken(9, b1), taken(10, b1)],
    ]);
    const ask = { kind: 'b0', pid: 1 } as const;
    expect(ledger.countTurns(ask, -1, 1)).toEqual({ missed: 6, rivals: 3 });
    ledger.put(taken(0, { ...b1, void: true }));
    expect(ledger.countTurns(ask, -1, 1)).toEqual({ missed: 4, rivals: 2 });
  });

  it('counts no turn that was given back between others', () => {
    const ledger = new PermitLedger(TIMING, [taken(1, b1), taken(2, jx), taken(3, b1), taken(5, b1)]);
    ledger.put(taken(3, { ...b1, void: true }));
    expect(ledger.countTurns({ kind: 'b0', pid: 1 }, -1, 1)).toEqual({ missed: 3, rivals: 2 });
  });

  it('counts a permit as free in the microsecond in which it returns', () => {
    const returnUs = getReturnUs(taken(1, { answeredUs: 10 }), TIMING);
    const ledger = new PermitLedger(TIMING, [taken(1, { answeredUs: 10 })]);
    const isInUse = (nowUs: number) => [ledger.isInUse(1, nowUs), ledger.countInUse(nowUs)];
    expect(isInUse(returnUs - 1)).toEqual([true, 1]);
    expect(isInUse(returnUs)).toEqual([false, 0]);
    expect(ledger.getNextReturnUs(returnUs - 1, 0)).toBe(returnUs);
    expect(ledger.getNextReturnUs(returnUs, 0)).toBe(Number.POSITIVE_INFINITY);
  });

  it('expects a call on its way when it would be back if it were answered at once, else at once, until its lease ends', () => {
    const ledger = new PermitLedger(TIMING, [taken(1)]);
    const likelyUs = getLikelyReturnUs(taken(1), 0, TIMING);
    const latestUs = getReturnUs(taken(1), TIMING);
    expect(ledger.getNextReturnUs(likelyUs - 1, 0)).toBe(likelyUs);
    expect(ledger.getNextReturnUs(likelyUs, 0)).toBe(likelyUs);
    expect(ledger.getNextReturnUs(latestUs - 1, 0)).toBe(latestUs - 1);
    expect(ledger.getNextReturnUs(latestUs, 0)).toBe(Number.POSITIVE_INFINITY);
    expect(ledger.getNextReturnUs(latestUs, likelyUs)).toBe(Number.POSITIVE_INFINITY);
  });

  it('does not mind in which order they are put in', () => {
    const permit = fc.record({
      kind: fc.constantFrom<PermitKind>('i', 'b0', 'b1', 'jx'),
      pid: fc.integer({ min: 1, max: 2 }),
      isOver: fc.boolean(),
    });
    const places = fc.array(fc.nat(100), { minLength: 12, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(permit, { maxLength: 12 }), places, (drafts, order) => {
        const permits = drafts.map(({ kind, pid, isOver }, number) =>
          taken(number, { kind, pid, ...(isOver && { answeredUs: 0 }) }),
        );
        const shuffled = permits.toSorted(
          (one, other) => (order[one.number] ?? 0) - (order[other.number] ?? 0),
        );
        const nowUs = getReturnUs(taken(0, { answeredUs: 0 }), TIMING);
        const [expected, seen] = [permits, shuffled].map((list) => {
          const ledger = new PermitLedger(TIMING, list);
          const asks = (['b0', 'b1', 'jx'] as const).flatMap((kind) =>
            [-1, 2, 5].map((since) => ledger.countTurns({ kind, pid: 1 }, since, nowUs)),
          );
          return { people: numbersOf(ledger.listInteractive()), inUse: ledger.countInUse(nowUs), asks };
        });
        expect(seen).toEqual(expected);
      }),
    );
  });
});
