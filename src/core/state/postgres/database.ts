import { ConfigError } from '../../errors.js';
import {
  createAbsenceError,
  createPoolerError,
  isConnectionLost,
  isKnot,
  toStateError,
} from './database-errors.js';
import { toDriverOptions } from './driver-options.js';
import { loadPg, type SqlClient, type SqlPool } from './load-pg.js';

/** One SQL statement. */
export interface Statement {
  /** Under which it is prepared on each connection. Without a name it is planned each time: for lists, short and long. */
  readonly name?: string;
  readonly text: string;
}

/** Values as they are sent: whole numbers up to 2^53, texts, switches, and rows of them. */
export type SqlValue =
  | string
  | number
  | boolean
  | null
  | Buffer
  | readonly (string | null)[]
  | readonly number[]
  | readonly Buffer[];

export type RunStatement = <Row>(
  statement: Statement,
  values: readonly SqlValue[],
) => Promise<readonly Row[]>;

/** The shared database of several machines. */
export interface Database {
  /**
   * Runs one statement on a connection that was checked: a server that takes writes, with the tables of this version.
   * @throws StateError when the database cannot be reached or does not answer in time; what was sent may still be done
   * @throws ConfigError when it is not what the settings say
   */
  readonly run: RunStatement;
  /**
   * Runs statements in one transaction, on a connection of its own: all of them or none. Work that another one stood in the
   * way of is begun again, so it changes nothing but the database.
   * @throws StateError where it may or may not be done; ConfigError
   */
  readonly inTransaction: <T>(work: (run: RunStatement) => Promise<T>) => Promise<T>;
  /** Runs work on one connection of its own, without the check of the tables: for migrations and `doctor`. */
  readonly withClient: <T>(work: (client: SqlClient) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

export interface DatabaseOptions {
  /** `postgres://…`; may hold a password. */
  readonly url: string;
  /** Where bijia's tables are: several fleets can share one database. */
  readonly schema: string;
  /** Most connections of this process. */
  readonly pool: number;
  /** Longest time for one statement, connecting included. */
  readonly timeoutMs: number;
}

/** The newest migration that this program knows. */
export interface SchemaVersion {
  readonly newest: number;
}

/** Servers older than this lack what the statements use. */
const LOWEST_SERVER_VERSION = 130_000;

/** How many times the longest statement a transaction may do nothing. */
const IDLE_TIMEOUTS = 3;

/** How often a transaction is begun again that another one stood in the way of. */
const MOST_TRIES = 5;

export function createDatabase(options: DatabaseOptions, version: SchemaVersion): Database {
  let opening: Promise<SqlPool> | undefined;
  const checked = new WeakSet<SqlClient>();
  const openPool = () => {
    opening ??= createPool(options);
    return opening;
  };
  const withClient = async <T>(work: (client: SqlClient) => Promise<T>): Promise<T> => {
    const client = await (await openPool()).connect().catch(rethrow);
    let broken = false;
    try {
      return await work(client);
    } catch (error) {
      // A connection that missed an answer would give it to the next question.
      broken = isConnectionLost(error);
      return rethrow(error);
    } finally {
      client.release(broken);
    }
  };
  const withChecked = <T>(work: (client: SqlClient) => Promise<T>): Promise<T> =>
    withClient(async (client) => {
      if (!checked.has(client)) {
        await prepare(client, options, version);
        checked.add(client);
      }
      return work(client);
    });
  return {
    withClient,
    run: (statement, values) => withChecked((client) => query(client, statement, values)),
    inTransaction: async (work) => {
      for (let tries = 1; ; tries += 1) {
        try {
          return await withChecked((client) => transact(client, work));
        } catch (error) {
          if (tries === MOST_TRIES || !isKnot(error)) throw error;
        }
      }
    },
    close: async () => {
      await (await opening?.catch(() => undefined))?.end();
    },
  };
}

async function query<Row>(
  client: SqlClient,
  { name, text }: Statement,
  values: readonly SqlValue[],
): Promise<readonly Row[]> {
  return (await client.query<Row>({ name, text, values: [...values] })).rows;
}

async function transact<T>(client: SqlClient, work: (run: RunStatement) => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work((statement, values) => query(client, statement, values));
    await client.query('COMMIT');
    return result;
  } catch (error) {
    // With the connection the server ends the transaction by itself.
    if (!isConnectionLost(error)) await client.query('ROLLBACK');
    throw error;
  }
}

async function createPool(options: DatabaseOptions): Promise<SqlPool> {
  const { Pool } = await loadPg();
  const created = new Pool({
    ...toDriverOptions(options),
    max: options.pool,
    // A process that was stopped in the middle keeps nobody waiting for its locks.
    idle_in_transaction_session_timeout: IDLE_TIMEOUTS * options.timeoutMs,
    // A process that has nothing else to do may end.
    allowExitOnIdle: true,
  });
  // A connection in use: its statement fails with it.
  created.on('connect', (client) => client.on('error', () => undefined));
  // Idle connections: the next statement opens another one and says what is wrong, if it still is.
  created.on('error', () => undefined);
  return created;
}

/**
 * The history of the database: the cluster, its timeline, and the table itself, which is another one when a backup was put
 * back where it was taken. Where `fsync` is off, nobody knows what a server has lost that was started again.
 */
export const EPOCH = `
  (SELECT system_identifier FROM pg_control_system()) || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8) ||
  '-' || coalesce(to_regclass('quota')::oid::text, '') ||
  CASE current_setting('fsync') WHEN 'on' THEN '' ELSE '-' || extract(epoch FROM pg_postmaster_start_time()) END`;

/**
 * What a connection is told, and asked, before its first statement. A commit is on disk when it is acknowledged, whatever
 * the server does for others; each statement sees what was committed before it; numbers come whole.
 */
const GREETING = `
SELECT pg_is_in_recovery() AS standby,
  pg_backend_pid() AS pid,
  current_setting('server_version_num')::int AS server,
  to_regclass('migration') IS NOT NULL AS migrated,
  set_config('synchronous_commit', CASE current_setting('synchronous_commit') WHEN 'off' THEN 'on'
    ELSE current_setting('synchronous_commit') END, false) AS committed,
  set_config('default_transaction_isolation', 'read committed', false) AS isolation,
  set_config('extra_float_digits', '1', false) AS digits,
  set_config('bijia.epoch', CASE WHEN pg_is_in_recovery() THEN '' ELSE ${EPOCH} END, false) AS epoch`;

/** What every server is asked first. */
export interface Server {
  readonly standby: boolean;
  readonly pid: number;
  /** Such as 150014. */
  readonly server: number;
}

interface Greeting extends Server {
  readonly migrated: boolean;
}

/**
 * Checks a new connection and names its epoch in the session: statements that must not
 * run on another history compare it. A plain restart keeps the epoch; a failover or a restored backup has another one.
 */
async function prepare(
  client: SqlClient,
  options: DatabaseOptions,
  { newest }: SchemaVersion,
): Promise<void> {
  const greeting = (await client.query<Greeting>(GREETING)).rows[0];
  if (!greeting) throw createAbsenceError('away', 'no answer to the greeting');
  assertServer(greeting, client);
  const found = greeting.migrated ? await readVersion(client) : 0;
  if (found < newest) {
    throw new ConfigError(
      `The tables in the schema ${options.schema} are those of an older version (${found} of ${newest}). Run: bijia db migrate`,
      { code: 'old_schema', facts: { found, newest, schema: options.schema } },
    );
  }
  if (found > newest) {
    throw new ConfigError(
      `The tables in the schema ${options.schema} are those of a newer version of bijia (${found}, here ${newest}). Update this installation.`,
      { code: 'newer_schema', facts: { found, newest, schema: options.schema } },
    );
  }
}

/** @throws StateError for a standby; ConfigError for a server that cannot be used as it is */
export function assertServer({ standby, server, pid }: Server, client: SqlClient): void {
  if (standby) throw createAbsenceError('standby', 'the server is a standby');
  if (server < LOWEST_SERVER_VERSION) {
    throw new ConfigError('The database is older than PostgreSQL 13. Update the server.', {
      code: 'old_database',
    });
  }
  // A pooler invents the number by which a connection is cancelled; the server's own is its process.
  const { processID } = client;
  if (processID != null && processID !== pid) throw createPoolerError();
}

/** The number of the newest migration that was run. */
export async function readVersion(client: SqlClient): Promise<number> {
  const { rows } = await client.query<{ readonly newest: number | null }>(
    'SELECT max(number) AS newest FROM migration',
  );
  return rows[0]?.newest ?? 0;
}

export function rethrow(error: unknown): never {
  throw toStateError(error);
}
