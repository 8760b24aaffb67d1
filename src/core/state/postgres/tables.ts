import { createClock } from '../../clock.js';
import type { DatabaseSettings } from '../database-settings.js';
import { createDatabase } from './database.js';
import { inspectDatabase } from './inspect.js';
import { loadBullMq } from './load-bullmq.js';
import { migrate, readSchemaStatus, type SchemaStatus } from './migrate.js';
import { type Migration, NEWEST_MIGRATION } from './migrations.js';
import { migrateQueue, type QueueStatus, readQueueStatus } from './queue-tables.js';

/** A step may rewrite a large table, and another machine may be at it. */
const STEP_TIMEOUT_MS = 600_000;

export interface TablesStatus extends SchemaStatus {
  /** The tables of the queue, which are BullMQ's. */
  readonly queue: QueueStatus;
}

/** Connects when it is first asked. */
export function openTables(settings: DatabaseSettings) {
  const open = (timeoutMs: number) =>
    createDatabase({ ...settings, pool: 1, timeoutMs }, { newest: NEWEST_MIGRATION });
  const reader = open(settings.timeoutMs);
  const writer = open(STEP_TIMEOUT_MS);
  const { schema } = settings;
  const readStatus = async (): Promise<TablesStatus> => {
    const bull = await loadBullMq();
    const own = await readSchemaStatus(reader);
    return { ...own, queue: await reader.withClient((client) => readQueueStatus(bull, client, schema)) };
  };
  return {
    readStatus,
    /** What else there is to say of the server. @throws StateError, ConfigError */
    inspect: () => inspectDatabase(reader, settings, createClock()),
    /** @param onStep told before each step */
    migrate: async (onStep: (step: Migration) => void) => {
      // A server that is not there is said at once, and so is what is missing here.
      await readStatus();
      const bull = await loadBullMq();
      const own = await migrate(writer, schema, onStep);
      return { ...own, queue: await writer.withClient((client) => migrateQueue(bull, client, schema)) };
    },
    close: async () => {
      await Promise.all([reader.close(), writer.close()]);
    },
  };
}
