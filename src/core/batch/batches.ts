import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { isSandbox } from '../config.js';
import type { Core } from '../core.js';
import { InputError } from '../errors.js';
import type { ShopRef } from '../lookup/shop-listing.js';
import type { Processes } from '../state/process-identity.js';
import { createCoreBatchSource } from './core-batch-source.js';
import type { InputSource } from './input/input.js';
import { type InputList, loadInput } from './input/input-list.js';
import type { XlsxOptions } from './input/input-xlsx.js';
import { type JobRecord, toOutput } from './jobs/job-record.js';
import { COPY_FILE, createJobStore, type JobStore } from './jobs/job-store.js';
import type { LockedJob } from './jobs/locked-job.js';
import { type JobReport, type JobRunOptions, runBatchJob } from './jobs/run-job.js';
import { readShopRows, runShopJob, type ShopJobOptions, type ShopReport } from './jobs/shop-job.js';
import { openJournal } from './journal/journal.js';
import { type Row, readRows } from './output/row.js';
import { planRun } from './plan.js';
import { type BatchRequest, type PreparedBatch, prepareBatch } from './prepared-batch.js';

export interface BatchesOptions {
  readonly core: Core;
  /** Where workbooks are opened, and within which limits. */
  readonly xlsx: XlsxOptions;
  readonly processes: Processes;
  /** Wall clock, milliseconds. */
  readonly now: () => number;
  /** Monotonic, milliseconds. */
  readonly monotonicNow: () => number;
}

export type RunJobOptions = Omit<JobRunOptions, 'source' | 'monotonicNow'> & {
  /** Asks again even when an answer is at hand. */
  readonly fresh?: boolean;
  /** The list, when it is at hand; else the job's copy is read. */
  readonly list?: InputList;
};

export type RunShopOptions = Omit<ShopJobOptions, 'getPage' | 'shopId' | 'pageSize' | 'monotonicNow'>;

type Jobs = Pick<JobStore, 'get' | 'list' | 'cancel' | 'remove' | 'removeExpired' | 'folderOf'>;

/** Lists of any length, and whole shops: planned, run, resumed and written, by whatever process. */
export interface Batches extends Jobs {
  /** @throws InputError for an input that cannot be read */
  readonly prepare: (input: InputSource, request: BatchRequest) => Promise<PreparedBatch>;
  /** Runs or resumes a batch. @throws BijiaError when it cannot begin, or its output not be written */
  readonly run: (id: string, options?: RunJobOptions) => Promise<JobReport>;
  /** What a job found out so far: every line of a batch, or a shop's products. @throws InputError */
  readonly readRows: (id: string) => AsyncGenerator<Row>;
  /** Makes a crawl of a shop a job. @throws InputError while it is running */
  readonly saveShop: (
    ref: ShopRef,
    request: Pick<BatchRequest, 'owner' | 'source' | 'label'>,
    details?: Pick<JobRecord, 'output' | 'extra'>,
  ) => Promise<JobRecord>;
  /** Crawls a shop, or goes on with it. @throws BijiaError when it cannot begin, or its output not be written */
  readonly runShop: (id: string, options?: RunShopOptions) => Promise<ShopReport>;
}

/** Where a source does not say how long a page may be. */
const SHOP_PAGE_SIZE = 20;

export function createBatches(options: BatchesOptions): Batches {
  const { core, processes, now, monotonicNow } = options;
  const jobs = createJobStore({ stateDir: core.stateDir, processes, now });
  const { get, list, cancel, remove, removeExpired, folderOf } = jobs;
  return {
    ...{ get, list, cancel, remove, removeExpired, folderOf },
    ...createShops(core, jobs, monotonicNow),
    prepare: async (input, request) => {
      await removeExpired();
      return prepareBatch(input, request, { ...options, jobs });
    },
    run: (id, runOptions = {}) =>
      withLock(jobs, id, 'batch', runOptions.retryFailed, async (job) => {
        const { key } = job.record();
        const known = runOptions.list ?? (await loadInput(join(job.folder, COPY_FILE)));
        const source = createCoreBatchSource(core, { ...key, fresh: runOptions.fresh });
        const output = runOptions.output ?? toOutput(job.record());
        return runBatchJob(job, known, { ...runOptions, source, output, monotonicNow });
      }),
    readRows: (id) => readJobRows(core, jobs, id, monotonicNow),
  };
}

