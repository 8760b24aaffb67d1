import { type FileHandle, open } from 'node:fs/promises';
import { ConfigError } from '../../errors.js';
import { isRegularFile } from '../../state/state-file.js';
import type { JournalIndex, LinePlace } from './journal-index.js';
import { getLineStart, parseJournalLine } from './journal-line.js';

export const JOURNAL_VERSION = 1;

const CHUNK_BYTES = 2 ** 20;
/** Beyond this a stretch without line feed is not a line but damage. */
const MAX_LINE_BYTES = 64 * 2 ** 20;
/** The most such stretches a journal has: reading a terabyte of zeros would never end. */
const MAX_DAMAGED_STRETCHES = 4;
const LINE_FEED = 0x0a;

interface Header {
  readonly version: number;
  readonly list: string;
}

export function formatHeader(list: string): string {
  return `${JSON.stringify({ journal: 'bijia', version: JOURNAL_VERSION, list })}\n`;
}

/** What is scanned for, and what learns of it. */
export interface ScanOptions {
  readonly list: string;
  readonly seed: number;
  readonly index: JournalIndex;
  /** Told each index whose line counts. */
  readonly onEntry?: (index: number) => void;
}

/**
 * Enters what a segment holds into the index. Damaged lines and a torn end are passed over: what they held is
 * fetched again.
 * @param start where an earlier scan ended
 * @returns where a later scan goes on: before a line that has no end yet
 * @throws ConfigError when the segment is not a file, belongs to another list or was written by another version
 */
export async function scanSegment(
  path: string,
  segment: number,
  options: ScanOptions,
  start = 0,
): Promise<number> {
  if (!(await isRegularFile(path))) return start;
  const handle = await open(path, 'r');
  try {
    return await eachLine(handle, start, (line, offset) => {
      if (offset === 0) checkHeader(line, path, options.list);
      enterLine(line, { segment, offset }, options);
    });
  } finally {
    await handle.close();
  }
}

function checkHeader(line: Buffer, path: string, list: string): void {
  const header = parseHeader(line);
  if (header && header.version !== JOURNAL_VERSION) {
    throw new ConfigError(
      `The journal ${path} was written by another version of bijia (format ${header.version}, here ${JOURNAL_VERSION}). Remove the job or use that version.`,
      { code: 'journal_version' },
    );
  }
  if (header && header.list !== list) {
    throw new ConfigError(
      `The journal ${path} belongs to another list. Remove the job with "bijia jobs rm" to start again.`,
      { code: 'journal_of_another_list' },
    );
  }
}

/** @returns undefined when the line is damaged: then the seeded checksum of each line decides by itself */
function parseHeader(line: Buffer): Header | undefined {
  try {
    const { version, list } = JSON.parse(line.toString()) as Partial<Header>;
    return typeof version === 'number' && typeof list === 'string' ? { version, list } : undefined;
  } catch {
    return undefined;
  }
}

function enterLine(
  line: Buffer,
  { segment, offset }: Pick<LinePlace, 'segment' | 'offset'>,
  { seed, index, onEntry }: ScanOptions,
): void {
  for (let start = 0; start >= 0; start = getLineStart(line, start + 1)) {
    const entry = parseJournalLine(start === 0 ? line : line.subarray(start), seed);
    if (!entry) continue;
    const place = { segment, offset: offset + start, length: line.length - start };
    if (index.record(entry.index, entry.outcome, place)) onEntry?.(entry.index);
    return;
  }
}

/**
 * Calls back for each line from one on, the last one also when its line feed is missing. The buffer is reused: copy the line if you
 * need it after the callback.
 * @returns where the line begins that has no line feed
 */
async function eachLine(
  handle: FileHandle,
  begin: number,
  visit: (line: Buffer, offset: number) => void,
): Promise<number> {
  let buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  let filled = 0;
  let offset = begin;
  let damaged = 0;
  while (damaged <= MAX_DAMAGED_STRETCHES) {
    const { bytesRead } = await handle.read(buffer, filled, buffer.length - filled, offset + filled);
    filled += bytesRead;
    let start = 0;
    for (let end = indexOfLineEnd(buffer, 0, filled); end >= 0; end = indexOfLineEnd(buffer, start, filled)) {
      visit(buffer.subarray(start, end), offset + start);
      start = end + 1;
    }
    if (bytesRead === 0) {
      if (filled > start) visit(buffer.subarray(start, filled), offset + start);
      return offset + start;
    }
    buffer.copyWithin(0, start, filled);
    filled -= start;
    offset += start;
    if (filled < buffer.length) continue;
    if (buffer.length < MAX_LINE_BYTES) {
      const smaller = buffer;
      buffer = Buffer.allocUnsafeSlow(smaller.length * 2);
      smaller.copy(buffer);
    } else {
      damaged += 1;
      offset += filled;
      filled = 0;
    }
  }
  return offset;
}

function indexOfLineEnd(buffer: Buffer, start: number, end: number): number {
  const at = buffer.indexOf(LINE_FEED, start);
  return at < end ? at : -1;
}
