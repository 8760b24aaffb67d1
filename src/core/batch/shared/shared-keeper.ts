import { stat } from 'node:fs/promises';
import type { Clock } from '../../clock.js';
import type { Core } from '../../core.js';
import { toBijiaError } from '../../errors.js';
import type { JobContent, JobRow, JobRows } from '../../state/job-rows.js';
import { exchangeSeenTime, listExpired } from '../jobs/job-expiry.js';
import { createFinishedError, type JobKeeper } from '../jobs/job-keeper.js';
import { type DamagedJob, getOnly, isStart } from '../jobs/job-reader.js';
import { getJobId, type JobRecord } from '../jobs/job-record.js';
import type { PutOptions } from '../jobs/job-store.js';
import { type JobDetails, renewRecord } from '../jobs/renew-record.js';
import { cutChunks } from './chunks.js';
import { createCopies } from './copies.js';
import { packFile } from './packing.js';
import { openRowJournal, openRowPlaces } from './row-journal.js';
import { createRunningError, readJobRow } from './row-record.js';
import { openSharedPage } from './shared-page.js';
import { createShopChunk } from './shop-chunk.js';

export interface SharedKeeperOptions {
  readonly core: Core;
  readonly rows: JobRows;
  readonly clock: Clock;
}

/**
 * Jobs in the database of several machines. A job is rows there: its record, its list in compressed parts, its chunks and
 * their results. The process that was asked to run it leads it: it begins the job, works on it, follows what all of them find
 * out, and writes the output. Any process takes a chunk by a lease that it renews, and a result is inserted once.
 *
 * Example: machine A leads a list of 1,000 lines, five chunks of 200. It works on two of them, and machine B on two others. B is
 * killed; once its leases are over, A takes its chunks, and asks only for what has no result yet.
 */
export function createSharedKeeper(options: SharedKeeperOptions): JobKeeper {
  const { core, rows, clock } = options;
  const copies = createCopies(core.stateDir, rows);
  const getRow = async (start: string): Promise<JobRow> =>
    getOnly(start, isStart(start) ? await rows.listMatching(start) : []);
  const get = async (start: string) => readJobRow(await getRow(start));
  const list = async (owner?: string) =>
    (await rows.list())
      .map(tryReading)
      .filter((one): one is JobRecord => 'key' in one)
      .filter((record) => owner === undefined || record.key.owner === owner)
      .sort((a, b) => b.updatedAtMs - a.updatedAtMs);
  const remove = async (start: string) => {
    const { id } = await getRow(start);
    if (!(await rows.remove(id))) throw createRunningError();
    await copies.remove(id);
    return id;
  };

  return {
    ...{ get, list, remove },
    folderOf: copies.folderOf,
    createCopyPath: copies.createPath,
    getCopyPath: async (id) => copies.fetch(await getRow(id)),
    put: createPut(options, copies),
    openJournal: (facts) => openRowJournal(rows, facts),
    followJournal: (facts) => openRowJournal(rows, facts),
    openAnswers: (record) => openRowPlaces(rows, record),
    openPage: (record) =>
      openSharedPage(record, {
        ...{ core, rows, folder: copies.folderOf(record.id) },
        fetchCopy: async () => copies.fetch(await getRow(record.id)),
      }),
    listDamaged: async () =>
      (await rows.list()).map(tryReading).filter((one): one is DamagedJob => 'message' in one),
    cancel: async (start) => {
      const { id } = await getRow(start);
      await rows.cancel(id);
      return get(id);
    },
    ...createExtra(rows, getRow),
    removeExpired: async () => {
      await rows.tidy();
      const nowMs = clock.now();
      const expired = listExpired(await list(), nowMs, await exchangeSeenTime(core.stateDir, nowMs));
      // Begun again by then: it stays.
      for (const { id } of expired) await remove(id).catch(() => undefined);
      await copies.removeForgotten(nowMs);
      return expired.filter(({ state }) => state !== 'finished');
    },
    run: async (start, jobOptions) => {
      const row = await getRow(start);
      const record = readJobRow(row);
      if (record.state === 'finished' && !jobOptions.retryFailed) throw createFinishedError(record.id);
      const { leadJob } = await import('./lead-job.js');
      const folder = copies.folderOf(record.id);
      const fetchCopy = () => copies.fetch(row);
      // Faces hand on flags of their own besides those of a run.
      return leadJob(row, record, { ...jobOptions, ...options, folder, fetchCopy });
    },
  };
}

type GetRow = (start: string) => Promise<JobRow>;

function createExtra(rows: JobRows, getRow: GetRow): Pick<JobKeeper, 'setExtra' | 'replaceExtra'> {
  return {
    setExtra: async (start, extra) => {
      const { id } = await getRow(start);
      await rows.setExtra(id, extra);
      return readJobRow(await getRow(id));
    },
    replaceExtra: async (start, known, extra) =>
      rows.setExtra((await getRow(start)).id, extra, { extra: known }),
  };
}

function tryReading(row: JobRow): JobRecord | DamagedJob {
  try {
    return readJobRow(row);
  } catch (error) {
    return { id: row.id, message: toBijiaError(error).message };
  }
}

function createPut({ rows, clock }: SharedKeeperOptions, copies: ReturnType<typeof createCopies>) {
  return async (key: JobRecord['key'], details: JobDetails, options: PutOptions = {}): Promise<JobRecord> => {
    const { copyPath, continues = false } = options;
    const id = getJobId(key);
    await rows.put(id, await toContent(details, options), (row, lastRun) => {
      if (row && isRunning(row)) throw createRunningError();
      const known = row && findRecord(row);
      const nowMs = clock.now();
      const record = renewRecord(known, lastRun, { id, key, details, continues, nowMs });
      const { state, run, cause, createdAtMs } = record;
      return { record, state, run, cause, createdAtMs, isFresh: run !== row?.run };
    });
    if (copyPath !== undefined) await copies.keep(id, copyPath);
    return readJobRow(getOnly(id, await rows.listMatching(id)));
  };
}

const isRunning = ({ state, leader, isWorkedOn }: JobRow) =>
  (state === 'running' || state === 'writing') && (leader !== undefined || isWorkedOn);

/** @returns undefined for a damaged one, which is replaced. @throws ConfigError for the record of a newer version */
function findRecord(row: JobRow): JobRecord | undefined {
  try {
    return readJobRow(row);
  } catch (error) {
    if (toBijiaError(error).code === 'job_damaged') return undefined;
    throw error;
  }
}

async function toContent({ shop }: JobDetails, { copyPath, content }: PutOptions): Promise<JobContent> {
  if (!content || copyPath === undefined) {
    const none = { inputBytes: 0, parts: async function* parts() {} };
    return {
      ...none,
      types: [{ platform: shop?.platform ?? '', kind: 'shop' }],
      chunks: () => [createShopChunk()],
    };
  }
  const { list, source } = content;
  return {
    types: list.references.refTypes.map(({ platform, kind, idType }) => ({ platform, kind, idType })),
    inputBytes: (await stat(copyPath)).size,
    parts: () => packFile(copyPath),
    chunks: () => cutChunks(list.references, source),
  };
}
