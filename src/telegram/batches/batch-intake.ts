import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Document } from 'grammy/types';
import {
  AmbiguousInputError,
  type Batches,
  cleanText,
  createSlots,
  createSlotsByKey,
  type InputChoice,
  InputError,
  listAnswerable,
  openLocalFolder,
  type PreparedList,
} from '../../core/index.js';
import { isFileTooBig } from '../bot-api/api-errors.js';
import { type TelegramHttp, TooLargeError } from '../bot-api/telegram-http.js';
import type { BotParts } from '../bot-context.js';
import type { Texts } from '../locales/index.js';

const MIB = 1024 * 1024;
/** By extension: what a person would call too large, and what is safe to open. */
const MAX_BYTES: Readonly<Record<string, number>> = {
  txt: 2 * MIB,
  csv: 2 * MIB,
  tsv: 2 * MIB,
  json: 2 * MIB,
  jsonl: 2 * MIB,
  ndjson: 2 * MIB,
  html: 2 * MIB,
  htm: 2 * MIB,
  xlsx: 5 * MIB,
  // Often a table of HTML under that name; what else it is, the reader says.
  xls: 5 * MIB,
};
/** Files that are opened at a time: a workbook may take half a gigabyte for a minute before it is given up. */
const OPENED_AT_ONCE = 2;

/** Lists of one user that wait to be read: an album holds ten. */
const MAX_UNREAD_EACH = 10;

/** A list of products that somebody sent. */
export type List =
  | { readonly document: Document }
  /** Lines of a message. */
  | { readonly text: string };

/** The same list, understood in different ways. */
export interface Intake {
  readonly label: string;
  /** As it stands. */
  readonly plain: PreparedList;
  /** Where bare ids would be more lines understood: by marketplace. */
  readonly readings: readonly { readonly platform: string; readonly prepared: PreparedList }[];
}

export type BatchIntake = ReturnType<typeof createBatchIntake>;

export interface IntakeUser {
  readonly ownerId: number;
  readonly texts: Texts;
  readonly signal: AbortSignal;
}

/** Somebody, and how they want a list to be read. */
interface Reader extends IntakeUser {
  readonly choice?: InputChoice;
}

export interface BatchIntakeOptions extends Pick<BotParts, 'core' | 'api'> {
  readonly batches: Batches;
  readonly connection: Pick<TelegramHttp, 'download'>;
  /** Where files of the bot are fetched from; the token is in it. */
  readonly fileRoot: string;
  /** Where downloads stand while they are read. */
  readonly folder: string;
}

export function createBatchIntake(options: BatchIntakeOptions) {
  // One of a user at a time: a user who sends many waits for themselves, others go on.
  const ofUser = createSlotsByKey(1);
  const all = createSlots(OPENED_AT_ONCE);
  return {
    /** Before anything is downloaded. @returns what is wrong with its kind or size, in words for the user */
    check: checkDocument,
    /** Whether this user may send another list before the earlier ones are read. */
    mayRead: (ownerId: number) => ofUser.countOf(String(ownerId)) < MAX_UNREAD_EACH,
    /**
     * @param choice how to read it, where somebody said so
     * @throws InputError for what cannot be read; AmbiguousInputError where it may be read in several ways
     */
    read: (list: List, user: IntakeUser, choice?: InputChoice) =>
      ofUser.run(String(user.ownerId), () =>
        all.schedule(() => readList(list, { ...user, choice }, options)),
      ),
  };
}

/** Where a name does not say it, as of files shared by other apps. */
const EXTENSION_OF_TYPE: Readonly<Record<string, string>> = {
  'text/plain': 'txt',
  'text/csv': 'csv',
  'text/comma-separated-values': 'csv',
  'text/tab-separated-values': 'tsv',
  'application/csv': 'csv',
  'application/json': 'json',
  'text/html': 'html',
  'application/vnd.ms-excel': 'xls',
  'application/jsonl': 'jsonl',
  'application/x-ndjson': 'jsonl',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};

