import { randomUUID } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ConfigError } from '../errors.js';
import { isFileError } from './local-folder.js';

/** No file of the state that is read whole is longer; what is longer was not written here. */
const MAX_BYTES = 16 * 2 ** 20;

/**
 * Reads a file of the state, which anybody may have put there: opening a pipe or a device would never end.
 * @returns undefined when there is none
 * @throws ConfigError that names the file when it is not a regular file, or cannot be read
 */
export async function readStateFile(path: string): Promise<string | undefined> {
  try {
    if (!(await isRegularFile(path, MAX_BYTES))) return undefined;
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return undefined;
    throw error instanceof ConfigError ? error : createUnreadableError(path, toCode(error), error);
  }
}

/**
 * The same at once, for files that are read before every call. Opened without waiting for who writes to a pipe.
 * @returns undefined when there is none, also where a link leads nowhere
 * @throws ConfigError that names the file when it is not a regular file; whatever else the file system throws
 */
export function readStateFileSync(path: string): string | undefined {
  let file: number;
  try {
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (isFileError(error, 'ENOENT')) return undefined;
    throw isFileError(error, 'ENXIO', 'ELOOP') ? createUnreadableError(path, 'not a regular file') : error;
  }
  try {
    const facts = fstatSync(file);
    if (!facts.isFile()) throw createUnreadableError(path, 'not a regular file');
    if (facts.size > MAX_BYTES) throw createUnreadableError(path, 'too large');
    return readFileSync(file, 'utf8');
  } finally {
    closeSync(file);
  }
}

/**
 * Reads a file of a few bytes at once: what keeps the promises of `readStateFile` loads 1 ms of Node's modules first, which
 * a command that makes one call would wait for.
 * @returns undefined when there is none
 * @throws ConfigError that names the file when it is not a regular file, or cannot be read
 */
export function readSmallFile(path: string): string | undefined {
  try {
    return readStateFileSync(path);
  } catch (error) {
    if (isFileError(error, 'ENOTDIR')) return undefined;
    throw error instanceof ConfigError ? error : createUnreadableError(path, toCode(error), error);
  }
}

/**
 * @returns false when there is none, also where a link leads nowhere
 * @throws ConfigError that names what stands in the place of the file
 */
export async function isRegularFile(path: string, maxBytes = Number.POSITIVE_INFINITY): Promise<boolean> {
  const facts = await stat(path).catch((error: unknown) => {
    if (isFileError(error, 'ENOENT', 'ENOTDIR')) return undefined;
    throw createUnreadableError(path, toCode(error), error);
  });
  if (!facts) return false;
  if (!facts.isFile()) throw createUnreadableError(path, 'not a regular file');
  if (facts.size > maxBytes) throw createUnreadableError(path, 'too large');
  return true;
}

/** @param reason why, in a few words */
export function createUnreadableError(path: string, reason: string, cause?: unknown): ConfigError {
  return new ConfigError(`${path} cannot be used (${reason}). Remove it, then try again.`, {
    code: 'state_not_readable',
    facts: { path },
    cause,
  });
}

const toCode = (error: unknown) =>
  (error instanceof Error && 'code' in error && String(error.code)) || 'unknown error';

/** Replaces a file at once and for good: a reader, also after a power failure, sees the old or the new one, whole. */
export async function replaceFile(path: string, text: string): Promise<void> {
  const draft = join(dirname(path), `.${basename(path)}-${randomUUID().slice(0, 8)}`);
  try {
    const handle = await open(draft, 'wx', 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(draft, path);
    await syncFolder(dirname(path));
  } finally {
    await rm(draft, { force: true });
  }
}

/** Without it a power failure can take the name of a file whose content is safe. Not every system offers it. */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, 'r');
    await folder.sync().finally(() => folder.close());
  } catch {
    // Windows opens no folders; there the name is written with the file.
  }
}
