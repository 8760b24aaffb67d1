import { join } from 'node:path';
import * as z from 'zod';
import type { Clock } from '../../core/index.js';
import { formatDay } from '../../core/index.js';
import type { Access } from './access.js';
import { createStateFile } from './state-file.js';

/** Upstream calls by user, for one day in GMT+8. */
const Day = z.object({ day: z.string(), calls: z.record(z.string(), z.int()) });
type Day = z.infer<typeof Day>;

export type Usage = ReturnType<typeof createUsage>;

interface Reservation {
  /** Calls were made: one, unless told. */
  readonly spend: (calls?: number) => void;
  /** What was not needed is free again. */
  readonly release: () => void;
}

export interface UsageOptions extends Pick<Clock, 'now'> {
  readonly folder: string;
  readonly dailyCalls: number;
  readonly access: Pick<Access, 'isAdmin'>;
  readonly onError: (error: unknown) => void;
}

export function createUsage({ folder, dailyCalls, access, now, onError }: UsageOptions) {
  const file = createStateFile<Day>({
    path: join(folder, 'usage.json'),
    parse: (json) => Day.parse(json),
    initial: { day: '', calls: {} },
    onError,
  });
  const today = (): Day => {
    const day = formatDay(now());
    const known = file.get();
    return known.day === day ? known : { day, calls: {} };
  };
  const spent = (userId: number) => today().calls[userId] ?? 0;
  const reserved = new Map<number, number>();
  const setAside = (userId: number, calls: number) => {
    const sum = (reserved.get(userId) ?? 0) + calls;
    if (sum > 0) reserved.set(userId, sum);
    else reserved.delete(userId);
  };
  const count = (userId: number, calls = 1) => {
    const { day, calls: known } = today();
    file.set({ day, calls: { ...known, [userId]: (known[userId] ?? 0) + calls } });
  };
  return {
    spent,
    /** Calls that a user may still cause today; infinite for admins. */
    left: (userId: number) =>
      access.isAdmin(userId)
        ? Number.POSITIVE_INFINITY
        : Math.max(0, dailyCalls - spent(userId) - (reserved.get(userId) ?? 0)),
    count,
    /** Sets calls aside before they are made: several messages at once share what is left of the day. */
    reserve: (userId: number, calls: number): Reservation => {
      let left = calls;
      setAside(userId, calls);
      const giveBack = (given: number) => {
        left -= given;
        setAside(userId, -given);
      };
      return {
        spend: (made = 1) => {
          giveBack(Math.min(made, left));
          if (made > 0) count(userId, made);
        },
        release: () => giveBack(left),
      };
    },
    /** The calls of all users. */
    total: () => Object.values(today().calls).reduce((sum, calls) => sum + calls, 0),
    flush: file.flush,
  };
}
