import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandFleet, openCommandFleet } from '../../helpers/postgres/command-fleet.js';
import { findFakeTime, hasPostgres } from '../../helpers/postgres/server.js';
import { skipQuarantine } from '../../helpers/postgres/skip-quarantine.js';

/** Seven parts: each of the three processes works on two at a time, so that all have some. */
const LINES = 1400;

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
      const offs = ['+1h', '-1h'].map((FAKETIME) =>
        fleet.start(`worker${FAKETIME}`, ['worker'], {
          ...findFakeTime(),
          FAKETIME,
          FAKETIME_DONT_FAKE_MONOTONIC: '1',
        }),
      );
      const said = ['', ''];
      for (const [at, { stderr }] of offs.entries()) {
        stderr.on('data', (text) => {
          said[at] += String(text);
        });
      }
      while (!said.every((text) => text.includes('Working on the jobs'))) await sleep(20);

      const list = join(fleet.folder, 'list.txt');
      const ids = Array.from({ length: LINES }, (_, at) => String(100_000_000_001 + at * 1000));
      writeFileSync(list, ids.map((id) => `https://item.jd.com/${id}.html\n`).join(''));
      const out = join(fleet.folder, 'out.jsonl');
      const { code, stderr } = await fleet.start('leader', ['batch', list, '--out', out]).end;

      expect(stderr).toContain('Finished: ');
      expect(code).toBe(0);
      const lines = readFileSync(out, 'utf8').trimEnd().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as { id: string }).id)).toEqual(ids);
      for (const text of said) expect(text).toContain('Set the clock of this machine');
      expect(fleet.sandbox.stats().every(({ violations }) => violations === 0)).toBe(true);
    });
  },
);
