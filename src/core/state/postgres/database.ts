import { BijiaError, ConfigError, StateError } from '../../errors.js';
import { loadPg, type SqlClient, type SqlPool } from './load-pg.js';

/** One SQL statement, prepared on each connection under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

/** Values as they are sent: whole numbers up to 2^53, texts, switches. */
export type SqlValue = string | number | boolean | null | Buffer;

/** The shared database of several machines. */
export interface Database {
  /**
   * Runs one statement on a connection that was checked: a server that takes writes, with the tables of this version.
   * @throws StateError when the database cannot be reached or does not answer in time; what was sent may still be done
   * @throws ConfigError when it is not what the settings say
   */
  readonly run: <Row>(statement: Statement, values: readonly SqlValue[]) => Promise<readonly Row[]>;
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

/** SQLSTATEs of a server that is there and will serve in a while: starting up, shutting down, out of connections. */
const PASSING = /^(57P0[1-5]|08\w{3}|53\w{3}|40\w{3}|55P03|25006|XX000)$/;

const DISK_FULL = '53100';

/** SQLSTATEs that only a person can change. */
const REFUSALS: Readonly<Record<string, string>> = {
  '28P01': 'The database refuses the password.',
  '28000': 'The database refuses this user.',
  '3D000': 'The database does not exist.',
  '42501': 'The user may not do this in the database.',
};

export function createDatabase(options: DatabaseOptions, version: SchemaVersion): Database {
  let opening: Promise<SqlPool> | undefined;
  const checked = new WeakSet<SqlClient>();
  let isTidied = false;
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
  return {
    withClient,
    run: <Row>({ name, text }: Statement, values: readonly SqlValue[]) =>
      withClient(async (client) => {
        if (!checked.has(client)) {
          await prepare(client, options, version);
          checked.add(client);
          if (!isTidied) await client.query(TIDY);
          isTidied = true;
        }
        return (await client.query({ name, text, values: [...values] })).rows as Row[];
      }),
    close: async () => {
      await (await opening?.catch(() => undefined))?.end();
    },
  };
}

async function createPool({ url, schema, pool, timeoutMs }: DatabaseOptions): Promise<SqlPool> {
  const { Pool } = await loadPg();
  const created = new Pool({
    connectionString: url,
    max: pool,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
    statement_timeout: timeoutMs,
    keepAlive: true,
    application_name: 'bijia',
    options: `-c search_path=${schema}`,
    // A process that has nothing else to do may end.
    allowExitOnIdle: true,
  });
  // Of a connection in use: its statement fails with it.
  created.on('connect', (client) => client.on('error', () => undefined));
  // Of idle connections: the next statement opens another one and says what is wrong, if it still is.
  created.on('error', () => undefined);
  return created;
}

/** What a connection is told, and asked, before its first statement. */
const GREETING = `
SELECT pg_is_in_recovery() AS standby,
  pg_backend_pid() AS pid,
  current_setting('server_version_num')::int AS server,
  to_regclass('migration') IS NOT NULL AS migrated,
  set_config('bijia.epoch', CASE WHEN pg_is_in_recovery() THEN '' ELSE
    (SELECT system_identifier FROM pg_control_system()) || '-' || left(pg_walfile_name(pg_current_wal_lsn()), 8)
  END, false) AS epoch`;

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
 * Checks a new connection and names its epoch, the cluster and its timeline, in the session: statements that must not
 * run on another history compare it. A plain restart keeps the epoch; a failover or a restored backup has another one.
 */
async function prepare(
  client: SqlClient,
  options: DatabaseOptions,
  { newest }: SchemaVersion,
): Promise<void> {
  const greeting = (await client.query<Greeting>(GREETING)).rows[0];
  if (!greeting) throw new StateError(UNREACHABLE, { detail: 'no answer to the greeting' });
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
  if (standby) throw new StateError(UNREACHABLE, { detail: 'the server is a standby' });
  if (server < LOWEST_SERVER_VERSION) {
    throw new ConfigError('The database is older than PostgreSQL 13. Update the server.', {
      code: 'old_database',
    });
  }
  // A pooler invents the number by which a connection is cancelled; the server's own is its process.
  const { processID } = client;
  if (processID != null && processID !== pid) {
    throw new ConfigError(
      'BIJIA_DATABASE_URL leads to a connection pooler. bijia keeps few connections and needs them whole: give the address of the server itself.',
      { code: 'pooled_database' },
    );
  }
}

/** The number of the newest migration that was run. */
export async function readVersion(client: SqlClient): Promise<number> {
  const { rows } = await client.query<{ readonly newest: number | null }>(
    'SELECT max(number) AS newest FROM migration',
  );
  return rows[0]?.newest ?? 0;
}

/** Once for each process: what nobody needs any more. Permits are cleared away as they are taken. */
const TIDY = `
DELETE FROM paid WHERE day < to_char(now() - interval '90 days', 'YYYY-MM-DD');
DELETE FROM token WHERE used_us < wall_us() - 30 * 86400000000::bigint;
DELETE FROM waiting w USING quota q WHERE q.name = w.quota AND w.until_us < now_us(q) - 86400000000::bigint;`;

const UNREACHABLE = 'The shared database cannot be reached; no call is made without it.';

function rethrow(error: unknown): never {
  throw toStateError(error);
}

/** Turns what the driver throws into a sentence for the operator; never the address, which may hold a password. */
function toStateError(error: unknown): BijiaError {
  if (error instanceof BijiaError) return error;
  const state = readCode(error);
  const detail = error instanceof Error ? `${state} ${error.message}`.trim() : String(error);
  const refused = REFUSALS[state];
  if (refused) {
    return new ConfigError(`${refused} Check BIJIA_DATABASE_URL.`, { code: 'database_refused', detail });
  }
  if (state === DISK_FULL) {
    return new StateError(
      'The disk of the shared database is full; no call is made without it. Make room there: everything goes on by itself.',
      { code: 'state_full', detail, cause: error },
    );
  }
  if (/^[0-9A-Z]{5}$/.test(state) && !PASSING.test(state)) {
    return new StateError('The shared database refused a statement; no call is made without it.', {
      code: 'state_refused',
      detail,
      cause: error,
    });
  }
  return new StateError(UNREACHABLE, { detail, cause: error });
}

function readCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** Everything but a statement that the server refused on a connection that goes on. */
function isConnectionLost(error: unknown): boolean {
  const state = readCode(error);
  return !/^[0-9A-Z]{5}$/.test(state) || /^(57P0[1-3]|08\w{3})$/.test(state);
}
