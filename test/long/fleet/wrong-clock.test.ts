import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandFleet, openCommandFleet } from '../../helpers/postgres/command-fleet.js';
import { findFakeTime, hasPostgres } from '../../helpers/postgres/server.js';
import { skipQuarantine } from '../../helpers/postgres/skip-quarantine.js';

/** Seven parts: each of the three processes works on two at a time, so that all have some. */
const LINES = 1400;

function writeList(folder: string, lines: number) {
  const list = join(folder, 'list.txt');
  const ids = Array.from({ length: lines }, (_, at) => String(100_000_000_001 + at * 1000));
  writeFileSync(list, ids.map((id) => `https://item.jd.com/${id}.html\n`).join(''));
  return { list, ids, out: join(folder, 'out.jsonl') };
}

const readIds = (out: string) =>
  readFileSync(out, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { id: string }).id);

/** On a machine of its own, whose clock is off. */
const startOff = (fleet: CommandFleet, args: readonly string[], FAKETIME = '+1h') =>
  fleet.start(`off${FAKETIME}`, args, { ...findFakeTime(), FAKETIME, FAKETIME_DONT_FAKE_MONOTONIC: '1' });

describe.skipIf(!hasPostgres() || !findFakeTime()['LD_PRELOAD'])(
  'a machine whose clock is an hour off',
  () => {
    let fleet: CommandFleet;

    beforeEach(async () => {
      fleet = await openCommandFleet('100/1s');
      skipQuarantine(fleet.server);
    });
    afterEach(() => fleet.close());

    it('says so, and leaves what upstreams refuse it to the others: the job loses nothing', async () => {
      const offs = ['+1h', '-1h'].map((FAKETIME) => startOff(fleet, ['worker'], FAKETIME));
      const said = ['', ''];
      for (const [at, { stderr }] of offs.entries()) {
        stderr.on('data', (text) => {
          said[at] += String(text);
        });
      }
      while (!said.every((text) => text.includes('Working on the jobs'))) await sleep(20);

      const { list, out, ids } = writeList(fleet.folder, LINES);
      const { code, stderr } = await fleet.start('leader', ['batch', list, '--out', out]).end;

      expect(stderr).toContain('Finished: ');
      expect(code).toBe(0);
      expect(readIds(out)).toEqual(ids);
      for (const text of said) expect(text).toContain('Set the clock of this machine');
      expect(fleet.sandbox.stats().every(({ violations }) => violations === 0)).toBe(true);
    });

    it('leads a job that others work on to its end', async () => {
      const worker = fleet.start('worker', ['worker']);
      let said = '';
      worker.stderr.on('data', (text) => {
        said += String(text);
      });
      while (!said.includes('Working on the jobs')) await sleep(20);
      const { list, out, ids } = writeList(fleet.folder, 300);
      const { code, stderr } = await startOff(fleet, ['batch', list, '--out', out]).end;
      expect(stderr).toContain('Set the clock of this machine');
      expect(stderr).toContain('Finished: ');
      expect(code).toBe(0);
      expect(readIds(out)).toEqual(ids);
    });

    it('stops a job that nobody else works on, which another machine goes on with', async () => {
      const { list, out, ids } = writeList(fleet.folder, 60);
      const { stderr } = await startOff(fleet, ['batch', list, '--out', out]).end;
      expect(stderr).toContain('Stopped: JD refuses the time stamp');
      const { code } = await fleet.start('other', ['batch', list, '--out', out]).end;
      expect(code).toBe(0);
      expect(readIds(out)).toEqual(ids);
    });
  },
);
