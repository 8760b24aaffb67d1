import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { ConfigError, type ErrorFacts, type Outcome } from '../../errors.js';
import { splitLines } from '../../text/lines.js';
import { onDisk } from '../disk-error.js';
import type { BatchRef } from '../reference-table.js';

/** What a line of an input asks for, as a job keeps it: one product, or a refusal with its reason. */
export interface KeptLine {
  /** Several products of one line have the same. */
  readonly line: number;
  /** As it was given, cut when very long. */
  readonly text: string;
  /** The user's own cells of the same row. */
  readonly own?: readonly string[];
  readonly ref?: BatchRef;
  readonly refusal?:
    | {
        readonly outcome: Outcome;
        readonly code: string;
        readonly message: string;
        readonly facts?: ErrorFacts;
      }
    | undefined;
}

/** What a cell of a spreadsheet holds at most. */
const MAX_TEXT_LENGTH = 32_767;
const FLUSH_BYTES = 256 * 1024;
const BLOCK_CHARS = 16 * 1024;
/** In UTF-8. */
const MAX_BYTES_OF_CHAR = 3;
/** For the block that makes it full. */
const SPARE_BYTES = 128 * 1024;
const CHUNK_BYTES = 16 * 1024;
/** A row of cells that were a line of the input, with quotes around them and their escapes. */
const MAX_WRITTEN_CHARS = 8 * 2 ** 20;

/** Short names: a million lines of them are written and read. */
interface Written {
  readonly l: number;
  readonly t: string;
  readonly r?: BatchRef;
  readonly e?: KeptLine['refusal'];
  readonly o?: readonly string[];
}

/** A line as JSON, part by part: for the copy, and for the hash of the list. */
export interface LineJson {
  readonly text: string;
  readonly ref: string | undefined;
  readonly own: string | undefined;
}

/** Formats the lines of one list, in which most references are of one type. */
export function createLineFormat(): (line: KeptLine) => LineJson {
  let head = '';
  let platform: string | undefined;
  let kind: BatchRef['kind'] | undefined;
  const formatRef = (ref: BatchRef): string => {
    if (ref.platform !== platform || ref.kind !== kind) {
      ({ platform, kind } = ref);
      head = `{"platform":${quote(platform)},"kind":"${kind}","id":`;
    }
    const type = ref.idType === undefined ? '' : `,"idType":${quote(ref.idType)}`;
    return `${head}${quote(ref.id)}${type}}`;
  };
  return ({ text, ref, own }) => ({
    text: quote(cutText(text)),
    ref: ref && formatRef(ref),
    own: own && formatCells(own),
  });
}

/** What JSON escapes; of pairs of surrogates it would only if they were halved. */
const ESCAPED = /["\\\x00-\x1f\ud800-\udfff]/;

/** As `JSON.stringify` writes it, which takes several times as long to be called at all. */
const quote = (text: string): string => (ESCAPED.test(text) ? JSON.stringify(text) : `"${text}"`);

function formatCells(cells: readonly string[]): string {
  let json = '';
  for (const cell of cells) {
    if (ESCAPED.test(cell)) return JSON.stringify(cells);
    json += json === '' ? `["${cell}` : `","${cell}`;
  }
  return json === '' ? '[]' : `${json}"]`;
}

/** A {@link Written}, put together of its parts. */
function formatWritten({ line, refusal }: KeptLine, { text, ref, own }: LineJson): string {
  let json = `{"l":${line},"t":${text}`;
  if (ref !== undefined) json += `,"r":${ref}`;
  if (refusal) json += `,"e":${JSON.stringify(refusal)}`;
  if (own !== undefined) json += `,"o":${own}`;
  return `${json}}\n`;
}

/** The names of the user's own columns; the last such line counts. */
interface WrittenColumns {
  readonly c: readonly string[];
}

const cutText = (text: string) => text.slice(0, MAX_TEXT_LENGTH);

/** Writes the copy of an input from which a job goes on without the file it came from. */
export async function createCopy(path: string) {
  const handle = await onDisk(() => open(path, 'wx', 0o600));
  // One for all: a new one each time is memory that the garbage collector has to run for.
  const buffer = Buffer.allocUnsafeSlow(FLUSH_BYTES + SPARE_BYTES);
  let used = 0;
  let pending = '';
  /** What does not fit into the buffer stays, and makes it full. */
  const encode = () => {
    if (pending.length * MAX_BYTES_OF_CHAR > buffer.length - used) return;
    used += buffer.write(pending, used);
    pending = '';
  };
  const flush = async () => {
    encode();
    const bytes = [buffer.subarray(0, used), Buffer.from(pending)];
    for (const part of bytes) await onDisk(() => handle.appendFile(part));
    used = 0;
    pending = '';
  };
  return {
    /** Names the user's own columns. They may grow, and are named again then. */
    writeColumns: (names: readonly string[]) => {
      pending += `${JSON.stringify({ c: names } satisfies WrittenColumns)}\n`;
    },
    /** Waits in memory, until {@link flush}. */
    write: (kept: KeptLine, json: LineJson) => {
      pending += formatWritten(kept, json);
      // Short texts put together are best encoded while they are near: few at a time.
      if (pending.length > BLOCK_CHARS) encode();
    },
    isFull: () => used > FLUSH_BYTES || pending.length > BLOCK_CHARS,
    flush,
    close: async () => {
      try {
        await flush();
        await onDisk(() => handle.sync());
      } finally {
        await handle.close();
      }
    },
  };
}

/** A line of a copy, and where it begins in it. */
export interface PlacedLine extends KeptLine {
  /** Bytes. */
  readonly offset: number;
}

/**
 * The lines of a copy, in the order of the input.
 * @param onColumns told the names of the user's own columns, when there are some
 * @param start where one of its lines begins, bytes
 */
export async function* readCopy(
  path: string,
  onColumns?: (names: readonly string[]) => void,
  start = 0,
): AsyncGenerator<PlacedLine> {
  const stream = createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK_BYTES, start });
  let offset = start;
  try {
    for await (const { text, given } of splitLines(stream, MAX_WRITTEN_CHARS)) {
      const written = parseLine(text, path);
      if ('c' in written) onColumns?.(written.c);
      else yield { ...toKeptLine(written), offset };
      offset += Buffer.byteLength(given) + 1;
    }
  } finally {
    stream.destroy();
  }
}

const toKeptLine = ({ l: line, t: text, r: ref, e: refusal, o: own }: Written): KeptLine => ({
  ...{ line, text, ref, refusal, own },
});

/** @throws ConfigError where it is not a line */
export function parseKeptLine(text: string, path: string): KeptLine {
  const written = parseLine(text, path);
  if ('c' in written) throw createDamagedCopyError(path);
  return toKeptLine(written);
}

function parseLine(text: string, path: string): Written | WrittenColumns {
  try {
    const written = JSON.parse(text) as Partial<Written & WrittenColumns> | null;
    if (Array.isArray(written?.c)) return written as WrittenColumns;
    if (typeof written?.l === 'number' && typeof written.t === 'string') return written as Written;
  } catch {
    // The error below says so.
  }
  throw createDamagedCopyError(path);
}

/** Thrown where what a job kept of its input is not what it was. */
export function createDamagedCopyError(path: string): ConfigError {
  return new ConfigError(
    `The list that the job kept is damaged (${path}). Give the list again: what was answered stays.`,
    { code: 'input_damaged', facts: { path } },
  );
}
