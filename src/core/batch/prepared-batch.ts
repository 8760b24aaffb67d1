import { rm } from 'node:fs/promises';
import { isSandbox } from '../config.js';
import type { Core } from '../core.js';
import type { BatchSource } from './batch-source.js';
import {
  type BatchQuery,
  createColumnRules,
  createCoreBatchSource,
  createRecognise,
} from './core-batch-source.js';
import { type InputSource, openInput } from './input/input.js';
import { collectInput, type InputList, type InputSummary } from './input/input-list.js';
import type { XlsxOptions } from './input/input-xlsx.js';
import type { JobStore } from './jobs/job.js';
import { getJobId, type JobKey, type JobRecord } from './jobs/job-record.js';
import { openJournal } from './journal/journal.js';
import { type Plan, planRun } from './plan.js';
import type { ReferenceTable } from './reference-table.js';

export interface BatchRequest extends Omit<BatchQuery, 'fresh'> {
  /** `local`, or who asked for it from elsewhere. */
  readonly owner: string;
  /** What the job is called in lists: the input's name. */
  readonly label: string;
  /** Goes on with a finished job of the same list, too. */
  readonly retryFailed?: boolean | undefined;
  readonly maxLines?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** An input that was read and recognised; nothing was sent, and no job exists yet. */
export interface PreparedBatch {
  readonly id: string;
  readonly list: InputList;
  readonly summary: InputSummary;
  readonly plan: Plan;
  /** The job of the same list that this one goes on with. */
  readonly earlier: JobRecord | undefined;
  /** Makes it a job. @throws InputError while the same job is running */
  readonly save: (details?: Pick<JobRecord, 'output' | 'extra'>) => Promise<JobRecord>;
  /** Forgets it. */
  readonly discard: () => Promise<void>;
}

export interface PreparationOptions {
  readonly core: Core;
  readonly jobs: JobStore;
  readonly xlsx: XlsxOptions;
  /** Monotonic, milliseconds. */
  readonly monotonicNow: () => number;
}

/** @throws InputError for an input that cannot be read */
export async function prepareBatch(
  input: InputSource,
  request: BatchRequest,
  { core, jobs, xlsx, monotonicNow }: PreparationOptions,
): Promise<PreparedBatch> {
  const { owner, label, platform, source: wanted, detail, retryFailed = false, signal } = request;
  const source = createCoreBatchSource(core, request);
  const copyPath = await jobs.createCopyPath();
  const discard = () => rm(copyPath, { force: true });
  try {
    const rules = createColumnRules(core.marketplaces);
    const lines = await openInput(input, { rules, xlsx: { ...xlsx, signal }, maxBytes: request.maxBytes });
    const recognise = createRecognise(core, platform);
    const list = await collectInput(lines, { recognise, copyPath, maxLines: request.maxLines, signal });
    const key: JobKey = {
      kind: 'batch',
      list: list.references.hash(),
      detail,
      platform,
      source: wanted,
      gateways: isSandbox(core.config) ? [] : listGateways(list.references, source),
      sandbox: isSandbox(core.config),
      owner,
    };
    const id = getJobId(key);
    const earlier = await findEarlier(jobs, id, retryFailed);
    const journal =
      earlier &&
      (await openJournal({
        folder: jobs.folderOf(id),
        run: earlier.run,
        list: key.list,
        size: list.references.size,
        now: monotonicNow,
      }));
    const plan = planRun(list.references, journal, source, retryFailed);
    await journal?.close();
    const facts = { label, lines: list.lineCount, total: list.references.size };
    return {
      id,
      list,
      summary: list.summary,
      plan,
      earlier,
      save: async (details = {}) => {
        try {
          return await jobs.put(key, { ...facts, ...details }, { copyPath, continues: retryFailed });
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

/**
 * Where the calls of a list go: the same list asked for elsewhere is another job. The embedded sandbox, with a new
 * address and key each time, is the same everywhere.
 */
function listGateways({ sorts }: ReferenceTable, source: BatchSource): string[] {
  const groups = sorts.flatMap((sort) => {
    try {
      return [source.findRoute(sort).group];
    } catch {
      // Nothing is sent for these.
      return [];
    }
  });
  return [...new Set(groups)].sort();
}

async function findEarlier(jobs: JobStore, id: string, retryFailed: boolean): Promise<JobRecord | undefined> {
  const earlier = await jobs.get(id).catch(() => undefined);
  return earlier && (earlier.state !== 'finished' || retryFailed) ? earlier : undefined;
}
