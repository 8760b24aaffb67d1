import { open, readdir, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Outcome } from '../../errors.js';
import { syncFolder } from '../../state/state-file.js';
import { onDisk, toDiskError } from '../disk-error.js';
import { createJournalIndex, type JournalIndex, type LinePlace } from './journal-index.js';
import { formatJournalLine, parseJournalLine, parseRecord } from './journal-line.js';
import { createJournalReader } from './journal-reader.js';
import { formatHeader, JOURNAL_VERSION, scanSegment } from './journal-scan.js';
import { createJournalWriter, type JournalWriter, type SegmentFile } from './journal-writer.js';

export interface JournalOptions {
  readonly folder: string;
  /** Which run of the job: each has a journal of its own. */
  readonly run: number;
  /** Hash of the list that the indexes count in. */
  readonly list: string;
  /** How many indexes there are; absent when not known yet. */
  readonly size?: number;
  /** Opens a new file, failing with EEXIST when there is one. */
  readonly createFile?: (path: string) => Promise<SegmentFile>;
}

/** What is known so far of a job. */
export interface KnownJournal extends Pick<JournalIndex, 'outcomeAt' | 'count' | 'counts'> {
  /** Where an entry stands: it grows from each entry to the next. */
  readonly placeOf: (index: number) => number | undefined;
  /** @returns the record of an entry; undefined when there is none, or it went bad since */
  readonly read: (index: number) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/** What was found out so far, on disk: an entry survives the process that wrote it. */
export interface Journal extends KnownJournal {
  /**
   * @param durable on the disk before this returns, for what an upstream was asked for; else within a second
   * @throws ConfigError when the disk is full or fails
   */
  readonly append: (index: number, outcome: Outcome, record: unknown, durable: boolean) => Promise<void>;
  /** Where the line of an entry is; segments count as `segmentNames` lists them. */
  readonly lineOf: (index: number) => LinePlace | undefined;
  readonly segmentNames: () => string[];
}

/**
 * Opens the journal of a job's run. Each runner appends to a segment of its own, created exclusively with its first
 * entry: a runner that was wrongly thought dead cannot damage what another writes.
 * @throws ConfigError when the journal belongs to another list or version
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { folder, run, list, size } = options;
  const seed = crc32(`${JOURNAL_VERSION}:${list}`);
  const index = createJournalIndex(size);
  const segments = await listSegments(folder, run);
  const newest = segments.at(-1) ?? 0;
  // Places in the index count the segments, however they are numbered.
  const paths = segments.map((segment) => pathOfSegment(folder, run, segment));
  for (const [at, path] of paths.entries()) await scanSegment(path, at, { list, seed, index });
  const reader = createJournalReader((at) => paths[at] ?? '');
  const createFile = options.createFile ?? createSegmentFile;
  let own: Promise<{ writer: JournalWriter; segment: number }> | undefined;

  const openSegment = async () => {
    for (let number = newest + 1; ; number += 1) {
      const path = pathOfSegment(folder, run, number);
      const file = await createFile(path).catch(ignoreTaken);
      if (!file) continue;
      const writer = createJournalWriter(file);
      await writer.append(formatHeader(list), false);
      return { writer, segment: paths.push(path) - 1 };
    }
  };

  return {
    outcomeAt: index.outcomeAt,
    count: index.count,
    counts: index.counts,
    placeOf: (at) => {
      const place = index.placeAt(at);
      return place && toPlaceNumber(place);
    },
    lineOf: index.placeAt,
    segmentNames: () => paths.map((path) => basename(path)),
    append: async (at, outcome, record, durable) => {
      own ??= openSegment();
      const { writer, segment } = await own;
      const line = formatJournalLine(seed, at, outcome, record);
      const offset = await writer.append(line, durable);
      index.record(at, outcome, { segment, offset, length: Buffer.byteLength(line) - 1 });
    },
    read: async (at) => {
      const place = index.placeAt(at);
      if (!place) return undefined;
      return reader.read(place, (line) => {
        const entry = parseJournalLine(line, seed);
        return entry?.index === at ? parseRecord(line, entry) : undefined;
      });
    },
    close: async () => {
      await reader.close();
      await (await own?.catch(() => undefined))?.writer.close();
    },
  };
}

/** The place of an entry among all of its journal, as one number. */
export const toPlaceNumber = ({ segment, offset }: LinePlace): number => segment * MAX_SEGMENT_BYTES + offset;

/** Far beyond any segment, and 65,536 of them fit into a safe integer. */
const MAX_SEGMENT_BYTES = 2 ** 36;

export const pathOfSegment = (folder: string, run: number, segment: number) =>
  join(folder, `journal-${run}-${segment}.jsonl`);

/** Longer numbers were not written here. */
const NAME = /^journal-(\d{1,8})-(\d{1,8})\.jsonl$/;

interface SegmentName {
  readonly run: number;
  readonly segment: number;
}

async function listNames(folder: string): Promise<SegmentName[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => {
    const [, run, segment] = NAME.exec(name) ?? [];
    return run === undefined ? [] : [{ run: Number(run), segment: Number(segment) }];
  });
}

/** Numbers of a run's segments, in order. */
export async function listSegments(folder: string, run: number): Promise<number[]> {
  const own = (await listNames(folder)).filter((name) => name.run === run);
  return own.map(({ segment }) => segment).sort((a, b) => a - b);
}

/** The newest run that left anything in the folder of a job; 0 when none did. */
export async function getNewestRun(folder: string): Promise<number> {
  return (await listNames(folder)).reduce((newest, { run }) => Math.max(newest, run), 0);
}

/**
 * Removes what all other runs of the job found out, later ones too: where the record of a job was lost, its runs are
 * counted from the journals, and what is old must never be taken for new.
 */
export async function removeOtherJournals(folder: string, run: number): Promise<void> {
  const others = (await readdir(folder)).filter(
    (name) => name.startsWith('journal-') && !name.startsWith(`journal-${run}-`),
  );
  for (const name of others) await onDisk(() => rm(join(folder, name), { recursive: true, force: true }));
}

function ignoreTaken(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'EEXIST') throw toDiskError(error);
}

async function createSegmentFile(path: string): Promise<SegmentFile> {
  const handle = await open(path, 'wx', 0o600);
  await syncFolder(dirname(path));
  return {
    append: (bytes) => handle.appendFile(bytes),
    sync: () => handle.datasync(),
    close: () => handle.close(),
  };
}
