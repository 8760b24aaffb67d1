import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BijiaError, ConfigError, InputError } from '../../errors.js';
import type { Detail } from '../../product/product.js';
import { formatResult } from '../../product/result.js';
import { canSignal, readPidNamespace } from '../../state/process-identity.js';
import { formatCsv, type TableForm } from './csv.js';
import type { TableRows } from './output-columns.js';
import { checkXlsxRows, writeXlsx } from './output-xlsx.js';
import type { Row } from './row.js';
import type { Reader } from './workbook-columns.js';

/** Named as the file's extension. */
export type OutputFormat = 'jsonl' | 'csv' | 'xlsx';

/** Where results are written, and in which form. */
export interface Output extends TableForm {
  readonly path: string;
  readonly format: OutputFormat;
  /** Rows of a table; jsonl has one line per input line whatever is said here. */
  readonly rows: TableRows;
  /** How much of each product goes into jsonl. */
  readonly detail: Detail;
  /** Who opens a workbook; English where nobody says. */
  readonly reader?: Reader;
}

/** The format by a file's extension. @throws InputError for any other */
export function parseOutputFormat(path: string): OutputFormat {
  const extension = /\.(jsonl|csv|xlsx)$/i.exec(path)?.[1]?.toLowerCase();
  if (extension === 'jsonl' || extension === 'csv' || extension === 'xlsx') return extension;
  throw new InputError(`${basename(path)} must end in .jsonl, .csv or .xlsx.`);
}

export interface OutputCheck {
  /** Rows that are expected. */
  readonly rows?: number;
  /** The file that the list comes from. */
  readonly inputPath?: string;
  /** Whether an existing file may be replaced: somebody said so, or the same job wrote it. */
  readonly mayReplace?: boolean;
}

/**
 * Tries, before any call is spent, whether the output can be written, and would replace nothing that somebody wants.
 * @throws InputError when it cannot, or would
 */
export async function checkOutput(
  { path, format }: Pick<Output, 'path' | 'format'>,
  { rows = 0, inputPath, mayReplace = true }: OutputCheck = {},
): Promise<void> {
  if (format === 'xlsx') checkXlsxRows(rows);
  const target = await findTarget(path);
  if (inputPath !== undefined && (await findTarget(inputPath)) === target) {
    throw new InputError(`${path} is the list itself. Give another name with --out.`, {
      code: 'output_is_input',
    });
  }
  const facts = await stat(target).catch(() => undefined);
  if (facts && !facts.isFile()) throw new InputError(`${path} is not a regular file; choose another path.`);
  if (facts && !mayReplace) {
    throw new InputError(
      `${path} exists, and this job did not write it. Give another name with --out, or replace it with --force.`,
      { code: 'output_exists' },
    );
  }
  const draft = await createDraftPath(target);
  try {
    await (await open(draft, 'wx')).close();
    await rm(draft);
  } catch (error) {
    throw toWriteError(error, path);
  }
}

/** Where a path leads: a link stays, what it points to is written. */
async function findTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? path : resolve(dirname(path), link);
  }
}

/**
 * Writes the rows to a file that appears at once, complete: an existing one stays as it is until then.
 * @param isComplete otherwise the file is named `<path>.partial`
 * @returns the path that was written
 * @throws InputError, ConfigError when it cannot be written; nothing is replaced then
 */
export async function writeOutput(
  rows: AsyncIterable<Row>,
  output: Output,
  isComplete: boolean,
): Promise<string> {
  const partial = `${output.path}.partial`;
  const target = isComplete ? output.path : partial;
  const place = isComplete ? await findTarget(output.path) : partial;
  const draft = await createDraftPath(place);
  await removeLeftDrafts(place);
  try {
    if (output.format === 'xlsx') await writeXlsx(draft, rows, output, output.reader ?? ENGLISH);
    else await writeText(draft, formatText(rows, output));
    await rename(draft, place);
    // What an interrupted run left is superseded.
    if (isComplete) await rm(partial, { force: true });
    return target;
  } catch (error) {
    await rm(draft, { force: true });
    throw error instanceof BijiaError ? error : toWriteError(error, output.path);
  }
}

const ENGLISH: Reader = { language: 'en', platformNames: {} };

/** Of another container, whose processes cannot be seen from here, a draft is left alone for so long. */
const FOREIGN_DRAFT_MS = 86_400_000;

/** Named after the process that writes it, and the container that its pid belongs to: others know when it is left over. */
async function createDraftPath(path: string): Promise<string> {
  const writer = `${process.pid}-${await readContainer()}`;
  return join(dirname(path), `.${basename(path)}.${writer}-${randomUUID().slice(0, 8)}`);
}

/** The number in `pid:[4026531836]`; 0 where the system does not tell. */
const readContainer = async () => /\d+/.exec(await readPidNamespace())?.[0] ?? '0';

/** Removes what processes left beside an output when they were killed while writing it. */
async function removeLeftDrafts(path: string): Promise<void> {
  const start = `.${basename(path)}.`;
  const own = await readContainer();
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(start))) {
    const [, pid, container] =
      /^(\d{1,10})(?:-(\d{1,20}))?-[0-9a-f]{8}$/.exec(name.slice(start.length)) ?? [];
    if (pid === undefined) continue;
    const draft = join(dirname(path), name);
    const isLeft = (container ?? own) === own ? !canSignal(Number(pid)) : await isOld(draft);
    if (isLeft) await rm(draft, { force: true });
  }
}

const isOld = async (path: string) =>
  Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Number.NaN) > FOREIGN_DRAFT_MS;

function formatText(
  rows: AsyncIterable<Row>,
  { format, rows: tableRows, detail, keep, plain }: Output,
): AsyncIterable<string> {
  return format === 'csv' ? formatCsv(rows, tableRows, { keep, plain }) : formatJsonl(rows, detail);
}

/** One line of JSON per input line. */
export async function* formatJsonl(rows: AsyncIterable<Row>, detail: Detail): AsyncGenerator<string> {
  for await (const row of rows) yield `${JSON.stringify({ line: row.line, ...formatResult(row, detail) })}\n`;
}

const FLUSH_CHARS = 16 * 1024;

async function writeText(path: string, texts: AsyncIterable<string>): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await writeAll(handle, texts);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, texts: AsyncIterable<string>): Promise<void> {
  let pending = '';
  for await (const text of texts) {
    pending += text;
    if (pending.length < FLUSH_CHARS) continue;
    await handle.appendFile(pending);
    pending = '';
  }
  await handle.appendFile(pending);
}

function toWriteError(error: unknown, path: string): BijiaError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ConfigError(
      `The disk is full: ${path} was not written. The results are kept in the job; free some space and resume it.`,
      { code: 'disk_full', cause: error },
    );
  }
  const reason = REASONS[code] ?? code;
  return new InputError(`${path} cannot be written: ${reason}. Give another path with --out.`, {
    cause: error,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
};
