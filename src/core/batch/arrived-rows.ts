import { LRUCache } from 'lru-cache';
import type { Core } from '../core.js';
import { toBijiaError } from '../errors.js';
import { type ArrivedPart, createArrivals, type ToldRows } from './arrivals.js';
import { createCoreBatchSource } from './core-batch-source.js';
import { readPlacedLines } from './finished-page.js';
import type { InputList } from './input/list.js';
import type { JobKeeper } from './jobs/job-keeper.js';
import type { JobRecord } from './jobs/job-record.js';
import { readListPlaces } from './list-places.js';
import { loadKept } from './open-work.js';
import type { Row } from './output/row.js';

/** Rows of a job whose answers still come, in the order in which they came. */
export interface ArrivedRows extends Omit<ArrivedPart, 'places'> {
  readonly rows: readonly ArrivedRow[];
}

export interface ArrivedRow extends Row {
  readonly place: number;
  /** The first line that asks for the same. */
  readonly firstLine: number;
}

/** @throws BijiaError where the list or the answers of the job cannot be read */
export type ReadArrived = (record: JobRecord, told: ToldRows, most: number) => Promise<ArrivedRows>;

/** What the orders of all jobs together may have, in rows: some 50 MB. Those that nobody has asked for the longest are forgotten. */
const MAX_KEPT_ROWS = 1_200_000;

/** Reads pages of lists: the first one of a list reads all of it, later ones what has come since and what they show. */
export function createReadArrived(core: Core, jobs: JobKeeper): ReadArrived {
  const kept = new LRUCache<string, ReturnType<typeof openArrivals>>({ maxSize: MAX_KEPT_ROWS });
  const open = (record: JobRecord) => {
    // One that was removed and given again counts its runs from the beginning.
    const key = `${record.id}.${record.run}.${record.createdAtMs}`;
    const known = kept.get(key);
    if (known) return known;
    const opening = openArrivals(record, core, jobs);
    kept.set(key, opening, { size: Math.max(1, record.lines, record.total) });
    opening.catch(() => kept.peek(key) === opening && kept.delete(key));
    return opening;
  };
  return async (record, told, most) => {
    const { arrivals, journal, ownColumns } = await open(record);
    const { places, ...facts } = await arrivals.read(told, most);
    const answers = jobs.openAnswers(record, journal.segmentNames());
    try {
      const copyPath = await jobs.getCopyPath(record.id);
      const read = readPlacedLines(record, places, { core, journal: answers, copyPath, ownColumns });
      const rows: ArrivedRow[] = [];
      for await (const row of read) {
        const { place = 0, firstLine = row.line } = places[rows.length] ?? {};
        rows.push({ ...row, place, firstLine });
      }
      return { ...facts, rows };
    } finally {
      await answers.close();
    }
  };
}

async function openArrivals(record: JobRecord, core: Core, jobs: JobKeeper) {
  const { id, run, key } = record;
  const copyPath = await jobs.getCopyPath(id);
  const list = await loadKept(copyPath, key.list);
  const places = await readListPlaces(copyPath, list, findUnasked(list, record, core));
  const journal = await jobs.followJournal({ id, run, list: key.list, size: list.references.size });
  return { arrivals: createArrivals(places, journal), journal, ownColumns: list.ownColumns };
}

/** Which references can never be asked for. That nothing is configured here says nothing about them. */
function findUnasked({ references }: InputList, { key }: JobRecord, core: Core) {
  const { getRoute } = createCoreBatchSource(core, key);
  const isUnasked = references.refTypes.map((refType) => {
    try {
      getRoute(refType);
      return false;
    } catch (error) {
      return toBijiaError(error).outcome !== 'not_configured';
    }
  });
  return (reference: number) => isUnasked[references.typeAt(reference)] === true;
}
