import type { ChunkTask, QueuedChunk } from './task-queue.js';

/** Jobs of several machines: rows are the truth about what was asked for, what was answered, and who is at it. */
export interface JobRows {
  /**
   * Stores a job with its input and its chunks: all of it or nothing.
   * @param renew decides, in the transaction, what becomes of the job that is known; `lastRun` also of one that is
   * being removed
   */
  readonly put: (
    id: string,
    content: JobContent,
    renew: (known: JobRow | undefined, lastRun: number) => NewJob,
  ) => Promise<void>;
  /** Those whose id begins so; at most two. */
  readonly listMatching: (start: string) => Promise<readonly JobRow[]>;
  readonly list: () => Promise<readonly JobRow[]>;
  /** Compressed parts of the input, in order. */
  readonly readInput: (id: string) => AsyncGenerator<Buffer>;
  /** The face's own part of the record. @param known replaced only where it is this; undefined replaces all */
  readonly setExtra: (id: string, extra: unknown, known?: { readonly extra: unknown }) => Promise<boolean>;
  /** Ends a job that has not finished. */
  readonly cancel: (id: string) => Promise<void>;
  /** @returns false while somebody is at it */
  readonly remove: (id: string) => Promise<boolean>;
  /** Removes what is left of jobs whose removal was cut short, and ends those that nobody has ended. */
  readonly tidy: () => Promise<void>;

  /**
   * Makes a job run. `led`: somebody else leads it. The same leader may begin it again.
   * @param leader a text that nobody else has
   */
  readonly begin: (id: string, leader: string, options: BeginOptions) => Promise<'begun' | 'led' | 'gone'>;
  /** How far a job is, for its leader, whose lease it renews. Ends a job whose chunks have all ended. */
  readonly look: (id: string, leader: string) => Promise<JobLook | undefined>;
  /** For the leader: nobody leads it any more. @returns false when it is not the leader */
  readonly end: (id: string, leader: string, state: JobRowState, cause?: unknown) => Promise<boolean>;
  /** For a process that meets a cause that every further call would meet. */
  readonly stop: (id: string, run: number, cause: unknown) => Promise<void>;

  /** Takes a chunk that nobody is at; undefined when there is none for this process. */
  readonly claim: (wish: ClaimWish) => Promise<ClaimedChunk | undefined>;
  readonly listOpen: (sources: readonly string[], perJob: number) => Promise<readonly QueuedChunk[]>;
  /** @returns whether to go on: the chunk is still this process's, and the job runs */
  readonly renew: (chunk: ChunkTask, spent: ChunkSpent) => Promise<boolean>;
  /** @returns false when the chunk is not this process's any more */
  readonly endChunk: (chunk: ChunkTask, end: ChunkEnd) => Promise<boolean>;

  /**
   * Each answer once: the first one counts, and only a failure of the upstream gives way to a later answer.
   * @returns false when the job is gone, or in another run
   */
  readonly putResults: (chunk: ChunkTask, results: readonly NewResult[]) => Promise<boolean>;
  /** The next ones in the order in which they came; none at the end. @param after place of the last one that is known */
  readonly listResults: (id: string, run: number, after: number) => Promise<readonly KnownResult[]>;
  /** What is known of these. */
  readonly listOutcomes: (
    id: string,
    run: number,
    indexes: readonly number[],
  ) => Promise<readonly { readonly index: number; readonly outcome: string }[]>;
  /** Compressed records from an index on, in the order of the indexes. */
  readonly readRecords: (
    id: string,
    run: number,
    from: number,
    count: number,
  ) => Promise<readonly { readonly index: number; readonly record: Buffer }[]>;
  /** Removes what earlier runs of the job found out, a few thousand rows a time. */
  readonly removeEarlierRuns: (id: string, run: number) => Promise<void>;
}

/** For how long nothing is heard of the leader of a job before another process may lead it. */
export const LEAD_LEASE_MS = 15_000;