function checkDocument(document: Document, { batch }: Texts): string | undefined {
  const maxBytes = MAX_BYTES[getExtension(document)];
  if (maxBytes === undefined) return batch.wrongKind;
  return (document.file_size ?? 0) > maxBytes ? batch.tooLarge(`${maxBytes / MIB} MB`) : undefined;
}

/** By the file's name, else by the type that Telegram was told. */
function getExtension({ file_name = '', mime_type = '' }: Document): string {
  const named = /\.([a-z]{1,6})$/i.exec(file_name)?.[1]?.toLowerCase() ?? '';
  const [type = ''] = mime_type.toLowerCase().split(';', 1);
  return named in MAX_BYTES ? named : (EXTENSION_OF_TYPE[type.trim()] ?? named);
}

/** What a list is called: as its file, or by what it is. */
export function nameList(list: List, { batch }: Texts): string {
  return 'text' in list
    ? batch.pastedList(splitLines(list.text).length)
    : (list.document.file_name ?? batch.unnamedFile);
}

function splitLines(text: string): string[] {
  return text.split(/\r?\n/).filter((line) => line.trim() !== '');
}

async function readList(list: List, user: Reader, options: BatchIntakeOptions): Promise<Intake> {
  if ('text' in list) {
    return readAll({ text: list.text }, nameList(list, user.texts), user, options);
  }
  const path = await download(list.document, user, options);
  try {
    return await readAll({ path }, nameList(list, user.texts), user, options);
  } catch (error) {
    throw withoutPath(error, path);
  } finally {
    await rm(path, { force: true });
  }
}

/** @returns where the file is, under a name of ours: a stranger's has no business in a path */
async function download(
  document: Document,
  { texts, signal }: IntakeUser,
  options: BatchIntakeOptions,
): Promise<string> {
  const extension = getExtension(document);
  const maxBytes = MAX_BYTES[extension] ?? 0;
  try {
    const { file_path } = await options.api.getFile(document.file_id);
    const content = await options.connection.download(`${options.fileRoot}/${file_path}`, {
      maxBytes,
      signal,
    });
    openLocalFolder(options.folder);
    const path = join(options.folder, `${randomUUID()}.${extension}`);
    await writeFile(path, content, { mode: 0o600 });
    return path;
  } catch (cause) {
    const { batch } = texts;
    const isTooLarge = cause instanceof TooLargeError || isFileTooBig(cause);
    const words = isTooLarge ? batch.tooLarge(`${maxBytes / MIB} MB`) : batch.notDownloaded;
    throw new InputError(words, { code: 'said', cause });
  }
}

/** Where a file stands on this machine is nobody's business. */
function withoutPath(error: unknown, path: string): unknown {
  if (!(error instanceof InputError) || error instanceof AmbiguousInputError) return error;
  const { message, code, detail } = error;
  return new InputError(message.replaceAll(path, 'sent'), { code, cause: error, ...(detail && { detail }) });
}

type Source = Parameters<Batches['prepare']>[0];

async function readAll(
  source: Source,
  name: string,
  { ownerId, signal, choice }: Reader,
  { batches, core }: BatchIntakeOptions,
): Promise<Intake> {
  const label = cleanText(name, 100) ?? '';
  const prepare = (openPlatform?: string) =>
    batches.prepare(source, {
      owner: `telegram:${ownerId}`,
      label,
      detail: 'summary',
      ...{ openPlatform, columns: choice?.columns, sheet: choice?.sheet },
      signal,
    });
  const plain = await prepare();
  const readings: { platform: string; prepared: PreparedList }[] = [];
  try {
    for (const { id: platform } of plain.summary.refused === 0 ? [] : listAnswerable(core.config)) {
      const prepared = await prepare(platform);
      if (prepared.summary.refused < plain.summary.refused) readings.push({ platform, prepared });
      else await prepared.discard();
    }
    return { label, plain, readings };
  } catch (error) {
    for (const prepared of [plain, ...readings.map((reading) => reading.prepared)]) await prepared.discard();
    throw error;
  }
}
