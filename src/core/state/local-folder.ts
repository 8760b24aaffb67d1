import { existsSync, mkdirSync, statfsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { ConfigError } from '../errors.js';

/** File systems of Linux on which another machine may write too, by the magic numbers of statfs(2). */
const REMOTE_TYPES: ReadonlyMap<number, string> = new Map([
  [0x6969, 'NFS'],
  [0x517b, 'SMB'],
  [0xfe534d42, 'SMB'],
  [0xff534d42, 'SMB'],
  [0x01021997, '9p'],
  [0x5346414f, 'AFS'],
]);

/** The name of a file system that does not keep what several processes write in one order; undefined: it is fine. */
export function findRemoteFileSystem(type: number): string | undefined {
  // Types with the highest bit set may come as negative numbers.
  return REMOTE_TYPES.get(type >>> 0);
}

/**
 * Makes a private folder and those it stands in, one by one: where a file system says that the parent is missing, as
 * `/proc` does, Node 20's own recursive `mkdir` never ends.
 */
export function makeFolder(folder: string): void {
  if (isFolder(folder)) return;
  const parent = dirname(folder);
  if (!existsSync(parent)) makeFolder(parent);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it by then.
    if (!isFolder(folder)) throw error;
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/**
 * Makes a private folder and sees that it is on a local disk.
 * @throws ConfigError that names BIJIA_STATE_DIR
 */
export function openLocalFolder(folder: string): void {
  try {
    makeFolder(folder);
  } catch (error) {
    throw createFolderError(folder, error);
  }
  const remote = process.platform === 'linux' ? findRemoteFileSystem(statfsSync(folder).type) : undefined;
  if (remote === undefined && !folder.startsWith('\\\\')) return;
  throw new ConfigError(
    `The state folder is on a network file system (${remote ?? 'SMB'}), where the quota cannot be kept exactly. ` +
      'Set BIJIA_STATE_DIR to a folder on a local disk.',
    { code: 'state_on_network', detail: folder },
  );
}

/**
 * Sees that a folder is there or has a folder to be made in, without touching the disk.
 * @throws ConfigError that names BIJIA_STATE_DIR
 */
export function requireFolderPlace(folder: string): void {
  let place = resolve(folder);
  while (!existsSync(place) && dirname(place) !== place) place = dirname(place);
  if (!isFolder(place)) throw createFolderError(place, { code: 'ENOTDIR' });
}

/** Says what the operator has to change when the file system refuses. */
export function createFolderError(folder: string, cause: unknown): ConfigError {
  const code = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
  const isTaken = code === 'EEXIST' || code === 'ENOTDIR';
  const isFull = code === 'ENOSPC' || code === 'EDQUOT';
  const refusal = isTaken ? `${folder} is not a folder and cannot be written` : 'it cannot be written';
  const why = isFull ? 'the disk is full' : refusal;
  return new ConfigError(
    `The state folder cannot be used: ${why} (${code}). ` +
      'Set BIJIA_STATE_DIR to a folder on a local disk that this user may write to and that has room.',
    { code: 'state_not_writable', facts: { reason: code }, detail: folder, cause },
  );
}

/** Whether a thrown value is a refusal of the file system with one of these codes. */
export function isFileError(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '');
}

/** Runs what works in a folder of the state. @throws ConfigError when the file system refuses */
export async function inFolder<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // `syscall` is what tells a refusal of the file system from every other error.
    throw error instanceof Error && 'syscall' in error ? createFolderError(folder, error) : error;
  }
}
