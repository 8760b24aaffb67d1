import { join } from 'node:path';
import { type Clock, DAY_MS, MINUTE_MS } from '../clock.js';
import { BijiaError } from '../errors.js';
import type { HistoryTables } from '../state/history/history-store.js';
import { foldInbox } from '../state/history/inbox.js';

export interface HistoryTableOptions extends Pick<Clock, 'now'> {
  /** `<state>/history`; its inbox stands in it. */
  readonly folder: string;
  /** Opened with the first question, so that those who only look up prices load no database. */
  readonly openStore: () => Promise<HistoryTables>;
  /** How long a series is kept after it was seen last. */
  readonly keptDays: number;
  /** Called once when observations cannot be written; answers go on. */
  readonly onFailure: (error: unknown) => void;
}

/** The table of a history, opened with the first question, with everything that any process has noted so far. */
export function createHistoryTable({ folder, openStore, keptDays, now, onFailure }: HistoryTableOptions) {
  let opening: Promise<HistoryTables> | undefined;
  let hasTold = false;
  const openOnce = async () => {
    const store = await openStore();
    const oldest = Math.floor((now() - keptDays * DAY_MS) / MINUTE_MS);
    // Old things may stay for another day; damage is seen again with the first question.
    await store.prune(oldest).catch((error: unknown) => {
      if (!isDiskFull(error) && !isDamaged(error)) throw error;
    });
    return store;
  };
  const open = () => {
    opening ??= openOnce();
    return opening.catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
  };
  const read = async (signal?: AbortSignal): Promise<HistoryTables> => {
    const store = await open();
    if (store.isSetAside()) {
      opening = undefined;
      await store.close();
      return read(signal);
    }
    await foldInbox(join(folder, 'inbox'), store, signal).catch((error: unknown) => {
      // What is noted waits in the inbox; what is in the table can still be told.
      if (!isDiskFull(error)) throw error;
      if (!hasTold) onFailure(error);
      hasTold = true;
    });
    return store;
  };
  return {
    /** @param signal leaves the rest of what was noted for later @throws ConfigError, StateError */
    read,
    /** Asks again where the table turns out to be damaged: by then a new one has begun. @throws ConfigError, StateError */
    ask: async <T>(work: (store: HistoryTables) => Promise<T>): Promise<T> => {
      try {
        return await work(await read());
      } catch (error) {
        if (!isDamaged(error)) throw error;
        return work(await read());
      }
    },
    close: async (): Promise<void> => {
      await (await opening?.catch(() => undefined))?.close();
    },
  };
}

const hasCode = (error: unknown, code: string) => error instanceof BijiaError && error.code === code;
const isDamaged = (error: unknown) => hasCode(error, 'history_damaged');
const isDiskFull = (error: unknown) => hasCode(error, 'history_disk_full') || hasCode(error, 'state_full');
