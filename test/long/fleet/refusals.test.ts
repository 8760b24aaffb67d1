import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type BijiaError,
  type Core,
  createCore,
  formatErrorText,
  parseConfig,
  providers,
} from '../../../src/core/index.js';
import { createDatabase } from '../../../src/core/state/postgres/database.js';
import { NEWEST_MIGRATION } from '../../../src/core/state/postgres/migrations.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/start-sandbox.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { hasPooler, startPooler } from '../../helpers/postgres/pooler.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';

const PASSWORD = 'p@ss:w/rd%#?&+=';
const WRITTEN = encodeURIComponent(PASSWORD);

describe.skipIf(!hasPostgres())('a database that cannot be used', () => {
  let server: PostgresServer;
  let sandbox: Sandbox;
  let folder: string;
  let count = 0;
  const cores: Core[] = [];

  beforeAll(async () => {
    server = await startPostgres({ wal_level: 'replica' });
    await migrateDatabase(server.url);
    folder = mkdtempSync(join(tmpdir(), 'bijia-refusals-'));
    const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
    sandbox = await startSandbox({ upstreams, quota: '1000/1s' });
    // A key that the database has never seen waits for its first calls.
    for (const { limiter } of open(server.url).upstreams) await limiter.status();
    letCallsLeave();
  });
  afterAll(async () => {
    await Promise.all(cores.map((core) => core.close()));
    await sandbox.close();
    await rm(folder, { recursive: true, force: true });
    server.close();
  });

  const letCallsLeave = () => server.psql('UPDATE bijia.quota SET ready_us = 0');
  const open = (url: string, settings: Readonly<Record<string, string>> = {}): Core => {
    const core = createCore(
      parseConfig({
        ...{ ...sandbox.environment, BIJIA_SANDBOX: '0', BIJIA_STATE_DIR: folder, BIJIA_HISTORY: '0' },
        ...{ BIJIA_DATABASE_URL: url, BIJIA_CALL_TIMEOUT: '5s', BIJIA_LOG_LEVEL: 'error' },
        // Slow is only what is made so.
        ...{ BIJIA_DATABASE_TIMEOUT: '30s', ...settings },
      }),
    );
    cores.push(core);
    return core;
  };
  const get = async (url: string, settings: Readonly<Record<string, string>> = {}) => {
    count += 1;
    sandbox.clear();
    const [result] = await open(url, settings).get(`https://item.jd.com/${100_012_600_000 + count}.html`);
    return result;
  };
  /** The server's address for another user, database or host. */
  const at = ({ user = 'bijia', host = '127.0.0.1', path = 'postgres', port = server.port }) =>
    `postgres://${user}@${host}:${port}/${path}`;

  const expectRefused = async (
    url: string,
    { code, reason, sentence }: { code: string; reason?: string; sentence: RegExp },
    settings: Readonly<Record<string, string>> = {},
  ): Promise<void> => {
    const error = (await get(url, settings))?.error as BijiaError;
    expect(error).toMatchObject({ code, ...(reason !== undefined && { facts: { reason } }) });
    expect(error.message).toMatch(sentence);
    const zh = formatErrorText(error, 'zh', []);
    expect(zh).toMatch(/\p{Script=Han}/u);
    for (const text of [error.message, error.detail ?? '', zh, String(error.cause)]) {
      expect(text).not.toContain(PASSWORD);
      expect(text).not.toMatch(/secret|postgres:\/\//);
    }
    // The upstream has heard of nothing.
    expect(sandbox.arrivals()).toEqual([]);
  };
  const expectServed = async (url: string): Promise<void> => {
    const result = await get(url);
    expect(result?.error?.code ?? result?.outcome).toMatch(/^(ok|not_found)$/);
  };

  it('that is not there', async () => {
    await expectRefused(at({ port: 1 }), {
      code: 'state_unreachable',
      reason: 'away',
      sentence: /Try again/,
    });
  });

  it('that is something else, which never answers', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const port = (silent.address() as { port: number }).port;
    const settings = { BIJIA_DATABASE_TIMEOUT: '400ms' };
    await expectRefused(
      at({ port }),
      { code: 'state_unreachable', reason: 'slow', sentence: /BIJIA_DATABASE_URL/ },
      settings,
    );
    silent.close();
  });

  it('that does not exist', async () => {
    await expectRefused(at({ path: 'nothing' }), {
      code: 'database_refused',
      reason: '3D000',
      sentence: /does not exist/,
    });
  });

  it('that does not know the user', async () => {
    await expectRefused(at({ user: 'nobody' }), {
      code: 'database_refused',
      reason: '28000',
      sentence: /user/,
    });
  });

  it('that wants another password, or one at all; the right one may hold any character', async () => {
    server.psql(`CREATE ROLE guarded LOGIN SUPERUSER PASSWORD '${PASSWORD}'`);
    server.letIn('host all guarded 127.0.0.1/32 scram-sha-256');
    const refused = { code: 'database_refused', sentence: /password/ };
    await expectRefused(at({ user: 'guarded:wrong-secret' }), { ...refused, reason: '28P01' });
    await expectRefused(at({ user: 'guarded' }), { ...refused, reason: 'password' });
    await expectServed(at({ user: `guarded:${WRITTEN}` }));
  });

  it('whose user may do nothing there', async () => {
    server.psql('CREATE ROLE stranger LOGIN');
    await expectRefused(at({ user: 'stranger' }), { code: 'old_schema', sentence: /bijia db migrate/ });
    server.psql('GRANT USAGE ON SCHEMA bijia TO stranger');
    await expectRefused(at({ user: 'stranger' }), {
      code: 'database_refused',
      reason: '42501',
      sentence: /own the schema/,
    });
  });

  it('whose tables are older, or newer', async () => {
    server.psql('CREATE DATABASE empty');
    await expectRefused(at({ path: 'empty' }), { code: 'old_schema', sentence: /bijia db migrate/ });
    server.psql("INSERT INTO bijia.migration (number, about) VALUES (9999, 'later')");
    await expectRefused(server.url, { code: 'newer_schema', sentence: /Update this installation/ });
    server.psql('DELETE FROM bijia.migration WHERE number = 9999');
  });

  it('that has no connection left', async () => {
    server.psql('CREATE ROLE crowded LOGIN CONNECTION LIMIT 0');
    const crowded = { code: 'state_unreachable', reason: 'crowded', sentence: /BIJIA_DATABASE_POOL/ };
    await expectRefused(at({ user: 'crowded' }), crowded);
  });

  it('that takes no writes', async () => {
    server.psql('CREATE ROLE reader LOGIN SUPERUSER');
    server.psql('ALTER ROLE reader SET default_transaction_read_only = on');
    await expectRefused(at({ user: 'reader' }), {
      code: 'state_unreachable',
      reason: 'read_only',
      sentence: /no writes/,
    });
  });

  it('that is too slow', async () => {
    const database = createDatabase(
      { ...{ url: server.url, schema: 'bijia', pool: 1 }, timeoutMs: 60_000 },
      { newest: NEWEST_MIGRATION },
    );
    await database.withClient(async (client) => {
      await client.query('BEGIN');
      await client.query('LOCK TABLE bijia.quota, bijia.token IN ACCESS EXCLUSIVE MODE');
      // Long enough to connect on a busy machine: only the locked tables take longer.
      const settings = { BIJIA_DATABASE_TIMEOUT: '3s' };
      await expectRefused(
        server.url,
        { code: 'state_unreachable', reason: 'slow', sentence: /BIJIA_DATABASE_TIMEOUT/ },
        settings,
      );
      await client.query('ROLLBACK');
    });
    await database.close();
    await expectServed(server.url);
  });

  it.skipIf(!hasPooler())('that stands behind a pooler, whether it lets settings pass or not', async () => {
    for (const [mode, isLenient] of [
      ['transaction', true],
      ['session', true],
      ['transaction', false],
    ] as const) {
      const pooler = await startPooler(server, mode, isLenient);
      await expectRefused(pooler.url, {
        code: 'pooled_database',
        sentence: /the address of the server itself/,
      });
      pooler.close();
    }
  });

  it('that does not encrypt, or whose certificate nobody vouches for', async () => {
    const without = { code: 'database_without_tls', sentence: /ssl = on/ };
    await expectRefused(`${server.url}?sslmode=require`, without);
    const pem = { key: join(folder, 'server.key'), certificate: join(folder, 'server.crt') };
    execFileSync(
      'openssl',
      [
        ...[
          'req',
          '-x509',
          '-newkey',
          'ec',
          '-pkeyopt',
          'ec_paramgen_curve:prime256v1',
          '-nodes',
          '-days',
          '2',
        ],
        ...[
          '-keyout',
          pem.key,
          '-out',
          pem.certificate,
          '-subj',
          '/CN=localhost',
          '-addext',
          'subjectAltName=DNS:localhost',
        ],
      ],
      { stdio: 'ignore' },
    );
    for (const name of ['server.key', 'server.crt'])
      server.writeData(name, readFileSync(join(folder, name), 'utf8'));
    server.psql('ALTER SYSTEM SET ssl = on');
    server.psql('SELECT pg_reload_conf()');
    const untrusted = { code: 'database_untrusted', sentence: /sslrootcert/ };
    await expectRefused(`${at({ host: 'localhost' })}?sslmode=verify-full`, untrusted);
    const own = `sslmode=verify-full&sslrootcert=${encodeURIComponent(pem.certificate)}`;
    await expectRefused(`${at({})}?${own}`, untrusted);
    await expectServed(`${at({ host: 'localhost' })}?${own}`);
    await expectServed(`${at({})}?${own.replace('full', 'ca')}`);
    await expectServed(`${at({})}?sslmode=require`);
    const missing = { code: 'database_file', sentence: /sslrootcert.*cannot be read/ };
    await expectRefused(`${at({})}?sslmode=verify-full&sslrootcert=/nowhere/ca.pem`, missing);
    server.letIn('hostssl all encrypted 127.0.0.1/32 trust', 'host all encrypted 127.0.0.1/32 reject');
    server.psql('CREATE ROLE encrypted LOGIN SUPERUSER');
    await expectRefused(at({ user: 'encrypted' }), {
      code: 'database_refused',
      reason: '28000',
      sentence: /sslmode=verify-full/,
    });
    await expectServed(`${at({ user: 'encrypted' })}?sslmode=require`);
  });

  describe('by its settings', () => {
    const readSetting = async (url: string, name: string): Promise<unknown> => {
      const database = createDatabase(
        { ...{ url, schema: 'bijia', pool: 1 }, timeoutMs: 30_000 },
        { newest: NEWEST_MIGRATION },
      );
      const [row] = await database.run<Record<string, unknown>>(
        { name: `show_${name}`, text: `SHOW ${name}` },
        [],
      );
      await database.close();
      return row?.[name];
    };
    const inspect = (url: string) => open(url).inspectDatabase?.();

    it('acknowledges what it may forget: doctor says so, and the connections of bijia make it wait for the disk', async () => {
      server.psql('CREATE ROLE hasty LOGIN SUPERUSER');
      server.psql('ALTER ROLE hasty SET synchronous_commit = off');
      expect(await inspect(at({ user: 'hasty' }))).toMatchObject({ fsync: 'on', synchronousCommit: 'off' });
      expect(await readSetting(at({ user: 'hasty' }), 'synchronous_commit')).toBe('on');
      await expectServed(at({ user: 'hasty' }));
    });

    it('has defaults by which statements would see too little, or times be rounded', async () => {
      server.psql('CREATE ROLE odd LOGIN SUPERUSER');
      server.psql("ALTER ROLE odd SET default_transaction_isolation = 'serializable'");
      server.psql('ALTER ROLE odd SET extra_float_digits = 0');
      server.psql("ALTER ROLE odd SET search_path = 'public'");
      expect(await readSetting(at({ user: 'odd' }), 'default_transaction_isolation')).toBe('read committed');
      expect(await readSetting(at({ user: 'odd' }), 'extra_float_digits')).toBe('1');
      expect(await readSetting(at({ user: 'odd' }), 'search_path')).toBe('bijia');
      await expectServed(at({ user: 'odd' }));
    });

    it('never syncs: doctor says so, and after each start of the server nothing leaves for as long as after a failover', async () => {
      server.psql('ALTER SYSTEM SET fsync = off');
      server.psql('SELECT pg_reload_conf()');
      const core = open(server.url);
      for (const { limiter } of core.upstreams) await limiter.status();
      expect(await core.inspectDatabase?.()).toMatchObject({ fsync: 'off' });
      letCallsLeave();
      await server.crash();
      await server.start();
      // Much longer than it takes to ask for it.
      const again = open(server.url, { BIJIA_CALL_TIMEOUT: '5m' });
      for (const { limiter } of again.upstreams) await limiter.status();
      expect((await again.inspectDatabase?.())?.quarantineMs).toBeGreaterThan(1000);
      server.psql('ALTER SYSTEM RESET fsync');
      server.psql('SELECT pg_reload_conf()');
    });
  });

  it('that is a standby, or does not serve yet', async () => {
    await server.crash();
    server.writeData('standby.signal', '');
    await server.start();
    await expectRefused(server.url, {
      code: 'state_unreachable',
      reason: 'standby',
      sentence: /the primary/,
    });
    await server.crash();
    server.writeData('postgresql.auto.conf', 'hot_standby = off\n');
    await server.beginStart();
    await expect.poll(async () => (await get(server.url))?.error?.facts?.['reason']).toBe('starting');
    await expectRefused(server.url, { code: 'state_unreachable', reason: 'starting', sentence: /starting/ });
  });
});
