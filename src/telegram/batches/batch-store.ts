import { readdirSync, readFileSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { openLocalFolder } from '../../core/index.js';
import { BatchEntry } from './batch-entry.js';

const KEPT_MS = 7 * 86_400_000;

/** The batches of all chats, one file each. */
export interface BatchStore {
  readonly get: (id: string) => BatchEntry | undefined;
  /** In the order of `atMs`. */
  readonly list: () => BatchEntry[];
  /** Takes effect at once. Resolves when it is on disk, and stays there whatever happens. */
  readonly put: (entry: BatchEntry) => Promise<BatchEntry>;
  /** Changes what is known now, which may be newer than what the caller once read. */
  readonly change: (id: string, changes: Partial<BatchEntry>) => Promise<BatchEntry | undefined>;
  /** A group became a supergroup: its batches go on there, where none of the old messages can be reached. */
  readonly moveChat: (fromChatId: number, toChatId: number) => Promise<void>;
  readonly remove: (id: string) => Promise<void>;
}

/** @param now wall clock, milliseconds */
export function createBatchStore(folder: string, now: () => number): BatchStore {
  const entries = readAll(folder);
  // Writes of one entry follow each other: the last one put is the one that stays.
  const writing = new Map<string, Promise<void>>();

  const enqueue = (id: string, work: () => Promise<void>): Promise<void> => {
    const next = (writing.get(id) ?? Promise.resolve()).catch(() => undefined).then(work);
    writing.set(id, next);
    return next.finally(() => writing.get(id) === next && writing.delete(id));
  };

  const remove = async (id: string) => {
    entries.delete(id);
    await enqueue(id, () => rm(pathOf(folder, id), { force: true }));
  };

  const put = async (entry: BatchEntry) => {
    entries.set(entry.id, entry);
    await enqueue(entry.id, () => writeDurably(pathOf(folder, entry.id), JSON.stringify(entry)));
    for (const { id, phase, atMs } of entries.values()) {
      if (phase === 'ended' && now() - atMs > KEPT_MS) await remove(id);
    }
    return entry;
  };

  const change = async (id: string, changes: Partial<BatchEntry>) => {
    const entry = entries.get(id);
    return entry && put({ ...entry, ...changes });
  };

  return {
    put,
    change,
    moveChat: async (fromChatId, toChatId) => {
      const moved = [...entries.values()].filter(({ chatId }) => chatId === fromChatId);
      const address = { chatId: toChatId, threadId: undefined, messageId: undefined };
      const move = ({ id, ownerId }: BatchEntry) =>
        change(id, { ...address, ownerId: ownerId === fromChatId ? toChatId : ownerId });
      await Promise.all(moved.map(move));
    },
    get: (id) => entries.get(id),
    list: () => [...entries.values()].sort((a, b) => a.atMs - b.atMs),
    remove,
  };
}

const pathOf = (folder: string, id: string) => join(folder, `${id}.json`);

async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(`${path}.new`, 'w', 0o600);
  try {
    await handle.writeFile(`${text}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.new`, path);
}

function readAll(folder: string): Map<string, BatchEntry> {
  openLocalFolder(folder);
  const names = readdirSync(folder).filter((name) => name.endsWith('.json'));
  return new Map(
    names.flatMap((name) => {
      const entry = read(join(folder, name));
      return entry ? [[entry.id, entry] as const] : [];
    }),
  );
}

function read(path: string): BatchEntry | undefined {
  try {
    return BatchEntry.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    // Torn or foreign: what it was about is lost, the job itself is not.
    return undefined;
  }
}
