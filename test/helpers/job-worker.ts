// One machine of a fleet: leads the job where nobody does, else works on it; its parent kills it now and then.
import { setTimeout as sleep } from 'node:timers/promises';
import { createChunkWork } from '../../src/core/batch/shared/chunk-work.js';
import { createClock } from '../../src/core/clock.js';
import { createBatches, createCore, parseConfig, toBijiaError } from '../../src/core/index.js';

const [id = ''] = process.argv.slice(2);
const core = createCore(parseConfig(process.env));
const batches = createBatches(core);
const work = core.jobRows && createChunkWork({ core, rows: core.jobRows, ...createClock() });
const never = new AbortController().signal;

/** @returns whether the job has ended */
async function lead(): Promise<boolean> {
  try {
    await batches.run(id);
  } catch (error) {
    const { code } = toBijiaError(error);
    if (code !== 'job_finished') return false;
  }
  const { state } = await batches.get(id);
  if (state !== 'finished') return false;
  const isFirst = await batches.replaceExtra(id, { delivery: 'none' }, { delivery: 'sending' });
  if (isFirst) process.stdout.write('delivered\n');
  return true;
}

process.stdout.write('ready\n');
for (;;) {
  if (await lead().catch(() => false)) break;
  const found = await work?.workNext(never).catch(() => 'none');
  if (found !== 'worked') await sleep(200);
}
await core.close();
