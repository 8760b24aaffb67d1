import { crc32 } from 'node:zlib';
import type { LinePlace } from './journal-index.js';
import { parseJournalLine, parseRecord } from './journal-line.js';
import { createJournalReader } from './journal-reader.js';
import { JOURNAL_VERSION } from './journal-scan.js';

/** Reads entries of a journal whose places are known, without looking at all the others. */
export type JournalPlaces = ReturnType<typeof openJournalPlaces>;

/** @param list hash of the list that the journal is about, which seeds the checksums of its lines */
export function openJournalPlaces(paths: readonly string[], list: string) {
  const seed = crc32(`${JOURNAL_VERSION}:${list}`);
  const reader = createJournalReader((segment) => paths[segment] ?? '');
  return {
    /** @returns the record; undefined when it went bad since */
    read: (place: LinePlace) =>
      reader.read(place, (line) => {
        const entry = parseJournalLine(line, seed);
        return entry && parseRecord(line, entry);
      }),
    close: reader.close,
  };
}
