import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import * as z from 'zod';
import { isFileError } from '../../state/local-folder.js';
import { isRegularFile } from '../../state/state-file.js';
import type { LinePlace } from '../journal/journal-index.js';

/**
 * Where the rows of a finished job stand: a page of them is read from there, whatever number it has. A file next to the job
 * with one line of JSON about the whole, and 24 bytes for each row behind it.
 *
 * Example: row 900,000 of a million. Its 24 bytes stand at a place that can be calculated; they say where its line is in the
 * copy of the list, and where its answer is in the journal. Nothing of the rows before it is read.
 */
export interface RowIndex {
  readonly facts: RowIndexFacts;
  /** The rows from one on, counted from 0. */
  readonly readFrom: (row: number) => AsyncGenerator<RowPlace>;
  readonly close: () => Promise<void>;
}

export interface RowPlace {
  /** Where the line begins in the copy of a list; which product of its page it is, of a shop. */
  readonly at: number;
  /** Where the answer stands in the journal; absent where there is none. */
  readonly answer?: LinePlace;
}

const RowIndexFacts = z.object({
  version: z.literal(1),
  run: z.int(),
  /** Names of the journal's segments, in the order in which places count them. */
  segments: z.array(z.string()),
  /** When the job finished, where it can go on in the same run without writing its places again. */
  finishedAtMs: z.number().optional(),
  /** Bytes of the copy: another one is another list. */
  copyBytes: z.int(),
  ownColumns: z.array(z.object({ name: z.string(), hasLongNumbers: z.boolean() })),
});
export type RowIndexFacts = z.infer<typeof RowIndexFacts>;

const ROW_BYTES = 24;
const ROWS_AT_ONCE = 256;
const NO_ANSWER = 0xffff;
const NAME = /^rows-\d+\.index(-[\w-]+)?$/;
/** The line about the whole is one of columns and segments. */
const MAX_FACTS_BYTES = 1024 * 1024;

const pathOf = (folder: string, run: number) => join(folder, `rows-${run}.index`);

/** Replaces what earlier runs of the job left. */
export async function writeRowIndex(
  folder: string,
  facts: RowIndexFacts,
  places: AsyncIterable<RowPlace>,
): Promise<void> {
  // First, so that a failure leaves none that would be believed.
  const old = (await readdir(folder)).filter((name) => NAME.test(name));
  for (const name of old) await rm(join(folder, name), { force: true });
  const path = pathOf(folder, facts.run);
  const draft = `${path}-${randomUUID()}`;
  const file = await open(draft, 'wx', 0o600);
  try {
    await file.appendFile(`${JSON.stringify(facts)}\n`);
    let filled = 0;
    const chunk = Buffer.alloc(ROWS_AT_ONCE * ROW_BYTES);
    for await (const place of places) {
      writePlace(chunk, filled, place);
      filled += ROW_BYTES;
      if (filled < chunk.length) continue;
      await file.appendFile(chunk);
      filled = 0;
    }
    await file.appendFile(chunk.subarray(0, filled));
  } finally {
    await file.close();
  }
  await rename(draft, path);
}

function writePlace(chunk: Buffer, offset: number, { at, answer }: RowPlace): void {
  chunk.writeUIntLE(at, offset, 6);
  chunk.writeUInt16LE(answer?.segment ?? NO_ANSWER, offset + 6);
  chunk.writeUIntLE(answer?.offset ?? 0, offset + 8, 6);
  chunk.writeUInt32LE(answer?.length ?? 0, offset + 14);
}

function readPlace(chunk: Buffer, offset: number): RowPlace {
  const segment = chunk.readUInt16LE(offset + 6);
  const at = chunk.readUIntLE(offset, 6);
  if (segment === NO_ANSWER) return { at };
  return {
    at,
    answer: { segment, offset: chunk.readUIntLE(offset + 8, 6), length: chunk.readUInt32LE(offset + 14) },
  };
}

/** @returns undefined where there is none, or it is not of this run, these segments and this copy */
export async function openRowIndex(
  folder: string,
  run: number,
  copyPath: string,
): Promise<RowIndex | undefined> {
  const path = pathOf(folder, run);
  if (!(await isRegularFile(path))) return undefined;
  const file = await open(path, 'r');
  const found = await readFacts(file).catch(() => undefined);
  if (!found || !(await isOf(found.facts, run, copyPath))) {
    await file.close();
    return undefined;
  }
  const { facts, bytes } = found;
  return { facts, readFrom: (row) => readPlaces(file, bytes + row * ROW_BYTES), close: () => file.close() };
}

async function* readPlaces(file: FileHandle, start: number): AsyncGenerator<RowPlace> {
  const chunk = Buffer.alloc(ROWS_AT_ONCE * ROW_BYTES);
  for (let position = start; ; ) {
    const { bytesRead } = await file.read(chunk, 0, chunk.length, position);
    const whole = bytesRead - (bytesRead % ROW_BYTES);
    for (let offset = 0; offset < whole; offset += ROW_BYTES) yield readPlace(chunk, offset);
    if (whole === 0) return;
    position += whole;
  }
}

async function readFacts(file: FileHandle): Promise<{ facts: RowIndexFacts; bytes: number } | undefined> {
  let read = Buffer.alloc(0);
  while (read.length < MAX_FACTS_BYTES) {
    const chunk = Buffer.alloc(4096);
    const { bytesRead } = await file.read(chunk, 0, chunk.length, read.length);
    read = Buffer.concat([read, chunk.subarray(0, bytesRead)]);
    const end = read.indexOf(0x0a);
    if (end >= 0)
      return { facts: RowIndexFacts.parse(JSON.parse(read.toString('utf8', 0, end))), bytes: end + 1 };
    if (bytesRead === 0) return undefined;
  }
  return undefined;
}

async function isOf(facts: RowIndexFacts, run: number, copyPath: string): Promise<boolean> {
  const paths = facts.segments.map((name) => join(dirname(copyPath), name));
  for (const path of paths) if (!(await isRegularFile(path))) return false;
  return facts.run === run && facts.copyBytes === (await countBytes(copyPath));
}

/** 0 where there is none: a shop has no list. */
export async function countBytes(path: string): Promise<number> {
  const facts = await stat(path).catch((error: unknown) => {
    if (!isFileError(error, 'ENOENT')) throw error;
  });
  return facts?.size ?? 0;
}
