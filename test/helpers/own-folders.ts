import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const setup = (): (() => void) => createOwnFolders(tmpdir());

/** Tests touch nothing of whoever runs them, and leave nothing behind: state, caches and files of the moment go into one folder. */
export function createOwnFolders(root: string): () => void {
  const folder = mkdtempSync(join(root, 'bijia-tests-'));
  // A database's server runs as another user.
  chmodSync(folder, 0o755);
  process.env['TMPDIR'] = folder;
  process.env['XDG_STATE_HOME'] = join(folder, 'state');
  process.env['XDG_CACHE_HOME'] = join(folder, 'cache');
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

const NAMES = ['PATH', 'TMPDIR', 'XDG_STATE_HOME', 'XDG_CACHE_HOME'];

/** What a process that a test starts is given of this one's environment. */
export const listOwnFolders = (): Record<string, string> =>
  Object.fromEntries(
    NAMES.flatMap((name) => {
      const value = process.env[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
