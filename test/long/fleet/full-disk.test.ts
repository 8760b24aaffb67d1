import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Core, createCore, parseConfig, providers } from '../../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/start-sandbox.js';
import { tryMount } from '../../helpers/own-disk.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { hasPostgres, idOf, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';

/** Calls after which a disk that was filled has no page left for another row. */
const MOST_CALLS = 400;

const folder = mkdtempSync(join(tmpdir(), 'bijia-disk-'));
// The server is another user.
chmodSync(folder, 0o755);
const disk = join(folder, 'disk');
const isMounted = hasPostgres() && tryMount(disk, 'size=12m');

afterAll(() => {
  if (isMounted) execFileSync('umount', ['-l', disk]);
  rmSync(folder, { recursive: true, force: true });
});

describe.skipIf(!isMounted)('the disk of a shared database', () => {
  let server: PostgresServer;
  let sandbox: Sandbox;
  let core: Core;
  let count = 0;

  beforeAll(async () => {
    // What is tidied up meanwhile would leave room for a row or two.
    server = await startPostgres({ autovacuum: 'off' });
    chownSync(disk, idOf('-u'), idOf('-g'));
    server.psql(`CREATE TABLESPACE small LOCATION '${disk}'`);
    server.psql('ALTER ROLE bijia SET default_tablespace = small');
    await migrateDatabase(server.url);
    const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
    sandbox = await startSandbox({ upstreams, quota: '1000/1s' });
    core = createCore(
      parseConfig({
        ...{ ...sandbox.environment, BIJIA_SANDBOX: '0', BIJIA_STATE_DIR: join(folder, 'state') },
        ...{
          BIJIA_HISTORY: '0',
          BIJIA_DATABASE_URL: server.url,
          BIJIA_CALL_TIMEOUT: '5s',
          // Whatever else runs here may keep the server waiting.
          BIJIA_DATABASE_TIMEOUT: '10s',
          BIJIA_LOG_LEVEL: 'error',
        },
      }),
    );
    for (const { limiter } of core.upstreams) await limiter.status();
    server.psql('UPDATE bijia.quota SET ready_us = 0');
  });
  afterAll(async () => {
    await core.close();
    await sandbox.close();
    server.close();
  });

  const get = async () => {
    count += 1;
    const [result] = await core.get(`https://item.jd.com/${100_012_700_000 + count}.html`);
    return result?.error?.code ?? result?.outcome;
  };
  const countPermits = () =>
    Number(server.psql('SELECT newest + 1 FROM bijia.quota ORDER BY newest DESC LIMIT 1'));

  it('stops all calls when it is full, says so, and lets them go on by themselves when it has room', async () => {
    expect(await get()).toMatch(/^(ok|not_found)$/);
    const filler = join(disk, 'filler');
    const { bavail, bsize } = statfsSync(disk);
    writeFileSync(filler, Buffer.alloc(bavail * bsize));
    let outcome = await get();
    for (let call = 0; call < MOST_CALLS && outcome !== 'state_full'; call += 1) outcome = await get();
    expect(outcome).toBe('state_full');
    // What is full stays so: nothing leaves.
    const before = sandbox.arrivals().length;
    for (let call = 0; call < 3; call += 1) expect(await get()).toBe('state_full');
    expect(sandbox.arrivals()).toHaveLength(before);
    expect(countPermits()).toBeGreaterThanOrEqual(before);
    rmSync(filler);
    expect(await get()).toMatch(/^(ok|not_found)$/);
  });
});
