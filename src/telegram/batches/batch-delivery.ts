import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, GrammyError, InlineKeyboard, InputFile } from 'grammy';
import {
  type Batches,
  createReader,
  formatDay,
  type Outcome,
  openLocalFolder,
  type Row,
  writeOutput,
} from '../../core/index.js';
import { describeError, findNewChatId, findPauseMs, isChatGone, isUnsent } from '../bot-api/api-errors.js';
import type { BotParts } from '../bot-context.js';
import { addButton } from '../cards/card-keyboard.js';
import { type Address, sendText, toSendOptions } from '../cards/card-sender.js';
import { toShownProduct } from '../cards/confidential.js';
import { TEXTS } from '../locales/index.js';
import { type BatchEntry, formatBatchId } from './batch-entry.js';
import { renderResult } from './batch-view.js';
import type { ChatJobs } from './chat-jobs.js';

/** Telegram takes no larger files from bots. */
const MAX_UPLOAD_BYTES = 50 * 1024 * 1024;
const LONGEST_PAUSE_MS = 60_000;

/** Brings result files to their chats, each at most once unless somebody asks again. */
export type BatchDelivery = ReturnType<typeof createBatchDelivery>;

export interface BatchDeliveryOptions extends Pick<BotParts, 'api' | 'access' | 'log' | 'now'> {
  /** Tries once; whether to try again is decided here. */
  readonly resultsApi: Api;
  readonly batches: Batches;
  readonly store: ChatJobs;
  /** Where files stand until they are sent. */
  readonly folder: string;
}

export function addressOfBatch({ chatId, threadId, messageId }: BatchEntry): Address {
  return { chatId, threadId, replyTo: messageId };
}

type Account = ReturnType<typeof createAccount>;

/** What is noted and said about a delivery. */
function createAccount({ api, store, log }: BatchDeliveryOptions) {
  const isCurrent = ({ id, atMs }: BatchEntry) => store.find(id)?.atMs === atMs;

  /** Notes what is about this end of the job; a run that was begun since has a delivery of its own. */
  const note = async (entry: BatchEntry, delivery: BatchEntry['delivery']) =>
    void (isCurrent(entry) && (await store.change(entry.id, { delivery })));

  /** @returns whether it may be sent now: another machine may be at it, or have sent it */
  const claim = async (entry: BatchEntry): Promise<boolean> => {
    if (!store.isShared) {
      await note(entry, 'sending');
      return true;
    }
    const isStill = ({ atMs, delivery }: BatchEntry) => atMs === entry.atMs && delivery === entry.delivery;
    return (await store.claim(entry.id, { delivery: 'sending' }, isStill)) !== undefined;
  };

  /** @returns whether it got through */
  const tell = async (entry: BatchEntry, text: string): Promise<boolean> => {
    const { buttons } = TEXTS[entry.locale];
    const keyboard = addButton(new InlineKeyboard(), buttons.resend, 'batchFile', entry.id);
    try {
      await sendText(api, addressOfBatch(store.find(entry.id) ?? entry), text, keyboard);
      return true;
    } catch (error) {
      log.warn('a batch could not be reported', { detail: describeError(error) });
      return false;
    }
  };

  const tellFailure = async (entry: BatchEntry) =>
    void (await tell(entry, TEXTS[entry.locale].batch.notDelivered(formatBatchId(entry.id))));

  const tellUnknown = async (entry: BatchEntry) => {
    const isTold = await tell(entry, TEXTS[entry.locale].batch.unknownDelivery(formatBatchId(entry.id)));
    // Else it stays as a killed process leaves it: the next one tells.
    if (isTold) await note(entry, 'unknown');
  };

  const fail = async (entry: BatchEntry, error: unknown) => {
    log.warn('a result could not be sent', { job: entry.id, detail: describeError(error) });
    if (!isClearRefusal(error)) return tellUnknown(entry);
    await note(entry, 'failed');
    if (!isChatGone(error)) await tellFailure(entry);
  };
  return { isCurrent, note, claim, tellFailure, tellUnknown, fail };
}

/** @returns how long to wait before it may be tried again; undefined when there is nothing left to try */
async function trySending(
  entry: BatchEntry,
  file: ResultFile,
  tries: number,
  { note, claim, fail }: Account,
  { store, log, resultsApi }: BatchDeliveryOptions,
): Promise<number | undefined> {
  // Should the process be killed from here on, nobody can tell whether the file arrived until Telegram has answered.
  const isOurs = await claim(entry).catch((error: unknown) =>
    log.warn('a result waits: its job is in use', { detail: describeError(error) }),
  );
  if (isOurs === undefined) return getPauseMs(tries);
  if (!isOurs) return undefined;
  try {
    await send(entry, file, resultsApi);
  } catch (error) {
    const newChatId = findNewChatId(error);
    if (newChatId !== undefined) await store.moveChat(entry.chatId, newChatId);
    const waitMs = newChatId === undefined ? findWaitMs(error, tries) : 0;
    if (waitMs === undefined) await fail(entry, error);
    // It clearly did not arrive: the next process may send it.
    else await note(entry, 'none');
    return waitMs;
  }
  // Should that fail, it stays as a killed process leaves it: the next one says that nobody knows.
  await note(entry, 'sent').catch((error: unknown) =>
    log.warn('a result is sent and not noted', { job: entry.id, detail: describeError(error) }),
  );
  return undefined;
}

