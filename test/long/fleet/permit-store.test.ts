import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMonotonicClock } from '../../../src/core/clock.js';
import { toTiming } from '../../../src/core/permits/permit-timing.js';
import { createDatabase, type Database } from '../../../src/core/state/postgres/database.js';
import { migrate } from '../../../src/core/state/postgres/migrate.js';
import { NEWEST_MIGRATION } from '../../../src/core/state/postgres/migrations.js';
import { createPostgresPermits } from '../../../src/core/state/postgres/permit-store.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';

const LIMIT = { calls: 3, windowMs: 300 };

describe.skipIf(!hasPostgres())('permits in PostgreSQL', () => {
  let server: PostgresServer;
  let database: Database;

  beforeAll(async () => {
    server = await startPostgres();
    const options = { url: server.url, schema: 'bijia', pool: 4, timeoutMs: 2000 };
    database = createDatabase(options, { newest: NEWEST_MIGRATION });
    await migrate(database, 'bijia');
  });
  afterAll(async () => {
    await database.close();
    server.close();
  });

  it('are looked at, taken and ended', async () => {
    const timing = toTiming(LIMIT, 100);
    const { store } = createPostgresPermits({
      ...{ database, group: 'one', member: 1, timing, clock: createMonotonicClock() },
    });
    const first = await store.look();
    expect(first.newest).toBe(-1);
    expect(first.readyAtUs).toBeGreaterThan(first.nowUs);
    console.log(first, await store.claim(first, 'i'), await store.claimFree?.('i'));
    await new Promise((resolve) => setTimeout(resolve, 450));
    const view = await store.look();
    const held = await store.claim(view, 'b1');
    console.log(view, held);
    console.log(await store.claimFree?.('i'), await store.claimFree?.('i'), await store.claimFree?.('i'));
    await store.answer(0);
    await store.giveBack(1);
    console.log(await store.look());
  });
});
