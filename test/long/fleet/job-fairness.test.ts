import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandFleet, openCommandFleet } from '../../helpers/postgres/command-fleet.js';
import { hasPostgres } from '../../helpers/postgres/server.js';
import { skipQuarantine } from '../../helpers/postgres/skip-quarantine.js';
import type { CliRun } from '../../helpers/run-cli.js';

const LONG = { first: 100_000_000_001, lines: 700 };
const SHORT = { first: 200_000_000_001, lines: 40 };
const CALLS_BEFORE = 16;

describe.skipIf(!hasPostgres())('two jobs on four machines', () => {
  let fleet: CommandFleet;

  beforeEach(async () => {
    // Permits have to be what is scarce, also on a busy machine.
    fleet = await openCommandFleet('12/3s');
    skipQuarantine(fleet.server);
  });
  afterEach(() => fleet.close());

  const startJob = (machine: string, { first, lines }: typeof LONG) => {
    const list = join(fleet.folder, `${machine}.txt`);
    const links = Array.from({ length: lines }, (_, at) => `https://item.jd.com/${first + at * 1000}.html\n`);
    writeFileSync(list, links.join(''));
    return fleet.start(machine, ['batch', list, '--out', join(fleet.folder, `${machine}.jsonl`)]);
  };
  const listAsked = () => fleet.sandbox.arrivals().flatMap(({ ids }) => ids.map(Number));
  const isShort = (id: number) => id >= SHORT.first;

  it('take turns by job, however many machines are at one of them: a short one waits for no long one', async () => {
    fleet.start('worker-1', ['worker']);
    fleet.start('worker-2', ['worker']);
    let ended: CliRun | undefined;
    void startJob('long', LONG).end.then((run) => {
      ended = run;
    });
    while (listAsked().length < CALLS_BEFORE) {
      if (ended) expect.fail(`the long job ended with ${ended.code}: ${ended.stderr}`);
      await sleep(20);
    }
    const short = startJob('short', SHORT);
    expect(await short.end).toMatchObject({ code: 0 });

    const asked = listAsked();
    // Not its first calls nor its last ones: then it has fewer under way, as it begins and ends.
    const places = asked.flatMap((id, at) => (isShort(id) ? [at] : []));
    const between = asked.slice(places[SHORT.lines / 4], places[(SHORT.lines * 3) / 4]);
    const others = between.filter((id) => !isShort(id)).length;
    console.log(`calls of the long job while the short one had ${between.length - others}: ${others}`);
    // A turn each would be as many, a turn for each machine three times as many.
    expect(others).toBeLessThan(2 * (between.length - others));
    expect(asked.filter((id) => !isShort(id)).length).toBeLessThan(LONG.lines);
    expect(fleet.sandbox.stats().every(({ violations }) => violations === 0)).toBe(true);
  });
});
