import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClock } from '../../../src/core/clock.js';
import type { PermitStore } from '../../../src/core/permits/permit-store.js';
import { toTiming } from '../../../src/core/permits/permit-timing.js';
import { openState } from '../../../src/core/state/open-state.js';
import { createPostgresAnswers } from '../../../src/core/state/postgres/answer-store.js';
import { createDatabase, type Database } from '../../../src/core/state/postgres/database.js';
import { NEWEST_MIGRATION } from '../../../src/core/state/postgres/migrations.js';
import { createPostgresPermits } from '../../../src/core/state/postgres/permit-store.js';
import { createSeal } from '../../../src/core/state/postgres/seal.js';
import { createPostgresTokens } from '../../../src/core/state/postgres/token-store.js';
import type { State } from '../../../src/core/state/state.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { openWire } from '../../helpers/postgres/wire.js';
import { defineAnswerStoreCases } from '../../helpers/state/answer-store-cases.js';
import { definePaidCallsCases } from '../../helpers/state/paid-calls-cases.js';
import {
  definePermitStoreCases,
  PERMIT_CASES_LIMIT,
  PERMIT_CASES_TIMEOUT_MS,
} from '../../helpers/state/permit-store-cases.js';
import { defineTokenStoreCases } from '../../helpers/state/token-store-cases.js';

describe.skipIf(!hasPostgres())('a shared database', () => {
  let server: PostgresServer;
  const opened: (State | Database)[] = [];
  const clock = createClock();
  const timing = toTiming(PERMIT_CASES_LIMIT, PERMIT_CASES_TIMEOUT_MS);

  beforeAll(async () => {
    server = await startPostgres();
    await migrateDatabase(server.url);
  });
  afterAll(async () => {
    for (const one of opened) await one.close();
    server.close();
  });

  const openDatabase = (url = server.url, timeoutMs = 2000): Database => {
    const database = createDatabase(
      { url, schema: 'bijia', pool: 2, timeoutMs },
      { newest: NEWEST_MIGRATION },
    );
    opened.push(database);
    return database;
  };
  const openMachine = (key?: string): State => {
    const state = openState(
      { url: server.url, schema: 'bijia', pool: 2, timeoutMs: 2000, key },
      {
        ...{ stateDir: '/nowhere', callTimeoutMs: 100, batchFirst: false, answerTtlMs: 60_000 },
        ...{ clock, random: Math.random },
      },
    );
    opened.push(state);
    return state;
  };
  const openStore = (group: string, database = openDatabase()) =>
    createPostgresPermits({ database, group, member: Math.floor(Math.random() * 2 ** 40), timing, clock })
      .store;

  describe('keeps permits', () => {
    /** A group of each case's own, as it is when its first time without calls is over. */
    const openReady = async (group = expect.getState().currentTestName ?? ''): Promise<PermitStore> => {
      const store = openStore(group);
      await store.look();
      server.psql('UPDATE bijia.quota SET ready_us = 0');
      return store;
    };
    definePermitStoreCases(() => openReady());

    it('grants any free permit in one round trip, never more than there are', async () => {
      const members = await Promise.all(Array.from({ length: 6 }, () => openReady('free')));
      const held = await Promise.all(members.map((member) => member.claimFree?.('i')));
      expect(held.filter((one) => one !== undefined)).toHaveLength(PERMIT_CASES_LIMIT.calls);
    });

    it('lets nothing go in a group that nobody has seen until a call of before would be over', async () => {
      const view = await openStore('unseen').look();
      expect(view.readyAtUs - view.nowUs).toBeGreaterThan(timing.holdUs);
    });
  });

  describe('keeps tokens', () => {
    defineTokenStoreCases(() =>
      createPostgresTokens({
        database: openDatabase(),
        seal: createSeal('a long random text'),
        renewalMs: 0,
        createId: () => String(Math.random()),
        waitMs: (ms) => clock.wait(ms),
      }),
    );

    it('encrypts them, and says so where another machine has another key', async () => {
      await openMachine('one key').tokens.write('sealed', {
        token: 'very-secret',
        fetchedAtMs: 1,
        lifeMs: 1,
      });
      expect(
        server.psql("SELECT encode(sealed, 'escape') FROM bijia.token WHERE name = 'sealed'"),
      ).not.toContain('very-secret');
      const renewal = {
        ...{ isValid: () => true, isAlive: () => true, once: false },
        renew: () => expect.fail('it is there'),
      };
      for (const key of ['another key', undefined])
        await expect(openMachine(key).tokens.readOrRenew('sealed', renewal)).rejects.toMatchObject({
          code: 'other_database_key',
        });
    });
  });

  describe('keeps answers', () => {
    defineAnswerStoreCases(() =>
      createPostgresAnswers({
        ...{ database: openDatabase(), member: Math.floor(Math.random() * 2 ** 40) },
        ...{ ttlMs: 60_000, leaseMs: 16_000 },
      }),
    );
  });

  describe('keeps paid calls', () => {
    definePaidCallsCases((provider, ceiling) =>
      openMachine().createPaidCalls(provider, { ceiling, env: 'ACME_DAILY_CALLS' }),
    );
  });

  describe('says what to do', () => {
    const look = (database: Database) => openStore('asked', database).look();

    it('where no server answers, within its time', async () => {
      const wire = await openWire(server.port);
      wire.hold();
      const silent = openDatabase(`postgres://bijia@127.0.0.1:${wire.port}/postgres`, 300);
      await expect(look(silent)).rejects.toMatchObject({ name: 'StateError', code: 'state_unreachable' });
      wire.cut();
      await expect(look(silent)).rejects.toMatchObject({ code: 'state_unreachable' });
      await wire.close();
      await expect(look(silent)).rejects.toMatchObject({ code: 'state_unreachable' });
    });

    it('where the server is a standby', async () => {
      const standby = await server.createStandby();
      await expect(look(openDatabase(standby.url))).rejects.toMatchObject({ code: 'state_unreachable' });
      standby.close();
    });

    it('where the user, the database or the tables are not there', async () => {
      const at = (path: string) =>
        look(
          openDatabase(
            server.url
              .replace('bijia@', path.split(' ')[0] ?? '')
              .replace('/postgres', path.split(' ')[1] ?? ''),
          ),
        );
      await expect(at('nobody@ /postgres')).rejects.toMatchObject({ code: 'database_refused' });
      await expect(at('bijia@ /nothing')).rejects.toMatchObject({ code: 'database_refused' });
      server.psql('CREATE DATABASE empty');
      await expect(at('bijia@ /empty')).rejects.toMatchObject({ code: 'old_schema' });
      server.psql("INSERT INTO bijia.migration (number, about) VALUES (9999, 'later')");
      await expect(look(openDatabase())).rejects.toMatchObject({ code: 'newer_schema' });
      server.psql('DELETE FROM bijia.migration WHERE number = 9999');
    });
  });
});
