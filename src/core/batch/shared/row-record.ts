import * as z from 'zod';
import { InputError, OUTCOMES } from '../../errors.js';
import { type JobRow, LEAD_LEASE_MS } from '../../state/job-rows.js';
import { createDamagedError } from '../jobs/job-reader.js';
import { type JobRecord, type JobState, parseJobRecord } from '../jobs/job-record.js';
import { interrupt } from '../jobs/locked-job.js';
import { parseStoredCause } from './stored-cause.js';

/** Where a record was read, in sentences. */
export const SHARED_DATABASE = 'the shared database';

const Counts = z.partialRecord(z.enum(OUTCOMES), z.int().min(0)).catch({});

/** How far the crawl of a shop is. */
const Standing = z.object({ total: z.int().min(0), done: z.int().min(0), counts: Counts });

/**
 * A job as its row tells it. One that says it runs, though nobody leads it or works on it, was left by processes that died.
 * @throws ConfigError when it is damaged, or a newer version wrote it
 */
export function readJobRow(row: JobRow): JobRecord {
  const record = parseJobRecord(row.record, `${SHARED_DATABASE}/${row.id}`);
  if (!record) throw createDamagedError(row.id, SHARED_DATABASE);
  const { run, createdAtMs, updatedAtMs, billed } = row;
  const cause = parseStoredCause(row.cause);
  const known = { ...record, run, createdAtMs, updatedAtMs, billed, cause, ...toFacts(row) };
  const state = toState(row);
  return state === 'left' ? interrupt(known) : { ...known, state };
}

function toFacts({ standing, counts: all }: JobRow): Partial<JobRecord> {
  const { data } = Standing.safeParse(standing);
  if (data) return { ...data, lines: data.total };
  const counts = Counts.parse(all);
  return { counts, done: Object.values(counts).reduce((sum, count) => sum + count, 0) };
}

function toState({ state, record, leader, isWorkedOn }: JobRow): JobState | 'left' {
  if (state !== 'running' && state !== 'writing') return state;
  if (leader !== undefined || isWorkedOn) return 'running';
  return state === 'writing' && !hasFile(record) ? 'finished' : 'left';
}

/** Whether a process writes the results to a file of its machine. */
const hasFile = (record: unknown): boolean =>
  z.object({ output: z.object({ path: z.string() }) }).safeParse(record).success;

const LEAD_LEASE_S = LEAD_LEASE_MS / 1000;

/** The job of a process that was killed a moment ago cannot be told from one that is worked on. */
export const createRunningError = () =>
  new InputError(
    `This job is already running, on this machine or another. Wait for it, or stop it with "bijia jobs cancel". If its process has just been killed, give the same command again in ${LEAD_LEASE_S} s.`,
    { code: 'job_running', facts: { seconds: LEAD_LEASE_S } },
  );
