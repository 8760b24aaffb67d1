import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createJournalReader } from '../../../../src/core/batch/journal/journal-reader.js';
import { createFolder } from '../../../helpers/batch/reading.js';

const WINDOW_BYTES = 128 * 1024;
const read = (line: Buffer) => line.toString();

/** Segments with these texts, and a reader of them. */
function openSegments(texts: readonly string[]) {
  const folder = createFolder();
  for (const [at, text] of texts.entries()) writeFileSync(join(folder, `${at}`), text);
  return { folder, reader: createJournalReader((segment) => join(folder, `${segment}`)) };
}

/** How many files of a folder this process holds open. */
function countOpen(folder: string): number {
  const links = readdirSync('/proc/self/fd').map((name) => {
    try {
      return readlinkSync(`/proc/self/fd/${name}`);
    } catch {
      return '';
    }
  });
  return links.filter((link) => link.startsWith(folder)).length;
}

describe('createJournalReader', () => {
  it('reads lines wherever they stand, in any order', async () => {
    const text = Array.from({ length: 40_000 }, (_, at) => `${at}`.padStart(9)).join('\n');
    const { reader } = openSegments([text]);
    const places = [0, 1, 39_999, 13_106, 13_107, 2, 20_000, 26_213, 26_214, 0];
    const lines = await Promise.all(
      places.map((at) => reader.read({ segment: 0, offset: at * 10, length: 9 }, read)),
    );
    expect(lines.map(Number)).toEqual(places);
    await reader.close();
  });

  it.each([WINDOW_BYTES - 1, WINDOW_BYTES, WINDOW_BYTES + 1])('reads a line of %i bytes', async (length) => {
    const { reader } = openSegments([`-${'x'.repeat(length)}-`]);
    expect(await reader.read({ segment: 0, offset: 1, length }, read)).toBe('x'.repeat(length));
    expect(await reader.read({ segment: 0, offset: 0, length: 2 }, read)).toBe('-x');
    await reader.close();
  });

  it('goes on after a segment that is gone', async () => {
    const { reader } = openSegments(['one', 'two']);
    const place = { offset: 0, length: 3 };
    await expect(reader.read({ segment: 7, ...place }, read)).rejects.toThrow('ENOENT');
    expect(await reader.read({ segment: 1, ...place }, read)).toBe('two');
    await reader.close();
  });

  it.skipIf(process.platform !== 'linux')('holds sixteen segments open, none when it is closed', async () => {
    const { folder, reader } = openSegments(Array.from({ length: 20 }, (_, at) => `${at}`.padStart(3)));
    const open: number[] = [];
    for (let at = 0; at < 40; at += 1) {
      const segment = Math.floor(at / 2);
      expect(Number(await reader.read({ segment, offset: 0, length: 3 }, read))).toBe(segment);
      open.push(countOpen(folder));
    }
    expect(open).toEqual(open.map((_, at) => Math.min(16, Math.floor(at / 2) + 1)));
    expect(Number(await reader.read({ segment: 0, offset: 0, length: 3 }, read))).toBe(0);
    await reader.close();
    expect(countOpen(folder)).toBe(0);
  });
});
