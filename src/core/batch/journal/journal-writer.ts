import type { BijiaError } from '../../errors.js';
import { toDiskError } from '../disk-error.js';

/** A file of one's own that only grows. */
export interface SegmentFile {
  /** Writes all of it. */
  readonly append: (bytes: Buffer) => Promise<void>;
  /** Returns when everything written is on the disk. */
  readonly sync: () => Promise<void>;
  readonly close: () => Promise<void>;
}

export type JournalWriter = ReturnType<typeof createJournalWriter>;

const SYNC_WITHIN_MS = 1000;

interface Waiting {
  readonly bytes: Buffer;
  readonly durable: boolean;
  readonly resolve: (offset: number) => void;
  readonly reject: (error: BijiaError) => void;
}

/** Appends lines in order. Lines that come while the disk is busy share the next write and its sync. */
export function createJournalWriter(file: SegmentFile) {
  const { add, whenDrained, hasFailed, cancel } = createDrain(file);
  return {
    /**
     * @param durable to be on the disk before this returns; otherwise it is within a second
     * @returns the offset of the line
     * @throws ConfigError when the disk is full or fails; nothing is written after that
     */
    append: (line: string, durable: boolean) =>
      new Promise<number>((resolve, reject) => {
        add({ bytes: Buffer.from(line), durable, resolve, reject });
      }),
    close: async () => {
      cancel();
      await whenDrained();
      try {
        if (!hasFailed()) await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

/** Writes what waits until nothing does; after a failure everything is refused. */
function createDrain(file: SegmentFile) {
  let queue: Waiting[] = [];
  let offset = 0;
  let failure: BijiaError | undefined;
  let draining: Promise<void> | undefined;

  const fail = (error: unknown): BijiaError => {
    failure ??= toDiskError(error);
    return failure;
  };

  const sync = createSync(file, fail);

  const write = async (batch: readonly Waiting[]) => {
    if (failure) throw failure;
    await file.append(Buffer.concat(batch.map(({ bytes }) => bytes)));
    if (batch.some(({ durable }) => durable)) await sync.now();
    else sync.soon();
  };

  const settle = async (batch: readonly Waiting[]) => {
    try {
      await write(batch);
      for (const { bytes, resolve } of batch) {
        resolve(offset);
        offset += bytes.length;
      }
    } catch (error) {
      const refusal = fail(error);
      for (const { reject } of batch) reject(refusal);
    }
  };

  const drain = async () => {
    while (queue.length > 0) {
      const batch = queue;
      queue = [];
      await settle(batch);
    }
    draining = undefined;
  };

  return {
    add: (waiting: Waiting) => {
      queue.push(waiting);
      draining ??= drain();
    },
    whenDrained: async () => draining,
    hasFailed: () => failure !== undefined,
    cancel: sync.cancel,
  };
}

/** Brings lines to the disk: at once, or within a second by a timer, since no other line may follow. */
function createSync(file: SegmentFile, onFailure: (error: unknown) => void) {
  let timer: NodeJS.Timeout | undefined;
  const cancel = () => {
    clearTimeout(timer);
    timer = undefined;
  };
  const now = async () => {
    cancel();
    await file.sync();
  };
  const soon = () => {
    timer ??= setTimeout(() => void now().catch(onFailure), SYNC_WITHIN_MS).unref();
  };
  return { now, soon, cancel };
}
