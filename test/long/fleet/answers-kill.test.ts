import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { providers } from '../../../src/core/index.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/start-sandbox.js';
import type { AnswersReport } from '../../helpers/answers-worker.js';
import { buildScript } from '../../helpers/build-script.js';
import { killProcess } from '../../helpers/kill-process.js';
import { migrateDatabase } from '../../helpers/postgres/migrate-database.js';
import { hasPostgres, type PostgresServer, startPostgres } from '../../helpers/postgres/server.js';

const PROCESSES = 4;
const KEYS = 40;
/** Products that one process asks for at once: as many calls may be lost with it. */
const AT_ONCE = 4;

describe.skipIf(!hasPostgres())('what four processes ask for while one is killed in each round', () => {
  let script: string;
  let server: PostgresServer;
  let sandbox: Sandbox;
  let folder: string;
  let processes: ChildProcess[];

  beforeAll(async () => {
    script = await buildScript('answers-worker.ts');
    server = await startPostgres();
    await migrateDatabase(server.url);
    folder = await mkdtemp(join(tmpdir(), 'bijia-answers-'));
  });
  afterAll(async () => {
    await rm(join(script, '..'), { recursive: true });
    await rm(folder, { recursive: true, force: true });
    server.close();
  });
  beforeEach(async () => {
    const upstreams = await Promise.all(providers.map((provider) => provider.loadSandbox()));
    sandbox = await startSandbox({ upstreams, quota: '1000/1s', latencyMs: [20, 60] });
    processes = [];
  });
  afterEach(async () => {
    await Promise.all(processes.map(killProcess));
    await sandbox.close();
  });

  const start = (settings: Readonly<Record<string, string>>): ChildProcess =>
    fork(script, {
      env: {
        ...{
          PATH: process.env['PATH'],
          BIJIA_STATE_DIR: folder,
          BIJIA_HISTORY: '0',
          BIJIA_CALL_TIMEOUT: '3s',
          // Whatever else runs here may keep the server waiting.
          BIJIA_DATABASE_TIMEOUT: '10s',
        },
        ...{ BIJIA_DATABASE_URL: server.url, ...sandbox.environment, BIJIA_SANDBOX: '0', ...settings },
      },
    });
  /** Lets a process ask for links in an order of its own. */
  const ask = async (one: ChildProcess, links: readonly string[]): Promise<AnswersReport> => {
    const order = links.map((link) => ({ link, at: Math.random() })).sort((a, b) => a.at - b.at);
    one.send(order.map(({ link }) => link));
    const [report] = (await once(one, 'message')) as [AnswersReport];
    return report;
  };
  /** All ask for the same; from the second round on, one of them is killed in the middle, and another begins in its place. */
  const runRounds = async (
    rounds: number,
    settings: Readonly<Record<string, string>>,
    toLink: (at: number) => string,
  ) => {
    processes.push(...Array.from({ length: PROCESSES }, () => start(settings)));
    const reports: AnswersReport[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const links = Array.from({ length: KEYS }, (_, at) => toLink(round * KEYS + at));
      const victim = round > 0 ? round % PROCESSES : undefined;
      const others = processes.filter((_, at) => at !== victim);
      const asked = others.map((one) => ask(one, links));
      if (victim !== undefined) {
        ask(processes[victim] as ChildProcess, links).catch(() => undefined);
        await sleep(20 + Math.random() * 250);
        await killProcess(processes[victim] as ChildProcess);
        const next = start(settings);
        processes[victim] = next;
        asked.push(ask(next, links));
      }
      reports.push(...(await Promise.all(asked)));
    }
    return reports;
  };
  const countCalls = (upstream: string): ReadonlyMap<string, number> => {
    const counts = new Map<string, number>();
    for (const { name, ids, upstream: asked } of sandbox.arrivals()) {
      if (!asked.startsWith(upstream)) continue;
      for (const id of ids) counts.set(`${name} ${id}`, (counts.get(`${name} ${id}`) ?? 0) + 1);
    }
    return counts;
  };

  it('is asked again only where the call was lost with the process', async () => {
    const rounds = 10;
    const reports = await runRounds(
      rounds,
      { BIJIA_CACHE_TTL: '5m' },
      (at) => `https://item.jd.com/${100_012_400_000 + at}.html`,
    );
    const outcomes = new Set(reports.flatMap((report) => Object.keys(report)));
    expect([...outcomes].filter((outcome) => outcome !== 'ok' && outcome !== 'not_found')).toEqual([]);
    const again = [...countCalls('jd').values()].reduce((sum, count) => sum + count - 1, 0);
    const kills = rounds - 1;
    console.info(`asked again within the life of an answer: ${again} in ${kills} kills`);
    expect(again).toBeLessThanOrEqual(kills * AT_ONCE);
    // Nobody was killed in the first round.
    const first = [...countCalls('jd')].filter(
      ([call]) => Number(call.split(' ')[1]) < 100_012_400_000 + KEYS,
    );
    expect(first.filter(([, count]) => count > 1)).toEqual([]);
    expect(sandbox.arrivals().filter(({ violation }) => violation)).toEqual([]);
  });

  it('costs no more than the ceiling of a day allows', async () => {
    const [ceiling, rounds] = [100, 4];
    const reports = await runRounds(
      rounds,
      {
        JUMDATA_DAILY_CALLS: String(ceiling),
        PDD_DDK_CLIENT_ID: '',
        PDD_DDK_CLIENT_SECRET: '',
        PDD_DDK_PID: '',
      },
      (at) => `https://mobile.yangkeduo.com/goods.html?goods_id=${635_410_000_000 + at}`,
    );
    const paid = sandbox.arrivals().filter(({ upstream }) => upstream.includes('jumdata'));
    console.info(`paid calls: ${paid.length} of ${ceiling}`);
    expect(paid.length).toBeLessThanOrEqual(ceiling);
    expect(paid.length).toBeGreaterThan(ceiling - (rounds - 1) * AT_ONCE - 1);
    expect(reports.some((report) => (report['daily_calls_used'] ?? 0) > 0)).toBe(true);
  });
});
