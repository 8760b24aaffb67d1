import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isWrittenBy, noteWritten } from '../../../../src/core/batch/output/written-file.js';
import { SPOILS } from '../../../helpers/spoil.js';

let folder: string;
let output: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-written-'));
  output = join(folder, 'prices.csv');
  await writeFile(output, 'a,b\n');
});
afterEach(() => rm(folder, { recursive: true }));

describe('noteWritten', () => {
  it('knows the file until somebody changes it', async () => {
    await noteWritten(folder, output);
    expect(await isWrittenBy(folder, output)).toBe(true);
    await writeFile(output, 'a,b\n1,2\n');
    expect(await isWrittenBy(folder, output)).toBe(false);
  });

  it.each(['a pipe', 'a device', 'a folder', 'a dead link', 'a link to itself', 'huge', 'gone'])(
    'knows of nothing where its note is %s, and notes again in its place',
    async (name) => {
      await noteWritten(folder, output);
      const note = join(folder, 'written.json');
      SPOILS[name]?.(note, output);
      expect(await isWrittenBy(folder, output)).toBe(false);
      await noteWritten(folder, output);
      expect((await stat(note)).isFile()).toBe(true);
      expect(await isWrittenBy(folder, output)).toBe(true);
    },
  );

  it('says what to change where the note cannot be written', async () => {
    await expect(noteWritten(join(folder, 'gone'), output)).rejects.toMatchObject({
      code: 'state_not_writable',
    });
  });
});
