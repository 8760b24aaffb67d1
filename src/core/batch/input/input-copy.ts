import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { ConfigError, type Outcome } from '../../errors.js';
import { onDisk } from '../disk-error.js';
import type { BatchRef } from '../reference-table.js';
import { splitLines } from './input-lines.js';

/** One line of an input as a job keeps it: recognised, or refused with its reason. */
export interface KeptLine {
  readonly line: number;
  /** As it was given, cut when very long. */
  readonly text: string;
  readonly ref?: BatchRef;
  readonly refusal?:
    | { readonly outcome: Outcome; readonly code: string; readonly message: string }
    | undefined;
}

const MAX_TEXT_LENGTH = 2000;
const FLUSH_CHARS = 16 * 1024;
const CHUNK_BYTES = 16 * 1024;

/** Short names: a million lines of them are written and read. */
interface Written {
  readonly l: number;
  readonly t: string;
  readonly r?: BatchRef;
  readonly e?: KeptLine['refusal'];
}

export const cutText = (text: string) => text.slice(0, MAX_TEXT_LENGTH);

export interface CopyWriter {
  readonly write: (line: KeptLine) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Writes the copy of an input from which a job goes on without the file it came from. */
export async function createCopy(path: string): Promise<CopyWriter> {
  const handle = await onDisk(() => open(path, 'wx', 0o600));
  let pending = '';
  const flush = async () => {
    await onDisk(() => handle.appendFile(pending));
    pending = '';
  };
  return {
    write: async ({ line, text, ref, refusal }) => {
      const written: Written = { l: line, t: cutText(text), r: ref, e: refusal };
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

/** The lines of a copy, in the order of the input. */
export async function* readCopy(path: string): AsyncGenerator<KeptLine> {
  for await (const { text } of splitLines(
    createReadStream(path, { encoding: 'utf8', highWaterMark: CHUNK_BYTES }),
  )) {
    const { l, t, r, e } = parseLine(text, path);
    yield { line: l, text: t, ref: r, refusal: e };
  }
}

function parseLine(text: string, path: string): Written {
  try {
    const written = JSON.parse(text) as Partial<Written> | null;
    if (typeof written?.l === 'number' && typeof written.t === 'string') return written as Written;
  } catch {
    // Said below.
  }
  throw createDamagedCopyError(path);
}

/** Thrown where what a job kept of its input is not what it was. */
export function createDamagedCopyError(path: string): ConfigError {
  return new ConfigError(
    `The list that the job kept is damaged (${path}). Give the list again: what was answered stays.`,
    { code: 'input_damaged' },
  );
}
