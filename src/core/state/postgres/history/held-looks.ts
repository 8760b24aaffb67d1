import type { Clock } from '../../../clock.js';
import type { WatchedLook } from '../../history/watch-store.js';
import type { Database } from '../database.js';
import { KEEP_TAKEN, type TakenRow } from './look-statements.js';
import { toRecords } from './records.js';

/** A process that was not heard of for so long is dead: others take its looks. */
export const LOOK_LEASE_MS = 30_000;
const RENEWED_EVERY_MS = 10_000;

type LookKey = Pick<WatchedLook, 'platform' | 'id' | 'source'>;
type TakenKey = Pick<TakenRow, 'platform' | 'id' | 'source' | 'taken'>;

interface Held {
  readonly key: TakenKey;
  /** A sweep that has not come back by then, by the monotonic clock, never will. */
  readonly untilMs: number;
}

export interface HeldLooksOptions extends Pick<Clock, 'monotonicNow' | 'repeat'> {
  readonly database: Pick<Database, 'run'>;
}

/** The looks that this process has taken: it says that it is at them while it lives. */
export type HeldLooks = ReturnType<typeof createHeldLooks>;

export function createHeldLooks({ database, monotonicNow, repeat }: HeldLooksOptions) {
  const held = new Map<string, Held>();
  let stop: (() => void) | undefined;
  const end = () => {
    stop?.();
    stop = undefined;
  };
  const keep = async () => {
    for (const [name, { untilMs }] of held) if (monotonicNow() >= untilMs) held.delete(name);
    if (held.size === 0) return end();
    const asked = new Map(held);
    const keys = [...asked.values()].map(({ key }) => key);
    const rows = await database.run<TakenKey>(KEEP_TAKEN, [toRecords(keys), LOOK_LEASE_MS]);
    for (const key of rows) {
      const name = nameKey(key);
      const known = held.get(name);
      // Given back and taken again in between, it has a newer one.
      if (known && known === asked.get(name)) held.set(name, { ...known, key });
    }
  };
  return {
    /** @param leaseMs for how long a sweep may be at them */
    hold: (rows: readonly TakenKey[], leaseMs: number): void => {
      const untilMs = monotonicNow() + leaseMs;
      for (const { platform, id, source, taken } of rows) {
        const key = { platform, id, source, taken };
        held.set(nameKey(key), { key, untilMs });
      }
      // What fails is tried again with the next beat.
      if (held.size > 0) stop ??= repeat(RENEWED_EVERY_MS, () => void keep().catch(() => undefined));
    },
    release: (looks: readonly LookKey[]): void => {
      for (const look of looks) held.delete(nameKey(look));
      if (held.size === 0) end();
    },
    close: end,
  };
}

const nameKey = ({ platform, id, source }: LookKey): string => JSON.stringify([platform, source, id]);
