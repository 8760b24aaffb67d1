import { OUTCOMES, type Outcome } from '../../errors.js';
import type { JobRows, KnownResult } from '../../state/job-rows.js';
import type { Journal, KnownJournal } from '../journal/journal.js';
import { createJournalIndex, type LinePlace } from '../journal/journal-index.js';
import { unpack } from './packing.js';
import { askPatiently, type PatienceOptions } from './patience.js';

/** What the machines have found out about a job so far, in rows. */
export interface RowJournal extends KnownJournal, Pick<Journal, 'lineOf' | 'segmentNames'> {
  /** Takes in what has come since. @returns the indexes, in the order in which their answers came */
  readonly refresh: () => Promise<readonly number[]>;
}

export interface RowJournalFacts {
  readonly id: string;
  readonly run: number;
  /** How many indexes there are; absent when not known yet. */
  readonly size?: number;
}

/** How many records are read at a time: rows are read in their order, or near it where several machines bring them. */
const READ_AT_ONCE = 64;
/** Read ahead, over all of these. */
const MAX_AHEAD = 8 * READ_AT_ONCE;

/**
 * @param patience for who waits for a database that is away
 * @throws StateError
 */
export async function openRowJournal(
  rows: Pick<JobRows, 'listResults' | 'readRecords'>,
  { id, run, size }: RowJournalFacts,
  patience?: PatienceOptions,
): Promise<RowJournal> {
  const ask = <T>(work: () => Promise<T>) => (patience ? askPatiently(work, patience) : work());
  const index = createJournalIndex(size);
  const records = createRecordReader(rows, { id, run }, ask);
  let newest = 0;

  const take = ({ index: at, outcome: name, place }: KnownResult): number[] => {
    newest = Math.max(newest, place);
    const outcome = toOutcome(name);
    // Rows have no length, and are found by their index.
    if (outcome) index.record(at, outcome, { segment: 0, offset: place, length: at });
    return outcome ? [at] : [];
  };
  const refresh = async () => {
    const found: number[] = [];
    for (;;) {
      const some = await ask(() => rows.listResults(id, run, newest));
      if (some.length === 0) break;
      found.push(...some.flatMap(take));
    }
    // A failure that was read ahead may have given way to an answer.
    if (found.length > 0) records.forget();
    return found;
  };

  await refresh();
  return {
    outcomeAt: index.outcomeAt,
    count: index.count,
    counts: index.counts,
    placeOf: (at) => index.placeAt(at)?.offset,
    refresh,
    read: async (at) => (index.placeAt(at) ? records.read(at) : undefined),
    lineOf: index.placeAt,
    segmentNames: () => [],
    close: async () => undefined,
  };
}

/** Records whose places a row journal told, without looking at all others. */
export function openRowPlaces(
  rows: Pick<JobRows, 'readRecords'>,
  facts: Pick<RowJournalFacts, 'id' | 'run'>,
) {
  const records = createRecordReader(rows, facts, (work) => work());
  return { read: ({ length: at }: LinePlace) => records.read(at), close: async () => undefined };
}

function createRecordReader(
  rows: Pick<JobRows, 'readRecords'>,
  { id, run }: Pick<RowJournalFacts, 'id' | 'run'>,
  ask: <T>(work: () => Promise<T>) => Promise<T>,
) {
  const ahead = new Map<number, Buffer>();
  return {
    read: async (at: number) => {
      if (!ahead.has(at)) {
        if (ahead.size >= MAX_AHEAD) ahead.clear();
        const read = await ask(() => rows.readRecords(id, run, at, READ_AT_ONCE));
        for (const row of read) ahead.set(row.index, row.record);
      }
      const packed = ahead.get(at);
      return packed && unpack(packed);
    },
    forget: () => ahead.clear(),
  };
}

/** @returns undefined for what is none: a newer version may know more */
export const toOutcome = (name: string): Outcome | undefined => OUTCOMES.find((one) => one === name);
