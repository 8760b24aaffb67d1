import { afterAll, afterEach, beforeAll, describe } from 'vitest';
import { createBatches } from '../../../src/core/index.js';
import { openSandboxCore, type SandboxCore } from '../../helpers/open-sandbox-core.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { skipQuarantine } from '../../helpers/postgres/skip-quarantine.js';
import { defineBatchesCases, type OpenBatches } from '../../helpers/state/batches-cases.js';

describe.skipIf(!hasPostgres())('jobs in a shared database', () => {
  let server: PostgresServer;
  let opened: SandboxCore[] = [];

  beforeAll(async () => {
    server = await startPostgres();
    await migrateDatabase(server.url);
    skipQuarantine(server);
  });
  afterEach(async () => {
    await Promise.all(opened.map(({ close }) => close()));
    opened = [];
    server.psql('TRUNCATE bijia.job, bijia.input, bijia.chunk, bijia.result, bijia.answer');
  });
  afterAll(() => server.close());

  const open: OpenBatches = async (options = {}) => {
    const environment = {
      ...{ BIJIA_SANDBOX: '0', BIJIA_DATABASE_URL: server.url, BIJIA_HISTORY: '0' },
      // Whatever else runs here may keep the server waiting.
      BIJIA_DATABASE_TIMEOUT: '10s',
      ...options.environment,
    };
    const one = await openSandboxCore({ ...options, environment });
    opened.push(one);
    return { ...one, batches: createBatches(one.core) };
  };

  defineBatchesCases(open);
});
