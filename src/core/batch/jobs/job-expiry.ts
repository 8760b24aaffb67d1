import { join } from 'node:path';
import { DAY_MS } from '../../clock.js';
import type { Logger } from '../../logger.js';
import { cleanText } from '../../product/normalizer.js';
import { readStateFile, replaceFile } from '../../state/state-file.js';
import type { JobRecord } from './job-record.js';

/** How long a job stays after its last change; one that can still be continued stays longer. */
const KEPT_DAYS = { finished: 7, planned: 30, cancelled: 30, running: 90, stopped: 90 } as const;

/**
 * Jobs that nobody will come back for. A wall clock that is set wrong for a while must not cost anybody a job: one is
 * old only when it is old by the newest time that was seen before, too.
 *
 * Example: the clock jumps a year ahead. By it all jobs are a year old; by yesterday, when a job was last changed, none
 * is. All stay, and when the clock is right again they are as old as they are.
 * @param seenMs see {@link exchangeSeenTime}
 */
export function listExpired(records: readonly JobRecord[], nowMs: number, seenMs: number): JobRecord[] {
  const newestMs = records.reduce((newest, { updatedAtMs }) => Math.max(newest, updatedAtMs), seenMs);
  const byBothMs = Math.min(nowMs, newestMs);
  return records.filter(({ state, updatedAtMs }) => byBothMs - updatedAtMs > KEPT_DAYS[state] * DAY_MS);
}

/** Says in the log which jobs somebody may still have wanted to continue. */
export function logRemoved(removed: readonly JobRecord[], log: Pick<Logger, 'warn'>): void {
  for (const { id, label, state } of removed) {
    log.warn('a job that nobody continued was removed', { job: id, label: cleanText(label), state });
  }
}

/** Keeps the time for the next look. @returns what the last look left, 0 when there was none */
export async function exchangeSeenTime(stateDir: string, nowMs: number): Promise<number> {
  const path = join(stateDir, 'jobs.seen');
  const seenMs = Number(await readStateFile(path).catch(() => undefined));
  // Only a precaution: without it, jobs stay longer.
  await replaceFile(path, String(nowMs)).catch(() => undefined);
  return Number.isFinite(seenMs) ? seenMs : 0;
}
