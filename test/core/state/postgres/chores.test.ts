import { describe, expect, it } from 'vitest';
import { withChores } from '../../../../src/core/state/postgres/chores.js';
import type { Database, Statement } from '../../../../src/core/state/postgres/database.js';
import { settle } from '../../../helpers/fake-clock.js';

const WORK: Statement = { name: 'work', text: 'SELECT 1' };

/** A database that notes what it is told, and a timer that the test fires. */
function open(isAway = () => false) {
  const told: string[] = [];
  let tick: (() => void) | undefined;
  const inner: Database = {
    run: async ({ name }) => {
      if (isAway()) throw new Error('away');
      told.push(name ?? '');
      return [];
    },
    inTransaction: () => expect.fail('not asked for'),
    withClient: () => expect.fail('not asked for'),
    close: async () => void told.push('closed'),
  };
  const membership = { addQuota: () => undefined, announce: async () => void told.push('announced') };
  const database = withChores(inner, membership, (_, work) => {
    tick = work;
    return () => {
      tick = undefined;
    };
  });
  const passMinutes = async (minutes: number) => {
    for (let minute = 0; minute < minutes; minute += 1) {
      tick?.();
      await settle();
    }
  };
  return { database, told, passMinutes, isTicking: () => tick !== undefined };
}

describe('the chores of a member', () => {
  it('begin with its first statement: a process that needs no database never connects', async () => {
    const { database, told, passMinutes } = open();
    await passMinutes(3);
    expect(told).toEqual([]);
    await database.run(WORK, []);
    await settle();
    expect(told[0]).toBe('work');
    expect(told).toContain('announced');
  });

  it('clear answers away each minute, all else each hour', async () => {
    const { database, told, passMinutes } = open();
    await database.run(WORK, []);
    await passMinutes(60);
    expect(told.filter((one) => one === 'announced')).toHaveLength(61);
    expect(told.filter((one) => one === 'answer_forget')).toHaveLength(61);
    for (const table of ['paid', 'token', 'waiting', 'member'])
      expect(told.filter((one) => one === `${table}_forget`)).toHaveLength(2);
  });

  it('that fail disturb nobody, and are done the next time', async () => {
    let isAway = false;
    const { database, told, passMinutes } = open(() => isAway);
    await database.run(WORK, []);
    await settle();
    isAway = true;
    await passMinutes(2);
    isAway = false;
    const before = told.filter((one) => one === 'answer_forget').length;
    await passMinutes(1);
    expect(told.filter((one) => one === 'answer_forget')).toHaveLength(before + 1);
  });

  it('end with the database', async () => {
    const { database, told, isTicking } = open();
    await database.run(WORK, []);
    await database.close();
    expect(isTicking()).toBe(false);
    expect(told.at(-1)).toBe('closed');
  });
});
