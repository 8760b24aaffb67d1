import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOwnFolders } from './own-folders.js';

const MEMORY = '/dev/shm';
/** Several times what all tests at once have there. */
const NEEDED_BYTES = 2 ** 29;

/** A disk waits for each step of a job and each price to be safe from a power cut, which no quick test is about. */
export const setup = (): (() => void) => createOwnFolders(hasRoom() && runsPrograms() ? MEMORY : tmpdir());

/** Containers mostly have a small one. */
function hasRoom(): boolean {
  if (process.env['TMPDIR'] || !existsSync(MEMORY)) return false;
  const { bavail, bsize } = statfsSync(MEMORY);
  return bavail * bsize >= NEEDED_BYTES;
}

function runsPrograms(): boolean {
  const folder = mkdtempSync(join(MEMORY, 'bijia-tests-'));
  try {
    const program = join(folder, 'program');
    writeFileSync(program, '#!/bin/sh\n', { mode: 0o755 });
    execFileSync(program);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
