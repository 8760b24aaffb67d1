import type { Clock } from '../clock.js';
import { findSole } from '../config.js';
import type { Core } from '../core.js';
import type { BijiaError } from '../errors.js';
import type { NotedRef } from '../links/reference.js';
import type { Processes } from '../state/process-identity.js';
import type { ToldRows } from './arrivals.js';
import { type ArrivedRows, createReadArrived } from './arrived-rows.js';
import type { XlsxOptions } from './input/formats/xlsx.js';
import { type InputSource, openInput } from './input/input.js';
import { readRanks } from './input/line-reading.js';
import type { InputLine } from './input/lines.js';
import { createTableRules } from './input/table/row.js';
import { logRemoved } from './jobs/job-expiry.js';
import { createFolderKeeper, type JobKeeper } from './jobs/job-keeper.js';
import type { JobOptions, JobReport } from './jobs/run-job.js';
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
import { createSharedKeeper } from './shared/shared-keeper.js';

export interface BatchesOptions {
  readonly core: Core;
  /** Where workbooks are opened, and within which limits. */
  readonly xlsx: XlsxOptions;
  readonly processes: Processes;
  readonly clock: Clock;
}

type Jobs = Pick<
  JobKeeper,
  | 'get'
  | 'list'
  | 'listDamaged'
  | 'cancel'
  | 'remove'
  | 'removeExpired'
  | 'setExtra'
  | 'replaceExtra'
  | 'folderOf'
>;

/** Lists of any length, and whole shops: planned, run, resumed and written, by any process. */
export interface Batches extends Jobs {
  /** @throws InputError for an input that cannot be read */
  readonly prepare: {
    (input: ShopRequest, request: Pick<BatchRequest, 'owner' | 'source' | 'label'>): Promise<PreparedBatch>;
    (input: InputSource, request: BatchRequest): Promise<PreparedList>;
  };
  /**
   * The products that an input names and the user's own cells next to them, by header, without a job.
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
  /**
   * Rows of a list in the order in which their answers came, also while they still come. Nothing else of the list is read again.
   * @param most how many
   * @throws InputError where there is no such job, or its rows are those of a shop
   */
  readonly readArrived: (id: string, told: ToldRows, most: number) => Promise<ArrivedRows>;
}

/** One line of an input. */
export interface ListedProducts {
  readonly line: number;
  readonly refs: readonly (NotedRef | BijiaError)[];
  readonly own: Readonly<Record<string, string>>;
}

export function createBatches(options: BatchesOptions): Batches {
  const { core } = options;
  const { jobRows } = core;
  const jobs = jobRows ? createSharedKeeper({ ...options, rows: jobRows }) : createFolderKeeper(options);
  const { get, list, listDamaged, cancel, remove, setExtra, replaceExtra, folderOf } = jobs;
  const preparation = { ...options, jobs };
  const readArrived = createReadArrived(core, jobs);
  const removeExpired = async () => {
    const removed = await jobs.removeExpired();
    logRemoved(removed, core.log);
    return removed;
  };

  return {
    ...{ get, list, listDamaged, cancel, remove, removeExpired, setExtra, replaceExtra, folderOf },
    prepare: (async (input: InputSource | ShopRequest, request: BatchRequest) => {
      await removeExpired();
      if ('shop' in input) return prepareShop(input.shop, request, preparation);
      return prepareList(input, request, preparation);
    }) as Batches['prepare'],
    readProducts: (input, { platform }) => readProducts(input, platform, options),
    run: (id, jobOptions = {}) => jobs.run(id, jobOptions),
    readArrived: async (id, told, most) => readArrived(await get(id), told, most),
    readRows: async function* readRows(id, skip) {
      const record = await get(id);
      const readPage = skip === undefined ? undefined : await jobs.openPage(record);
      if (readPage) return yield* readPage(skip ?? 0);
      const copyPath = await jobs.getCopyPath(record.id);
      const { openJournal } = jobs;
      const { rows, journal } = await openWork(record, { core, copyPath, openJournal, rowsOnly: true });
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
  const { blocks, report } = await openInput(input, { rules, platform, sole: findSole(core.config), xlsx });
  const readLine = ({ line, ranks, own = [] }: InputLine): ListedProducts => {
    const names = report.ownColumns();
    const readings = readRanks(ranks, ({ given, text = given, platformHint }) =>
      core.parseEntry(text, { platform, hint: platformHint }),
    );
    const refs = readings.map(({ reading }) => reading);
    return { line, refs, own: Object.fromEntries(own.map((cell, at) => [names[at] ?? String(at), cell])) };
  };
  for await (const lines of blocks) for (const line of lines) yield readLine(line);
}
