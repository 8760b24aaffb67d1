import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';

const FILE = 'written.json';
const WrittenFile = z.object({ path: z.string(), size: z.number(), mtimeMs: z.number() });

/** Notes which file a job wrote, so that a later run of it may replace that one. */
export async function noteWritten(jobFolder: string, path: string): Promise<void> {
  const { size, mtimeMs } = await stat(path);
  await writeFile(join(jobFolder, FILE), JSON.stringify({ path, size, mtimeMs }), { mode: 0o600 });
}

/** Whether a file is as the job left it. */
export async function isWrittenBy(jobFolder: string, path: string): Promise<boolean> {
  try {
    const noted = WrittenFile.parse(JSON.parse(await readFile(join(jobFolder, FILE), 'utf8')));
    const { size, mtimeMs } = await stat(path);
    return noted.path === path && noted.size === size && noted.mtimeMs === mtimeMs;
  } catch {
    return false;
  }
}
