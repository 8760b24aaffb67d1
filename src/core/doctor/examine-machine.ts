import { statSync } from 'node:fs';
import { join } from 'node:path';
import { listPermitHolders } from '../state/folder/permit-file.js';
import { openLocalFolder } from '../state/local-folder.js';
import { canSignal } from '../state/process-identity.js';
import { sameInBoth } from '../words/bilingual.js';
import { say } from '../words/doctor.js';
import { type Check, toProblem } from './check.js';

const AREA = 'machine';
/** As `engines` of package.json says. */
export const LOWEST_NODE_VERSION = '20.18.1';
/** Folders of the state folder that hold what only their owner may read. */
const PRIVATE_FOLDERS = ['tokens', 'jobs', 'permits'];

/**
 * Whether this version of Node.js is new enough.
 * @param version such as `20.18.1`
 */
export function examineNode(version: string): Check {
  const check = { area: AREA, name: sameInBoth('Node.js'), found: sameInBoth(version) };
  if (compareVersions(version, LOWEST_NODE_VERSION) >= 0) return { ...check, status: 'ok' };
  return { ...check, status: 'problem', advice: say((words) => words.installNode(LOWEST_NODE_VERSION)) };
}

function compareVersions(one: string, other: string): number {
  const parts = other.split('.').map(Number);
  const differences = one.split('.').map((part, at) => Number.parseInt(part, 10) - (parts[at] ?? 0));
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** Can be written, is on a local disk, and lets nobody else read tokens. */
export function examineStateFolder(stateDir: string): Check[] {
  const name = say((words) => words.stateFolder);
  try {
    openLocalFolder(join(stateDir, 'permits'));
  } catch (error) {
    return [toProblem(AREA, name, error)];
  }
  const open = PRIVATE_FOLDERS.map((folder) => join(stateDir, folder)).filter(isOpenToOthers);
  if (open.length === 0) return [{ area: AREA, name, status: 'ok', found: sameInBoth(stateDir) }];
  return [
    {
      area: AREA,
      name,
      status: 'problem',
      found: say((words) => words.othersMayRead(open)),
      advice: say((words) => words.closeFolders(open)),
    },
  ];
}

function isOpenToOthers(folder: string): boolean {
  const found = statSync(folder, { throwIfNoEntry: false });
  // Windows has no such bits and reports them all.
  return found !== undefined && process.platform !== 'win32' && (found.mode & 0o077) !== 0;
}

/** Processes that took permits of this quota group lately and are still there. */
export function listOtherProcesses(stateDir: string, group: string): number[] {
  const pids = listPermitHolders(join(stateDir, 'permits', group));
  return pids.filter((pid) => pid !== process.pid && canSignal(pid));
}
