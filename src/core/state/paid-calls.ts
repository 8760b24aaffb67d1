import { appendFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BoundError } from '../errors.js';
import type { DailyCalls } from '../provider.js';
import { inFolder, makeFolder } from './local-folder.js';

const DAY_MS = 86_400_000;
/** Upstream accounts are billed by the day in GMT+8. */
const ZONE_MS = 8 * 3_600_000;

/** Calls that cost money, over all processes, by the day in GMT+8. */
export interface PaidCalls {
  /** Most calls a day; undefined for no ceiling. */
  readonly ceiling: number | undefined;
  /** Refuses before anything is waited for. @throws BoundError when the ceiling is reached */
  readonly assertRoom: () => Promise<void>;
  /**
   * Counts a call that is about to leave.
   * @throws BoundError when the ceiling is reached; ConfigError when nothing can be written
   */
  readonly countSent: () => Promise<void>;
  /** Counts an answer that says it was billed. @throws ConfigError */
  readonly countBilled: () => Promise<void>;
  readonly readToday: () => Promise<{ readonly sent: number; readonly billed: number }>;
}

export interface PaidCallsOptions extends DailyCalls {
  readonly folder: string;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
}

/**
 * One byte per call appended to the day's file, whose size is checked after the append, so that two processes can
 * never both take the last one; at the very end of the day's calls they may both be refused.
 */
export function createPaidCalls(options: PaidCallsOptions): PaidCalls {
  const { folder, ceiling, now } = options;
  const most = ceiling ?? Number.POSITIVE_INFINITY;
  const getPath = (kind: '' | '.billed') => join(folder, `${formatDay(now())}${kind}`);
  const sendOne = async (): Promise<void> => {
    const path = getPath('');
    if ((await readSize(path)) < most && (await appendByte(folder, path)) <= most) return;
    throw createCeilingError(options);
  };
  let last: Promise<void> = Promise.resolve();
  return {
    ceiling,
    assertRoom: async () => {
      if (ceiling !== undefined && (await readSize(getPath(''))) >= ceiling)
        throw createCeilingError(options);
    },
    countSent: () => {
      // One at a time, so that calls of this process never push each other over the ceiling.
      last = last.catch(() => undefined).then(sendOne);
      return last;
    },
    countBilled: async () => void (await appendByte(folder, getPath('.billed'))),
    readToday: async () => ({
      sent: await readSize(getPath('')),
      billed: await readSize(getPath('.billed')),
    }),
  };
}

function formatDay(nowMs: number): string {
  return new Date(nowMs + ZONE_MS).toISOString().slice(0, 10);
}

/** @returns the size after it */
function appendByte(folder: string, path: string): Promise<number> {
  return inFolder(folder, async () => {
    makeFolder(folder);
    await appendFile(path, '.', { mode: 0o600 });
    return readSize(path);
  });
}

async function readSize(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}

function createCeilingError({ ceiling, env, now }: PaidCallsOptions): BoundError {
  return new BoundError(
    `The daily ceiling of ${ceiling} paid calls has been reached. Continue tomorrow (GMT+8), or raise ${env}.`,
    { code: 'daily_calls_used', retryAfterMs: DAY_MS - ((now() + ZONE_MS) % DAY_MS) },
  );
}
