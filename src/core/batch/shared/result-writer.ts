import { type BijiaError, InputError, type Outcome, toBijiaError } from '../../errors.js';
import type { JobRows, NewResult } from '../../state/job-rows.js';
import type { ChunkTask } from '../../state/task-queue.js';
import { pack } from './packing.js';
import { askPatiently, type PatienceOptions } from './patience.js';

/** Results of one statement: what comes while the database is busy shares the next. */
const WRITTEN_AT_ONCE = 100;

interface Waiting {
  readonly result: NewResult;
  readonly resolve: () => void;
  readonly reject: (error: BijiaError) => void;
}

/** Writes what a chunk finds out; an answer was paid for, so a database that is away is waited for. */
export function createResultWriter(
  chunk: ChunkTask,
  rows: Pick<JobRows, 'putResults'>,
  patience: PatienceOptions,
) {
  const queue: Waiting[] = [];
  let isDraining = false;

  const write = async (some: readonly Waiting[]) => {
    try {
      const results = some.map(({ result }) => result);
      if (!(await askPatiently(() => rows.putResults(chunk, results), patience))) throw createGoneError();
      for (const { resolve } of some) resolve();
    } catch (error) {
      for (const { reject } of some) reject(toBijiaError(error));
    }
  };
  const drain = async () => {
    isDraining = true;
    while (queue.length > 0) await write(queue.splice(0, WRITTEN_AT_ONCE));
    isDraining = false;
  };
  return {
    /** Resolves when it is in the database. @throws StateError; InputError when the job is gone */
    append: async (index: number, outcome: Outcome, record: unknown): Promise<void> => {
      const packed = await pack(record);
      await new Promise<void>((resolve, reject) => {
        queue.push({ result: { index, outcome, record: packed }, resolve, reject });
        if (!isDraining) void drain();
      });
    },
  };
}

const createGoneError = () =>
  new InputError('The job was removed, or begun again, while it was worked on.', { code: 'no_such_job' });
