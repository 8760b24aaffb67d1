import { appendFile, mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { ThrottledError } from './errors.js';

const DAY_MS = 86_400_000;
/** Upstream accounts are billed by the day in GMT+8. */
const ZONE_MS = 8 * 3_600_000;

export interface DailyCallsOptions {
  readonly folder: string;
  readonly ceiling: number;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
}

/**
 * Counts paid calls over all processes: one byte per call appended to the day's file, whose size is checked after
 * the append, so that two processes can never both take the last one.
 * @returns a function that counts one call. @throws ThrottledError, which stops a batch, when the ceiling is reached
 */
export function createDailyCalls({ folder, ceiling, now }: DailyCallsOptions): () => Promise<void> {
  return async () => {
    const localMs = now() + ZONE_MS;
    const day = new Date(localMs).toISOString().slice(0, 10);
    const path = join(folder, day);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await appendFile(path, '.', { mode: 0o600 });
    if ((await stat(path)).size <= ceiling) return;
    throw new ThrottledError(
      `The daily ceiling of ${ceiling} paid calls is reached. Go on tomorrow (GMT+8), or raise the ceiling.`,
      { code: 'daily_calls_used', stopsBatch: true, retryAfterMs: DAY_MS - (localMs % DAY_MS) },
    );
  };
}
