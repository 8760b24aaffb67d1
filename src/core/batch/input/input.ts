import { createReadStream, type ReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { InputError } from '../../errors.js';
import { parseCsvRows } from '../../text/csv.js';
import { decodeText } from '../../text/encoding.js';
import { splitBlocks } from '../../text/lines.js';
import { assertReadable, getTextFormat, isWorkbook } from './formats/format.js';
import { readHtml } from './formats/html.js';
import { readJsonDocument, readJsonLines } from './formats/json.js';
import { joinShares } from './formats/shares.js';
import { readWorkbookSafely, type XlsxOptions } from './formats/xlsx.js';
import { type InputLine, toInputLine } from './lines.js';
import { createInputReport, type InputReport } from './report.js';
import type { TableRules } from './table/row.js';
import { readTable, type TableOptions } from './table/table.js';

/** A file, a stream such as stdin, a pasted text, or texts that each are an entry. */
export type InputSource =
  | { readonly path: string }
  | { readonly stream: AsyncIterable<Uint8Array> }
  | { readonly text: string }
  | { readonly items: readonly string[] };

export interface InputOptions {
  readonly rules: TableRules;
  readonly xlsx: XlsxOptions;
  /** What bare ids belong to. */
  readonly platform?: string;
  /** Names or numbers of the columns to read, instead of those that look right. */
  readonly columns?: readonly string[];
  /** Name or number of the sheet to read. */
  readonly sheet?: string;
  /** The only marketplace that anything is asked of, where there is no other. */
  readonly sole?: string;
  /** 1 GiB unless told. */
  readonly maxBytes?: number;
}

/** An input that is being read. */
export interface OpenInput {
  /**
   * Its lines, some at once: to wait for each by itself costs as much as to read it. Once only, each block whole before the
   * next. Ending early closes everything that was opened.
   */
  readonly blocks: AsyncIterable<Iterable<InputLine>>;
  /** How it is read; complete when all lines were given. */
  readonly report: InputReport;
  /** Where the lines are not wanted any more. */
  readonly close: () => Promise<void>;
}

const MAX_BYTES = 2 ** 30;
const HEAD_BYTES = 4096;
/** Each read wakes another thread. */
const READ_BYTES = 64 * 1024;
/** Small, so that what a chunk holds is gone before the garbage collector takes it for long-lived. */
const CHUNK_BYTES = 16 * 1024;
const ACCEPTED = 'Expected a text file (txt, csv, tsv, json, jsonl, html) or an xlsx workbook.';

/**
 * Opens an input, whatever its format and encoding: the format by its content and the file's name, the encoding by its
 * bytes. Its lines are streamed; memory stays flat, except for workbooks, pages and JSON documents, which are bounded.
 * @throws InputError for what cannot be read, saying what is accepted; also while it is streamed
 */
export async function openInput(source: InputSource, options: InputOptions): Promise<OpenInput> {
  const report = createInputReport();
  const tableOptions = { ...options, report };
  if ('items' in source) {
    const close = async () => undefined;
    return { blocks: listItems(source.items), report, close };
  }
  if ('text' in source) {
    return openBytes({ stream: toStream(source.text) }, undefined, tableOptions);
  }
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  if ('stream' in source) return openBytes(source, undefined, tableOptions);
  await checkFile(source.path, maxBytes);
  const file = createReadStream(source.path, { highWaterMark: READ_BYTES });
  return openBytes({ stream: file, path: source.path }, file, tableOptions);
}

type ReadOptions = InputOptions & TableOptions;

interface Bytes {
  readonly stream: AsyncIterable<Uint8Array>;
  readonly path?: string;
}

async function openBytes(
  { stream, path }: Bytes,
  file: ReadStream | undefined,
  options: ReadOptions,
): Promise<OpenInput> {
  const close = async () => closeFile(file);
  try {
    const { head, chunks } = await takeHead(limitBytes(stream, options.maxBytes ?? MAX_BYTES));
    assertReadable(head);
    const blocks = isWorkbook(head)
      ? openWorkbook(path, options)
      : await openText(decodeText(chunks, head), path ?? '', options);
    return { blocks: closeBehind(blocks, close), report: options.report, close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** A stream that was left before its end keeps its file open: generators around it pass on no `return`. */
async function closeFile(file: ReadStream | undefined): Promise<void> {
  if (!file || file.closed) return;
  await new Promise<void>((resolve) => {
    file.once('close', () => resolve());
    file.destroy();
  });
}

async function* closeBehind<B>(blocks: AsyncIterable<B>, close: () => Promise<void>): AsyncGenerator<B> {
  try {
    yield* blocks;
  } finally {
    await close();
  }
}

async function* toStream(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

/** @throws InputError for a workbook from a stream: it cannot be read from front to back */
function openWorkbook(path: string | undefined, options: ReadOptions): AsyncIterable<Iterable<InputLine>> {
  if (path === undefined) {
    throw new InputError('A workbook cannot come through a pipe; give the file itself.', {
      code: 'workbook_through_pipe',
    });
  }
  return readWorkbookSafely(path, options);
}

async function* listItems(items: readonly string[]): AsyncGenerator<readonly InputLine[]> {
  yield items.map((text, at) => toInputLine(at + 1, text));
}

async function checkFile(path: string, maxBytes: number): Promise<void> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const fault = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`;
    throw new InputError(`The file ${path} ${fault}.`, {
      ...{ code: 'unreadable_file', facts: { path }, cause: error },
    });
  });
  if (facts.isDirectory()) {
    throw new InputError(`${path} is a folder. ${ACCEPTED}`, { code: 'folder_given', facts: { path } });
  }
  if (facts.isFile() && facts.size === 0)
    throw new InputError(`The file ${path} is empty. ${ACCEPTED}`, { code: 'empty_input', facts: { path } });
  if (facts.size > maxBytes) throw tooLarge(maxBytes);
}

const tooLarge = (maxBytes: number) =>
  new InputError(`The input is larger than ${Math.round(maxBytes / 2 ** 20)} MB; split it.`, {
    code: 'input_too_large',
    facts: { limit: `${Math.round(maxBytes / 2 ** 20)} MB` },
  });

async function* limitBytes(chunks: AsyncIterable<Uint8Array>, maxBytes: number) {
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > maxBytes) throw tooLarge(maxBytes);
    for (let at = 0; at < chunk.length; at += CHUNK_BYTES) yield chunk.subarray(at, at + CHUNK_BYTES);
  }
}

/** The first bytes for a look, and the chunks with those bytes still in them. */
async function takeHead(chunks: AsyncGenerator<Uint8Array>) {
  let head: Uint8Array = new Uint8Array();
  while (head.length < HEAD_BYTES) {
    const next = await chunks.next();
    if (next.done) break;
    head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  async function* again() {
    if (head.length > 0) yield head;
    yield* chunks;
  }
  return { head, chunks: again() };
}

async function openText(
  texts: AsyncGenerator<string>,
  name: string,
  options: ReadOptions,
): Promise<AsyncIterable<Iterable<InputLine>>> {
  let start = '';
  // A block ends with a line, so the first of a short file is not all of it.
  for (let next = await texts.next(); !next.done; next = await texts.next()) {
    start += next.value;
    if (start.length >= HEAD_BYTES) break;
  }
  if (start === '') return listItems([]);
  async function* again() {
    yield start;
    yield* texts;
  }
  switch (getTextFormat(name, start, options.rules)) {
    case 'csv':
      return readTable(parseCsvRows(again()), options);
    case 'jsonl':
      return readJsonLines(again(), options);
    case 'json':
      return readJsonDocument(again(), options);
    case 'html':
      return readHtml(again(), options);
    default:
      return joinShares(splitBlocks(again()), options.rules);
  }
}
