import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildScript } from '../../helpers/build-script.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { KILLS, killInRenewals } from '../../helpers/state/kill-in-renewals.js';

describe.skipIf(!hasPostgres())('a token that several machines share', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
    await migrateDatabase(server.url);
  });
  afterAll(() => server.close());

  it('is renewed by no renewal twice, whichever process is killed while one is on its way', async () => {
    const script = await buildScript('token-worker.ts');
    const uses = await killInRenewals(script, ['/nowhere', server.url]);
    expect(uses.size).toBeGreaterThanOrEqual(KILLS);
    expect([...uses].filter(([, count]) => count > 1)).toEqual([]);
  });
});
