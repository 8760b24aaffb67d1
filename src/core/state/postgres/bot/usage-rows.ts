import type { Clock } from '../../../clock.js';
import type { OnStateError, Reservation, UsageStore } from '../../bot-state.js';
import type { Database, Statement } from '../database.js';

/** What a dead process had set aside is free again after so long. */
const LEASE_MS = 60_000;
/** How long the count of calls that were made is tried to be kept. */
const SAY_WITHIN_MS = 10_000;
const SAY_EVERY_MS = 500;

export interface UsageRowsOptions extends Pick<Clock, 'wait' | 'repeat'> {
  readonly database: Database;
  readonly bot: string;
  /** Tells this process apart from all others of the fleet. */
  readonly member: number;
  /** A text that nobody else has. */
  readonly createId: () => string;
  readonly onError: OnStateError;
}

const READ: Statement = {
  name: 'usage_read',
  text: `
SELECT coalesce((SELECT calls FROM usage WHERE bot = $1 AND user_id = $2 AND day = china_day()), 0)::float8 AS made,
  coalesce((SELECT sum(calls) FROM reservation WHERE bot = $1 AND user_id = $2 AND until_us >= wall_us()), 0)::float8
    AS reserved`,
};

const TOTAL: Statement = {
  name: 'usage_total',
  text: 'SELECT coalesce(sum(calls), 0)::float8 AS calls FROM usage WHERE bot = $1 AND day = china_day()',
};

const RESERVE: Statement = {
  name: 'usage_reserve',
  text: 'SELECT reserve_calls($1, $2, $3, $4, $5, $6, $7)::float8 AS calls',
};

/** $4: the calls that were made. One statement: nobody sees them in both places, or in neither. */
const SPEND: Statement = {
  name: 'usage_spend',
  text: `
WITH counted AS (
  INSERT INTO usage AS u (bot, user_id, day, calls) VALUES ($1, $2, china_day(), $4)
  ON CONFLICT (bot, user_id, day) DO UPDATE SET calls = u.calls + excluded.calls
)
UPDATE reservation SET calls = greatest(0, calls - $4) WHERE id = $3`,
};

const RELEASE: Statement = { name: 'usage_release', text: 'DELETE FROM reservation WHERE id = $1' };

const RENEW: Statement = {
  name: 'usage_renew',
  text: 'UPDATE reservation SET until_us = wall_us() + $2::bigint WHERE member = $1',
};

/** Old days are looked at by nobody, and neither is what dead processes had set aside. */
const FORGET: Statement = {
  name: 'usage_forget',
  text: `
WITH lapsed AS (DELETE FROM reservation WHERE until_us < wall_us())
DELETE FROM usage WHERE day < to_char(now() - interval '7 days', 'YYYY-MM-DD')`,
};

/** Upstream calls of the users of a bot, over all its machines. */
export function createUsageRows(options: UsageRowsOptions) {
  const { database, bot, member, repeat, createId } = options;
  const open = new Set<Promise<void>>();
  let held = 0;
  const stop = repeat(LEASE_MS / 3, () => {
    const tended = held > 0 ? database.run(RENEW, [member, LEASE_MS * 1000]) : database.run(FORGET, []);
    void tended.catch(() => undefined);
  });
  const store: UsageStore = {
    read: async (user) => {
      const [row] = await database.run<{ made: number; reserved: number }>(READ, [bot, user]);
      return row ?? { made: 0, reserved: 0 };
    },
    total: async () => (await database.run<{ calls: number }>(TOTAL, [bot]))[0]?.calls ?? 0,
    reserve: async (user, wanted, most) => {
      const id = createId();
      const bound = Math.min(most, Number.MAX_SAFE_INTEGER);
      const values = [bot, user, wanted, bound, id, member, LEASE_MS * 1000];
      const [row] = wanted > 0 ? await database.run<{ calls: number }>(RESERVE, values) : [];
      held += 1;
      return createReservation({ ...options, id, user, calls: row?.calls ?? 0 }, (work) => {
        open.add(work);
        void work.finally(() => {
          open.delete(work);
          held -= 1;
        });
      });
    },
  };
  return {
    store,
    flush: async () => {
      stop();
      await Promise.all(open);
    },
  };
}

interface OwnReservation extends UsageRowsOptions {
  readonly id: string;
  readonly user: number;
  readonly calls: number;
}

/** @param onRelease given the work that the release still is */
function createReservation(own: OwnReservation, onRelease: (work: Promise<void>) => void): Reservation {
  const { database, bot, user, id, calls } = own;
  let unsaid = 0;
  let saying: Promise<void> = Promise.resolve();
  const say = async () => {
    const made = unsaid;
    if (made === 0) return;
    unsaid = 0;
    await database.run(SPEND, [bot, user, id, made]).catch((error: unknown) => {
      unsaid += made;
      throw error;
    });
  };
  const finish = async () => {
    await say();
    await database.run(RELEASE, [id]);
  };
  let release: Promise<void> | undefined;
  return {
    calls,
    spend: (made = 1) => {
      unsaid += Math.max(0, made);
      // One after another, so that many calls of a moment are one statement.
      saying = saying.then(say).catch(() => undefined);
    },
    release: () => {
      if (!release) {
        release = saying.then(() => persist(finish, own));
        onRelease(release);
      }
      return release;
    },
  };
}

/** Tries for a while; the calls were made, whatever the database says. */
async function persist(work: () => Promise<void>, { wait, onError }: UsageRowsOptions): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += SAY_EVERY_MS) {
    try {
      return await work();
    } catch (error) {
      if (waitedMs >= SAY_WITHIN_MS) return onError(error);
      await wait(SAY_EVERY_MS);
    }
  }
}
