import type { Clock } from '../clock.js';
import type { Core } from '../core.js';
import { type BijiaError, InputError } from '../errors.js';
import type { NotedRef } from '../links/reference.js';
import { cleanText } from '../product/normalizer.js';
import type { Processes } from '../state/process-identity.js';
import { openPage } from './finished-page.js';
import type { XlsxOptions } from './input/formats/xlsx.js';
import { type InputSource, openInput } from './input/input.js';
import { readRanks } from './input/line-reading.js';
import { createTableRules } from './input/table/row.js';
import { toOutput } from './jobs/job-record.js';
import { createJobStore, type JobStore } from './jobs/job-store.js';
import { type JobOptions, type JobReport, runJob } from './jobs/run-job.js';
import { openWork } from './open-work.js';
import type { Row } from './output/row.js';
import {
  type BatchRequest,
  type PreparedBatch,
  type PreparedList,
  prepareList,
  prepareShop,
  type ShopRequest,
} from './prepared-batch.js';

export interface BatchesOptions {
  readonly core: Core;
  /** Where workbooks are opened, and within which limits. */
  readonly xlsx: XlsxOptions;
  readonly processes: Processes;
  readonly clock: Clock;
}

type Jobs = Pick<
  JobStore,
  'get' | 'list' | 'listDamaged' | 'cancel' | 'remove' | 'removeExpired' | 'setExtra' | 'folderOf'
>;

/** Lists of any length, and whole shops: planned, run, resumed and written, by any process. */
export interface Batches extends Jobs {
  /** @throws InputError for an input that cannot be read */
  readonly prepare: {
    (input: ShopRequest, request: Pick<BatchRequest, 'owner' | 'source' | 'label'>): Promise<PreparedBatch>;
    (input: InputSource, request: BatchRequest): Promise<PreparedList>;
  };
  /**
   * The products that an input names and the user's own cells beside them, by header, without a job.
   * @throws InputError for an input that cannot be read
   */
  readonly readProducts: (
    input: InputSource,
    options: { readonly platform?: string },
  ) => AsyncGenerator<ListedProducts>;
  /** Runs or resumes a job. @throws BijiaError when it cannot begin, or its output not be written */
  readonly run: (id: string, options?: JobOptions) => Promise<JobReport>;
  /**
   * What a job found out so far: every line of a list, or a shop's products.
   * @param skip how many, from the first on, are passed over
   * @throws InputError
   */
  readonly readRows: (id: string, skip?: number) => AsyncGenerator<Row>;
}

/** One line of an input. */
export interface ListedProducts {
  readonly line: number;
  readonly refs: readonly (NotedRef | BijiaError)[];
  readonly own: Readonly<Record<string, string>>;
}

export function createBatches(options: BatchesOptions): Batches {
  const { core, processes, clock } = options;
  const jobs = createJobStore({ stateDir: core.stateDir, processes, clock });
  const { get, list, listDamaged, cancel, remove, setExtra, folderOf } = jobs;
  const preparation = { ...options, jobs };
  const removeExpired = async () => {
    const removed = await jobs.removeExpired();
    for (const { id, label, state } of removed) {
      core.log.warn('a job that nobody continued was removed', { job: id, label: cleanText(label), state });
    }
    return removed;
  };

  return {
    ...{ get, list, listDamaged, cancel, remove, removeExpired, setExtra, folderOf },
    prepare: (async (input: InputSource | ShopRequest, request: BatchRequest) => {
      await removeExpired();
      if ('shop' in input) return prepareShop(input.shop, request, preparation);
      return prepareList(input, request, preparation);
    }) as Batches['prepare'],
    readProducts: (input, { platform }) => readProducts(input, platform, options),
    run: async (id, jobOptions = {}) => {
      const job = await jobs.lock(id);
      try {
        const record = job.record();
        if (record.state === 'finished' && !jobOptions.retryFailed) throw createFinishedError(record.id);
        const output = jobOptions.output ?? toOutput(record);
        return await runJob(job, { ...jobOptions, ...clock, output, core });
      } finally {
        await job.release();
      }
    },
    readRows: async function* readRows(id, skip) {
      const record = await get(id);
      const page =
        skip === undefined ? undefined : await openPage(record, { core, folder: folderOf(record.id) });
      if (page) return yield* page.rows(skip ?? 0);
      const { rows, journal } = await openWork(record, {
        ...{ core, folder: folderOf(record.id), rowsOnly: true },
      });
      try {
        yield* rows(undefined, skip);
      } finally {
        await journal.close();
      }
    },
  };
}

async function* readProducts(
  input: InputSource,
  platform: string | undefined,
  { core, xlsx }: BatchesOptions,
): AsyncGenerator<ListedProducts> {
  const rules = createTableRules(core.marketplaces);
  const { lines, report } = await openInput(input, { rules, platform, xlsx });
  for await (const { line, ranks, own = [] } of lines) {
    const names = report.ownColumns();
    const readings = readRanks(ranks, ({ given, text = given, platformHint }) =>
      core.parseEntry(text, { platform: platform ?? platformHint }),
    );
    const refs = readings.map(({ reading }) => reading);
    yield { line, refs, own: Object.fromEntries(own.map((cell, at) => [names[at] ?? String(at), cell])) };
  }
}

function createFinishedError(id: string): InputError {
  return new InputError(`Job ${id} is finished. Give its list again for fresh answers.`, {
    code: 'job_finished',
    facts: { id },
  });
}
