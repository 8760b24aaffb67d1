import { closeSync, type Dirent, fstatSync, openSync, writeSync } from 'node:fs';
import { open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Clock } from '../../clock.js';
import {
  isPossiblePrice,
  isStockStatus,
  type Observation,
  RECORDED_KINDS,
} from '../../prices/observation.js';
import { makeFolder } from '../local-folder.js';
import { canSignal } from '../process-identity.js';
import type { HistoryStore } from './history-store.js';

/**
 * What processes saw, before it is in the table. Every process appends to a file of its own, a line for each product
 * with a single write, so that recording needs neither a lock nor a database driver; who reads the history folds the
 * lines into the table first. A line counts by its checksum: what a killed process left half written does not.
 */
const SEGMENT = /^(\d+)-(\d+)-(\d+)\.log$/;
/** A segment that has grown beyond this is left alone, to be folded and removed; the process begins another. */
const MAX_SEGMENT_BYTES = 1024 * 1024;
/** What one transaction takes in: short enough that nobody waits long for the table. */
const FOLD_BYTES = 64 * 1024;

export interface InboxOptions extends Pick<Clock, 'now'> {
  /** `<state>/history/inbox`. */
  readonly folder: string;
  readonly pid: number;
  /** Called once for a process when something could not be recorded. */
  readonly onFailure: (error: unknown) => void;
}

/** Appends observations to this process's segment. Never throws: an answer is worth more than its record. */
export function createInbox({ folder, pid, now, onFailure }: InboxOptions) {
  let file: number | undefined;
  let bytes = 0;
  let count = 0;
  let hasFailed = false;
  const startedMs = now();
  const openSegment = () => {
    makeFolder(folder);
    const path = join(folder, `${pid}-${startedMs}-${count}.log`);
    count += 1;
    bytes = 0;
    return openSync(path, 'ax', 0o600);
  };
  const close = () => {
    if (file !== undefined) closeSync(file);
    file = undefined;
  };
  const append = (to: number, line: Uint8Array) => {
    const written = writeSync(to, line);
    bytes += written;
    if (written < line.length) throw new Error('the disk took half a line');
  };
  return {
    append: (observation: Observation): void => {
      try {
        const line = Buffer.from(formatLine(observation));
        if (bytes > MAX_SEGMENT_BYTES) close();
        file ??= openSegment();
        append(file, line);
        if (fstatSync(file).nlink > 0) return;
        // Removed by a process of another container, which sees no process of this pid; a line that it read counts once.
        close();
        file = openSegment();
        append(file, line);
      } catch (error) {
        // What stands there may be half a line; the next one begins a file of its own.
        close();
        if (!hasFailed) onFailure(error);
        hasFailed = true;
      }
    },
    close,
  };
}

/** `<crc> [minute,platform,id,sku,source,prices,stock?,cheapest?,title?]` and a line feed. */
export function formatLine(observation: Observation): string {
  const { minute, platform, id, sku, source, prices, stock, cheapestSku, title } = observation;
  const body = JSON.stringify([
    minute,
    platform,
    id,
    sku,
    source,
    prices,
    stock ?? null,
    cheapestSku ?? null,
    title ?? null,
  ]);
  return `${crc32(body).toString(16).padStart(8, '0')} ${body}\n`;
}

/** @returns undefined for a damaged line */
export function parseLine(line: string): Observation | undefined {
  const body = line.slice(9);
  if (crc32(body).toString(16).padStart(8, '0') !== line.slice(0, 8)) return undefined;
  const [minute, platform, id, sku, source, prices, stock, cheapestSku, title] = JSON.parse(body);
  const kept = RECORDED_KINDS.flatMap((kind): [string, number | null][] => {
    const fen: unknown = prices[kind];
    return fen === null || (typeof fen === 'number' && isPossiblePrice(fen)) ? [[kind, fen]] : [];
  });
  return {
    minute,
    platform,
    id,
    sku,
    source,
    prices: Object.fromEntries(kept),
    ...(isStockStatus(stock) && { stock }),
    ...(typeof cheapestSku === 'string' && { cheapestSku }),
    ...(typeof title === 'string' && { title }),
  };
}

/**
 * Takes all complete lines of all processes into the table, and removes what ended writers left behind.
 * @param signal leaves the rest for later
 */
export async function foldInbox(folder: string, store: HistoryStore, signal?: AbortSignal): Promise<void> {
  const names = await listSegments(folder);
  for (const name of names) {
    const path = join(folder, name);
    // Asked before the reading, so that nothing can be written between the reading and the removal.
    const isOver = names.some((other) => isLaterOf(name, other)) || !isWriterAlive(name);
    await foldSegment(path, name, store, signal);
    if (signal?.aborted) return;
    if (!isOver) continue;
    await rm(path, { force: true });
    await store.removeSegment(name);
  }
}

/** By its pid alone: one that was given again only keeps the file a little longer. */
const isWriterAlive = (name: string) => canSignal(Number(SEGMENT.exec(name)?.[1]));

async function listSegments(folder: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return entries.filter((entry) => entry.isFile() && SEGMENT.test(entry.name)).map(({ name }) => name);
}

/** Whether `other` is a later segment of the process that wrote `name`. */
function isLaterOf(name: string, other: string): boolean {
  const [, pid, start, count] = SEGMENT.exec(name) ?? [];
  const [, otherPid, otherStart, otherCount] = SEGMENT.exec(other) ?? [];
  return pid === otherPid && start === otherStart && Number(otherCount) > Number(count);
}

async function foldSegment(
  path: string,
  segment: string,
  store: HistoryStore,
  signal: AbortSignal | undefined,
): Promise<void> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
  // Another process, which folds at the same time, has taken it in and removed it.
  if (!file) return;
  try {
    let offset = await store.getOffset(segment);
    const chunk = Buffer.alloc(FOLD_BYTES);
    while (!signal?.aborted) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, offset);
      const end = chunk.subarray(0, bytesRead).lastIndexOf(0x0a) + 1;
      // Nothing, or a line whose end is still to come; a line is never as long as a chunk.
      if (end === 0) return;
      const lines = chunk.toString('utf8', 0, end - 1).split('\n');
      offset += end;
      await store.add(
        lines.flatMap((line) => parseLine(line) ?? []),
        { segment, offset },
      );
    }
  } finally {
    await file.close();
  }
}
