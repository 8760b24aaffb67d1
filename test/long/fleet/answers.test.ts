import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Core, createCore, parseConfig, providers } from '../../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/start-sandbox.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';

describe.skipIf(!hasPostgres())('machines that share a database', () => {
  let server: PostgresServer;
  let sandbox: Sandbox;
  let folder: string;
  let cores: Core[];

  beforeAll(async () => {
    server = await startPostgres();
    await migrateDatabase(server.url);
    const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
    sandbox = await startSandbox({ upstreams, quota: '1000/1s' });
    folder = await mkdtemp(join(tmpdir(), 'bijia-fleet-'));
    cores = Array.from({ length: 4 }, (_, machine) =>
      createCore(
        parseConfig({
          ...sandbox.environment,
          BIJIA_SANDBOX: '0',
          BIJIA_STATE_DIR: join(folder, String(machine)),
          BIJIA_DATABASE_URL: server.url,
          BIJIA_CALL_TIMEOUT: '5s',
          // Whatever else runs here may keep the server waiting.
          BIJIA_DATABASE_TIMEOUT: '10s',
        }),
      ),
    );
  });
  afterAll(async () => {
    await Promise.all(cores.map((core) => core.close()));
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
    server.close();
  });

  it('ask about a product once, and mark what was made up on each of them', async () => {
    const links = Array.from({ length: 20 }, (_, at) => `https://item.jd.com/${100_012_345_000 + at}.html`);
    sandbox.clear();
    const answers = await Promise.all(
      cores.map((core) => Promise.all(links.map(async (link) => (await core.get(link))[0]))),
    );
    for (const results of answers) {
      expect(results.map((result) => result?.outcome)).toEqual(answers[0]?.map((result) => result?.outcome));
      expect(results.filter((result) => result?.product).every((result) => result?.product?.sandbox)).toBe(
        true,
      );
    }
    const products = sandbox.arrivals().filter(({ upstream }) => upstream.startsWith('jd'));
    expect(answers[0]?.some((result) => result?.outcome === 'ok')).toBe(true);
    const asked = products.flatMap(({ name, ids }) => ids.map((id) => `${name} ${id}`));
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('use one token and one quota', async () => {
    await Promise.all(cores.map((core, at) => core.get(`https://item.jd.com/${100_012_346_000 + at}.html`)));
    expect(server.psql('SELECT count(*) FROM bijia.token WHERE sealed IS NOT NULL').trim()).toBe('1');
    expect(server.psql('SELECT count(DISTINCT member) FROM bijia.permit').trim()).toBe(String(cores.length));
  });
});
