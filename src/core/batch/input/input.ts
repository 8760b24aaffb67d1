import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { InputError } from '../../errors.js';
import { findDeclaration, findDelimiter, parseCsvRows } from './input-csv.js';
import { decodeText } from './input-encoding.js';
import { parseJsonLines } from './input-jsonl.js';
import { type InputLine, splitLines } from './input-lines.js';
import { type ColumnRules, findByHeader, pickColumn } from './input-table.js';
import { readXlsxSafely, type XlsxOptions } from './input-xlsx.js';

/** A file, a stream such as stdin, or texts at hand. */
export type InputSource =
  | { readonly path: string }
  | { readonly stream: AsyncIterable<Uint8Array> }
  | { readonly items: readonly string[] };

export interface InputOptions {
  readonly rules: ColumnRules;
  readonly xlsx: XlsxOptions;
  /** 1 GiB unless told. */
  readonly maxBytes?: number;
}

const MAX_BYTES = 2 ** 30;
const HEAD_BYTES = 4096;
/** Small, so that what a chunk holds is gone before the garbage collector takes it for long-lived. */
const CHUNK_BYTES = 16 * 1024;
const ACCEPTED = 'Expected a text file (txt, csv, tsv, jsonl) or an xlsx workbook.';

/**
 * Opens an input, whatever its format and encoding: the format by the file's name and its content, the encoding by
 * its bytes. Its lines are streamed; memory stays flat, except for workbooks.
 * @throws InputError for what cannot be read, saying what is accepted; also while it is streamed
 */
export async function openInput(
  source: InputSource,
  options: InputOptions,
): Promise<AsyncIterable<InputLine>> {
  if ('items' in source) return listItems(source.items);
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  if ('path' in source) await checkFile(source.path, maxBytes);
  const bytes =
    'path' in source ? createReadStream(source.path, { highWaterMark: CHUNK_BYTES }) : source.stream;
  const { head, chunks } = await takeHead(limitBytes(bytes, maxBytes));
  if (isWorkbook(head)) {
    await chunks.return(undefined);
    if (!('path' in source))
      throw new InputError('A workbook cannot come through a pipe; give the file itself.');
    return pickColumn(readXlsxSafely(source.path, options.xlsx), options.rules);
  }
  const name = 'path' in source ? source.path : '';
  return openText(decodeText(chunks, head), name, options.rules);
}

async function* listItems(items: readonly string[]): AsyncGenerator<InputLine> {
  for (const [at, text] of items.entries()) yield { line: at + 1, text: text.trim() };
}

async function checkFile(path: string, maxBytes: number): Promise<void> {
  const facts = await stat(path).catch((error: NodeJS.ErrnoException) => {
    const fault = error.code === 'ENOENT' ? 'does not exist' : `cannot be read (${error.code})`;
    throw new InputError(`The file ${path} ${fault}.`, { cause: error });
  });
  if (facts.isDirectory()) throw new InputError(`${path} is a folder. ${ACCEPTED}`);
  if (facts.isFile() && facts.size === 0)
    throw new InputError(`The file ${path} is empty. ${ACCEPTED}`, { code: 'empty_input' });
  if (facts.size > maxBytes) throw tooLarge(maxBytes);
}

const tooLarge = (maxBytes: number) =>
  new InputError(`The input is larger than ${Math.round(maxBytes / 2 ** 20)} MB; split it.`, {
    code: 'input_too_large',
  });

async function* limitBytes(chunks: AsyncIterable<Uint8Array>, maxBytes: number) {
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > maxBytes) throw tooLarge(maxBytes);
    yield chunk;
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

const SIGNATURES = [
  { bytes: 'd0cf11e0', name: 'an old .xls or a protected workbook; save it as an open .xlsx' },
  { bytes: '25504446', name: 'a PDF' },
  { bytes: '89504e47', name: 'a picture' },
  { bytes: 'ffd8ff', name: 'a picture' },
  { bytes: '1f8b', name: 'a compressed file; unpack it first' },
];

function isWorkbook(head: Uint8Array): boolean {
  const hex = Buffer.from(head.subarray(0, 4)).toString('hex');
  const known = SIGNATURES.find(({ bytes }) => hex.startsWith(bytes));
  if (known) throw new InputError(`The file is ${known.name}. ${ACCEPTED}`, { code: 'wrong_file_kind' });
  return hex === '504b0304';
}

async function openText(
  texts: AsyncGenerator<string>,
  name: string,
  rules: ColumnRules,
): Promise<AsyncIterable<InputLine>> {
  const first = await texts.next();
  if (first.done) return listItems([]);
  async function* again() {
    yield first.value;
    yield* texts;
  }
  const format = findFormat(name, first.value, rules);
  if (format === 'csv') return pickColumn(parseCsvRows(again()), rules);
  return format === 'jsonl' ? parseJsonLines(splitLines(again()), rules) : splitLines(again());
}

/** By the file's extension; a text file is also looked into, as spreadsheets save tables as txt. */
function findFormat(name: string, start: string, rules: ColumnRules): 'txt' | 'csv' | 'jsonl' {
  const extension = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  if (['csv', 'tsv', 'tab'].includes(extension)) return 'csv';
  if (['jsonl', 'ndjson', 'json'].includes(extension)) return 'jsonl';
  if (findDeclaration(start)) return 'csv';
  const firstLine = start.trimStart().split(/[\r\n]/, 1)[0] ?? '';
  if (isJson(firstLine)) return 'jsonl';
  const cells = firstLine.split(findDelimiter(firstLine)).map((cell) => cell.replaceAll('"', ''));
  return cells.length > 1 && findByHeader({ line: 1, cells }, rules) ? 'csv' : 'txt';
}

function isJson(line: string): boolean {
  if (!/^[{"]/.test(line)) return false;
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
