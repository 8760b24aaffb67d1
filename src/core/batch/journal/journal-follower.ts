import { basename } from 'node:path';
import { crc32 } from 'node:zlib';
import { type JournalOptions, listSegments, pathOfSegment, toPlaceNumber } from './journal.js';
import { createJournalIndex, type JournalIndex, type LinePlace } from './journal-index.js';
import { JOURNAL_VERSION, scanSegment } from './journal-scan.js';

/** What is known of a job whose answers still come, whichever process writes them. */
export interface JournalFollower extends Pick<JournalIndex, 'counts'> {
  /** Takes in what has come since. @returns the indexes whose places are new, in the order in which they were found */
  readonly refresh: () => Promise<readonly number[]>;
  readonly placeOf: (index: number) => number | undefined;
  readonly lineOf: (index: number) => LinePlace | undefined;
  readonly segmentNames: () => string[];
}

/** Reads the journal of a job's run, and each time nothing but what was appended since. Nothing stays open in between. */
export function followJournal({
  folder,
  run,
  list,
  size,
}: Omit<JournalOptions, 'createFile'>): JournalFollower {
  const seed = crc32(`${JOURNAL_VERSION}:${list}`);
  const index = createJournalIndex(size);
  const segments: { readonly path: string; readBytes: number }[] = [];
  const addNew = async () => {
    // Each runner begins a segment with a number above all others.
    for (const number of (await listSegments(folder, run)).slice(segments.length)) {
      segments.push({ path: pathOfSegment(folder, run, number), readBytes: 0 });
    }
  };
  return {
    refresh: async () => {
      await addNew();
      const found: number[] = [];
      const options = { list, seed, index, onEntry: (at: number) => void found.push(at) };
      for (const [at, segment] of segments.entries()) {
        segment.readBytes = await scanSegment(segment.path, at, options, segment.readBytes);
      }
      return found;
    },
    counts: index.counts,
    lineOf: index.placeAt,
    placeOf: (at) => {
      const place = index.placeAt(at);
      return place && toPlaceNumber(place);
    },
    segmentNames: () => segments.map(({ path }) => basename(path)),
  };
}
