import type { Clock } from '../../clock.js';
import { ConfigError } from '../../errors.js';
import { type DatabaseSettings, isPrivate } from '../database-settings.js';
import type { DatabaseFacts, FleetMember, TableFacts } from '../state.js';
import { type Database, EPOCH } from './database.js';
import { loadBullMq } from './load-bullmq.js';
import type { SqlClient } from './load-pg.js';
import { LIST_MEMBERS } from './members.js';
import { readSchemaStatus } from './migrate.js';
import { NEWEST_MIGRATION } from './migrations.js';
import { type QueueStatus, readQueueStatus, toQueueSchema } from './queue-tables.js';

/** `reset_val`: what the server has, whatever this connection was told. $1: schemas whose tables are measured. */
const SERVER = `
SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
  (SELECT reset_val FROM pg_settings WHERE name = 'synchronous_commit') AS committed,
  (SELECT system_identifier::text FROM pg_control_system()) AS cluster,
  ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int AS timeline,
  extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms,
  (SELECT coalesce(json_agg(t ORDER BY t.bytes DESC, t.name), '[]') FROM (
    SELECT relname AS name, n_live_tup::float8 AS rows, pg_total_relation_size(relid)::float8 AS bytes
    FROM pg_stat_user_tables WHERE schemaname = ANY($1::text[])) t) AS tables`;

/**
 * Who is there, how long no call may leave yet, over all quota groups, and whether that time is still to begin: of the groups that
 * somebody has configured; without any, those that were ever used stand for them.
 */
const FLEET = `
WITH listed AS (${LIST_MEMBERS}), asked AS (SELECT DISTINCT jsonb_object_keys(quotas) AS name FROM listed),
known AS (SELECT q.name, q.epoch = (${EPOCH}) AS is_seen, q.ready_us - now_us(q) AS left_us FROM quota q)
SELECT (SELECT coalesce(json_agg(l ORDER BY l.name, l.version), '[]') FROM listed l) AS members,
  coalesce(max(left_us) FILTER (WHERE is_seen), 0)::float8 / 1000 AS left_ms,
  CASE WHEN EXISTS (SELECT FROM asked)
    THEN EXISTS (SELECT FROM asked WHERE name NOT IN (SELECT k.name FROM known k WHERE k.is_seen))
    ELSE NOT coalesce(bool_or(is_seen), false) END AS ahead
FROM known`;

interface ServerRow {
  readonly version: string;
  readonly fsync: string;
  readonly committed: string;
  readonly cluster: string;
  readonly timeline: number;
  readonly now_ms: number;
  readonly tables: readonly TableFacts[];
}

interface FleetRow {
  readonly members: readonly FleetMember[];
  readonly left_ms: number;
  readonly ahead: boolean;
}

/**
 * What the operator wants to know of the server, in few questions: it may be far away.
 * @param announce says that this process is there, too, where it is a member
 * @throws StateError, ConfigError
 */
export async function inspectDatabase(
  database: Database,
  { url, schema }: Pick<DatabaseSettings, 'url' | 'schema'>,
  { now, monotonicNow }: Pick<Clock, 'now' | 'monotonicNow'>,
  announce?: () => Promise<void>,
): Promise<DatabaseFacts> {
  const found = await findVersion(database, announce);
  return database.withClient(async (client) => {
    const { ask, leastMs } = createQuestions(client, monotonicNow);
    const askedMs = now();
    const server = await ask<ServerRow>(SERVER, [[schema, toQueueSchema(schema)]]);
    const fleet = found === NEWEST_MIGRATION ? await ask<FleetRow>(FLEET) : undefined;
    await ask('SELECT 1');
    return {
      serverVersion: server?.version ?? '',
      cluster: server?.cluster ?? '',
      timeline: server?.timeline ?? 0,
      fsync: server?.fsync ?? '',
      synchronousCommit: server?.committed ?? '',
      isPrivate: isPrivate(url),
      clockAheadMs: askedMs - (server?.now_ms ?? askedMs),
      tripMs: leastMs(),
      schema,
      schemaFound: found,
      schemaNewest: NEWEST_MIGRATION,
      quarantineMs: Math.max(0, fleet?.left_ms ?? 0),
      isQuarantineAhead: fleet?.ahead ?? true,
      members: fleet?.members ?? [],
      tables: server?.tables ?? [],
      queue: await findQueueStatus(client, schema),
    };
  });
}

/** The version of the tables; where they can be used, a member has said then that it is there. */
async function findVersion(database: Database, announce?: () => Promise<void>): Promise<number> {
  if (!announce) return (await readSchemaStatus(database)).found;
  try {
    await announce();
    return NEWEST_MIGRATION;
  } catch (error) {
    // The connection was checked first.
    const found = error instanceof ConfigError ? error.facts?.['found'] : undefined;
    if (typeof found === 'number') return found;
    throw error;
  }
}

/** Asks, and notes the shortest time that an answer took: the first one may wake what sleeps. */
function createQuestions(client: SqlClient, monotonicNow: Clock['monotonicNow']) {
  let leastMs = Number.POSITIVE_INFINITY;
  return {
    leastMs: () => leastMs,
    /** @returns the first row */
    ask: async <Row>(text: string, values: readonly unknown[] = []): Promise<Row | undefined> => {
      const askedMs = monotonicNow();
      const { rows } = await client.query<Row>(text, values);
      leastMs = Math.min(leastMs, monotonicNow() - askedMs);
      return rows[0];
    },
  };
}

async function findQueueStatus(client: SqlClient, schema: string): Promise<QueueStatus | undefined> {
  const bull = await loadBullMq().catch(() => undefined);
  return bull && readQueueStatus(bull, client, schema);
}
