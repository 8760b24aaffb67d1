import { ConfigError } from '../../errors.js';
import type { BullMq } from './load-bullmq.js';
import type { SqlClient } from './load-pg.js';

/** Which version the queue's own tables have, and which this program's BullMQ brings. */
export interface QueueStatus {
  /** 0 where nothing was made yet. */
  readonly found: number;
  readonly newest: number;
}

/** Besides the schema of bijia's own tables. */
export const toQueueSchema = (schema: string): string => `${schema}_queue`;

/** The server's version was looked at; BullMQ would print its opinion of it. */
const UNASKED = { skipVersionCheck: true };

/** @throws ConfigError for tables of a newer BullMQ that this one must not touch */
export async function readQueueStatus(bull: BullMq, client: SqlClient, schema: string): Promise<QueueStatus> {
  const newest = bull.LATEST_SCHEMA_VERSION;
  try {
    return { found: await bull.assertSchemaCompatibility(client, toQueueSchema(schema), UNASKED), newest };
  } catch (error) {
    if (isNamed(error, 'SchemaMigrationRequiredError')) return { found: 0, newest };
    throw toNewerError(error, schema);
  }
}

/** Makes the queue's tables, or brings them to the version of this program's BullMQ; machines take turns. */
export async function migrateQueue(bull: BullMq, client: SqlClient, schema: string): Promise<QueueStatus> {
  try {
    const found = await bull.runMigrations(client, toQueueSchema(schema), UNASKED);
    return { found, newest: bull.LATEST_SCHEMA_VERSION };
  } catch (error) {
    throw toNewerError(error, schema);
  }
}

/** @throws ConfigError for tables that this program's BullMQ cannot work with */
export async function assertQueue(bull: BullMq, client: SqlClient, schema: string): Promise<void> {
  const { found, newest } = await readQueueStatus(bull, client, schema);
  if (found >= newest) return;
  throw new ConfigError(
    `The tables of the queue in the schema ${toQueueSchema(schema)} are those of an older version (${found} of ${newest}). Run: bijia db migrate`,
    { code: 'old_schema', facts: { found, newest, schema: toQueueSchema(schema) } },
  );
}

function toNewerError(error: unknown, schema: string): unknown {
  if (!isNamed(error, 'SchemaVersionMismatchError')) return error;
  return new ConfigError(
    `The tables of the queue in the schema ${toQueueSchema(schema)} are those of a newer version of BullMQ. Update this installation.`,
    { code: 'newer_schema', facts: { schema: toQueueSchema(schema) }, cause: error },
  );
}

const isNamed = (error: unknown, name: string): boolean => error instanceof Error && error.name === name;
