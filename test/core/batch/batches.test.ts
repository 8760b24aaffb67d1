import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { BatchRequest } from '../../../src/core/batch/prepared-batch.js';
import { type Batches, createBatches } from '../../../src/core/index.js';
import { collect } from '../../helpers/batch/reading.js';
import {
  openSandboxCore,
  type SandboxCore,
  type SandboxCoreOptions,
} from '../../helpers/open-sandbox-core.js';
import { defineBatchesCases } from '../../helpers/state/batches-cases.js';

let opened: SandboxCore[] = [];
afterEach(async () => {
  await Promise.all(opened.map(({ close }) => close()));
  opened = [];
});

async function open(options: SandboxCoreOptions = {}) {
  const one = await openSandboxCore(options);
  opened.push(one);
  return { ...one, batches: createBatches(one.core) };
}

const REQUEST: BatchRequest = { detail: 'summary', owner: 'local', label: 'a list' };
const JD = (at: number) => `https://item.jd.com/${100_000_000_000 + at}.html`;

async function start(batches: Batches, items: readonly string[], request: Partial<BatchRequest> = {}) {
  const prepared = await batches.prepare({ items }, { ...REQUEST, ...request });
  return { ...prepared, record: await prepared.save() };
}

describe('jobs in the state folder', () => {
  defineBatchesCases(open);
});

describe('what a job left behind', () => {
  it('is never taken for the answer of a later run, also when its record is lost again and again', async () => {
    const { batches, core, sandbox } = await open();
    const ask = async () => {
      const { id } = await start(batches, [JD(1), JD(2)]);
      sandbox.clear();
      const report = await batches.run(id, { fresh: true });
      expect([report.state, report.calls, sandbox.arrivals().length]).toEqual(['finished', 2, 2]);
      return id;
    };
    for (let round = 0; round < 3; round += 1) await ask();
    const record = join(core.stateDir, 'jobs', await ask(), 'job.json');
    for (const loss of [() => writeFileSync(record, ''), () => rmSync(record)]) {
      loss();
      for (let round = 0; round < 5; round += 1) await ask();
    }
    expect(readdirSync(join(record, '..')).filter((name) => name.startsWith('journal-'))).toHaveLength(1);
  });

  it('says that the kept list is damaged, and takes the list again', async () => {
    const { batches, core } = await open();
    const { id } = await start(batches, [JD(1), JD(2)]);
    const copy = join(core.stateDir, 'jobs', id, 'input.jsonl');
    const whole = readFileSync(copy);
    const spoiled = [whole.subarray(0, 20), whole.subarray(0, whole.indexOf(10) + 1), Buffer.from('{}\n')];
    for (const bytes of spoiled) {
      writeFileSync(copy, bytes);
      await expect(batches.run(id)).rejects.toMatchObject({ code: 'input_damaged' });
      await expect(collect(batches.readRows(id))).rejects.toThrow(copy);
    }
    await start(batches, [JD(1), JD(2)]);
    expect((await batches.run(id)).state).toBe('finished');
  });
});
