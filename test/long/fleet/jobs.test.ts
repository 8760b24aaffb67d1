import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { collect } from '../../helpers/batch/reading.js';
import { buildScript } from '../../helpers/build-script.js';
import { killProcess } from '../../helpers/kill-process.js';
import { type Fleet, listLinks, openFleet } from '../../helpers/postgres/fleet.js';
import { hasPostgres } from '../../helpers/postgres/server.js';

const REQUEST = { owner: 'local', label: 'list.txt', detail: 'summary' } as const;

const KILLS = 20;
/** Only these are repeated: as many are under way at most when a process dies. */
const CALLS_IN_FLIGHT = 32;

describe.skipIf(!hasPostgres())('jobs of several processes', () => {
  let fleet: Fleet;
  let script: string;
  let processes: ChildProcess[];

  beforeAll(async () => {
    script = await buildScript('job-worker.ts');
  });
  afterAll(() => rm(dirname(script), { recursive: true }));
  beforeEach(async () => {
    // Slow enough that few calls are on their way at a time, as under a real quota.
    // Permits of killed processes come back after the time of a call.
    fleet = await openFleet('100/1s', '4s');
    processes = [];
  });
  afterEach(async () => {
    await Promise.all(processes.map(killProcess));
    await fleet.close();
  });

  /** @param said lines that it says are told there */
  const start = (id: string, said: string[]): ChildProcess => {
    const env = { PATH: process.env['PATH'], ...fleet.getEnvironment(`p${processes.length}`) };
    const child = spawn(process.execPath, [script, id], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    child.stdout?.on('data', (chunk) => said.push(...String(chunk).trim().split('\n')));
    processes.push(child);
    return child;
  };
  const waitForResults = async (count: number) => {
    // Each look is a process, which on a busy machine takes its time from those that are watched.
    while (fleet.countResults() < count) await sleep(200);
  };
  /** Its last words have been read then. */
  const waitForEnd = async (child: ChildProcess) => {
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  };

  it('lose and double nothing over 20 kills and a crash of the server, and deliver once', async () => {
    const { batches } = fleet.openMachine();
    const links = listLinks(2000);
    const prepared = await batches.prepare({ items: links }, REQUEST);
    const { id } = await prepared.save({ extra: { delivery: 'none' } });
    const said: string[] = [];
    const running = Array.from({ length: 4 }, () => start(id, said));
    for (let kill = 1; kill <= KILLS; kill += 1) {
      await waitForResults(kill * 80);
      running[kill % 4]?.kill('SIGKILL');
      running[kill % 4] = start(id, said);
      if (kill !== 10) continue;
      await fleet.server.crash();
      await sleep(1500);
      await fleet.server.start();
    }
    await Promise.all(running.map(waitForEnd));
    expect(await batches.get(id)).toMatchObject({ state: 'finished', done: 2000 });
    const rows = await collect(batches.readRows(id));
    expect(rows.map(({ line }) => line)).toEqual(links.map((_, at) => at + 1));
    expect(new Set(rows.map(({ place }) => place)).size).toBe(2000);
    expect(said.filter((line) => line === 'delivered')).toHaveLength(1);
    const { calls, different } = fleet.countAsked();
    expect(different).toBe(2000);
    // On an idle machine one or none a kill; and those of the crash.
    console.log(`asked again over ${KILLS} kills and a crash: ${calls - different}`);
    expect(calls - different).toBeLessThanOrEqual((KILLS + running.length) * CALLS_IN_FLIGHT);
  });

  it('go on without a process that stands still, which does no harm when it wakes', async () => {
    const { batches } = fleet.openMachine();
    const { id } = await (await batches.prepare({ items: listLinks(400) }, REQUEST)).save();
    const first = start(id, []);
    await waitForResults(40);
    first.kill('SIGSTOP');
    const second = start(id, []);
    await waitForEnd(second);
    first.kill('SIGCONT');
    await waitForEnd(first);
    expect(await batches.get(id)).toMatchObject({ state: 'finished', done: 400 });
    const { calls, different } = fleet.countAsked();
    expect(different).toBe(400);
    // What was on its way, and what waited for a permit.
    expect(calls - different).toBeLessThanOrEqual(64);
  });
});
