import { ConfigError } from '../../errors.js';
import { assertServer, type Database, readVersion, type Server } from './database.js';
import type { SqlClient } from './load-pg.js';
import { MIGRATIONS, type Migration, NEWEST_MIGRATION } from './migrations.js';

/** Names bijia's lock among those of other programs in the same database. */
const LOCK = 0x62696a69;

/** What the tables are and what they would have to be. */
export interface SchemaStatus {
  /** 0 where nothing was made yet. */
  readonly found: number;
  readonly newest: number;
  readonly missing: readonly Migration[];
}

/** Which migrations were run. @throws StateError, ConfigError */
export function readSchemaStatus(database: Database): Promise<SchemaStatus> {
  return database.withClient(openStatus);
}

/**
 * Brings the tables to this version, each step in a transaction of its own. Machines that start together take turns.
 * @param onStep told before each step
 * @throws ConfigError for tables of a newer version
 */
export function migrate(
  database: Database,
  schema: string,
  onStep: (step: Migration) => void = () => undefined,
): Promise<SchemaStatus> {
  return database.withClient(async (client) => {
    await openStatus(client);
    await client.query('SELECT pg_advisory_lock($1, hashtext($2))', [LOCK, schema]);
    try {
      await createSchema(client, schema);
      await client.query(
        'CREATE TABLE IF NOT EXISTS migration (number int PRIMARY KEY, about text NOT NULL, at timestamptz NOT NULL DEFAULT now())',
      );
      const { found, missing } = await readStatus(client);
      if (found > NEWEST_MIGRATION) throw createNewerError(found, schema);
      for (const step of missing) {
        onStep(step);
        await runStep(client, step);
      }
      return await readStatus(client);
    } finally {
      // A connection that is gone holds no lock.
      const unlock = 'SELECT pg_advisory_unlock($1, hashtext($2))';
      await client.query(unlock, [LOCK, schema]).catch(() => undefined);
    }
  });
}

/** Only where there is none: who may not create schemas may still use one that was made for it. */
async function createSchema(client: SqlClient, schema: string): Promise<void> {
  const { rows } = await client.query<{ readonly known: boolean }>(
    'SELECT to_regnamespace($1) IS NOT NULL AS known',
    [schema],
  );
  if (!rows[0]?.known) await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
}

/** @throws StateError, ConfigError for a server that cannot be used */
async function openStatus(client: SqlClient): Promise<SchemaStatus> {
  const { rows } = await client.query<Server & { readonly migrated: boolean }>(
    `SELECT pg_is_in_recovery() AS standby, pg_backend_pid() AS pid, current_setting('server_version_num')::int AS server,
to_regclass('migration') IS NOT NULL AS migrated`,
  );
  if (rows[0]) assertServer(rows[0], client);
  return rows[0]?.migrated ? readStatus(client) : toStatus(0);
}

const readStatus = async (client: SqlClient): Promise<SchemaStatus> => toStatus(await readVersion(client));

const toStatus = (found: number): SchemaStatus => ({
  ...{ found, newest: NEWEST_MIGRATION },
  missing: MIGRATIONS.filter(({ number }) => number > found),
});

async function runStep(client: SqlClient, { number, about, sql }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(sql);
    await client.query('INSERT INTO migration (number, about) VALUES ($1, $2)', [number, about]);
    await client.query('COMMIT');
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  }
}

function createNewerError(found: number, schema: string): ConfigError {
  return new ConfigError(
    `The tables in the schema ${schema} are those of a newer version of bijia (${found}, here ${NEWEST_MIGRATION}). Update this installation.`,
    { code: 'newer_schema', facts: { found, newest: NEWEST_MIGRATION, schema } },
  );
}
