import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { type CommandFleet, openCommandFleet } from '../../helpers/postgres/command-fleet.js';
import { hasPostgres } from '../../helpers/postgres/server.js';
import type { StartedCli } from '../../helpers/run-cli.js';

const LINES = 2000;
const WORKERS = 3;
const KILLS = 20;
/** Kills come with the lines: on a slow machine, processes have to begin first. */
const LINES_EACH_KILL = 80;
/** The other kills are of workers. */
const KILLS_OF_THE_LEADER = [4, 11];
const CRASH_AFTER = 8;
/** Only these are repeated: as many are under way at most when a process dies; on an idle machine one or none. */
const CALLS_IN_FLIGHT = 32;

describe.skipIf(!hasPostgres())('a job of several machines', () => {
  let fleet: CommandFleet;

  beforeEach(async () => {
    fleet = await openCommandFleet('100/1s');
  });
  afterEach(() => fleet.close());

  const start = (machine: string, args: readonly string[]) =>
    fleet.start(machine, args, { BIJIA_CALL_TIMEOUT: '2s' });

  it('loses no line, has none twice and is delivered once, no matter who is killed, the server too', async () => {
    const ids = Array.from({ length: LINES }, (_, at) => String(100_000_000_001 + at * 1000));
    const list = join(fleet.folder, 'list.txt');
    const out = join(fleet.folder, 'out.jsonl');
    writeFileSync(list, ids.map((id) => `https://item.jd.com/${id}.html\n`).join(''));
    const workers = Array.from({ length: WORKERS }, (_, at) => start(`worker-${at}`, ['worker']));

    let said = '';
    let leader: StartedCli | undefined;
    let isOver = false;
    onTestFinished(() => {
      isOver = true;
    });
    /** As its operator would: the same command again, until it has ended well. */
    const lead = async () => {
      while (!isOver) {
        leader = start('leader', ['batch', list, '--out', out, '--force']);
        const { code, stderr } = await leader.end;
        said += stderr;
        if (code === 0) return;
        if (code !== null) expect(stderr).toMatch(/running|cannot be reached/);
        await sleep(5000);
      }
    };
    let fault: unknown;
    const led = lead().catch((error: unknown) => {
      fault = error;
    });
    for (let kill = 0; kill < KILLS; kill += 1) {
      while (fleet.sandbox.arrivals().length < (kill + 1) * LINES_EACH_KILL && !fault) await sleep(20);
      if (fault) throw fault;
      const victim = kill % WORKERS;
      if (KILLS_OF_THE_LEADER.includes(kill)) leader?.signal('SIGKILL');
      else {
        workers[victim]?.signal('SIGKILL');
        workers[victim] = start(`worker-${victim}`, ['worker']);
      }
      if (kill === CRASH_AFTER) {
        await fleet.server.crash();
        await fleet.server.start();
      }
    }
    await led;
    if (fault) throw fault;

    expect(said.match(/^Finished: /gm)).toHaveLength(1);
    const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(ids);
    const asked = fleet.sandbox.arrivals().flatMap(({ ids: of }) => of);
    const again = asked.length - new Set(asked).size;
    console.log(`asked again over ${KILLS} kills and a crash: ${again}`);
    expect(again).toBeLessThanOrEqual((KILLS + 1) * CALLS_IN_FLIGHT);
    expect(fleet.sandbox.stats().every(({ violations }) => violations === 0)).toBe(true);
    expect(fleet.server.psql('SELECT count(*) FROM bijia.result').trim()).toBe(String(LINES));
  });
});