/** `writing`: every line has its outcome, and the leader writes the output. */
export type JobRowState = 'planned' | 'running' | 'writing' | 'stopped' | 'cancelled' | 'finished';

export interface JobRow {
  readonly id: string;
  /** What was asked for, as the batches wrote it; anything may stand there. */
  readonly record: unknown;
  readonly state: JobRowState;
  readonly run: number;
  readonly cause: unknown;
  readonly counts: Readonly<Record<string, number>>;
  /** For a shop: how far it is. */
  readonly standing: unknown;
  readonly billed: number | undefined;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Bytes of the whole input. */
  readonly inputBytes: number;
  /** The types of references, by the number that chunks give them; one for a shop. */
  readonly types: unknown;
  /** Who leads it, while that process lives. */
  readonly leader: string | undefined;
  /** Whether a chunk of it is being worked on. */
  readonly isWorkedOn: boolean;
}

export interface NewJob {
  readonly record: unknown;
  readonly state: JobRowState;
  readonly run: number;
  readonly cause: unknown;
  /** Nothing of what was known counts. */
  readonly isFresh: boolean;
  readonly createdAtMs: number;
}

export interface JobContent {
  readonly types: unknown;
  readonly inputBytes: number;
  /** Compressed parts of the input. */
  readonly parts: () => AsyncIterable<Buffer>;
  readonly chunks: () => Iterable<NewChunk>;
}

export interface NewChunk {
  readonly number: number;
  readonly type: number;
  /** Upstream calls that it is expected to take. */
  readonly calls: number;
  /** What to ask for, compressed. */
  readonly body: Buffer;
}

export interface BeginOptions {
  readonly extra?: unknown;
  readonly fresh: boolean;
  /** Asks again for what failed at the upstream. */
  readonly retryFailed: boolean;
  readonly maxCalls: number | undefined;
  /** Which provider answers, by type; undefined where none does. */
  readonly sources: readonly (string | undefined)[];
  /** Why the job stops where lines of these types have no outcome. */
  readonly missing?: { readonly types: readonly number[]; readonly cause: unknown };
}

/** What a leader sees of its job. */
export interface JobLook {
  readonly isLeader: boolean;
  readonly state: JobRowState;
  readonly run: number;
  readonly cause: unknown;
  /** Upstream calls since it began. */
  readonly calls: number;
  /** Over all runs. */
  readonly billed: number | undefined;
  /** Whether its bound of calls is used up, and nobody at work could still give any back. */
  readonly isSpent: boolean;
}

export interface ClaimWish {
  /** Providers of this process. */
  readonly sources: readonly string[];
  /** Only chunks of this job. */
  readonly job?: string;
  /** Only this one. */
  readonly chunk?: number;
  /** Types of jobs, as `job/type`, which this process would ask elsewhere. */
  readonly except: readonly string[];
}

export interface ClaimedChunk extends ChunkTask {
  readonly type: number;
  readonly source: string;
  readonly body: Buffer;
  readonly record: unknown;
  readonly fresh: boolean;
  readonly retryFailed: boolean;
  /** Most upstream calls. */
  readonly maxCalls: number | undefined;
  /** Upstream calls that all open chunks of the job are expected to take. */
  readonly expectedCalls: number;
}

/** What was spent since the last time. */
export interface ChunkSpent {
  readonly calls: number;
  /** Absent where no answer says so. */
  readonly billed?: number;
  /** For a shop: how far it is. */
  readonly standing?: unknown;
}

export interface ChunkEnd extends ChunkSpent {
  /** `open`: somebody goes on with it. */
  readonly state: 'open' | 'done' | 'failed';
  readonly cause?: unknown;
  /** Calls since it was claimed: what is left of its share goes back. */
  readonly allCalls: number;
}

export interface NewResult {
  readonly index: number;
  readonly outcome: string;
  /** Compressed. */
  readonly record: Buffer;
}

export interface KnownResult {
  readonly index: number;
  readonly outcome: string;
  readonly place: number;
}
