import type { DatabaseSettings } from '../database-settings.js';
import { createDatabase } from './database.js';
import { migrate, readSchemaStatus, type SchemaStatus } from './migrate.js';
import { type Migration, NEWEST_MIGRATION } from './migrations.js';

/** A step may rewrite a large table, and another machine may be at it. */
const STEP_TIMEOUT_MS = 600_000;

/** The tables of a fleet, for the operator. */
export interface Tables {
  readonly readStatus: () => Promise<SchemaStatus>;
  /** @param onStep told before each step */
  readonly migrate: (onStep: (step: Migration) => void) => Promise<SchemaStatus>;
  readonly close: () => Promise<void>;
}

/** Connects when it is first asked. */
export function openTables(settings: DatabaseSettings): Tables {
  const open = (timeoutMs: number) =>
    createDatabase({ ...settings, pool: 1, timeoutMs }, { newest: NEWEST_MIGRATION });
  const reader = open(settings.timeoutMs);
  const writer = open(STEP_TIMEOUT_MS);
  return {
    readStatus: () => readSchemaStatus(reader),
    migrate: async (onStep) => {
      // A server that is not there is said at once.
      await readSchemaStatus(reader);
      return migrate(writer, settings.schema, onStep);
    },
    close: async () => {
      await Promise.all([reader.close(), writer.close()]);
    },
  };
}
