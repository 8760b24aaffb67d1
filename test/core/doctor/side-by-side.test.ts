import { describe, expect, it } from 'vitest';
import { sideBySide } from '../../../src/core/doctor/side-by-side.js';
import { collect } from '../../helpers/batch/reading.js';

/** A source that brings what it is given, when it is given it. */
function createSource() {
  const given: (string | Error | undefined)[] = [];
  let wake = (): void => undefined;
  let hasBegun = false;
  const items = async function* items(): AsyncGenerator<string> {
    hasBegun = true;
    for (;;) {
      if (given.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      const item = given.shift();
      if (item instanceof Error) throw item;
      if (item === undefined) return;
      yield item;
    }
  };
  return {
    items: items(),
    hasBegun: () => hasBegun,
    give: (...more: readonly (string | Error | undefined)[]) => {
      given.push(...more);
      wake();
    },
  };
}

describe('sources side by side', () => {
  it('begin at once, and are told one after the other, the first one as it comes', async () => {
    const [one, two, three] = [createSource(), createSource(), createSource()];
    const turns: number[] = [];
    const all = sideBySide([one.items, two.items, three.items], { onTurn: (at) => turns.push(at) });
    const first = all.next();
    await Promise.resolve();
    expect([one, two, three].map(({ hasBegun }) => hasBegun())).toEqual([true, true, true]);
    two.give('b1', 'b2', undefined);
    one.give('a1');
    expect(await first).toEqual({ done: false, value: 'a1' });
    expect(turns).toEqual([0]);
    one.give('a2', undefined);
    const rest = collect(all);
    three.give('c1', undefined);
    expect(await rest).toEqual(['a2', 'b1', 'b2', 'c1']);
    expect(turns).toEqual([0, 1, 2]);
  });

  it('fail where it is their turn', async () => {
    const [one, two] = [createSource(), createSource()];
    two.give('b1', new Error('broken'));
    one.give('a1', undefined);
    const told: string[] = [];
    const read = async () => {
      for await (const item of sideBySide([one.items, two.items])) told.push(item);
    };
    await expect(read()).rejects.toThrow('broken');
    expect(told).toEqual(['a1', 'b1']);
  });

  it('have ended when nobody takes anything of them any more', async () => {
    const [one, two] = [createSource(), createSource()];
    one.give('a1');
    const onEnd = () => {
      one.give(undefined);
      two.give(undefined);
    };
    for await (const item of sideBySide([one.items, two.items], { onEnd })) {
      expect(item).toBe('a1');
      break;
    }
    expect(await Promise.all([one.items.next(), two.items.next()])).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
  });

  it('are nothing where there are none', async () => {
    expect(await collect(sideBySide([]))).toEqual([]);
  });
});
