import { appendFile, open } from 'node:fs/promises';
import { join } from 'node:path';
import { CHINA_OFFSET_MS, type Clock, DAY_MS, formatDay } from '../clock.js';
import { BoundError } from '../errors.js';
import type { DailyCalls } from '../provider.js';
import { inFolder, makeFolder } from './local-folder.js';
import { createUnreadableError, isRegularFile } from './state-file.js';

/** Calls that cost money, over all processes, by the day in GMT+8. */
export interface PaidCalls {
  /** Most calls a day; undefined for no ceiling. */
  readonly ceiling: number | undefined;
  /** Refuses before anything is waited for. @throws BoundError when the ceiling is reached */
  readonly assertRoom: () => Promise<void>;
  /**
   * Counts a call that is about to leave.
   * @returns the day it counts for
   * @throws BoundError when the ceiling is reached; ConfigError when nothing can be written
   */
  readonly countSent: () => Promise<string>;
  /** Takes back a call that has never left, or whose answer says that it was not billed; one without an answer stays counted. */
  readonly giveBack: (day: string) => Promise<void>;
  /** Counts an answer that says it was billed. @throws ConfigError */
  readonly countBilled: () => Promise<void>;
  /** `sent` leaves out what was given back. */
  readonly readToday: () => Promise<{ readonly sent: number; readonly billed: number }>;
}

export interface PaidCallsOptions extends DailyCalls, Pick<Clock, 'now'> {
  readonly folder: string;
}

/**
 * One byte per call appended to the day's file, whose size is checked after the append, so that two processes can
 * never both take the last one; at the very end of the day's calls they may both be refused. A call that is given back
 * is a byte in a second file: neither ever shrinks, so that what another process has read stays true.
 *
 * Example: ceiling 100, 100 calls sent, 3 of them not billed: 97 count, and 3 more may leave.
 */
export function createPaidCalls(options: PaidCallsOptions): PaidCalls {
  const { folder, ceiling, now } = options;
  const most = ceiling ?? Number.POSITIVE_INFINITY;
  const getPath = (day: string, kind: '' | '.billed' | '.free') => join(folder, `${day}${kind}`);
  const today = () => formatDay(now());
  const readSent = async (day: string) =>
    Math.max(0, (await readSize(getPath(day, ''))) - (await readSize(getPath(day, '.free'))));
  const giveBack = async (day: string) => appendByte(folder, getPath(day, '.free'));
  const sendOne = async (): Promise<string> => {
    const day = today();
    if ((await readSent(day)) < most) {
      await appendByte(folder, getPath(day, ''));
      if ((await readSent(day)) <= most) return day;
      await giveBack(day);
    }
    throw createCeilingError(options);
  };
  let last: Promise<unknown> = Promise.resolve();
  return {
    ceiling,
    assertRoom: async () => {
      if (ceiling !== undefined && (await readSent(today())) >= ceiling) throw createCeilingError(options);
    },
    countSent: () => {
      // One at a time, so that calls of this process never push each other over the ceiling.
      const sending = last.catch(() => undefined).then(sendOne);
      last = sending;
      return sending;
    },
    giveBack,
    countBilled: () => appendByte(folder, getPath(today(), '.billed')),
    readToday: async () => ({
      sent: await readSent(today()),
      billed: await readSize(getPath(today(), '.billed')),
    }),
  };
}

function appendByte(folder: string, path: string): Promise<void> {
  return inFolder(folder, async () => {
    makeFolder(folder);
    await isRegularFile(path);
    await appendFile(path, '.', { mode: 0o600 });
  });
}

/** More than any account is sold in a day: a file of that size was not written call by call. */
const MAX_CALLS = 10_000_000;
/** How much of its end is looked at. */
const END_BYTES = 64;

/** @throws ConfigError that names what stands in the place of the file, or a file that this count did not write */
async function readSize(path: string): Promise<number> {
  if (!(await isRegularFile(path, MAX_CALLS))) return 0;
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const end = Buffer.alloc(Math.min(size, END_BYTES));
    const { bytesRead } = await file.read(end, 0, end.length, size - end.length);
    if (!/^\.*$/.test(end.toString('latin1', 0, bytesRead))) {
      throw createUnreadableError(path, 'it does not count calls');
    }
    return size;
  } finally {
    await file.close();
  }
}

/** @param now wall clock, milliseconds */
export function createCeilingError({
  ceiling,
  env,
  now,
}: DailyCalls & Pick<PaidCallsOptions, 'now'>): BoundError {
  return new BoundError(
    `The daily ceiling of ${ceiling} paid calls has been reached. Continue tomorrow (GMT+8), or raise ${env}.`,
    {
      code: 'daily_calls_used',
      facts: { ceiling, env },
      retryAfterMs: DAY_MS - ((now() + CHINA_OFFSET_MS) % DAY_MS),
    },
  );
}
