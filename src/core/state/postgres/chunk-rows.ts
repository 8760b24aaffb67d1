import type { ChunkSpent, ClaimedChunk, JobRows } from '../job-rows.js';
import type { ChunkTask } from '../task-queue.js';
import type { Database, SqlValue } from './database.js';
import * as sql from './job-statements.js';

export interface ChunkRowsOptions {
  readonly database: Database;
  /** Another text for each process. */
  readonly holder: string;
  /** How long who works on a chunk may not be heard of until others go on. */
  readonly chunkLeaseMs: number;
}

type Chunks = Pick<JobRows, 'claim' | 'listOpen' | 'renew' | 'endChunk'>;

interface SqlChunk {
  readonly job: string;
  readonly run: number;
  readonly number: number;
}

interface SqlOpenChunk extends SqlChunk {
  readonly lease_us: number;
}

interface SqlClaim extends SqlChunk {
  readonly type: number;
  readonly source: string;
  readonly body: Buffer;
  readonly granted: number | null;
  readonly record: unknown;
  readonly fresh: boolean;
  readonly retry: boolean;
  readonly expected: number;
}

/** The chunks of jobs, as those who work on them see them. */
export function createChunks({ database, holder, chunkLeaseMs }: ChunkRowsOptions): Chunks {
  const leaseUs = chunkLeaseMs * 1000;
  const toKey = ({ job, run, chunk }: ChunkTask): SqlValue[] => [job, run, chunk, holder];
  const toSpent = ({ calls, billed, standing }: ChunkSpent): SqlValue[] => [
    calls,
    billed ?? null,
    sql.toJson(standing),
  ];
  return {
    claim: async ({ sources, except, job, chunk }) => {
      const wish = [sources, except, job ?? null, chunk ?? null];
      const [row] = await database.run<SqlClaim>(sql.CLAIM, [holder, leaseUs, ...wish]);
      return row && toClaim(row);
    },
    listOpen: async (sources, perJob) => {
      const rows = await database.run<SqlOpenChunk>(sql.LIST_OPEN, [sources, perJob]);
      return rows.map(({ job, run, number: chunk, lease_us: turn }) => ({ job, run, chunk, turn }));
    },
    renew: async (chunk, spent) => {
      const values = [...toKey(chunk), leaseUs, ...toSpent(spent)];
      const [row] = await database.run<{ goes_on: boolean }>(sql.RENEW, values);
      return row?.goes_on ?? false;
    },
    endChunk: async (chunk, end) => {
      const values = [...toKey(chunk), end.state, sql.toJson(end.cause), end.allCalls, ...toSpent(end)];
      const [row] = await database.run<{ ended: boolean }>(sql.END_CHUNK, values);
      return row?.ended ?? false;
    },
  };
}

function toClaim({ number: chunk, granted, retry, expected, ...row }: SqlClaim): ClaimedChunk {
  return { ...row, chunk, retryFailed: retry, maxCalls: granted ?? undefined, expectedCalls: expected };
}

type Results = Pick<JobRows, 'putResults' | 'listResults' | 'listOutcomes' | 'readRecords'>;

const RESULTS_AT_ONCE = 10_000;

/** What was found out. */
export function createResults({ run }: Database): Results {
  return {
    putResults: async ({ job, run: jobRun, chunk }, results) => {
      const columns = [
        results.map(({ index }) => index),
        results.map(({ outcome }) => outcome),
        results.map(({ record }) => record),
      ];
      const [row] = await run<{ is_there: boolean }>(sql.PUT_RESULTS, [job, jobRun, chunk, ...columns]);
      return row?.is_there ?? false;
    },
    listResults: (id, jobRun, after) => run(sql.LIST_RESULTS, [id, jobRun, after, RESULTS_AT_ONCE]),
    listOutcomes: (id, jobRun, indexes) => run(sql.FIND_OUTCOMES, [id, jobRun, indexes]),
    readRecords: (id, jobRun, from, count) => run(sql.READ_RECORDS, [id, jobRun, from, count]),
  };
}
