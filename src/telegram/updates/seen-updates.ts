import { appendFileSync, lstatSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError, openLocalFolder, readStateFileSync } from '../../core/index.js';

/** Telegram repeats what it got no confirmation for; a day of a busy bot is kept. */
const KEPT = 2000;

/** Which updates were begun, also by earlier processes. */
export type SeenUpdates = ReturnType<typeof createSeenUpdates>;

/**
 * Keeps ids in a file of one line each: an update is handled at most once, even when the process is killed in the
 * middle of it. Written synchronously, some 30 µs, so that nothing can happen before it is down.
 */
export function createSeenUpdates(path: string, onError: (error: unknown) => void) {
  openLocalFolder(dirname(path));
  const known = readIds(path);
  const seen = new Set(known.slice(-KEPT));
  let lines = known.length;

  const compact = () => {
    for (const id of seen) {
      if (seen.size <= KEPT) break;
      seen.delete(id);
    }
    const draft = `${path}.new`;
    rmSync(draft, { recursive: true, force: true });
    writeFileSync(draft, formatIds(seen), { mode: 0o600 });
    renameSync(draft, path);
    lines = seen.size;
  };

  return {
    /** Enters an update before anything is done about it. @returns false when it was entered before */
    enter: (updateId: number) => {
      if (seen.has(updateId)) return false;
      seen.add(updateId);
      try {
        appendFileSync(path, formatIds([updateId]), { mode: 0o600 });
        lines += 1;
        if (lines >= 2 * KEPT) compact();
      } catch (error) {
        // A full disk costs the memory of past processes, not the answer.
        onError(error);
      }
      return true;
    },
  };
}

const formatIds = (ids: Iterable<number>) => Array.from(ids, (id) => `${id}\n`).join('');

/** @throws ConfigError for something that is not a file: writing to it may never end, or never reach one */
function readIds(path: string): number[] {
  try {
    const text = readStateFileSync(path);
    if (text === undefined && lstatSync(path, { throwIfNoEntry: false })) {
      throw new ConfigError(
        `${path} cannot be used (a link that leads nowhere). Remove it, then try again.`,
        {
          code: 'state_not_readable',
        },
      );
    }
    const lines = (text ?? '').split('\n');
    return lines.filter((line) => /^\d{1,15}$/.test(line)).map(Number);
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    return [];
  }
}