export function createBatchDelivery(options: BatchDeliveryOptions) {
  const { store, log } = options;
  const underWay = new Set<string>();
  const account = createAccount(options);

  const deliver = async (entry: BatchEntry, signal: AbortSignal) => {
    const file = await writeFile(entry, options).catch((error: unknown) => {
      log.error('a result could not be written', { job: entry.id, detail: describeError(error) });
      return undefined;
    });
    if (!file) return account.tellFailure(entry);
    try {
      // When the job has been begun again, the old result is of no use.
      for (let tries = 0; account.isCurrent(entry) && !signal.aborted; tries += 1) {
        const waitMs = await trySending(store.find(entry.id) ?? entry, file, tries, account, options);
        if (waitMs === undefined) return;
        await sleep(waitMs, undefined, { signal }).catch(() => undefined);
      }
    } finally {
      await rm(file.path, { force: true });
    }
  };

  return {
    /** Says that nobody knows whether the file arrived, and offers to send it again. */
    tellUnknown: account.tellUnknown,
    /**
     * Sends the result of a job, or what there is of it. Never throws: the user hears of failures.
     * @param signal ends the waiting until it may be sent; the next process sends it then
     */
    deliver: async (entry: BatchEntry, signal: AbortSignal) => {
      // Two presses of the same button are one wish.
      const key = `${entry.id} ${entry.atMs}`;
      if (underWay.has(key)) return;
      underWay.add(key);
      try {
        await deliver(entry, signal);
      } finally {
        underWay.delete(key);
      }
    },
  };
}

/** How long to wait where Telegram says so, or never got the file; undefined for everything else. */
function findWaitMs(error: unknown, tries: number): number | undefined {
  return findPauseMs(error) ?? (isUnsent(error) ? getPauseMs(tries) : undefined);
}

function getPauseMs(tries: number): number {
  return Math.min(1000 * 2 ** tries, LONGEST_PAUSE_MS);
}

/** Telegram answered that it did not take the file; anything else leaves open whether it did. */
function isClearRefusal(error: unknown): boolean {
  return error instanceof TooLargeResultError || (error instanceof GrammyError && error.error_code < 500);
}

class TooLargeResultError extends Error {
  override readonly name = 'TooLargeResultError';
}

interface ResultFile {
  readonly path: string;
  /** By line of the input. */
  readonly counts: Readonly<Partial<Record<Outcome, number>>>;
  readonly isSandbox: boolean;
}

async function writeFile(
  entry: BatchEntry,
  { batches, folder, access }: BatchDeliveryOptions,
): Promise<ResultFile> {
  openLocalFolder(folder);
  const path = join(folder, `${entry.id}-${entry.atMs}.${entry.format}`);
  const counts: Partial<Record<Outcome, number>> = {};
  let isSandbox = false;
  const { ownerId, chatId } = entry;
  // The id of a private chat is that of the person in it.
  const reader = { isAdmin: access.isAdmin(ownerId), isPrivate: chatId === ownerId && chatId > 0 };
  async function* visibleRows(): AsyncGenerator<Row> {
    for await (const row of batches.readRows(entry.id)) {
      counts[row.outcome] = (counts[row.outcome] ?? 0) + 1;
      isSandbox ||= row.sandbox === true;
      yield row.product ? { ...row, product: toShownProduct(row.product, reader) } : row;
    }
  }
  const words = createReader(entry.locale);
  const output = { path, format: entry.format, rows: 'product', detail: 'summary', reader: words } as const;
  await writeOutput(visibleRows(), output, true);
  return { path, counts, isSandbox };
}

async function send(entry: BatchEntry, { path, counts, isSandbox }: ResultFile, api: Api): Promise<void> {
  if ((await stat(path)).size > MAX_UPLOAD_BYTES)
    throw new TooLargeResultError('the file is too large to send');
  const { text, keyboard } = renderResult(entry, counts, isSandbox, TEXTS[entry.locale]);
  await api.sendDocument(entry.chatId, new InputFile(path, createFileName(entry)), {
    ...toSendOptions(addressOfBatch(entry)),
    caption: text,
    reply_markup: keyboard,
  });
}

/** ASCII without blanks: names are sent unquoted. */
function createFileName({ id, format, end, atMs }: BatchEntry): string {
  return `bijia-${id.slice(0, 4)}-${formatDay(atMs)}${end === 'finished' ? '' : '-partial'}.${format}`;
}
