import type { Alert } from '../../prices/alert.js';
import type { Watch, WatchState } from '../../prices/watch.js';
import type { SqlRow } from './sqlite-driver.js';
import type { LookCount, WatchedLook } from './watch-store.js';

/** A watch, as its row in SQLite has it. */
export function toWatch(row: SqlRow): Watch {
  const muted = row['muted'];
  return {
    ...JSON.parse(String(row['body'])),
    state: JSON.parse(String(row['state'])) as WatchState,
    ...(typeof muted === 'number' && { mutedUntilMs: muted }),
  };
}

/** What tells a product's looks apart, in the order of the statements. */
export const keyOf = ({ platform, id, source }: Pick<WatchedLook, 'platform' | 'id' | 'source'>) => [
  platform,
  id,
  source,
];

export function toLook(row: SqlRow): WatchedLook {
  const failing = row['failing'];
  return {
    ...JSON.parse(String(row['product'])),
    source: String(row['source']),
    dueMs: Number(row['due']),
    seenMs: Number(row['seen']),
    ...(typeof failing === 'number' && { failingSinceMs: failing }),
  };
}

export const toCount = (row: SqlRow): LookCount => ({
  platform: String(row['platform']),
  source: String(row['source']),
  count: Number(row['count']),
});

export const toAlert = (row: SqlRow): Alert => JSON.parse(String(row['body'])) as Alert;
