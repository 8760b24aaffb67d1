import type { Clock } from '../../../clock.js';
import { ConfigError } from '../../../errors.js';
import type { BotFleet, FleetBeat, FleetEvents, Membership } from '../../bot-state.js';
import type { Database, Statement } from '../database.js';
import type { Listener } from '../listener.js';

/** A machine that has not been heard of for so long is dead: its chats wait until then. */
const LEASE_MS = 2000;
const BEAT_MS = 500;
/** What was handled, or never begun, is known for as long as Telegram repeats it, and longer. */
const KEPT_MS = 2 * 86_400_000;
/** Who leads clears away what is older, about once an hour, counted in beats. */
const FORGET_EVERY = 7200;

export interface FleetRowsOptions extends Pick<Clock, 'wait' | 'monotonicNow'> {
  readonly database: Database;
  readonly listener: Pick<Listener, 'hear'>;
  readonly bot: string;
  /** Tells this process apart from all others of the fleet. */
  readonly member: number;
}

const KEEP: Statement = {
  name: 'bot_keep',
  text: 'SELECT keep_update($1, $2, $3, $4, $5)::float8 AS holder',
};

const BEGIN: Statement = {
  name: 'bot_begin',
  text: 'SELECT id::float8, payload FROM begin_update($1, $2, $3, $4)',
};

const FINISH: Statement = {
  name: 'bot_finish',
  text: 'UPDATE bot_update SET done_us = wall_us(), payload = NULL WHERE bot = $1 AND id = $2',
};

const BEAT: Statement = {
  name: 'bot_beat',
  text: 'SELECT others::float8, leads, other_source FROM beat_bot($1, $2, $3, $4, $5)',
};

const ADOPT: Statement = {
  name: 'bot_adopt',
  text: 'SELECT adopted::float8 AS chat FROM adopt_chats($1, $2) AS adopted',
};

const IS_GONE: Statement = { name: 'bot_is_gone', text: 'SELECT is_gone($1, $2, $3) AS gone' };

const LEAVE: Statement = {
  name: 'bot_leave',
  text: 'DELETE FROM bot_member WHERE bot = $1 AND member = $2',
};

const FORGET: Statement = {
  name: 'bot_forget',
  text: `
WITH old AS (DELETE FROM bot_update WHERE bot = $1 AND stored_us < wall_us() - $2::bigint)
DELETE FROM bot_chat WHERE bot = $1 AND used_us < wall_us() - $2::bigint`,
};

interface BeatRow extends Required<FleetBeat> {
  /** How other machines get their updates, where that is another way. */
  readonly other_source: string | null;
}

export function createFleetRows(options: FleetRowsOptions): BotFleet {
  const { database, bot, member } = options;
  return {
    member,
    isGone: async (other) => {
      const [row] = await database.run<{ gone: boolean }>(IS_GONE, [bot, other, member]);
      return row?.gone ?? false;
    },
    keep: async ({ id, chat, payload }) => {
      const [row] = await database.run<{ holder: number }>(KEEP, [bot, id, chat, payload, member]);
      return row?.holder === member;
    },
    begin: async (chat, done) => {
      const [row] = await database.run<{ id: number; payload: string | null }>(BEGIN, [
        ...[bot, chat, member, done ?? null],
      ]);
      return row?.payload == null ? undefined : { id: row.id, chat, payload: row.payload };
    },
    finish: async (id) => {
      await database.run(FINISH, [bot, id]).catch(() => undefined);
    },
    join: (source, events) => join(source, events, options),
  };
}

async function join(source: string, events: FleetEvents, options: FleetRowsOptions): Promise<Membership> {
  const { database, bot, member } = options;
  await assertSameSource(source, options);
  const end = new AbortController();
  const heart = createHeart(source, events, options);
  const living = heart.beatUntil(end.signal);
  return {
    isAlive: heart.isAlive,
    leave: async () => {
      end.abort();
      await living;
      await database.run(LEAVE, [bot, member]).catch(() => undefined);
    },
  };
}

/** Tells the others that this process lives, and looks for chats that wait for it. */
function createHeart(source: string, { onBeat, onChat, isBusy }: FleetEvents, options: FleetRowsOptions) {
  const { database, listener, bot, member, wait, monotonicNow } = options;
  let heardAtMs = monotonicNow();
  const isAlive = () => monotonicNow() - heardAtMs < LEASE_MS;
  const beatOnce = async () => {
    const atMs = monotonicNow();
    const { leads, others } = await beat(source, isBusy(), options);
    heardAtMs = atMs;
    onBeat({ leads, others });
    for (const chat of await adopt(options)) onChat(chat);
    return leads;
  };
  return {
    isAlive,
    /** Beats now and then, and when another machine calls: it has kept an update for a chat of this one. Never rejects. */
    beatUntil: async (signal: AbortSignal): Promise<void> => {
      for (let beats = 0; !signal.aborted; beats += 1) {
        const nap = new AbortController();
        // Heard from before the look on: what is kept in the middle of it is not missed.
        const called = listener.hear([`bot ${member}`], nap.signal);
        try {
          const leads = await beatOnce();
          if (leads && beats % FORGET_EVERY === 0) await database.run(FORGET, [bot, KEPT_MS * 1000]);
        } catch {
          // Another one may lead by now.
          if (!isAlive()) onBeat({ leads: false });
        }
        await Promise.race([called, wait(BEAT_MS, AbortSignal.any([signal, nap.signal]))]);
        nap.abort();
      }
    },
  };
}

async function beat(
  source: string,
  isBusy: boolean,
  { database, bot, member }: FleetRowsOptions,
): Promise<BeatRow> {
  const [row] = await database.run<BeatRow>(BEAT, [bot, member, source, isBusy, LEASE_MS * 1000]);
  return row ?? { others: 0, leads: false, other_source: null };
}

async function adopt({ database, bot, member }: FleetRowsOptions): Promise<number[]> {
  return (await database.run<{ chat: number }>(ADOPT, [bot, member])).map(({ chat }) => chat);
}

/** A machine that died a moment ago may have got its updates in another way: that is waited out. */
async function assertSameSource(source: string, options: FleetRowsOptions): Promise<void> {
  const { database, bot, member, wait } = options;
  for (let waitedMs = 0; ; waitedMs += BEAT_MS) {
    const { other_source: other } = await beat(source, false, options);
    if (other === null) return;
    if (waitedMs > LEASE_MS) {
      await database.run(LEAVE, [bot, member]);
      throw new ConfigError(
        `Other machines of this bot get its updates in another way (${other}; here ${source}). Give all of them the same settings, and stop the others before a change.`,
        { code: 'other_update_source', facts: { other, here: source } },
      );
    }
    await wait(BEAT_MS);
  }
}
