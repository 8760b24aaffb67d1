import { lstat, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { readStateFile, replaceFile } from '../../state/state-file.js';
import { onDisk } from '../disk-error.js';

const FILE = 'written.json';
const WrittenFile = z.object({ path: z.string(), size: z.number(), mtimeMs: z.number() });

/**
 * Notes which file a job wrote, so that a later run of it may replace that one. Whatever stands in the place of an earlier
 * note is replaced: the results are written already, and nobody waits for a pipe.
 * @throws ConfigError when the disk does not take it
 */
export async function noteWritten(jobFolder: string, path: string): Promise<void> {
  const { size, mtimeMs } = await stat(path);
  const note = join(jobFolder, FILE);
  const known = await lstat(note).catch(() => undefined);
  if (known?.isDirectory()) await rm(note, { recursive: true });
  await onDisk(() => replaceFile(note, JSON.stringify({ path, size, mtimeMs })));
}

/** Whether a file is as the job left it. */
export async function isWrittenBy(jobFolder: string, path: string): Promise<boolean> {
  try {
    const noted = WrittenFile.parse(JSON.parse((await readStateFile(join(jobFolder, FILE))) ?? ''));
    const { size, mtimeMs } = await stat(path);
    return noted.path === path && noted.size === size && noted.mtimeMs === mtimeMs;
  } catch {
    return false;
  }
}
