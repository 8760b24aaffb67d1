import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';
import { runCli, startCli } from '../../helpers/run-cli.js';
import { createBotFleet } from '../../helpers/telegram/bot-fleet.js';
import { FLAGSHIP, FLAGSHIP_ID } from '../../helpers/telegram/links.js';

/** Whatever else runs here may keep the server waiting. */
const PATIENT = { BIJIA_WATCH_EVERY: '1ms', BIJIA_DATABASE_TIMEOUT: '20s' };

describe.skipIf(!hasPostgres())('price alerts of several machines', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.close());

  it('are set on one, seen on the other, and told once, by bots and commands that look at once', async () => {
    const fleet = await createBotFleet({
      ...{ databaseUrl: server.url, schema: 'alerts', machines: 2 },
      environment: PATIENT,
    });
    const { api, sandbox, stateDir, bots } = fleet;
    const chat = api.chat(api.user());
    chat.send(`/watch ${FLAGSHIP} 5000`);
    await chat.waitForMessage('已设降价提醒');
    const run = (machine: number, ...args: string[]) =>
      runCli(args, {
        environment: {
          ...sandbox.environment,
          ...{ BIJIA_SANDBOX: '0', BIJIA_CALL_TIMEOUT: '5s', ...PATIENT },
          ...{ BIJIA_DATABASE_URL: server.url, BIJIA_DATABASE_SCHEMA: 'alerts' },
          BIJIA_STATE_DIR: join(stateDir, `cli-${machine}`),
        },
      });
    await run(0, 'watch', FLAGSHIP, '--below', '5000');
    expect((await run(1, 'watches')).stdout).toContain('5,000');
    await Promise.all(bots.map((bot) => bot.stop()));
    sandbox.setPrices({ everyMs: 3_600_000, factors: [0.8] });
    // Both begin with a look, and so do the commands.
    const starting = Promise.all([fleet.start(0), fleet.start(1)]);
    const runs = await Promise.all([0, 1, 1].map((machine) => run(machine, 'watch', 'run')));
    await starting;
    await chat.waitForMessage('📉');
    await fleet.untilIdle(1500);
    expect(chat.messages().filter(({ text }) => text.includes('📉'))).toHaveLength(1);
    // A bot may have found it after the commands had looked for what waits.
    const printed = [...runs, await run(0, 'watch', 'run')]
      .map(({ stdout }) => stdout.trim())
      .filter(Boolean);
    expect(printed.map((line) => JSON.parse(line))).toMatchObject([{ id: FLAGSHIP_ID, reason: 'below' }]);
    // A machine that has only just come knows what the others have seen.
    const told = await run(2, 'history', FLAGSHIP, '--offline', '--json');
    expect(JSON.parse(told.stdout)).toMatchObject({ results: [{ id: FLAGSHIP_ID, outcome: 'ok' }] });
    await rm(join(stateDir, 'cli-2'), { recursive: true });
  });

  it('are waited for by whoever follows, while the database is away', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bijia-follow-'));
    const environment = {
      ...{ BIJIA_STATE_DIR: folder, BIJIA_LANG: 'en', JD_UNION_APP_KEY: 'x', JD_UNION_APP_SECRET: 'y' },
      BIJIA_DATABASE_URL: 'postgres://bijia@127.0.0.1:1/nothing',
    };
    const once = await runCli(['watch', 'run'], { environment });
    expect([once.code, once.stderr]).toEqual([1, expect.stringContaining('cannot be reached')]);
    const { stderr, signal, end } = startCli(['watch', 'run', '--follow'], { environment });
    let said = '';
    let hasEnded = false;
    const ended = end.then((run) => {
      hasEnded = true;
      return run;
    });
    stderr.on('data', (text: string) => {
      said += text;
    });
    await expect.poll(() => said).toContain('cannot be reached');
    expect(hasEnded).toBe(false);
    signal('SIGINT');
    expect((await ended).code).toBe(0);
    await rm(folder, { recursive: true });
  });
});
