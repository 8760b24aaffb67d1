import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/core/errors.js';
import { makeFolder, openLocalFolder, requireFolderPlace } from '../../../src/core/state/local-folder.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bijia-folder-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('makeFolder', () => {
  it('makes the folders it stands in too, for their owner alone', async () => {
    makeFolder(join(folder, 'a', 'b', 'c'));
    for (const path of ['a', 'a/b', 'a/b/c']) {
      expect((await stat(join(folder, path))).mode & 0o777, path).toBe(0o700);
    }
  });

  it('leaves one that exists as it is', async () => {
    await mkdir(join(folder, 'a'), { mode: 0o755 });
    makeFolder(join(folder, 'a'));
    expect((await stat(join(folder, 'a'))).mode & 0o777).toBe(0o755);
  });

  it('refuses a path on which a file stands', async () => {
    await writeFile(join(folder, 'file'), '');
    for (const path of ['file', 'file/a', 'file/a/b']) expect(() => makeFolder(join(folder, path))).toThrow();
  });
});

describe('the place of a folder', () => {
  it('is a folder that is there, or one that it can be made in: nothing is made', () => {
    requireFolderPlace(folder);
    requireFolderPlace(join(folder, 'a', 'b'));
    expect(existsSync(join(folder, 'a'))).toBe(false);
  });

  it('is no file', async () => {
    const file = join(folder, 'file');
    await writeFile(file, '');
    for (const path of [file, join(file, 'a', 'b')]) {
      expect(() => requireFolderPlace(path)).toThrow(ConfigError);
      expect(() => requireFolderPlace(path)).toThrow(`${file} is not a folder`);
    }
  });
});

// Where the file system says that the parent is missing, Node 20's own recursive `mkdir` never ends.
describe.skipIf(!existsSync('/proc'))('a folder that cannot be made', () => {
  it('is refused at once, by the name of the variable', () => {
    const attempt = () => openLocalFolder('/proc/bijia/permits');
    expect(attempt).toThrow(ConfigError);
    expect(attempt).toThrow(/BIJIA_STATE_DIR/);
  });
});
