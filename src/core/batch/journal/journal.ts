import { open, readdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Outcome } from '../../errors.js';
import { toDiskError } from '../disk-error.js';
import { createJournalIndex, type JournalIndex } from './journal-index.js';
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
  /** Monotonic, milliseconds. */
  readonly monotonicNow: () => number;
  /** Opens a new file, failing with EEXIST when there is one. */
  readonly createFile?: (path: string) => Promise<SegmentFile>;
}

/** What was found out so far, on disk: an entry survives the process that wrote it. */
export interface Journal extends Pick<JournalIndex, 'outcomeAt' | 'count' | 'counts'> {
  /**
   * @param durable on the disk before this returns, for what an upstream was asked for; else within a second
   * @throws ConfigError when the disk is full or fails
   */
  readonly append: (index: number, outcome: Outcome, record: unknown, durable: boolean) => Promise<void>;
  /** Where an entry stands: it grows from each entry to the next, over all segments. */
  readonly placeOf: (index: number) => number | undefined;
  /** @returns the record of an entry; undefined when there is none, or it went bad since */
  readonly read: (index: number) => Promise<unknown>;
  readonly close: () => Promise<void>;
}

/**
 * Opens the journal of a job's run. Each runner appends to a segment of its own, created exclusively with its first
 * entry: a runner that was wrongly thought dead cannot damage what another writes.
 * @throws ConfigError when the journal belongs to another list or version
 */
export async function openJournal(options: JournalOptions): Promise<Journal> {
  const { folder, run, list, size, monotonicNow } = options;
  const seed = crc32(`${JOURNAL_VERSION}:${list}`);
  const pathOf = (segment: number) => join(folder, `${segmentPrefix(run)}${segment}.jsonl`);
  const index = createJournalIndex(size);
  const segments = await listSegments(folder, run);
  for (const segment of segments) await scanSegment(pathOf(segment), segment, { list, seed }, index);
  const reader = createJournalReader(pathOf);
  const createFile = options.createFile ?? createSegmentFile;
  let own: Promise<{ writer: JournalWriter; segment: number }> | undefined;

  const openSegment = async () => {
    for (let segment = (segments.at(-1) ?? 0) + 1; ; segment += 1) {
      const file = await createFile(pathOf(segment)).catch(ignoreTaken);
      if (!file) continue;
      const writer = createJournalWriter(file, monotonicNow);
      await writer.append(formatHeader(list), false);
      return { writer, segment };
    }
  };

  return {
    outcomeAt: index.outcomeAt,
    count: index.count,
    counts: index.counts,
    placeOf: (at) => {
      const place = index.placeAt(at);
      return place && place.segment * MAX_SEGMENT_BYTES + place.offset;
    },
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

/** Far beyond any segment, and 65,536 of them fit into a safe integer. */
const MAX_SEGMENT_BYTES = 2 ** 36;

const segmentPrefix = (run: number) => `journal-${run}-`;

/** Numbers of a run's segments, in order. */
async function listSegments(folder: string, run: number): Promise<number[]> {
  const prefix = segmentPrefix(run);
  const names = (await readdir(folder)).filter((name) => name.startsWith(prefix) && name.endsWith('.jsonl'));
  return names.map((name) => Number(name.slice(prefix.length, -'.jsonl'.length))).sort((a, b) => a - b);
}

/** Removes what earlier runs of the job found out. */
export async function removeOlderJournals(folder: string, run: number): Promise<void> {
  for (let older = 1; older < run; older += 1) {
    const segments = await listSegments(folder, older);
    await Promise.all(segments.map((segment) => rm(join(folder, `${segmentPrefix(older)}${segment}.jsonl`))));
  }
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

/** Without it a power failure can take the name of a file whose content is safe. Not every system offers it. */
async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows opens no folders; there the name is written with the file.
  }
}
