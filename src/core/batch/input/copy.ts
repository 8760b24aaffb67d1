import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { ConfigError, type ErrorFacts, type Outcome } from '../../errors.js';
import { onDisk } from '../disk-error.js';
import type { BatchRef } from '../reference-table.js';
import { splitLines } from './lines.js';

/** What a line of an input asks for, as a job keeps it: one product, or a refusal with its reason. */
export interface KeptLine {
  /** Several products of one line have the same. */
  readonly line: number;
  /** As it was given, cut when very long. */
  readonly text: string;
  /** The user's own cells beside it. */
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
const FLUSH_CHARS = 16 * 1024;
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

/** The names of the user's own columns; the last such line counts. */
interface WrittenColumns {
  readonly c: readonly string[];
}

export const cutText = (text: string) => text.slice(0, MAX_TEXT_LENGTH);

/** Writes the copy of an input from which a job goes on without the file it came from. */
export async function createCopy(path: string) {
  const handle = await onDisk(() => open(path, 'wx', 0o600));
  let pending = '';
  const flush = async () => {
    await onDisk(() => handle.appendFile(pending));
    pending = '';
  };
  return {
    /** Names the user's own columns. They may grow, and are named again then. */
    writeColumns: (names: readonly string[]) => {
      pending += `${JSON.stringify({ c: names } satisfies WrittenColumns)}\n`;
    },
    write: async ({ line, text, ref, refusal, own }: KeptLine) => {
      const written: Written = { l: line, t: cutText(text), r: ref, e: refusal, o: own };
      pending += `${JSON.stringify(written)}\n`;
      if (pending.length > FLUSH_CHARS) await flush();
    },
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
      else {
        const { l: line, t, r: ref, e: refusal, o: own } = written;
        yield { line, text: t, ref, refusal, own, offset };
      }
      offset += Buffer.byteLength(given) + 1;
    }
  } finally {
    stream.destroy();
  }
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
