import type { DailyCalls } from '../../provider.js';
import { createCeilingError, type PaidCalls } from '../paid-calls.js';
import type { Database, Statement } from './database.js';

export interface PostgresPaidCallsOptions extends DailyCalls {
  readonly database: Database;
  /** The quota group, whose calls are counted together. */
  readonly group: string;
  /** Wall clock, milliseconds: for how long it is until tomorrow, never for which day it is. */
  readonly now: () => number;
}

/** Larger than any number of calls, where there is no ceiling. */
const NO_CEILING = Number.MAX_SAFE_INTEGER;

/** $2: the ceiling. No row: it is reached. */
const SEND: Statement = {
  name: 'paid_send',
  text: `
INSERT INTO paid AS p (provider, day, sent) SELECT $1, china_day(), 1 WHERE $2::bigint > 0
ON CONFLICT (provider, day) DO UPDATE SET sent = p.sent + 1 WHERE p.sent < $2::bigint
RETURNING day`,
};

const GIVE_BACK: Statement = {
  name: 'paid_give_back',
  text: 'UPDATE paid SET sent = greatest(0, sent - 1) WHERE provider = $1 AND day = $2',
};

const BILL: Statement = {
  name: 'paid_bill',
  text: `
INSERT INTO paid AS p (provider, day, billed) VALUES ($1, china_day(), 1)
ON CONFLICT (provider, day) DO UPDATE SET billed = p.billed + 1`,
};

const TODAY: Statement = {
  name: 'paid_today',
  text: 'SELECT sent::float8, billed::float8 FROM paid WHERE provider = $1 AND day = china_day()',
};

/** Calls that cost money, over all machines of a fleet; each is counted and committed before it leaves. */
export function createPostgresPaidCalls(options: PostgresPaidCallsOptions): PaidCalls {
  const { database, group, ceiling } = options;
  const readToday = async () => {
    const [row] = await database.run<{ sent: number; billed: number }>(TODAY, [group]);
    return row ?? { sent: 0, billed: 0 };
  };
  return {
    ceiling,
    readToday,
    assertRoom: async () => {
      if (ceiling !== undefined && (await readToday()).sent >= ceiling) throw createCeilingError(options);
    },
    countSent: async () => {
      const [row] = await database.run<{ day: string }>(SEND, [group, ceiling ?? NO_CEILING]);
      if (!row) throw createCeilingError(options);
      return row.day;
    },
    giveBack: async (day) => {
      await database.run(GIVE_BACK, [group, day]);
    },
    countBilled: async () => {
      await database.run(BILL, [group]);
    },
  };
}
