import type { BotState } from '../../core/index.js';
import type { Access } from './access.js';

export interface UsageOptions {
  readonly store: BotState['usage'];
  readonly dailyCalls: number;
  readonly access: Pick<Access, 'isAdmin'>;
}

/** Upstream calls of each user's day. Every function throws a StateError where a shared database is away. */
export type Usage = ReturnType<typeof createUsage>;

export function createUsage({ store, dailyCalls, access }: UsageOptions) {
  const getMost = (userId: number) => (access.isAdmin(userId) ? Number.POSITIVE_INFINITY : dailyCalls);
  return {
    /** Whether the day of a user has a limit: not an admin's. */
    isBounded: (userId: number) => !access.isAdmin(userId),
    spent: async (userId: number) => (await store.read(userId)).made,
    /** Calls that a user may still cause today; infinite for admins. */
    left: async (userId: number) => {
      const most = getMost(userId);
      if (!Number.isFinite(most)) return most;
      const { made, reserved } = await store.read(userId);
      return Math.max(0, most - made - reserved);
    },
    /**
     * Sets calls aside before they are made, as many of them as are left: several messages at once, at several
     * machines, share what is left of the day.
     */
    reserve: (userId: number, calls: number) => store.reserve(userId, calls, getMost(userId)),
    /** The calls of all users. */
    total: store.total,
  };
}
