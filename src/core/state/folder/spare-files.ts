import {
  closeSync,
  constants,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { isFileError, makeFolder } from '../local-folder.js';

const MOST = 64;
const OLD_MS = 60_000;

/**
 * Each process has a folder of its own: no other ever writes to what is in it.
 * @param createName a name that no other process of this machine has or will have
 */
export function createSpareFiles(folder: string, createName: () => string) {
  let own: string | undefined;
  let spares: string[] = [];
  let count = 0;
  const forget = () => {
    own = undefined;
    spares = [];
  };
  return {
    /** Takes over a file to which nobody writes any more; false when there are enough. */
    keep: (path: string) => {
      if (spares.length >= MOST) return false;
      try {
        own ??= makeOwnFolder(folder, createName);
        const spare = `${own}/${count}`;
        count += 1;
        renameSync(path, spare);
        spares.push(spare);
        return true;
      } catch {
        // Another process has deleted the file, or the folder after a minute without use.
        if (own !== undefined && !existsSync(own)) forget();
        return false;
      }
    },
    /** A private file with that text, to be linked and deleted; undefined for none. */
    take: (text: string) => {
      const spare = spares.pop();
      if (spare === undefined) return undefined;
      try {
        rewrite(spare, text);
        return spare;
      } catch {
        forget();
        return undefined;
      }
    },
    /** It was not linked. */
    putBack: (path: string) => void spares.push(path),
    /** Deletes those of processes that have taken none for a minute, most of which are dead. */
    removeOld: (nowMs: number) => {
      for (const name of listNames(folder)) {
        const path = join(folder, name);
        const stats = statSync(path, { throwIfNoEntry: false });
        if (path !== own && stats && nowMs - stats.mtimeMs > OLD_MS)
          rmSync(path, { recursive: true, force: true });
      }
    },
    /** Deletes all of this process. */
    close: () => {
      if (own !== undefined) rmSync(own, { recursive: true, force: true });
      forget();
    },
  };
}

/** Exclusive, because processes in different containers may have the same pid. */
function makeOwnFolder(folder: string, createName: () => string): string {
  makeFolder(folder);
  const own = join(folder, createName());
  mkdirSync(own, { mode: 0o700 });
  return own;
}

function rewrite(path: string, text: string): void {
  const file = openSync(path, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0));
  try {
    const written = writeSync(file, text, 0);
    if (written !== Buffer.byteLength(text)) throw new Error('The file was not written whole.');
    ftruncateSync(file, written);
  } finally {
    closeSync(file);
  }
}

function listNames(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (isFileError(error, 'ENOENT', 'ENOTDIR')) return [];
    throw error;
  }
}
