import { isLoopback } from '../database-settings.js';
import type { DatabaseFacts } from '../state.js';
import type { Database } from './database.js';
import { readSchemaStatus } from './migrate.js';

const SERVER = `
SELECT current_setting('server_version') AS version, current_setting('fsync') AS fsync,
  current_setting('synchronous_commit') AS synchronous_commit,
  extract(epoch FROM clock_timestamp())::float8 * 1000 AS now_ms`;

/** How long no call may leave yet, over all quota groups. */
const QUARANTINE = 'SELECT coalesce(max(ready_us - now_us(q)), 0)::float8 / 1000 AS left_ms FROM quota q';

interface ServerRow {
  readonly version: string;
  readonly fsync: string;
  readonly synchronous_commit: string;
  readonly now_ms: number;
}

/** What `doctor` wants to know of the server. @throws StateError, ConfigError */
export async function inspectDatabase(
  database: Database,
  url: string,
  now: () => number,
): Promise<DatabaseFacts> {
  const { found, newest } = await readSchemaStatus(database);
  return database.withClient(async (client) => {
    const askedMs = now();
    const { rows } = await client.query<ServerRow>(SERVER);
    const [server] = rows;
    const quarantine =
      found === newest ? await client.query<{ readonly left_ms: number }>(QUARANTINE) : undefined;
    return {
      serverVersion: server?.version ?? '',
      isDurable: server?.fsync === 'on' && server.synchronous_commit !== 'off',
      isPrivate: isLoopback(url) || new URL(url).searchParams.get('sslmode') === 'verify-full',
      clockAheadMs: askedMs - (server?.now_ms ?? askedMs),
      schemaFound: found,
      schemaNewest: newest,
      quarantineMs: Math.max(0, quarantine?.rows[0]?.left_ms ?? 0),
    };
  });
}
