import type {
  BeginOptions,
  JobContent,
  JobLook,
  JobRow,
  JobRowState,
  JobRows,
  NewChunk,
} from '../job-rows.js';
import { type ChunkRowsOptions, createChunks, createResults } from './chunk-rows.js';
import type { RunStatement, SqlValue } from './database.js';
import * as sql from './job-statements.js';

export interface PostgresJobsOptions extends ChunkRowsOptions {
  /** How long the leader of a job may not be heard of until another one leads it. */
  readonly leadLeaseMs: number;
}

/** Jobs of several machines, in one PostgreSQL database. */
export function createPostgresJobs(options: PostgresJobsOptions): JobRows {
  const { database } = options;
  const { run } = database;
  return {
    list: async () => (await run<sql.SqlJobRow>(sql.LIST, [])).map(sql.toJobRow),
    listMatching: async (start) => (await run<sql.SqlJobRow>(sql.FIND, [start])).map(sql.toJobRow),
    setExtra: async (id, extra, known) => {
      const values = [id, sql.toJson(extra), sql.toJson(known?.extra), known !== undefined];
      return (await run(sql.SET_EXTRA, values)).length > 0;
    },
    cancel: async (id) => {
      await run(sql.CANCEL, [id]);
    },
    end: async (id, leader, state, cause) => {
      return (await run(sql.END, [id, leader, state, sql.toJson(cause)])).length > 0;
    },
    stop: async (id, jobRun, cause) => {
      await run(sql.STOP, [id, jobRun, sql.toJson(cause)]);
    },
    ...createInput(options),
    ...createRemoval(options),
    ...createLead(options),
    ...createChunks(options),
    ...createResults(database),
  };
}

function createInput({ database }: PostgresJobsOptions): Pick<JobRows, 'put' | 'readInput'> {
  return {
    put: (id, content, renew) =>
      database.inTransaction(async (run) => {
        const found = await lock(run, id);
        const known = found && isThere(found) ? found : undefined;
        const { record, state, run: jobRun, cause, isFresh, createdAtMs } = renew(known, found?.run ?? 0);
        const { types, inputBytes } = content;
        const facts = [
          JSON.stringify(record),
          state,
          jobRun,
          sql.toJson(cause),
          JSON.stringify(types),
          inputBytes,
        ];
        await run(sql.PUT, [id, ...facts, Math.round(createdAtMs), isFresh]);
        await putContent(run, id, jobRun, content);
      }),
    readInput: async function* readInput(id) {
      for (let part = 0; ; part += 1) {
        const [row] = await database.run<{ body: Buffer }>(sql.READ_PART, [id, part]);
        if (!row) return;
        yield row.body;
      }
    },
  };
}

function createRemoval({
  database,
}: PostgresJobsOptions): Pick<JobRows, 'remove' | 'tidy' | 'removeEarlierRuns'> {
  const removeResults = async (id: string, newestRun: number) => {
    for (let count = 1; count > 0; ) {
      const [row] = await database.run<{ count: number }>(sql.FORGET_RESULTS, [id, newestRun]);
      count = row?.count ?? 0;
    }
  };
  const finishRemoval = async (id: string, run: number) => {
    await removeResults(id, run);
    await database.run(sql.FORGET_JOB, [id]);
  };
  return {
    removeEarlierRuns: (id, run) => removeResults(id, run - 1),
    remove: async (id) => {
      const row = await database.inTransaction(async (run) => {
        const found = await lock(run, id);
        if (!found || found.leader !== undefined || found.isWorkedOn) return found;
        await run(sql.MARK_REMOVED, [id]);
        await run(sql.FORGET_INPUT, [id]);
        await run(sql.FORGET_CHUNKS, [id, 0]);
        return { ...found, state: 'removed' as const };
      });
      if (!row) return true;
      if (row.state === 'removed') await finishRemoval(id, row.run);
      return row.state === 'removed';
    },
    tidy: async () => {
      await database.run(sql.FINISH_LEFT, []);
      const left = await database.run<{ id: string; run: number }>(sql.LIST_REMOVED, []);
      for (const { id, run } of left) await finishRemoval(id, run);
    },
  };
}

function createLead({ database, leadLeaseMs }: PostgresJobsOptions): Pick<JobRows, 'begin' | 'look'> {
  const leaseUs = leadLeaseMs * 1000;
  return {
    begin: (id, leader, options) =>
      database.inTransaction(async (run) => {
        const row = await lock(run, id);
        if (!row || !isThere(row)) return 'gone';
        if (row.leader !== undefined && row.leader !== leader) return 'led';
        await beginLocked(run, id, { ...options, leader, leaseUs });
        return 'begun';
      }),
    look: async (id, leader) => {
      const [row] = await database.run<SqlLook>(sql.LOOK, [id, leader, leaseUs]);
      return row && toLook(row);
    },
  };
}

/** A row whose removal may be under way. */
type FoundRow = Omit<JobRow, 'state'> & { readonly state: JobRowState | 'removed' };

async function lock(run: RunStatement, id: string): Promise<FoundRow | undefined> {
  const [row] = await run<sql.SqlJobRow>(sql.LOCK, [id]);
  return row && sql.toJobRow(row);
}

const isThere = (row: FoundRow): row is JobRow => row.state !== 'removed';

/** The list as it was given now; chunks that are there stay. */
async function putContent(
  run: RunStatement,
  id: string,
  jobRun: number,
  { inputBytes, parts, chunks }: JobContent,
): Promise<void> {
  await run(sql.FORGET_CHUNKS, [id, jobRun]);
  await run(sql.FORGET_INPUT, [id]);
  let part = 0;
  if (inputBytes > 0) for await (const body of parts()) await run(sql.PUT_PART, [id, part++, body]);
  // Cut elsewhere, they would ask for some lines twice.
  if ((await run(sql.FIND_CHUNK, [id, jobRun])).length > 0) return;
  let some: NewChunk[] = [];
  const flush = async () => {
    if (some.length === 0) return;
    const numbers = [some.map(({ number }) => number), some.map(({ type }) => type)];
    const rest = [some.map(({ calls }) => calls), some.map(({ body }) => body)];
    await run(sql.PUT_CHUNKS, [id, jobRun, ...numbers, ...rest]);
    some = [];
  };
  for (const chunk of chunks()) if (some.push(chunk) >= CHUNKS_AT_ONCE) await flush();
  await flush();
}

const CHUNKS_AT_ONCE = 100;

async function beginLocked(
  run: RunStatement,
  id: string,
  options: BeginOptions & { readonly leader: string; readonly leaseUs: number },
): Promise<void> {
  const { leader, leaseUs, fresh, retryFailed, maxCalls, sources, missing, extra } = options;
  await run(sql.OPEN_CHUNKS, [id, sources.map((source) => source ?? null), retryFailed]);
  const how: SqlValue[] = [id, leader, leaseUs, fresh, retryFailed, maxCalls ?? null];
  const rest: SqlValue[] = [missing?.types ?? [], sql.toJson(missing?.cause)];
  await run(sql.BEGIN, [...how, sql.toJson(extra), 'extra' in options, ...rest]);
}

interface SqlLook {
  readonly leads: boolean;
  readonly state: JobRowState;
  readonly run: number;
  readonly cause: unknown;
  readonly calls: number;
  readonly billed: number | null;
  readonly is_spent: boolean;
}

function toLook({ leads, state, run, cause, calls, billed, is_spent: isSpent }: SqlLook): JobLook {
  const facts = { state, run, calls, isSpent, isLeader: leads };
  return { ...facts, cause: cause ?? undefined, billed: billed ?? undefined };
}
