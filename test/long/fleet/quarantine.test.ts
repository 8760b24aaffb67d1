import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createClock } from '../../../src/core/clock.js';
import type { PermitView } from '../../../src/core/permits/permit-store.js';
import { toTiming } from '../../../src/core/permits/permit-timing.js';
import { createDatabase } from '../../../src/core/state/postgres/database.js';
import { NEWEST_MIGRATION } from '../../../src/core/state/postgres/migrations.js';
import { createPostgresPermits } from '../../../src/core/state/postgres/permit-store.js';
import { openTables } from '../../../src/core/state/postgres/tables.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';

const GROUP = 'key';
const timing = toTiming({ calls: 3, windowMs: 60_000 }, 1000);

describe.skipIf(!hasPostgres())('the time in which no call leaves', () => {
  let server: PostgresServer;
  beforeEach(async () => {
    server = await startPostgres();
    await migrateDatabase(server.url);
  });
  afterEach(() => server.close());

  const settings = (url = server.url) => ({ url, schema: 'bijia', pool: 1, timeoutMs: 20_000 });
  /** A process that begins, sees how the quota stands and ends. */
  const look = async (url?: string): Promise<PermitView> => {
    const database = createDatabase(settings(url), { newest: NEWEST_MIGRATION });
    const clock = createClock();
    const { store } = createPostgresPermits({ database, group: GROUP, member: 1, timing, clock });
    const view = await store.look();
    await database.close();
    return view;
  };
  const readLeftMs = async (url?: string) => {
    const view = await look(url);
    return (view.readyAtUs - view.nowUs) / 1000;
  };
  const inspect = async (url?: string) => {
    const tables = openTables({ ...settings(url), key: undefined });
    const facts = await tables.inspect();
    await tables.close();
    return facts;
  };
  /** As if it were over. */
  const letCallsLeave = () => server.psql('UPDATE bijia.quota SET ready_us = 0');

  it('begins with the first call on a server that has not seen any, and is said to', async () => {
    expect(await inspect()).toMatchObject({ quarantineMs: 0, isQuarantineAhead: true });
    expect(await readLeftMs()).toBeGreaterThan(60_000);
    expect(await inspect()).toMatchObject({ isQuarantineAhead: false });
  });

  it('is over for everybody after it, and a restart of the server does not begin it again', async () => {
    await look();
    letCallsLeave();
    await server.crash();
    await server.start();
    expect(await readLeftMs()).toBeLessThan(0);
    expect(await inspect()).toMatchObject({ quarantineMs: 0, isQuarantineAhead: false });
  });

  it('begins again on a standby that was promoted, and is said to before anybody calls', async () => {
    await look();
    letCallsLeave();
    const standby = await server.createStandby();
    try {
      await server.crash();
      await standby.promote();
      expect(await inspect(standby.url)).toMatchObject({ quarantineMs: 0, isQuarantineAhead: true });
      expect(await readLeftMs(standby.url)).toBeGreaterThan(60_000);
    } finally {
      standby.close();
    }
  });

  it('begins again when a backup is put back on the very server that it was taken from', async () => {
    await look();
    letCallsLeave();
    const { restore } = server.takeBackup();
    restore();
    expect(await inspect()).toMatchObject({ quarantineMs: 0, isQuarantineAhead: true });
    expect(await readLeftMs()).toBeGreaterThan(60_000);
  });

  it('begins again when the permits are emptied by hand', async () => {
    await look();
    letCallsLeave();
    server.psql('TRUNCATE bijia.quota, bijia.permit');
    expect(await inspect()).toMatchObject({ isQuarantineAhead: true });
    expect(await readLeftMs()).toBeGreaterThan(60_000);
  });
});
