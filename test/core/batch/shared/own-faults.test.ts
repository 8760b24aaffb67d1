import { expect, it } from 'vitest';
import { createOwnFaults } from '../../../../src/core/batch/shared/own-faults.js';
import { ConfigError } from '../../../../src/core/errors.js';
import type { JobRow, JobRows } from '../../../../src/core/state/job-rows.js';

const CLOCK_OFF = new ConfigError('Set the clock of this machine.', { code: 'clock_off' });

function createLeader() {
  const said: string[] = [];
  let isWorkedOn = false;
  let nowMs = 0;
  let looks = 0;
  const listMatching: JobRows['listMatching'] = async () => {
    looks += 1;
    return [{ isWorkedOn } as JobRow];
  };
  const faults = createOwnFaults({
    ...{ rows: { listMatching }, id: 'abcdef1234' },
    monotonicNow: () => nowMs,
    onFirst: ({ code }) => said.push(code),
  });
  return {
    ...{ ...faults, said },
    looks: () => looks,
    /** Looks each half a second. @returns what was found in the end */
    pass: async (seconds: number, worked: boolean) => {
      isWorkedOn = worked;
      for (let turn = 0; turn < 2 * seconds; turn += 1) {
        nowMs += 500;
        const reason = await faults.findReason();
        if (reason) return reason;
      }
      return undefined;
    },
  };
}

it('asks for nothing more while nothing is wrong with this machine', async () => {
  const { pass, looks } = createLeader();
  expect(await pass(60, false)).toBeUndefined();
  expect(looks()).toBe(0);
});

it('lets a job go on that others work on, however long that takes, and says once what is wrong', async () => {
  const { pass, note, said } = createLeader();
  note(CLOCK_OFF);
  note(new ConfigError('Something else.', { code: 'other_database_key' }));
  expect(await pass(600, true)).toBeUndefined();
  expect(said).toEqual(['clock_off']);
});

it('stops a job that nobody else has begun to work on', async () => {
  const { pass, note } = createLeader();
  note(CLOCK_OFF);
  expect(await pass(14, false)).toBeUndefined();
  expect(await pass(3, false)).toBe(CLOCK_OFF);
});

it('counts anew when somebody has worked on it in between', async () => {
  const { pass, note } = createLeader();
  note(CLOCK_OFF);
  for (let turn = 0; turn < 10; turn += 1) {
    expect(await pass(12, false)).toBeUndefined();
    expect(await pass(1, true)).toBeUndefined();
  }
  expect(await pass(30, false)).toBe(CLOCK_OFF);
});
