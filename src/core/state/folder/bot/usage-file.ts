import { join } from 'node:path';
import * as z from 'zod';
import { formatDay } from '../../../clock.js';
import type { OnStateError, UsageStore } from '../../bot-state.js';
import { createDocumentFile } from './document-file.js';

/** Upstream calls by user, for one day in GMT+8. */
const Day = z.object({ day: z.string(), calls: z.record(z.string(), z.int()) });
type Day = z.infer<typeof Day>;

/** The calls of a bot that is one process: what is set aside is known to it alone, and gone with it. */
export function createUsageFile(folder: string, now: () => number, onError: OnStateError) {
  const file = createDocumentFile<Day>({
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
  const reserved = new Map<number, number>();
  const setAside = (user: number, calls: number) => {
    const sum = (reserved.get(user) ?? 0) + calls;
    if (sum > 0) reserved.set(user, sum);
    else reserved.delete(user);
  };
  const count = (user: number, calls: number) => {
    const { day, calls: known } = today();
    file.set({ day, calls: { ...known, [user]: (known[user] ?? 0) + calls } });
  };
  const read = (user: number) => ({ made: today().calls[user] ?? 0, reserved: reserved.get(user) ?? 0 });
  const store: UsageStore = {
    read: async (user) => read(user),
    total: async () => Object.values(today().calls).reduce((sum, calls) => sum + calls, 0),
    reserve: async (user, wanted, most) => {
      const use = read(user);
      const calls = Math.max(0, Math.min(wanted, most - use.made - use.reserved));
      let left = calls;
      const giveBack = (given: number) => {
        left -= given;
        setAside(user, -given);
      };
      setAside(user, calls);
      return {
        calls,
        spend: (made = 1) => {
          giveBack(Math.min(made, left));
          if (made > 0) count(user, made);
        },
        release: async () => giveBack(left),
      };
    },
  };
  return { store, flush: file.flush };
}
