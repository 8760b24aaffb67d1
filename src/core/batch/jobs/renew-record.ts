import type { JobKey, JobRecord } from './job-record.js';

/** What changes each time the same job is asked for. */
export type JobDetails = Pick<JobRecord, 'label' | 'lines' | 'total' | 'output' | 'shop' | 'extra'>;

interface Renewal {
  readonly key: JobKey;
  readonly details: JobDetails;
  readonly id: string;
  readonly continues: boolean;
  readonly nowMs: number;
}

/** The record of a job that is asked for, after what was known of it. */
export function renewRecord(
  known: JobRecord | undefined,
  newestRun: number,
  { key, details, id, continues, nowMs }: Renewal,
): JobRecord {
  const unfinished = continues || known?.state !== 'finished' ? known : undefined;
  const fresh = { state: 'planned' as const, done: 0, counts: {}, createdAtMs: nowMs };
  return {
    ...(unfinished ?? fresh),
    ...details,
    version: 1,
    id,
    key,
    // Where the record was lost, the journals in the folder still say which runs there were.
    run: unfinished?.run ?? Math.max(known?.run ?? 0, newestRun) + 1,
    updatedAtMs: nowMs,
  };
}