/** Runs `body` while no other process can touch the job. */
async function withLock<T>(
  jobs: JobStore,
  id: string,
  kind: 'batch' | 'shop',
  mayContinue: boolean | undefined,
  body: (job: LockedJob) => Promise<T>,
): Promise<T> {
  const job = await jobs.lock(id);
  try {
    const record = job.record();
    if (record.key.kind !== kind) throw new InputError(`The job ${record.id} is no ${kind}.`);
    if (record.state === 'finished' && !mayContinue) {
      throw new InputError(`The job ${record.id} is finished. Give its list again for fresh answers.`, {
        code: 'job_finished',
      });
    }
    return await body(job);
  } finally {
    await job.release();
  }
}

async function* readJobRows(
  core: Core,
  jobs: JobStore,
  id: string,
  monotonicNow: () => number,
): AsyncGenerator<Row> {
  const record = await jobs.get(id);
  const { key, run, shop } = record;
  const folder = jobs.folderOf(record.id);
  const isBatch = key.kind === 'batch';
  const copyPath = join(folder, COPY_FILE);
  const list = isBatch ? await loadInput(copyPath) : undefined;
  const journal = await openJournal({
    folder,
    run,
    list: key.list,
    size: list?.references.size,
    monotonicNow,
  });
  try {
    if (!list) yield* readShopRows(journal, shop?.url ?? '');
    else {
      const { refTypes } = planRun(list.references, journal, createCoreBatchSource(core, key));
      const explain = (index: number) => refTypes[list.references.typeAt(index)]?.refusal;
      yield* readRows({ copyPath, list, journal, explain, sandbox: key.sandbox });
    }
  } finally {
    await journal.close();
  }
}

function createShops(
  core: Core,
  jobs: JobStore,
  monotonicNow: () => number,
): Pick<Batches, 'saveShop' | 'runShop'> {
  const getPageSize = (platform: string, source: string | undefined) =>
    core.getUpstream(platform, { source, capability: 'shop' }).connection.maxShopPageSize ?? SHOP_PAGE_SIZE;
  return {
    saveShop: async ({ platform, id, url }, { owner, source, label }, details = {}) => {
      const { identity } = core.getUpstream(platform, { source, capability: 'shop' });
      // Pages of another size hold other rows.
      const place = JSON.stringify([platform, id, getPageSize(platform, source)]);
      const list = createHash('sha256').update(place).digest('hex');
      const asked = { detail: 'summary' as const, platform, source, owner };
      const sandbox = isSandbox(core.config);
      const key = { kind: 'shop' as const, list, gateways: sandbox ? [] : [identity], sandbox, ...asked };
      return jobs.put(key, { label, lines: 0, total: 0, shop: { platform, id, url }, ...details });
    },
    runShop: (jobId, options = {}) =>
      withLock(jobs, jobId, 'shop', false, async (job) => {
        const { shop, key } = job.record();
        if (!shop) throw new InputError('The job does not say which shop. Remove it and begin anew.');
        const { platform, id, url } = shop;
        const size = getPageSize(platform, key.source);
        const ref: ShopRef = { platform, kind: 'shop', id, url };
        return runShopJob(job, {
          ...options,
          output: options.output ?? toOutput(job.record()),
          shopId: id,
          pageSize: size,
          monotonicNow,
          getPage: (page, callOptions) =>
            core.getShopPage(ref, { page, size }, { ...callOptions, lane: 'batch', source: key.source }),
        });
      }),
  };
}
