import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Core, createCore, parseConfig, providers } from '../../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/start-sandbox.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { openWire, type Wire } from '../../helpers/postgres/wire.js';

const AWAY_MS = 300;

describe.skipIf(!hasPostgres())('a database that goes away in the middle of a step', () => {
  let server: PostgresServer;
  let sandbox: Sandbox;
  let wire: Wire;
  let folder: string;
  let count = 0;

  const open = (): Core =>
    createCore(
      parseConfig({
        ...{ ...sandbox.environment, BIJIA_SANDBOX: '0', BIJIA_STATE_DIR: folder, BIJIA_HISTORY: '0' },
        ...{ PDD_DDK_CLIENT_ID: '', PDD_DDK_CLIENT_SECRET: '', PDD_DDK_PID: '', BIJIA_CALL_TIMEOUT: '5s' },
        ...{ JUMDATA_DAILY_CALLS: '1000', BIJIA_LOG_LEVEL: 'error' },
        // Whatever else runs here may keep the server waiting; what is cut off is noticed at once.
        BIJIA_DATABASE_TIMEOUT: '10s',
        BIJIA_DATABASE_URL: server.url.replace(String(server.port), String(wire.port)),
      }),
    );
  const jd = () => `https://item.jd.com/${100_012_500_000 + count}.html`;
  const pdd = () => `https://mobile.yangkeduo.com/goods.html?goods_id=${635_420_000_000 + count}`;

  beforeAll(async () => {
    server = await startPostgres();
    await migrateDatabase(server.url);
    wire = await openWire(server.port);
    folder = await mkdtemp(join(tmpdir(), 'bijia-steps-'));
    const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
    sandbox = await startSandbox({ upstreams, quota: '1000/1s' });
    const core = open();
    for (const { limiter } of core.upstreams) await limiter.status();
    server.psql('UPDATE bijia.quota SET ready_us = 0');
    await core.close();
  });
  afterAll(async () => {
    await wire.close();
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
    server.close();
  });

  const number = (statement: string) => Number(server.psql(statement));
  const countPaid = () => sandbox.arrivals().filter(({ upstream }) => upstream.includes('jumdata')).length;

  describe.each(['before', 'after'] as const)('%s the server has carried it out', (moment) => {
    it.each([
      ...[
        'token_read',
        'token_intend',
        'token_fulfil',
        'permit_look',
        'permit_claim',
        'permit_claim_free',
        'permit_end',
      ],
      ...[
        'paid_today',
        'paid_send',
        'paid_bill',
        'answer_board',
        'answer_depart',
        'answer_land',
        'member_announce',
      ],
    ])('%s: an answer comes all the same, under a permit, and nothing is lost', async (statement) => {
      count += 1;
      const core = open();
      if (statement === 'permit_claim_free') await core.get(jd());
      if (statement.startsWith('token')) server.psql('DELETE FROM bijia.token');
      count += 1;
      wire.trap(statement, moment, AWAY_MS);
      // A person is told after two seconds what a batch waits for; on a busy machine a server is not there again by then.
      const lane = statement === 'permit_claim_free' ? 'interactive' : 'batch';
      const [ref] = core.resolve(statement.startsWith('paid') ? pdd() : jd());
      const [result] = await core.lookUp(ref ? [ref] : [], { lane });
      expect(wire.isSprung()).toBe(true);
      expect(result?.error?.code ?? result?.outcome).toMatch(/^(ok|not_found)$/);
      await sleep(AWAY_MS);
      await core.close();
      // Every call had a permit that was committed before it left, and was counted where it costs money.
      expect(number('SELECT count(*) FROM bijia.permit WHERE NOT void')).toBeGreaterThanOrEqual(
        sandbox.arrivals().length,
      );
      expect(number('SELECT coalesce(sum(sent), 0) FROM bijia.paid')).toBeGreaterThanOrEqual(countPaid());
      expect(number('SELECT count(*) FROM bijia.token WHERE sealed IS NULL AND holder IS NULL')).toBe(0);
    });
  });
});
