import { randomUUID } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY_MS } from '../../clock.js';
import type { JobRow, JobRows } from '../../state/job-rows.js';
import { openLocalFolder } from '../../state/local-folder.js';
import { onDisk } from '../disk-error.js';
import { listFolder } from '../jobs/job-reader.js';
import { COPY_FILE } from '../jobs/job-store.js';
import { countBytes } from '../output/row-index.js';
import { unpackFile } from './packing.js';

/** What this machine has of the lists of shared jobs; all of it can be fetched again. */
export function createCopies(stateDir: string, rows: Pick<JobRows, 'readInput'>) {
  const root = join(stateDir, 'shared-jobs');
  const folderOf = (id: string) => join(root, id);
  const openFolder = (id: string) => {
    openLocalFolder(folderOf(id));
    return join(folderOf(id), COPY_FILE);
  };
  return {
    folderOf,
    /** A path for a copy whose job is not known yet. */
    createPath: async () => {
      openLocalFolder(root);
      return join(root, `${INCOMING}${randomUUID()}`);
    },
    /** Moves a copy to its job. */
    keep: async (id: string, copyPath: string) => onDisk(() => rename(copyPath, openFolder(id))),
    /** @returns the path of a copy, which is fetched where this machine has none */
    fetch: async ({ id, inputBytes }: Pick<JobRow, 'id' | 'inputBytes'>): Promise<string> => {
      const path = openFolder(id);
      if ((await countBytes(path)) === inputBytes) return path;
      await unpackFile(rows.readInput(id), path, `${path}-${randomUUID()}`);
      return path;
    },
    remove: (id: string) => rm(folderOf(id), { recursive: true, force: true }),
    removeForgotten: async (nowMs: number) => {
      for (const name of await listFolder(root)) {
        const path = join(root, name);
        const facts = await stat(path).catch(() => undefined);
        const days = name.startsWith(INCOMING) ? 1 : KEPT_DAYS;
        if (facts && nowMs - facts.mtimeMs > days * DAY_MS) await rm(path, { recursive: true, force: true });
      }
    },
  };
}

const INCOMING = '.incoming-';
/** As long as the longest that a job stays. */
const KEPT_DAYS = 90;
