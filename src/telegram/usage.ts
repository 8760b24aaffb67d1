import { join } from 'node:path';
import * as z from 'zod';
import type { Access } from './access.js';
import { formatDay } from './display.js';
import { createStateFile } from './state-file.js';

/** Upstream calls by user, for one day in GMT+8. */
const Day = z.object({ day: z.string(), calls: z.record(z.string(), z.int()) });
type Day = z.infer<typeof Day>;

export interface Usage {
  /** Calls that a user may still cause today; infinite for admins. */
  readonly left: (userId: number) => number;
  readonly count: (userId: number, calls?: number) => void;
  readonly spent: (userId: number) => number;
  /** Of all users. */
  readonly total: () => number;
  readonly flush: () => Promise<void>;
}

export interface UsageOptions {
  readonly folder: string;
  readonly dailyCalls: number;
  readonly access: Pick<Access, 'isAdmin'>;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}

export function createUsage({ folder, dailyCalls, access, now, onError }: UsageOptions): Usage {
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
  return {
    spent,
    left: (userId) =>
      access.isAdmin(userId) ? Number.POSITIVE_INFINITY : Math.max(0, dailyCalls - spent(userId)),
    count: (userId, calls = 1) => {
      const { day, calls: known } = today();
      file.set({ day, calls: { ...known, [userId]: (known[userId] ?? 0) + calls } });
    },
    total: () => Object.values(today().calls).reduce((sum, calls) => sum + calls, 0),
    flush: file.flush,
  };
}
