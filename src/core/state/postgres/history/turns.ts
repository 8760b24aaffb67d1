import type { Clock } from '../../../clock.js';
import type { Database } from '../database.js';
import { LEAVE_TURNS, TAKE_TURN } from './look-statements.js';

const NAME = 'bot';
/** A process that was not heard of for so long is dead: another one takes over. */
const LEASE_MS = 30_000;
const RENEWED_EVERY_MS = 10_000;

/** A process that has stopped asking does not keep others from it. */
const ASKED_WITHIN_MS = 15 * 60_000;

export interface TurnsOptions extends Pick<Clock, 'monotonicNow' | 'repeat'> {
  readonly database: Database;
  /** Tells this process apart from all others of the fleet. */
  readonly member: number;
}

/** Which process tells chats: one at a time, kept by itself while the process lives. */
export function createTurns({ database, member, monotonicNow, repeat }: TurnsOptions) {
  let stop: (() => void) | undefined;
  let askedMs = 0;
  const take = async (): Promise<boolean> => {
    const rows = await database.run(TAKE_TURN, [NAME, String(member), LEASE_MS * 1000]);
    return rows.length > 0;
  };
  const renew = () => {
    if (monotonicNow() - askedMs > ASKED_WITHIN_MS) return;
    // What fails is tried again with the next beat, and by the next question.
    take().catch(() => undefined);
  };
  return {
    takeTurn: async (): Promise<boolean> => {
      askedMs = monotonicNow();
      const isMine = await take();
      if (isMine) stop ??= repeat(RENEWED_EVERY_MS, renew);
      return isMine;
    },
    /** Lets another process take over at once. */
    close: async (): Promise<void> => {
      if (!stop) return;
      stop();
      stop = undefined;
      await database.run(LEAVE_TURNS, [String(member)]).catch(() => undefined);
    },
  };
}
