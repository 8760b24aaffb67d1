import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClock } from '../../../src/core/clock.js';
import type { PermitStore } from '../../../src/core/permits/permit-store.js';
import { toTiming } from '../../../src/core/permits/permit-timing.js';
import type { FleetBeat, FleetEvents } from '../../../src/core/state/bot-state.js';
import { openState } from '../../../src/core/state/open-state.js';
import { createPostgresAnswers } from '../../../src/core/state/postgres/answer-store.js';
import { createDatabase, type Database } from '../../../src/core/state/postgres/database.js';
import { createListener } from '../../../src/core/state/postgres/listener.js';
import { NEWEST_MIGRATION } from '../../../src/core/state/postgres/migrations.js';
import { createPostgresPermits } from '../../../src/core/state/postgres/permit-store.js';
import { createSeal } from '../../../src/core/state/postgres/seal.js';
import { createPostgresTokens } from '../../../src/core/state/postgres/token-store.js';
import type { State } from '../../../src/core/state/state.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { openWire } from '../../helpers/postgres/wire.js';
import { defineAnswerStoreCases } from '../../helpers/state/answer-store-cases.js';
import { defineBotStateCases } from '../../helpers/state/bot-state-cases.js';
import { definePaidCallsCases } from '../../helpers/state/paid-calls-cases.js';
import {
  definePermitStoreCases,
  PERMIT_CASES_LIMIT,
  PERMIT_CASES_TIMEOUT_MS,
} from '../../helpers/state/permit-store-cases.js';
import { defineTokenStoreCases } from '../../helpers/state/token-store-cases.js';

describe.skipIf(!hasPostgres())('a shared database', () => {
  let server: PostgresServer;
  const opened: { readonly close: () => Promise<void> }[] = [];
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

  const openDatabase = (url = server.url, timeoutMs = 20_000): Database => {
    const database = createDatabase(
      { url, schema: 'bijia', pool: 2, timeoutMs },
      { newest: NEWEST_MIGRATION },
    );
    opened.push(database);
    return database;
  };
  const openListener = (url = server.url) => {
    const listener = createListener({ url, schema: 'bijia', pool: 1, timeoutMs: 20_000 }, clock);
    opened.push(listener);
    return listener;
  };
  const openMachine = (key?: string): State => {
    const state = openState(
      { url: server.url, schema: 'bijia', pool: 8, timeoutMs: 20_000, key },
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
        listener: openListener(),
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

  describe('keeps what a bot shares', () => {
    const openBot = (bot: string) =>
      openMachine().openBot(`telegram/${bot}`, (error) => {
        throw error;
      });
    defineBotStateCases(openBot);

    it('over machines: each change of a document, and the limit of a day', async () => {
      const machines = await Promise.all(Array.from({ length: 4 }, () => openBot('machines')));
      const counts = machines.map((machine) =>
        machine.openDocument<number>({ name: 'count', parse: Number, initial: 0 }),
      );
      await Promise.all(counts.flatMap((one) => [1, 2, 3].map(() => one.change((count) => count + 1))));
      expect(await Promise.all(counts.map((one) => one.read()))).toEqual([12, 12, 12, 12]);
      const reserved = await Promise.all(machines.map(({ usage }) => usage.reserve(1, 7, 20)));
      expect(reserved.reduce((sum, { calls }) => sum + calls, 0)).toBe(20);
      reserved[0]?.spend(7);
      await Promise.all(reserved.map((one) => one.release()));
      expect(await machines[3]?.usage.read(1)).toEqual({ made: 7, reserved: 0 });
    });

    it('frees what a dead machine had set aside', async () => {
      const [dead, living] = [await openBot('lapsed'), await openBot('lapsed')];
      await dead.usage.reserve(1, 10, 10);
      expect((await living.usage.reserve(1, 10, 10)).calls).toBe(0);
      server.psql("UPDATE bijia.reservation SET until_us = 0 WHERE bot LIKE '%lapsed'");
      expect((await living.usage.reserve(1, 10, 10)).calls).toBe(10);
    });

    describe('of its updates', () => {
      const SILENT = { onChat: () => undefined, onBeat: () => undefined, isBusy: () => false };
      const openMember = async (bot: string, events: Partial<FleetEvents> = {}) => {
        const { fleet } = await openBot(bot);
        if (!fleet) return expect.fail('no fleet');
        const membership = await fleet.join('polling', { ...SILENT, ...events });
        return { ...fleet, leave: membership.leave };
      };
      const update = (id: number, chat = 1) => ({ id, chat, payload: `{"update_id":${id}}` });

      it('begins each once, in order, and again only what was begun unheard', async () => {
        const one = await openMember('begin');
        expect(await one.keep(update(2))).toBe(true);
        await one.keep(update(1));
        await one.keep(update(2));
        expect(await one.begin(1)).toEqual(update(1));
        // Its answer was lost on the way: it is asked for again.
        expect(await one.begin(1)).toEqual(update(1));
        expect(await one.begin(1, 1)).toEqual(update(2));
        expect(await one.begin(1, 2)).toBeUndefined();
        await one.keep(update(2));
        expect(await one.begin(1)).toBeUndefined();
        await one.leave();
      });

      it('leaves a chat to the machine that has it, and tells that', async () => {
        let hear = (_: number): void => undefined;
        const heard = new Promise<number>((resolve) => {
          hear = resolve;
        });
        const [one, other] = [
          await openMember('chat', { onChat: (chat) => hear(chat) }),
          await openMember('chat'),
        ];
        await one.keep(update(1, -7));
        expect(await one.begin(-7)).toEqual(update(1, -7));
        expect(await other.keep(update(2, -7))).toBe(false);
        expect(await heard).toBe(-7);
        expect(await other.begin(-7)).toBeUndefined();
        await one.leave();
        // What was under way at the one that is gone is not begun again.
        expect(await other.keep(update(3, -7))).toBe(true);
        expect(await other.begin(-7)).toEqual(update(2, -7));
        await other.leave();
      });

      it('has one leader, and the next one when that leaves', async () => {
        const beats: FleetBeat[][] = [[], []];
        const members = [];
        for (const seen of beats)
          members.push(await openMember('lead', { onBeat: (beat) => void seen.push(beat) }));
        const leads = () => beats.map((seen) => seen.at(-1)?.leads);
        await expect.poll(leads).toEqual([true, false]);
        await members[0]?.leave();
        await expect.poll(leads).toEqual([true, true]);
        await members[1]?.leave();
      });
    });

    it('refuses to replace what a newer version wrote', async () => {
      const open = async (parse: (json: unknown) => string) =>
        (await openBot('newer')).openDocument({ name: 'words', parse, initial: '' });
      await (await open(String)).change(() => 'of tomorrow');
      const old = await open(() => expect.fail('not understood'));
      await expect(old.change(() => 'of today')).rejects.toMatchObject({ code: 'newer_document' });
    });
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
