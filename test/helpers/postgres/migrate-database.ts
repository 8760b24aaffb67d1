import { openTables } from '../../../src/core/state/postgres/tables.js';

/** Makes the tables of this version. */
export async function migrateDatabase(url: string, schema = 'bijia'): Promise<void> {
  const tables = openTables({ url, schema, pool: 1, timeoutMs: 5000 });
  await tables.migrate(() => undefined);
  await tables.close();
}
