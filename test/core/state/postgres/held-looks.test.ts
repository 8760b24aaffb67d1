import { beforeEach, describe, expect, it } from 'vitest';
import { createHeldLooks, type HeldLooks } from '../../../../src/core/state/postgres/history/held-looks.js';
import { createFakeClock, type FakeClock } from '../../../helpers/fake-clock.js';

const look = (id: string, taken = 1) => ({ platform: 'acme', id, source: '', taken });

describe('looks that a process has taken', () => {
  let clock: FakeClock;
  let asked: string[];
  let whatRunThrows: Error | undefined;
  let whileAsked: (() => void) | undefined;
  let held: HeldLooks;

  beforeEach(() => {
    clock = createFakeClock();
    asked = [];
    whatRunThrows = undefined;
    whileAsked = undefined;
    const run = async <Row>(_: unknown, [given]: readonly unknown[]): Promise<Row[]> => {
      const keys = JSON.parse(String(given)) as ReturnType<typeof look>[];
      asked.push(keys.map(({ id, taken }) => `${id} ${taken}`).join(', '));
      if (whatRunThrows) throw whatRunThrows;
      whileAsked?.();
      return keys.map((key) => ({ ...key, taken: key.taken + 1 })) as Row[];
    };
    held = createHeldLooks({ ...clock, database: { run } });
  });

  it('are kept every ten seconds, each by what the database said of it last', async () => {
    held.hold([look('1'), look('2')], 600_000);
    await clock.advance(10_000);
    held.release([look('1')]);
    await clock.advance(10_000);
    expect(asked).toEqual(['1 1, 2 1', '2 2']);
  });

  it('are let go when they are settled, when a sweep never comes back, and at the end', async () => {
    held.hold([look('1')], 600_000);
    held.release([look('1')]);
    await clock.advance(60_000);
    expect(asked).toEqual([]);
    held.hold([look('2')], 25_000);
    await clock.advance(60_000);
    expect(asked).toEqual(['2 1', '2 2']);
    held.hold([look('3')], 600_000);
    held.close();
    await clock.advance(60_000);
    expect(asked).toHaveLength(2);
  });

  it('are kept with the next beat where the database was away', async () => {
    held.hold([look('1')], 600_000);
    whatRunThrows = new Error('away');
    await clock.advance(10_000);
    whatRunThrows = undefined;
    await clock.advance(10_000);
    expect(asked).toEqual(['1 1', '1 1']);
  });

  it('that were given back and taken again meanwhile are not confused with those of before', async () => {
    held.hold([look('1')], 600_000);
    whileAsked = () => {
      whileAsked = undefined;
      held.release([look('1')]);
      held.hold([look('1', 77)], 600_000);
    };
    await clock.advance(10_000);
    await clock.advance(10_000);
    expect(asked).toEqual(['1 1', '1 77']);
  });
});
