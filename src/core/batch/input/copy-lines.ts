import { type FileHandle, open } from 'node:fs/promises';
import { onDisk } from '../disk-error.js';
import { createDamagedCopyError, type KeptLine, parseKeptLine } from './copy.js';

const WINDOW_BYTES = 64 * 1024;
/** Beyond what a line of a copy may have. */
const MAX_BYTES = 64 * 2 ** 20;
const LINE_FEED = 0x0a;

/** Reads lines of a copy whose places are known; those that stand near one another cost one read of the disk together. */
export async function openCopyLines(path: string) {
  const file = await onDisk(() => open(path, 'r'));
  let window: { readonly start: number; readonly bytes: Buffer } = { start: 0, bytes: Buffer.alloc(0) };
  const findLine = (at: number): Buffer | undefined => {
    const from = at - window.start;
    if (from < 0 || from >= window.bytes.length) return undefined;
    const end = window.bytes.indexOf(LINE_FEED, from);
    return end < 0 ? undefined : window.bytes.subarray(from, end);
  };
  const readLine = async (at: number): Promise<Buffer> => {
    for (let size = WINDOW_BYTES; size <= MAX_BYTES; size *= 2) {
      const line = findLine(at);
      if (line) return line;
      const bytes = await readBytes(file, at, size);
      window = { start: at, bytes };
      if (bytes.length < size && !findLine(at)) break;
    }
    throw createDamagedCopyError(path);
  };
  return {
    /** @param at where the line begins, bytes. @throws ConfigError where none does */
    read: async (at: number): Promise<KeptLine> => parseKeptLine((await readLine(at)).toString('utf8'), path),
    close: () => file.close(),
  };
}

async function readBytes(file: FileHandle, at: number, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafeSlow(size);
  const { bytesRead } = await file.read(bytes, 0, size, at);
  return bytes.subarray(0, bytesRead);
}
