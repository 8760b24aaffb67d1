import { type FileHandle, open } from 'node:fs/promises';
import type { LinePlace } from './journal-index.js';

const WINDOW_BYTES = 128 * 1024;
/** Segments that stay open at a time; each run of a job leaves one. */
const MAX_OPEN = 16;

interface Window {
  readonly handle: FileHandle;
  readonly buffer: Buffer;
  start: number;
  end: number;
}

/** Reads lines back; those that follow one another cost one read of the disk together. */
export function createJournalReader(pathOf: (segment: number) => string) {
  const windows = new Map<number, Window>();

  const getWindow = async (segment: number): Promise<Window> => {
    const known = windows.get(segment);
    if (known) return known;
    const [oldest] = windows;
    if (oldest && windows.size >= MAX_OPEN) {
      windows.delete(oldest[0]);
      await oldest[1].handle.close();
    }
    const handle = await open(pathOf(segment), 'r');
    const window = { handle, buffer: Buffer.allocUnsafeSlow(WINDOW_BYTES), start: 0, end: 0 };
    windows.set(segment, window);
    return window;
  };

  const readLine = async ({ segment, offset, length }: LinePlace): Promise<Buffer> => {
    const window = await getWindow(segment);
    if (length > WINDOW_BYTES) {
      const long = Buffer.allocUnsafeSlow(length);
      await window.handle.read(long, 0, length, offset);
      return long;
    }
    if (offset < window.start || offset + length > window.end) {
      const { bytesRead } = await window.handle.read(window.buffer, 0, WINDOW_BYTES, offset);
      window.start = offset;
      window.end = offset + bytesRead;
    }
    return window.buffer.subarray(offset - window.start, offset - window.start + length);
  };

  // One after the other: readers share the windows.
  let last: Promise<unknown> = Promise.resolve();
  return {
    /** @param use is handed the line, which is valid only until it returns */
    read: <T>(place: LinePlace, use: (line: Buffer) => T) => {
      const reading = last.then(async () => use(await readLine(place)));
      last = reading.catch(() => undefined);
      return reading;
    },
    close: async () => {
      await last;
      await Promise.all([...windows.values()].map(({ handle }) => handle.close()));
      windows.clear();
    },
  };
}
