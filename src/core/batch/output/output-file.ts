import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, readlink, realpath, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { BijiaError, ConfigError, InputError } from '../../errors.js';
import { canSignal } from '../../state/process-identity.js';

/**
 * Writes a file that appears at once, complete: an existing one stays as it is until then.
 * @param place where it appears
 * @param path what it is called to the user
 * @param write writes the draft that becomes the file
 * @throws InputError, ConfigError when it cannot be written; nothing is replaced then
 */
export async function replaceOutput(
  place: string,
  path: string,
  write: (draft: string) => Promise<void>,
): Promise<void> {
  const draft = createDraftPath(place);
  await removeLeftDrafts(place);
  try {
    await write(draft);
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { force: true });
    throw error instanceof BijiaError ? error : toWriteError(error, path);
  }
}

/** Where a path leads: a link stays, what it points to is written. */
export async function findTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? path : resolve(dirname(path), link);
  }
}

/** Named after the process that writes it, so that another one knows when nobody does any more. */
export const createDraftPath = (path: string) =>
  join(dirname(path), `.${basename(path)}.${process.pid}-${randomUUID().slice(0, 8)}`);

/** Removes what processes left beside an output when they were killed while writing it. */
async function removeLeftDrafts(path: string): Promise<void> {
  const start = `.${basename(path)}.`;
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(start))) {
    const pid = /^(\d{1,10})-[0-9a-f]{8}$/.exec(name.slice(start.length))?.[1];
    if (pid === undefined || canSignal(Number(pid))) continue;
    await rm(join(dirname(path), name), { force: true });
  }
}

const FLUSH_CHARS = 16 * 1024;

/** Writes a new file, through to the disk. */
export async function writeText(path: string, texts: AsyncIterable<string>): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await writeAll(handle, texts);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeAll(handle: FileHandle, texts: AsyncIterable<string>): Promise<void> {
  let pending = '';
  for await (const text of texts) {
    pending += text;
    if (pending.length < FLUSH_CHARS) continue;
    await handle.appendFile(pending);
    pending = '';
  }
  await handle.appendFile(pending);
}

/** Why a file cannot be written, in words for the user. */
export function toWriteError(error: unknown, path: string): BijiaError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new ConfigError(
      `The disk is full: ${path} was not written. Free some space, then try again; a job has kept its results.`,
      { code: 'disk_full', cause: error },
    );
  }
  const reason = REASONS[code] ?? code;
  return new InputError(`${path} cannot be written: ${reason}. Give another path.`, {
    cause: error,
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
};
