import { randomUUID } from 'node:crypto';
import { linkSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../../errors.js';
import { createFolderError, isFileError, makeFolder } from '../../local-folder.js';
import { readStateFileSync } from '../../state-file.js';

/**
 * A name that no other folder has, kept in it: segments of two machines may be called the same, as in containers, where every
 * process has the same number.
 * @throws ConfigError when the folder cannot be used
 */
export function nameFolder(folder: string): string {
  const path = join(folder, 'machine');
  try {
    makeFolder(folder);
    return readName(path) ?? makeName(path);
  } catch (error) {
    throw error instanceof ConfigError ? error : createFolderError(folder, error);
  }
}

const readName = (path: string): string | undefined => readStateFileSync(path)?.trim() || undefined;

/** Whole at once: another process may be at it. */
function makeName(path: string): string {
  const name = randomUUID();
  const draft = `${path}-${name}`;
  writeFileSync(draft, `${name}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return name;
  } catch (error) {
    if (!isFileError(error, 'EEXIST')) throw error;
    return readName(path) ?? name;
  } finally {
    rmSync(draft, { force: true });
  }
}
