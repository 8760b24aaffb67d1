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
 * the append, so that two processes can never both take the last one; at the very end of the day's calls they may
 * both be refused.
 * @returns a function that counts one call. @throws ThrottledError, which stops a batch, when the ceiling is reached
 */
export function createDailyCalls({ folder, ceiling, now }: DailyCallsOptions): () => Promise<void> {
  const countOne = async (): Promise<void> => {
    const localMs = now() + ZONE_MS;
    const path = join(folder, new Date(localMs).toISOString().slice(0, 10));
    const isFull = (await getSize(path)) >= ceiling;
    if (!isFull) {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await appendFile(path, '.', { mode: 0o600 });
      if ((await getSize(path)) <= ceiling) return;
    }
    throw new ThrottledError(
      `The daily ceiling of ${ceiling} paid calls is reached. Go on tomorrow (GMT+8), or raise the ceiling.`,
      { code: 'daily_calls_used', stopsBatch: true, retryAfterMs: DAY_MS - (localMs % DAY_MS) },
    );
  };
  let last: Promise<void> = Promise.resolve();
  return () => {
    // One at a time, so that calls of this process never push each other over the ceiling.
    last = last.catch(() => undefined).then(countOne);
    return last;
  };
}

async function getSize(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}
