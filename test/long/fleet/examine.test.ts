import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { examine } from '../../../src/core/index.js';
import { openSandboxCore } from '../../helpers/open-sandbox-core.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';

describe.skipIf(!hasPostgres())('doctor on a database that is new', () => {
  let server: PostgresServer;
  beforeEach(async () => {
    server = await startPostgres();
    await migrateDatabase(server.url);
  });
  afterEach(() => server.close());

  it.each([
    ['newer', "INSERT INTO bijia.migration (number, about) VALUES (99, 'of later')"],
    ['older', 'DELETE FROM bijia.migration WHERE number > 4'],
  ])('with tables of a version that is %s says so, and ends with all other checks', async (_, change) => {
    server.psql(change);
    const environment = { BIJIA_SANDBOX: '0', BIJIA_DATABASE_URL: server.url };
    const { core, close } = await openSandboxCore({ environment });
    const options = { nodeVersion: '20.18.1', stateDir: undefined, mayPay: async () => false };
    const checks = [];
    for await (const check of examine(core, options)) checks.push(check);
    const found = checks
      .filter(({ status }) => status === 'problem')
      .map(({ area, name }) => [area, name.en]);
    expect(found).toEqual([['database', 'tables']]);
    for (const { provider } of core.upstreams) {
      expect(checks.filter(({ area }) => area === provider.id).map(({ status }) => status)).toEqual([
        'skipped',
      ]);
    }
    await close();
  });

  it('lets all keys wait at once for their first calls, not one after the other', async () => {
    // Whatever else runs here may keep the server waiting.
    const patience = { BIJIA_DATABASE_TIMEOUT: '10s' };
    const environment = { BIJIA_SANDBOX: '0', BIJIA_DATABASE_URL: server.url, ...patience };
    const { core, close } = await openSandboxCore({ environment });
    const options = { nodeVersion: '20.18.1', stateDir: undefined, mayPay: async () => false };
    const areas = new Set(core.upstreams.map(({ provider }) => provider.id));
    for await (const { area } of examine(core, options)) if (areas.has(area)) break;
    const seen = server.psql('SELECT count(*) FROM bijia.quota').trim();
    const keys = new Set(core.upstreams.map(({ identity }) => identity));
    expect(Number(seen)).toBe(keys.size);
    await close();
  });
});
