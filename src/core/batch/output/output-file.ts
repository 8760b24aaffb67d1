import { randomUUID } from 'node:crypto';
import { type FileHandle, open, readdir, readlink, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { DAY_MS } from '../../clock.js';
import { BijiaError, ConfigError, InputError } from '../../errors.js';
import { canSignal, readPidNamespace } from '../../state/process-identity.js';
import { syncFolder } from '../../state/state-file.js';

/**
 * Writes a file that appears at once, complete and for good: an existing one stays as it is until then.
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
  const draft = await createDraftPath(place);
  await removeLeftDrafts(place);
  try {
    await write(draft);
    await syncFile(draft);
    await rename(draft, place);
  } catch (error) {
    await rm(draft, { force: true });
    throw error instanceof BijiaError ? error : toWriteError(error, path);
  }
  await syncFolder(dirname(place));
}

/** After a power failure a file that was renamed before its content was on the disk would be empty. */
async function syncFile(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  await handle.sync().finally(() => handle.close());
}

/** Where a path leads: a link stays, what it points to is written. */
export async function getTarget(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? path : resolve(dirname(path), link);
  }
}

/** How long a draft of another container is left alone: its processes cannot be seen from here. */
const FOREIGN_DRAFT_MS = DAY_MS;

/** Named after the process that writes it, and the container its pid belongs to: others know when it is left over. */
export async function createDraftPath(path: string): Promise<string> {
  const writer = `${process.pid}-${await readContainer()}`;
  return join(dirname(path), `.${basename(path)}.${writer}-${randomUUID().slice(0, 8)}`);
}

/** The number in `pid:[4026531836]`; 0 where the system does not tell. */
const readContainer = async () => /\d+/.exec(await readPidNamespace())?.[0] ?? '0';

/** Removes what processes left next to an output when they were killed while writing it. */
async function removeLeftDrafts(path: string): Promise<void> {
  const start = `.${basename(path)}.`;
  const own = await readContainer();
  const names = await readdir(dirname(path)).catch(() => []);
  for (const name of names.filter((one) => one.startsWith(start))) {
    const [, pid, container] =
      /^(\d{1,10})(?:-(\d{1,20}))?-[0-9a-f]{8}$/.exec(name.slice(start.length)) ?? [];
    if (pid === undefined) continue;
    const draft = join(dirname(path), name);
    const isLeft = (container ?? own) === own ? !canSignal(Number(pid)) : await isOld(draft);
    if (isLeft) await rm(draft, { force: true });
  }
}

const isOld = async (path: string) =>
  Date.now() - ((await stat(path).catch(() => undefined))?.mtimeMs ?? Number.NaN) > FOREIGN_DRAFT_MS;

const FLUSH_CHARS = 16 * 1024;

/** Writes a new file. */
export async function writeText(path: string, texts: AsyncIterable<string>): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await writeAll(handle, texts);
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
    ...{ code: 'output_not_writable', facts: { path }, cause: error },
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EACCES: 'permission is denied',
  EPERM: 'permission is denied',
  EROFS: 'the disk is read-only',
};
