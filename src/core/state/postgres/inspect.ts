import type { Clock } from '../../clock.js';
import { type DatabaseSettings, isPrivate } from '../database-settings.js';
import type { DatabaseFacts, FleetMember, TableFacts } from '../state.js';
import { type Database, EPOCH } from './database.js';
import { loadBullMq } from './load-bullmq.js';
import type { SqlClient } from './load-pg.js';
import { listMembers } from './members.js';
import { readSchemaStatus } from './migrate.js';
import { type QueueStatus, readQueueStatus, toQueueSchema } from './queue-tables.js';

/** `reset_val`: what the server has, whatever this connection was told. */
const SERVER = `
SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
  (SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit') AS committed,
  (SELECT system_identifier::text FROM pg_control_system()) AS cluster,
  ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int AS timeline,
  extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms`;

/**
 * How long no call may leave yet, over all quota groups, and whether that time is still to begin. $1: groups that somebody
 * has configured; without any, those that were ever used stand for them.
 */
const QUARANTINE = `
WITH known AS (SELECT q.name, q.epoch = (${EPOCH}) AS is_seen, q.ready_us - now_us(q) AS left_us FROM quota q)
SELECT coalesce(max(left_us) FILTER (WHERE is_seen), 0)::float8 / 1000 AS left_ms,
  CASE WHEN cardinality($1::text[]) > 0
    THEN NOT $1::text[] <@ coalesce(array_agg(name) FILTER (WHERE is_seen), '{}')
    ELSE NOT coalesce(bool_or(is_seen), false) END AS ahead
FROM known`;

const TRIPS = 3;

interface QuarantineRow {
  readonly left_ms: number;
  readonly ahead: boolean;
}

const TABLES = `
SELECT relname AS name, n_live_tup::float8 AS rows, pg_total_relation_size(relid)::float8 AS bytes
FROM pg_stat_user_tables WHERE schemaname = ANY($1::text[]) ORDER BY bytes DESC, name`;

interface ServerRow {
  readonly version: string;
  readonly fsync: string;
  readonly committed: string;
  readonly cluster: string;
  readonly timeline: number;
  readonly now_ms: number;
}

/**
 * What the operator wants to know of the server.
 * @param announce says that this process is there, too, where it is a member
 * @throws StateError, ConfigError
 */
export async function inspectDatabase(
  database: Database,
  { url, schema }: Pick<DatabaseSettings, 'url' | 'schema'>,
  { now, monotonicNow }: Pick<Clock, 'now' | 'monotonicNow'>,
  announce: () => Promise<void> = async () => undefined,
): Promise<DatabaseFacts> {
  const { found, newest } = await readSchemaStatus(database);
  const hasTables = found === newest;
  if (hasTables) await announce();
  return database.withClient(async (client) => {
    const askedMs = now();
    const [server] = (await client.query<ServerRow>(SERVER)).rows;
    const tripMs = await measureTrip(client, monotonicNow);
    const members = hasTables ? await listMembers(client) : [];
    const quarantine = hasTables ? await readQuarantine(client, members) : undefined;
    return {
      serverVersion: server?.version ?? '',
      cluster: server?.cluster ?? '',
      timeline: server?.timeline ?? 0,
      fsync: server?.fsync ?? '',
      synchronousCommit: server?.committed ?? '',
      isPrivate: isPrivate(url),
      clockAheadMs: askedMs - (server?.now_ms ?? askedMs),
      tripMs,
      schema,
      schemaFound: found,
      schemaNewest: newest,
      quarantineMs: Math.max(0, quarantine?.left_ms ?? 0),
      isQuarantineAhead: quarantine?.ahead ?? true,
      members,
      tables: (await client.query<TableFacts>(TABLES, [[schema, toQueueSchema(schema)]])).rows,
      queue: await findQueueStatus(client, schema),
    };
  });
}

/** The shortest of a few: the first one may wake what sleeps. */
async function measureTrip(client: SqlClient, monotonicNow: Clock['monotonicNow']): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let trip = 0; trip < TRIPS; trip += 1) {
    const askedMs = monotonicNow();
    await client.query('SELECT 1');
    least = Math.min(least, monotonicNow() - askedMs);
  }
  return least;
}

async function readQuarantine(
  client: SqlClient,
  members: readonly FleetMember[],
): Promise<QuarantineRow | undefined> {
  const groups = [...new Set(members.flatMap(({ quotas }) => Object.keys(quotas)))];
  return (await client.query<QuarantineRow>(QUARANTINE, [groups])).rows[0];
}

async function findQueueStatus(client: SqlClient, schema: string): Promise<QueueStatus | undefined> {
  const bull = await loadBullMq().catch(() => undefined);
  return bull && readQueueStatus(bull, client, schema);
}
