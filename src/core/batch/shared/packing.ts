import { createReadStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gunzipSync, gzip, gzipSync } from 'node:zlib';
import { onDisk } from '../disk-error.js';
import { createDamagedCopyError } from '../input/copy.js';

/** As rows of the database hold it. */
export const pack = async (value: unknown): Promise<Buffer> => promisify(gzip)(JSON.stringify(value ?? null));

export const packNow = (value: unknown): Buffer => gzipSync(JSON.stringify(value));

/** @returns undefined for what was not written so */
export async function unpack(packed: Buffer): Promise<unknown> {
  try {
    return JSON.parse((await promisify(gunzip)(packed)).toString('utf8'));
  } catch {
    return undefined;
  }
}

/** @returns undefined for what was not written so */
export function unpackNow(packed: Buffer): unknown {
  try {
    return JSON.parse(gunzipSync(packed).toString('utf8'));
  } catch {
    return undefined;
  }
}

const PART_BYTES = 2 ** 20;

/** A file in compressed parts of a mebibyte. */
export async function* packFile(path: string): AsyncGenerator<Buffer> {
  for await (const part of createReadStream(path, { highWaterMark: PART_BYTES })) {
    yield await promisify(gzip)(part as Buffer);
  }
}

/** Writes a file from its parts; it appears at once, whole. @param draft a path that nobody else uses */
export async function unpackFile(parts: AsyncIterable<Buffer>, path: string, draft: string): Promise<void> {
  await onDisk(async () => {
    const handle = await open(draft, 'wx', 0o600);
    try {
      for await (const part of parts) {
        await handle.appendFile(await promisify(gunzip)(part).catch(() => throwDamaged(path)));
      }
    } catch (error) {
      await rm(draft, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
    await rename(draft, path);
  });
}

function throwDamaged(path: string): never {
  throw createDamagedCopyError(path);
}
