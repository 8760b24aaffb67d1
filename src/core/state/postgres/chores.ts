import type { Clock } from '../../clock.js';
import type { Database, Statement } from './database.js';
import type { Membership } from './members.js';

const MINUTE_MS = 60_000;
const MINUTES_OF_AN_HOUR = 60;
const DAY_US = 86_400_000_000;

/** What is over, as much as one statement does in passing; the rest comes a minute later. */
const FORGET_ANSWERS: Statement = {
  name: 'answer_forget',
  text: `
DELETE FROM answer WHERE key IN (SELECT key FROM answer
  WHERE greatest(coalesce(until_us, 0), coalesce(lease_us, 0)) < wall_us() LIMIT 5000 FOR UPDATE SKIP LOCKED)`,
};

/** What nobody needs any more. Permits are cleared away as they are taken. */
const HOURLY: readonly Statement[] = [
  {
    name: 'paid_forget',
    text: `DELETE FROM paid WHERE day < to_char(now() - interval '90 days', 'YYYY-MM-DD')`,
  },
  {
    name: 'token_forget',
    text: `DELETE FROM token WHERE used_us < wall_us() - ${30 * DAY_US}`,
  },
  {
    name: 'waiting_forget',
    text: `DELETE FROM waiting w USING quota q WHERE q.name = w.quota AND w.until_us < now_us(q) - ${DAY_US}`,
  },
  {
    name: 'member_forget',
    text: `DELETE FROM member WHERE seen_us < wall_us() - ${DAY_US}`,
  },
  // Machines that have not been heard of for this long are gone; what they left is read again without harm.
  { name: 'segment_forget', text: `DELETE FROM segment WHERE at < now() - interval '90 days'` },
];

/**
 * A database whose members say every minute that they are there, and clear away what is over, from their first statement
 * on; each of them does, since any may be gone. What fails is done the next time.
 */
export function withChores(database: Database, membership: Membership, repeat: Clock['repeat']): Database {
  let stop: (() => void) | undefined;
  let minutes = 0;
  const doChores = async () => {
    const hourly = minutes % MINUTES_OF_AN_HOUR === 0 ? HOURLY : [];
    minutes += 1;
    await membership.announce();
    for (const statement of [FORGET_ANSWERS, ...hourly]) await database.run(statement, []);
  };
  let chores: Promise<unknown> = Promise.resolve();
  const begin = () => {
    chores = chores.then(doChores).catch(() => undefined);
  };
  const beginOnce = <T>(done: T): T => {
    if (!stop) {
      stop = repeat(MINUTE_MS, begin);
      begin();
    }
    return done;
  };
  return {
    ...database,
    run: <Row>(statement: Statement, values: Parameters<Database['run']>[1]) =>
      database.run<Row>(statement, values).then(beginOnce),
    inTransaction: (work) => database.inTransaction(work).then(beginOnce),
    close: async () => {
      stop?.();
      await chores;
      await database.close();
    },
  };
}
