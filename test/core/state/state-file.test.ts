import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readStateFile, readStateFileSync } from '../../../src/core/state/state-file.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bijia-state-'));
  path = join(folder, 'a file');
});
afterEach(() => rmSync(folder, { recursive: true }));

const READERS = [
  ['readStateFile', readStateFile],
  ['readStateFileSync', async (file: string) => readStateFileSync(file)],
] as const;

describe.each(READERS)('%s', (_name, read) => {
  it('reads a file, also through a link', async () => {
    writeFileSync(join(folder, 'other'), 'text');
    symlinkSync(join(folder, 'other'), path);
    expect(await read(path)).toBe('text');
  });

  it('finds nothing where nothing is, and where a link leads nowhere', async () => {
    expect(await read(path)).toBeUndefined();
    symlinkSync(join(folder, 'nowhere'), path);
    expect(await read(path)).toBeUndefined();
  });

  it.each([
    ['a pipe', () => execFileSync('mkfifo', [path])],
    ['a device', () => symlinkSync('/dev/zero', path)],
    ['a folder', () => mkdirSync(path)],
    [
      'far too long a file',
      () => {
        writeFileSync(path, '');
        truncateSync(path, 2 ** 40);
      },
    ],
  ])('names %s, and opens none', async (_what, put) => {
    put();
    await expect(read(path)).rejects.toMatchObject({
      name: 'ConfigError',
      message: expect.stringContaining(path),
    });
  });
});
