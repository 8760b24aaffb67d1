import { hash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { findSole, isSandbox } from '../config.js';
import type { Core } from '../core.js';
import type { ShopRef } from '../lookup/shop-listing.js';
import type { InputReading } from '../words/input-reading.js';
import type { BatchSource } from './core-batch-source.js';
import { type BatchQuery, createCoreBatchSource, listGateways } from './core-batch-source.js';
import type { XlsxOptions } from './input/formats/xlsx.js';
import { type InputSource, openInput } from './input/input.js';
import { createRecognise } from './input/line-reading.js';
import { collectInput, type InputList, type InputSummary } from './input/list.js';
import { createTableRules } from './input/table/row.js';
import type { JobKeeper } from './jobs/job-keeper.js';
import { getJobId, type JobKey, type JobRecord } from './jobs/job-record.js';
import { getShopRoute } from './open-work.js';
import { type Plan, planRun, readPace } from './plan.js';
import type { Pace } from './schedule.js';

export interface BatchRequest extends Omit<BatchQuery, 'fresh'> {
  /** `local`, or who asked for it from elsewhere. */
  readonly owner: string;
  /** Tells lists apart that ask for the same references in other lines; without it they are one job. */
  readonly variant?: string;
  /** What bare ids belong to of which the file does not say it: the answer of a person who was asked. */
  readonly openPlatform?: string;
  /** What the job is called in lists: the input's name. */
  readonly label: string;
  /** Goes on with a finished job of the same list, too. */
  readonly retryFailed?: boolean;
  /** It will keep no calls for people. */
  readonly batchFirst?: boolean;
  /** Names or numbers of the columns that hold the products, instead of those that look right. */
  readonly columns?: readonly string[];
  /** Name or number of the sheet that holds them. */
  readonly sheet?: string;
  readonly signal?: AbortSignal;
}

/** A shop whose products are wanted, all of them. */
export interface ShopRequest {
  readonly shop: ShopRef;
}

/** What was asked for, understood; nothing was sent yet, and no job exists. */
export interface PreparedBatch {
  readonly id: string;
  /** The unfinished job about the same, which this one continues. */
  readonly earlier: JobRecord | undefined;
  /** Makes it a job. @throws InputError while the same job is running */
  readonly save: (details?: Pick<JobRecord, 'output' | 'extra'>) => Promise<JobRecord>;
  /** Forgets it. */
  readonly discard: () => Promise<void>;
}

/** A list that was read and recognised. */
export interface PreparedList extends PreparedBatch {
  readonly list: InputList;
  readonly summary: InputSummary;
  readonly plan: Plan;
  /** How a table was read; undefined for a text. */
  readonly reading: InputReading | undefined;
}

export interface PreparationOptions {
  readonly core: Core;
  readonly jobs: JobKeeper;
  readonly xlsx: XlsxOptions;
}

/** @throws InputError for an input that cannot be read */
export async function prepareList(
  input: InputSource,
  request: BatchRequest,
  { core, jobs, xlsx }: PreparationOptions,
): Promise<PreparedList> {
  const { label, platform, openPlatform, retryFailed = false, batchFirst, signal } = request;
  const source = createCoreBatchSource(core, request);
  const copyPath = await jobs.createCopyPath();
  const discard = () => rm(copyPath, { force: true });
  try {
    const rules = createTableRules(core.marketplaces);
    const { columns, sheet } = request;
    const opened = await openInput(input, {
      ...{ rules, platform: platform ?? openPlatform, columns, sheet, xlsx: { ...xlsx, signal } },
      sole: findSole(core.config),
    });
    const recognise = createRecognise(core, { platform, openPlatform });
    const list = await collectInput(opened, { recognise, copyPath, signal });
    const key = createKey(list, request, source, isSandbox(core.config));
    const id = getJobId(key);
    const earlier = await findEarlier(jobs, id, retryFailed);
    const pace = await readPace(core, batchFirst);
    const plan = earlier
      ? await planOn(earlier, list, { jobs, source, retryFailed, pace })
      : planRun(list.references, undefined, source, retryFailed, pace);
    const facts = { label, lines: list.summary.lines, total: list.references.size };
    const content = { list, source };
    return {
      id,
      list,
      summary: list.summary,
      reading: opened.report.reading(),
      plan,
      earlier,
      save: async (details = {}) => {
        try {
          return await jobs.put(key, { ...facts, ...details }, { copyPath, continues: retryFailed, content });
        } finally {
          // Where it was not put in place, nobody comes back for the copy.
          await discard();
        }
      },
      discard,
    };
  } catch (error) {
    await discard();
    throw error;
  }
}

/** @throws ConfigError, UnsupportedError where no provider lists the shop */
export async function prepareShop(
  { platform, id: shopId, url }: ShopRef,
  { owner, source, label }: Pick<BatchRequest, 'owner' | 'source' | 'label'>,
  { core, jobs }: PreparationOptions,
): Promise<PreparedBatch> {
  const { identity, pageSize } = getShopRoute(core, platform, source);
  // Pages of another size hold other rows.
  const list = hash('sha256', JSON.stringify([platform, shopId, pageSize]));
  const sandbox = isSandbox(core.config);
  const where = { list, gateways: sandbox ? [] : [identity], sandbox };
  const key: JobKey = { kind: 'shop', ...where, detail: 'summary', platform, source, owner };
  const id = getJobId(key);
  const shop = { platform, id: shopId, url };
  return {
    id,
    earlier: await findEarlier(jobs, id, false),
    save: (details = {}) => jobs.put(key, { label, lines: 0, total: 0, shop, ...details }),
    discard: async () => undefined,
  };
}

function createKey(
  { references, hash }: InputList,
  { detail, platform, source: wanted, owner, variant, raw }: BatchRequest,
  source: BatchSource,
  sandbox: boolean,
): JobKey {
  return {
    kind: 'batch',
    list: hash,
    detail,
    platform,
    source: wanted,
    gateways: sandbox ? [] : listGateways(references, source),
    sandbox,
    owner,
    variant,
    raw,
  };
}

interface PlanOptions {
  readonly jobs: JobKeeper;
  readonly source: BatchSource;
  readonly retryFailed: boolean;
  readonly pace: Pace;
}

/** What a run will take that goes on with an earlier job. */
async function planOn(
  { id, run, key }: JobRecord,
  { references }: InputList,
  { jobs, source, retryFailed, pace }: PlanOptions,
): Promise<Plan> {
  const journal = await jobs.openJournal({ id, run, list: key.list, size: references.size });
  try {
    return planRun(references, journal, source, retryFailed, pace);
  } finally {
    await journal.close();
  }
}

async function findEarlier(
  jobs: JobKeeper,
  id: string,
  retryFailed: boolean,
): Promise<JobRecord | undefined> {
  const earlier = await jobs.get(id).catch(() => undefined);
  return earlier && (earlier.state !== 'finished' || retryFailed) ? earlier : undefined;
}
