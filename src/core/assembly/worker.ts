import { logRemoved } from '../batch/jobs/job-expiry.js';
import { createChunkWork } from '../batch/shared/chunk-work.js';
import { createSharedKeeper } from '../batch/shared/shared-keeper.js';
import { startWorker as startWorkerWith, type Worker, type WorkerHearing } from '../batch/shared/worker.js';
import { createClock } from '../clock.js';
import type { Core } from '../core.js';
import { ConfigError } from '../errors.js';
import { createSweepWork, type SweepWorkOptions } from '../watch/sweep-work.js';

/**
 * Lets this process work on the jobs and the price alerts of all machines that share the database.
 * @throws ConfigError where there are none to share jobs with, or the queue cannot be used
 */
export async function startWorker(
  core: Core,
  { onSwept, ...heard }: WorkerHearing & Pick<SweepWorkOptions, 'onSwept'>,
): Promise<Worker> {
  const { jobRows: rows, tasks } = core;
  if (!rows || !tasks)
    throw new ConfigError('Only machines that share a database share jobs. Set BIJIA_DATABASE_URL.', {
      code: 'state_not_shared',
    });
  const clock = createClock();
  const keeper = createSharedKeeper({ core, rows, clock });
  const removeExpired = async () => logRemoved(await keeper.removeExpired(), core.log);
  const chunks = { ...createChunkWork({ core, rows, ...clock }), removeExpired };
  const sweeps = createSweepWork({ watches: core.watches, onSwept });
  return startWorkerWith({ ...heard, tasks, chunks, sweeps, clock });
}
