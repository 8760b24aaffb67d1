import { ConfigError } from '../../errors.js';
import { loadPg, type SqlClient, type SqlPool } from './load-pg.js';

/** What is used of BullMQ; its own types would be needed by everybody who reads ours. */
export interface BullMq {
  readonly PostgresConnection: new (options: object) => QueueConnection;
  readonly PostgresQueueBackend: new (
    connection: QueueConnection,
    name: string,
    options: object,
  ) => QueueBackend;
  readonly Queue: new (name: string, options: object, createBackend: () => QueueBackend) => Producer;
  readonly Worker: new (
    name: string,
    process: (job: QueuedJob, token: string, signal: AbortSignal) => Promise<void>,
    options: object,
    createBackend: () => QueueBackend,
  ) => Consumer;
  /** Thrown for a job that was given back. */
  readonly WaitingError: new () => Error;
  readonly LATEST_SCHEMA_VERSION: number;
  readonly runMigrations: (client: SqlClient, schema: string, options: object) => Promise<number>;
  readonly assertSchemaCompatibility: (client: SqlClient, schema: string, options: object) => Promise<number>;
}

export interface QueueConnection {
  readonly pool: SqlPool;
}

export interface QueueBackend {
  readonly waitUntilReady: () => Promise<void>;
  readonly forQueue: (name: string) => QueueBackend;
  readonly close: () => Promise<void>;
  readonly on: (event: 'error', listener: (error: Error) => void) => unknown;
}

export interface QueuedJob {
  readonly data: unknown;
  readonly moveToWait: (token: string) => Promise<unknown>;
}

export interface Producer {
  readonly addBulk: (jobs: readonly object[]) => Promise<unknown>;
  readonly on: (event: 'error', listener: (error: Error) => void) => unknown;
  readonly close: () => Promise<void>;
}

export interface Consumer {
  readonly on: <Event extends keyof ConsumerEvents>(event: Event, listener: ConsumerEvents[Event]) => unknown;
  /** @param leavesActive does not wait for the jobs under way */
  readonly pause: (leavesActive: boolean) => Promise<void>;
  readonly resume: () => Promise<void>;
  readonly run: () => Promise<void>;
  readonly cancelJob: (id: string) => boolean;
  readonly cancelAllJobs: () => void;
  readonly close: () => Promise<void>;
}

interface ConsumerEvents {
  readonly error: (error: Error) => void;
  readonly failed: (job: unknown, error: Error) => void;
  readonly lockRenewalFailed: (ids: readonly string[]) => void;
}

/**
 * The queue, an optional package that is loaded where jobs are shared.
 * @throws ConfigError that names it and the driver
 */
export async function loadBullMq(): Promise<BullMq> {
  try {
    // It looks for the driver by itself, and says less when there is none.
    await loadPg();
    return (await import('bullmq')) as unknown as BullMq;
  } catch (cause) {
    throw new ConfigError(
      'Jobs that several machines share need the packages pg and bullmq. Run: npm install pg bullmq@6.7.0',
      { code: 'no_bullmq', cause },
    );
  }
}
